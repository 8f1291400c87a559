"""Verbs that settle fresh profiles in the order of time, so that searches need not ask them one by one.

Nothing depends on when that is done: what is fresh is found all the same, row by row.
"""

from typing import Any

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from app.search.models import Posting
from app.search.postings import BLOCK_PLACES
from app.search.rules import FRESH

FRESH_MAX = 200  # profiles; fewer are not worth the writing
LATE_MAX = 500  # fresh ones that are older than who was settled: their places are taken
LOCK = 19_0035  # of everybody who settles

LATEST = "select updated_at, profile_id from search_profile where place < :fresh order by place desc limit 1"
NEWER = "(cast(:at as timestamptz) is null or (updated_at, profile_id) > (:at, cast(:id as uuid)))"
COUNT = """
select count(*), count(*) filter (where not {newer}) from search_profile where place = :fresh
""".replace("{newer}", NEWER)
TAKEN = """
select count(*), coalesce(max(place) - min(place) + 1, 0) from search_profile where place < :fresh
"""
# Whoever changes meanwhile waits: the place and the lists are of one moment.
HOLD = """
select profile_id from search_profile where place = :fresh and {newer}
order by updated_at, profile_id limit :most for update
""".replace("{newer}", NEWER)
SETTLE = """
with given as (
  select profile_id, tags, cells, tsv, nextval('search_place') as place from (
    select profile_id, tags, cells, tsv from search_profile where profile_id = any(:ids)
    order by updated_at, profile_id
  ) as ordered
),
settled as (
  update search_profile set place = given.place from given where search_profile.profile_id = given.profile_id
)
insert into search_posting (term, block, places)
select term, place / :block_places, string_agg(int2send((place % :block_places)::int2), '')
from given cross join lateral (
  select unnest(tags) as term
  union all select 'cell:' || cell from unnest(cells) as cell
  union all select 'word:' || lexeme from unnest(tsvector_to_array(tsv)) as lexeme
) as carried
group by term, place / :block_places
on conflict (term, block) do update set places = search_posting.places || excluded.places
"""


def settle(session: Session, fewest: int = FRESH_MAX, late_max: int = LATE_MAX) -> int:
    """Give fresh profiles their places, a block of them at most, and return how many were settled.

    Fewer than `fewest` are left alone.  Where more than `late_max` are older than settled ones, or most
    places are those of profiles that changed since, all become fresh, to be settled anew.
    """
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    latest = session.execute(text(LATEST), {"fresh": FRESH}).one_or_none()
    values: dict[str, Any] = {"fresh": FRESH, "at": latest and latest[0], "id": latest and latest[1]}
    fresh, late = session.execute(text(COUNT), values).one()
    settled, taken = session.execute(text(TAKEN), values).one()
    if not settled or late > late_max or taken > 2 * settled + BLOCK_PLACES:
        unsettle(session)
        values |= {"at": None, "id": None}
    elif fresh - late < fewest:
        return 0
    ids = session.scalars(text(HOLD), values | {"most": BLOCK_PLACES}).all()
    session.execute(text(SETTLE), {"ids": list(ids), "block_places": BLOCK_PLACES})
    return len(ids)


def unsettle(session: Session) -> None:
    """Make every profile fresh; places are never given twice."""
    session.execute(text("update search_profile set place = :fresh where place < :fresh"), {"fresh": FRESH})
    session.execute(delete(Posting))
