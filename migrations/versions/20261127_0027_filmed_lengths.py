"""Keep how long each take was filmed for, by the timer of its recorder."""

from alembic import op

revision = "0027_filmed_lengths"
down_revision = "0026_captions_of_cuts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table video_take add column filmed_s double precision")


def downgrade() -> None:
    op.drop_column("video_take", "filmed_s")
