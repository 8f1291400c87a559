"""Keep who gave the company's word, which goes with their account; a company that is back is told of."""

from alembic import op

revision = "0037_contact_words"
down_revision = "0036_needs_unsaid"
branch_labels = None
depends_on = None

KINDS = (
    "'forward', 'unreachable', 'unanswered', 'word', 'outcome', 'still_there',"
    " 'company_silent', 'company_gone', 'disputed', 'flagged', 'proposed'"
)


def upgrade() -> None:
    key = "constraint fk_contact_company_answered_by_people_person references people_person (id)"
    # The column is new: there is no row to look at.
    ignored = "-- squawk-ignore adding-foreign-key-constraint"
    op.execute(f"{ignored}\nalter table contact add column company_answered_by uuid {key}")
    know_kinds(f"{KINDS}, 'company_back'")


def know_kinds(kinds: str) -> None:
    """Let a task be of these kinds."""
    table, name = "accompaniment_task", "ck_accompaniment_task_kind_known"
    op.execute(f"-- squawk-ignore ban-drop-constraint\nalter table {table} drop constraint {name}")
    # Tasks are few, and the service starts afterwards: the look at them is short.
    ignored = "-- squawk-ignore constraint-missing-not-valid"
    op.execute(f"{ignored}\nalter table {table} add constraint {name} check (kind in ({kinds}))")


def downgrade() -> None:
    op.execute("delete from accompaniment_task where kind = 'company_back'")
    know_kinds(KINDS)
    op.drop_column("contact", "company_answered_by")
