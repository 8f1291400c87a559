"""Find who was met in some structures without reading everybody: an adviser of two reads them together."""

from alembic import op

revision = "0046_presences_of_structures"
down_revision = "0045_facts_of_somebody"
branch_labels = None
depends_on = None

NAME = "ix_reports_presence_convention_territory"


def upgrade() -> None:
    # Migrations run before the service starts: nobody waits for the table.
    ignored = "-- squawk-ignore require-concurrent-index-creation"
    op.execute(f"{ignored}\ncreate index {NAME} on reports_presence (convention, territory)")


def downgrade() -> None:
    op.execute(f"-- squawk-ignore require-concurrent-index-deletion\ndrop index {NAME}")
