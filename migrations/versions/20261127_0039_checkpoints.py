"""Checkpoints of the journal, and the public keys that signed them; nothing changes either."""

import sqlalchemy as sa
from alembic import op

revision = "0039_checkpoints"
down_revision = "0038_canonical_facts"
branch_labels = None
depends_on = None

APPEND_ONLY = ("evidence_key", "evidence_checkpoint")


def upgrade() -> None:
    op.create_table(
        "evidence_key",
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("endorsement", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("written", name=op.f("pk_evidence_key")),
    )
    op.create_table(
        "evidence_checkpoint",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("convention", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_checkpoint")),
    )
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete on {table} "
            "for each row execute function evidence_refuse_change()"
        )
        op.execute(
            f"create trigger {table}_no_truncate before truncate on {table} "
            "for each statement execute function evidence_refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("evidence_checkpoint")
    op.drop_table("evidence_key")
