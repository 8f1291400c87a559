"""Keep who carries which term in the order of time, and number the tags that rows carry."""

import sqlalchemy as sa
from alembic import op

revision = "0035_search_lists"
down_revision = "0034_telling"
branch_labels = None
depends_on = None

NUMBERED = """
insert into search_tag (tag) select distinct tag from search_profile, unnest(tags) as tag order by tag
"""
# Nobody has a place yet: everybody is fresh.
CARRIED = """
update search_profile set tag_numbers = (
  select coalesce(string_agg(int2send(number::int2), '' order by number), '')
  from search_tag where search_tag.tag = any(search_profile.tags)
)
"""
FRESH = "4611686018427387904"


def upgrade() -> None:
    op.create_table(
        "search_tag",
        sa.Column("number", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_search_tag"),
        sa.UniqueConstraint("tag", name="uq_search_tag_tag"),
    )
    op.create_table(
        "search_posting",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("term", "block", name="pk_search_posting"),
    )
    # Lists are read whole and often; packed, they would be unpacked each time.
    op.execute("alter table search_posting alter column places set storage external")
    op.execute("create sequence search_place minvalue 0 start 0")
    op.add_column(
        "search_profile",
        sa.Column("tag_numbers", sa.LargeBinary(), server_default=sa.text("''::bytea"), nullable=False),
    )
    op.add_column(
        "search_profile", sa.Column("place", sa.BigInteger(), server_default=sa.text(FRESH), nullable=False)
    )
    op.execute(NUMBERED)
    op.execute(CARRIED)
    op.create_index(
        "ix_search_profile_place",
        "search_profile",
        ["place"],
        postgresql_include=["profile_id", "updated_at", "tag_numbers", "zones"],
    )


def downgrade() -> None:
    op.drop_index("ix_search_profile_place", table_name="search_profile")
    op.drop_column("search_profile", "place")
    op.drop_column("search_profile", "tag_numbers")
    op.execute("drop sequence search_place")
    op.drop_table("search_posting")
    op.drop_table("search_tag")
