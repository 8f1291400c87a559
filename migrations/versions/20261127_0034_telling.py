"""Let advisers be asked to tell what reaches a resident by no way of their own, and say what a mail is about."""

from alembic import op

revision = "0034_telling"
down_revision = "0033_disowned_addresses"
branch_labels = None
depends_on = None

TELLING = "'word', 'outcome', 'still_there'"
BEFORE = "'forward', 'unreachable', 'unanswered', 'company_silent', 'disputed', 'flagged', 'proposed', 'company_gone'"


def upgrade() -> None:
    know_kinds(f"{BEFORE}, {TELLING}")
    op.execute("alter table mail add column concerns text not null default ''")


def downgrade() -> None:
    op.drop_column("mail", "concerns")
    op.execute("delete from accompaniment_task where kind in ('word', 'outcome', 'still_there')")
    know_kinds(BEFORE)


def know_kinds(kinds: str) -> None:
    """Let a task be of these kinds."""
    table, name = "accompaniment_task", "ck_accompaniment_task_kind_known"
    op.execute(f"-- squawk-ignore ban-drop-constraint\nalter table {table} drop constraint {name}")
    # Tasks are few, and the service starts afterwards: the look at them is short.
    ignored = "-- squawk-ignore constraint-missing-not-valid"
    op.execute(f"{ignored}\nalter table {table} add constraint {name} check (kind in ({kinds}))")
