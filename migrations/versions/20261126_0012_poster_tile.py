"""Note which picture of the storyboard a person chose to stand for their video."""

from alembic import op

revision = "0012_poster_tile"
down_revision = "0011_captions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table video add column poster_tile integer")


def downgrade() -> None:
    op.drop_column("video", "poster_tile")
