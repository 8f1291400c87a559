"""Note what is shown of a video whose beginning or end was cut away, and what will be once it is made anew."""

from alembic import op

revision = "0013_trimming"
down_revision = "0012_poster_tile"
branch_labels = None
depends_on = None

COLUMNS = ("trim_start_s", "trim_end_s", "cut_start_s", "cut_end_s")


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"alter table video add column {column} double precision")


def downgrade() -> None:
    for column in reversed(COLUMNS):
        op.drop_column("video", column)
