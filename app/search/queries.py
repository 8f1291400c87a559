"""Nouns of the index: a page of results, with help where it has hardly any, and what stands around one."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.search.asking import Cursor, SearchQuery, candidates
from app.search.execution import execute_unprepared
from app.search.facets import Facets, facets
from app.search.helping import Help, Offers
from app.search.rules import CANDIDATES_MAX, PAGE_SIZE
from app.search.spelling import asked_for, read
from app.search.stemming import tsquery

# Rows of the page, the tags to count and the total come by one statement, from the same candidates.  The tags
# come as one text: counting them here takes a quarter of the time that `unnest` and `group by` take.
PAGE = """
with candidate as materialized ({candidates}),
listed as (
  select profile_id, updated_at, key,
    row_number() over (order by key desc, updated_at desc, profile_id desc) as place
  from candidate
),
turned as (select {turned} as past)
(select profile_id, updated_at, key, place, null as tags, null::bigint as total
 from listed, turned where place > past and place <= past + %(page)s + 1)
union all
select null, null, null, null, string_agg(array_to_string(tags, %(between)s), %(between)s), count(*)
from candidate
"""
# How many results stand before the page.
FIRST_PAGE = "0"
AFTER = "(select count(*) from listed where (key, updated_at, profile_id) >= (%(key)s, %(at)s, %(id)s))"
BEFORE = """greatest(0, -%(page)s + (
  select count(*) from listed where (key, updated_at, profile_id) > (%(key)s, %(at)s, %(id)s)
))"""
BESIDE = "coalesce((select (place - 1) / %(page)s * %(page)s from listed where profile_id = %(id)s), 0)"

AROUND = """
with candidate as materialized ({candidates}),
listed as (
  select profile_id, lag(profile_id) over list as before, lead(profile_id) over list as next,
    row_number() over list as place, count(*) over () as total
  from candidate window list as (order by key desc, updated_at desc, profile_id desc)
)
select before, next, place, total from listed where profile_id = %(id)s
"""

BETWEEN_TAGS = "\n"

Row = tuple[Any, ...]


@dataclass(frozen=True)
class SearchPage:
    """One page of ids, best first; `total` stops counting where `is_capped` says so.

    `place` is that of its first result, from 1.  `facets` count the same candidates; `last` is the cursor of
    the page that follows, `first` of the one before, None where there is none.
    """

    ids: tuple[UUID, ...]
    place: int
    total: int
    is_capped: bool
    first: Cursor | None
    last: Cursor | None
    facets: Facets


@dataclass(frozen=True)
class Around:
    """Where one result stands in its list, from 1, and what comes before and after it."""

    before: UUID | None
    after: UUID | None
    place: int
    total: int


def find(session: Session, query: SearchQuery) -> SearchPage:
    """Return one page of what matches, among the newest thousand that pass the filters."""
    return page_of(rows_of(session, query, tsquery(session, query.words)))


def find_or_help(session: Session, query: SearchQuery) -> tuple[SearchPage, Help]:
    """Return what `find` does, and help where that is hardly anybody; by as many statements."""
    typed = read(session, query.words)
    offers = Offers(query, typed)
    rows = rows_of(session, query, asked_for(typed), offers)
    counted = {place: total for id_, _, _, place, _, total in rows if id_ is None and place is not None}
    return page_of(rows), offers.help({place: total for place, total in counted.items() if total is not None})


def rows_of(session: Session, query: SearchQuery, asked: str, offers: Offers | None = None) -> list[Row]:
    """Return the rows of PAGE, then those of offers."""
    statement, values = candidates(query, asked)
    turned, cursor = turn(query)
    values |= cursor | {"page": PAGE_SIZE, "between": BETWEEN_TAGS}
    page = PAGE.format(candidates=statement, turned=turned)
    if offers:
        return execute_unprepared(session, page + offers.statement, values | offers.values)
    return execute_unprepared(session, page, values)


def page_of(rows: list[Row]) -> SearchPage:
    """Read the page from its rows."""
    listed = sorted((place, (key, at, id_)) for id_, at, key, place, _, _ in rows if id_)
    [(carried, total)] = [
        (carried, total) for id_, _, _, place, carried, total in rows if id_ is None and place is None
    ]
    page = listed[:PAGE_SIZE]
    place = page[0][0] if page else 1
    return SearchPage(
        ids=tuple(id_ for _, (_, _, id_) in page),
        place=place,
        total=min(total, CANDIDATES_MAX),
        is_capped=total > CANDIDATES_MAX,
        first=page[0][1] if place > 1 else None,
        last=page[-1][1] if len(listed) > PAGE_SIZE else None,
        facets=facets(Counter((carried or "").split(BETWEEN_TAGS)).items()),
    )


def turn(query: SearchQuery) -> tuple[str, dict[str, Any]]:
    """Return how many results stand before the page that is asked for, as SQL, and the values it names."""
    cursor = query.after or query.before
    if cursor:
        return AFTER if query.after else BEFORE, dict(zip(("key", "at", "id"), cursor, strict=True))
    return (BESIDE, {"id": query.beside}) if query.beside else (FIRST_PAGE, {})


def around(session: Session, query: SearchQuery, profile_id: UUID) -> Around | None:
    """Return the neighbours of a result in the whole list of a search, None where it is not in it."""
    statement, values = candidates(query, tsquery(session, query.words))
    rows = execute_unprepared(session, AROUND.format(candidates=statement), values | {"id": profile_id})
    return Around(*rows[0]) if rows else None
