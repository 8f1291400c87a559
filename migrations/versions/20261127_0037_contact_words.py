"""Keep who gave the company's word, whose words go with their account."""

from alembic import op

revision = "0037_contact_words"
down_revision = "0036_needs_unsaid"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = "constraint fk_contact_company_answered_by_people_person references people_person (id)"
    # The column is new: there is no row to look at.
    ignored = "-- squawk-ignore adding-foreign-key-constraint"
    op.execute(f"{ignored}\nalter table contact add column company_answered_by uuid {key}")


def downgrade() -> None:
    op.drop_column("contact", "company_answered_by")
