"""Let a need outlive who stated it, a resident say yes to a proposal, and an adviser be asked to tell them."""

from alembic import op

revision = "0029_needs_outlive_authors"
down_revision = "0028_search_cells"
branch_labels = None
depends_on = None

BEFORE = "'forward', 'unreachable', 'unanswered', 'company_silent', 'disputed', 'flagged'"


def upgrade() -> None:
    # What reads the column today only compares it.
    op.execute(
        "-- squawk-ignore ban-drop-not-null\nalter table directory_need alter column author_id drop not null"
    )
    op.execute("alter table directory_need_proposal add column agreed_at timestamp with time zone")
    know_kinds(f"{BEFORE}, 'proposed'")


def downgrade() -> None:
    op.execute("delete from accompaniment_task where kind = 'proposed'")
    know_kinds(BEFORE)
    op.drop_column("directory_need_proposal", "agreed_at")
    op.execute("delete from directory_need where author_id is null")
    op.execute("alter table directory_need alter column author_id set not null")


def know_kinds(kinds: str) -> None:
    """Let a task be of these kinds."""
    table, name = "accompaniment_task", "ck_accompaniment_task_kind_known"
    op.execute(f"-- squawk-ignore ban-drop-constraint\nalter table {table} drop constraint {name}")
    # Tasks are few, and the service starts afterwards: the look at them is short.
    ignored = "-- squawk-ignore constraint-missing-not-valid"
    op.execute(f"{ignored}\nalter table {table} add constraint {name} check (kind in ({kinds}))")
