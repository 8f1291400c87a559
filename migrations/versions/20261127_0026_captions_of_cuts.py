"""Keep the captions of a whole recording beside those of the part that is shown."""

from alembic import op

revision = "0026_captions_of_cuts"
down_revision = "0025_tasks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table video_captions add column whole_cues jsonb")
    op.execute("alter table video_captions add column whole_revision integer")


def downgrade() -> None:
    op.drop_column("video_captions", "whole_revision")
    op.drop_column("video_captions", "whole_cues")
