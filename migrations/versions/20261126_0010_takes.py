"""Let a video be of several takes: where each is in it, and which one it was refused for."""

from alembic import op

revision = "0010_takes"
down_revision = "0009_people_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table video add column refused_take integer")
    op.execute("alter table video_take add column starts_s double precision")
    op.execute("alter table video_take add column duration_s double precision")


def downgrade() -> None:
    op.drop_column("video_take", "duration_s")
    op.drop_column("video_take", "starts_s")
    op.drop_column("video", "refused_take")
