"""Show the script that was approved: a copy beside the video, as it was sent; what left shows nothing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_approved_script"
down_revision = "0005_mail_person"
branch_labels = None
depends_on = None

COLUMNS = ("current_script", "proposed_script")
# The script as it stands is the best copy there is of what was sent or approved.
COPY = """
update profile set {column} = coalesce(
  (select jsonb_build_object(
     'who_i_am', who_i_am, 'experience', experience, 'strengths', strengths, 'conclusion', conclusion)
   from profile_script
   where profile_id = profile.id and concat(who_i_am, experience, strengths, conclusion) <> ''),
  '{{}}')
where {condition}
"""


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("profile", sa.Column(column, postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.execute(
        COPY.format(
            column="current_script",
            condition="state in ('published', 'paused') "
            "or (state = 'placed' and presentation <> 'text' and current_video_id is not null)",
        )
    )
    op.execute(
        COPY.format(
            column="proposed_script", condition="state = 'submitted' or proposed_video_id is not null"
        )
    )
    op.execute(
        "update profile set current_video_id = null "
        "where state not in ('published', 'paused', 'placed') or presentation = 'text'"
    )


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_column("profile", column)
