"""Keep how many words companies owed and gave, month by month, once the exchanges are gone."""

import sqlalchemy as sa
from alembic import op

revision = "0031_contact_words_kept"
down_revision = "0030_pause_reason"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_word_tally",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("owed", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["people_organisation.id"],
            name=op.f("fk_contact_word_tally_company_id_people_organisation"),
        ),
        sa.PrimaryKeyConstraint("company_id", "month_on", name=op.f("pk_contact_word_tally")),
    )


def downgrade() -> None:
    op.drop_table("contact_word_tally")
