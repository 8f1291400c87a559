"""Keep which colleague took an exchange over, and when a company could no longer go on with it."""

from alembic import op

revision = "0032_contact_colleagues"
down_revision = "0031_contact_words_kept"
branch_labels = None
depends_on = None

KINDS = "'forward', 'unreachable', 'unanswered', 'company_silent', 'disputed', 'flagged', 'proposed'"


def upgrade() -> None:
    for column in ("forsaken_at", "taken_over_at"):
        op.execute(f"alter table contact add column {column} timestamp with time zone")
    key = "constraint fk_contact_written_by_people_person references people_person (id)"
    # The column is new: there is no row to look at.
    ignored = "-- squawk-ignore adding-foreign-key-constraint"
    op.execute(f"{ignored}\nalter table contact add column written_by uuid {key}")
    know_open("state in ('sent', 'read', 'accepted') and taken_over_at is null")
    know_kinds(f"{KINDS}, 'company_gone'")


def know_open(which: str) -> None:
    """Let the database hold that one proposal of a recruiter to a profile is open, among `which`."""
    # Migrations run before the service starts: nobody waits for the table.
    op.execute("-- squawk-ignore require-concurrent-index-deletion\ndrop index uq_contact_open")
    ignored = "-- squawk-ignore require-concurrent-index-creation"
    columns = "contact (recruiter_id, profile_id)"
    op.execute(f"{ignored}\ncreate unique index uq_contact_open on {columns} where {which}")


def know_kinds(kinds: str) -> None:
    """Let a task be of these kinds."""
    table, name = "accompaniment_task", "ck_accompaniment_task_kind_known"
    op.execute(f"-- squawk-ignore ban-drop-constraint\nalter table {table} drop constraint {name}")
    # Tasks are few, and the service starts afterwards: the look at them is short.
    ignored = "-- squawk-ignore constraint-missing-not-valid"
    op.execute(f"{ignored}\nalter table {table} add constraint {name} check (kind in ({kinds}))")


def downgrade() -> None:
    op.execute("delete from accompaniment_task where kind = 'company_gone'")
    know_kinds(KINDS)
    know_open("state in ('sent', 'read', 'accepted')")
    for column in ("written_by", "taken_over_at", "forsaken_at"):
        op.drop_column("contact", column)
