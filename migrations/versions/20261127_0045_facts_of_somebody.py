"""Find the facts about one person without reading the whole journal."""

import sqlalchemy as sa
from alembic import op

revision = "0045_facts_of_somebody"
down_revision = "0044_opinions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_evidence_fact_subject",
        "evidence_fact",
        ["subject"],
        postgresql_where=sa.text("subject <> ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_evidence_fact_subject", table_name="evidence_fact")
