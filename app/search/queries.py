"""Nouns of the index: a page of results, with help where it has hardly any, and what stands around one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.search.asking import Cursor, SearchQuery, candidates, groups_of
from app.search.execution import execute_unprepared
from app.search.facets import Facets, facets
from app.search.helping import Help, Offers
from app.search.postings import Lists, Walk, lists_of
from app.search.rules import CANDIDATES_MAX, CORRECTED_BELOW, PAGE_SIZE
from app.search.spelling import Typed, asked_for, read
from app.search.tagging import counted

# Of settled profiles that say what is asked for: help would be counted in vain, and takes long to plan.
PROBABLY_MANY = 10 * CORRECTED_BELOW
# Rows of the page, the tags to count and the total come by one statement, from the same candidates.
PAGE = """
with candidate as materialized ({candidates}),
listed as (
  select profile_id, updated_at, key,
    row_number() over (order by key desc, updated_at desc, profile_id desc) as place
  from candidate
),
turned as (select {turned} as past)
(select profile_id, updated_at, key, place, null::bytea as tag_numbers, null::bigint as total
 from listed, turned where place > past and place <= past + %(page)s + 1)
union all
select null, null, null, null, string_agg(tag_numbers, ''), count(*)
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
    _, search = begun(session, query)
    return page_of(session, rows_of(session, search))


def find_or_help(session: Session, query: SearchQuery) -> tuple[SearchPage, Help]:
    """Return what `find` does, and help where that is hardly anybody; by as many statements."""
    typed, search = begun(session, query)
    if len(search.walk.newest(PROBABLY_MANY)) == PROBABLY_MANY:
        page = page_of(session, rows_of(session, search))
        if page.total >= CORRECTED_BELOW:
            return page, Help()
    offers = Offers(query, typed)
    rows = rows_of(session, search, offers)
    counted = {place: total for id_, _, _, place, _, total in rows if id_ is None and place is not None}
    help_ = offers.help({place: total for place, total in counted.items() if total is not None})
    return page_of(session, rows), help_


@dataclass(frozen=True)
class Search:
    """A search with the stems of its words, and the walk along its lists."""

    query: SearchQuery
    words: list[list[str]]
    walk: Walk


def begun(session: Session, query: SearchQuery) -> tuple[list[Typed], Search]:
    """Read the words of a search and the newest of its lists, by one statement."""
    groups = groups_of(query, [])
    typed: list[Typed] = []
    lists = Lists(set())
    if query.words:
        typed, lists = read(session, query.words, [term for group in groups for term in group])
    words = asked_for(typed)
    groups = groups_of(query, words)
    if query.since:  # what changed lately is looked at one by one
        groups, lists = [], Lists(set())
    if not {term for group in groups for term in group} <= lists.terms:
        lists = lists_of(session, groups)
    return typed, Search(query, words, Walk(session, lists, groups))


def listed(
    session: Session,
    search: Search,
    statement: str,
    values: dict[str, Any],
    total_of: Callable[[list[Row]], int],
) -> list[Row]:
    """Return the rows of PAGE or AROUND, from as many settled profiles as it takes.

    One whose work zone is too far, or who changed since, is none of them.
    """
    # Where a zone touches the squares that a circle touches, it mostly reaches that circle too.
    most = (CANDIDATES_MAX + 1) * 5 // (4 if search.query.near else 5)
    while True:
        places = search.walk.newest(most)
        chosen, chosen_values = candidates(search.query, search.words, places, search.walk.top)
        rows = execute_unprepared(session, statement.replace("{candidates}", chosen), values | chosen_values)
        if len(places) < most or total_of(rows) > CANDIDATES_MAX:
            return rows
        most *= 4


def rows_of(session: Session, search: Search, offers: Offers | None = None) -> list[Row]:
    """Return the rows of PAGE, then those of offers."""
    turned, cursor = turn(search.query)
    values = cursor | {"page": PAGE_SIZE}
    page = PAGE.replace("{turned}", turned)
    if offers:
        page, values = page + offers.statement, values | offers.values
    return listed(session, search, page, values, lambda rows: carried_of(rows)[1])


def carried_of(rows: list[Row]) -> tuple[bytes, int]:
    """Return the tags of all candidates, and how many there are."""
    [(carried, total)] = [
        (carried, total) for id_, _, _, place, carried, total in rows if id_ is None and place is None
    ]
    return carried or b"", total


def page_of(session: Session, rows: list[Row]) -> SearchPage:
    """Read the page from its rows."""
    listed = sorted((place, (key, at, id_)) for id_, at, key, place, _, _ in rows if id_)
    carried, total = carried_of(rows)
    page = listed[:PAGE_SIZE]
    place = page[0][0] if page else 1
    return SearchPage(
        ids=tuple(id_ for _, (_, _, id_) in page),
        place=place,
        total=min(total, CANDIDATES_MAX),
        is_capped=total > CANDIDATES_MAX,
        first=page[0][1] if place > 1 else None,
        last=page[-1][1] if len(listed) > PAGE_SIZE else None,
        facets=facets(counted(session, carried)),
    )


def turn(query: SearchQuery) -> tuple[str, dict[str, Any]]:
    """Return how many results stand before the page that is asked for, as SQL, and the values it names."""
    cursor = query.after or query.before
    if cursor:
        return AFTER if query.after else BEFORE, dict(zip(("key", "at", "id"), cursor, strict=True))
    return (BESIDE, {"id": query.beside}) if query.beside else (FIRST_PAGE, {})


def around(session: Session, query: SearchQuery, profile_id: UUID) -> Around | None:
    """Return the neighbours of a result in the whole list of a search, None where it is not in it."""
    _, search = begun(session, query)
    rows = listed(session, search, AROUND, {"id": profile_id}, lambda rows: rows[0][3] if rows else 0)
    return Around(*rows[0]) if rows else None
