"""Keep which public packs were given, apart from what was signed for them: an export may fail."""

import sqlalchemy as sa
from alembic import op

revision = "0048_public_packs"
down_revision = "0047_need_silence"
branch_labels = None
depends_on = None

# Nobody knows which of those that were signed were given: all of them are protected.
KEEP = """
insert into evidence_public_pack (convention, first_day, last_day, checkpoint_id, figures_sha256, given_at)
select distinct on (convention, reason) convention, split_part(reason, ' ', 3)::date,
  split_part(reason, ' ', 4)::date, id, '', made_at
from evidence_checkpoint where reason like 'export public %' order by convention, reason, id
"""


def upgrade() -> None:
    op.create_table(
        "evidence_public_pack",
        sa.Column("convention", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("checkpoint_id", sa.BigInteger(), nullable=False),
        sa.Column("figures_sha256", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("convention", "first_day", "last_day", name=op.f("pk_evidence_public_pack")),
    )
    op.execute(KEEP)
    op.execute(
        "create trigger evidence_public_pack_append_only before update or delete on evidence_public_pack "
        "for each row execute function evidence_refuse_change()"
    )
    op.execute(
        "create trigger evidence_public_pack_no_truncate before truncate on evidence_public_pack "
        "for each statement execute function evidence_refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("evidence_public_pack")
