"""Keep the squares of work zones apart from the tags, and the day on which somebody is free beside its month."""

from alembic import op

revision = "0028_search_cells"
down_revision = "0027_filmed_lengths"
branch_labels = None
depends_on = None

# A square was « cell:row:column », and is its number: (row + 360) × 1440 + column + 720.
NUMBERED = """
update search_profile set
  cells = array(
    select (split_part(tag, ':', 2)::int + 360) * 1440 + split_part(tag, ':', 3)::int + 720
    from unnest(tags) as tag where tag like 'cell:%' order by 1
  ),
  tags = array(select tag from unnest(tags) as tag where tag not like 'cell:%' order by tag collate "C")
"""
DAYS = """
update search_profile set
  tags = array(
    select tag from unnest(tags || ('available:' || profile.available_on)) as tag order by tag collate "C"
  )
from profile where profile.id = profile_id and profile.available_on is not null
"""
WORDED = """
update search_profile set tags = array(
  select tag from unnest(tags) as tag where tag !~ '^available:\\d{4}-\\d\\d-\\d\\d$'
  union all
  select 'cell:' || number / 1440 - 360 || ':' || number % 1440 - 720 from unnest(cells) as number
)
"""


def upgrade() -> None:
    op.execute("alter table search_profile add column cells integer[] default '{}' not null")
    op.execute(NUMBERED)
    op.execute(DAYS)
    op.execute("alter table search_profile alter column cells set statistics 1000")
    op.create_index(
        "ix_search_profile_cells",
        "search_profile",
        ["cells"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    op.drop_index("ix_search_profile_cells", table_name="search_profile")
    op.execute(WORDED)
    op.drop_column("search_profile", "cells")
