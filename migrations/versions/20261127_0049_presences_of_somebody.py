"""Find whether somebody was met in a place before, however many rows there are of them."""

from alembic import op

revision = "0049_presences_of_somebody"
down_revision = "0048_public_packs"
branch_labels = None
depends_on = None

COLUMNS = ("territory", "department")


def upgrade() -> None:
    # Migrations run before the service starts: nobody waits for the table.
    ignored = "-- squawk-ignore require-concurrent-index-creation"
    for column in COLUMNS:
        op.execute(
            f"{ignored}\ncreate index ix_reports_presence_who_{column} on reports_presence (who, {column})"
        )


def downgrade() -> None:
    ignored = "-- squawk-ignore require-concurrent-index-deletion"
    for column in COLUMNS:
        op.execute(f"{ignored}\ndrop index ix_reports_presence_who_{column}")
