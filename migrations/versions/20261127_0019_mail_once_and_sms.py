"""Mail is told once, in a language, by text message too; an address that refuses is known."""

import sqlalchemy as sa
from alembic import op

revision = "0019_mail_once_and_sms"
down_revision = "0018_resident_side"
branch_labels = None
depends_on = None

LANGUAGE_KNOWN = "language in ('fr', 'en')"
CHANNEL_KNOWN = "channel in ('mail', 'sms')"


def upgrade() -> None:
    add("mail", "language", "fr", LANGUAGE_KNOWN)
    add("people_person", "language", "fr", LANGUAGE_KNOWN)
    add("mail", "channel", "mail", CHANNEL_KNOWN)
    op.add_column("mail", sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "mail_told",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_mail_told")),
    )
    op.create_index(op.f("ix_mail_told_person_id"), "mail_told", ["person_id"], unique=False)
    op.create_table(
        "mail_unreachable",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "address", name=op.f("pk_mail_unreachable")),
    )
    op.create_index(op.f("ix_mail_unreachable_address"), "mail_unreachable", ["address"], unique=False)


def add(table: str, column: str, default: str, condition: str) -> None:
    """Add a column that stays within its values: every row has the default, none has to be looked at."""
    name = f"ck_{table}_{column}_known"
    kind = f"text not null default '{default}' constraint {name} check ({condition})"
    op.execute(f"alter table {table} add column {column} {kind}")


def downgrade() -> None:
    op.drop_table("mail_unreachable")
    op.drop_table("mail_told")
    op.drop_column("mail", "given_up_at")
    op.drop_column("mail", "channel")
    for table in ("people_person", "mail"):
        op.drop_column(table, "language")
