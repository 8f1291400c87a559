"""Let a need be unsaid that was a slip."""

from alembic import op

revision = "0036_needs_unsaid"
down_revision = "0034_telling"
branch_labels = None
depends_on = None

BEFORE = "'open', 'filled', 'closed', 'expired'"


def upgrade() -> None:
    know_states(f"{BEFORE}, 'undone'")


def downgrade() -> None:
    op.execute("update directory_need set state = 'closed' where state = 'undone'")
    know_states(BEFORE)


def know_states(states: str) -> None:
    """Let a need be in these states."""
    table, name = "directory_need", "ck_directory_need_state_known"
    op.execute(f"-- squawk-ignore ban-drop-constraint\nalter table {table} drop constraint {name}")
    # Needs are few, and the service starts afterwards: the look at them is short.
    ignored = "-- squawk-ignore constraint-missing-not-valid"
    op.execute(f"{ignored}\nalter table {table} add constraint {name} check (state in ({states}))")
