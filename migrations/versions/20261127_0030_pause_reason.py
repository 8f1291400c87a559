"""Keep why a saved search is paused: its owner asked, or no letter reaches them."""

from alembic import op

revision = "0030_pause_reason"
down_revision = "0029_needs_outlive_authors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "alter table directory_saved_search add column pause_reason text"
        " constraint ck_directory_saved_search_pause_reason_known check (pause_reason in ('asked', 'unreachable'))"
    )


def downgrade() -> None:
    op.drop_column("directory_saved_search", "pause_reason")
