"""Nouns of the index: a page of results, what stands around one of them, what leaving a filter out finds."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.search.asking import Cursor, SearchQuery, candidates, filters_of, narrowed, without
from app.search.execution import execute_unprepared
from app.search.facets import Facets, facets
from app.search.rules import CANDIDATES_MAX, PAGE_SIZE
from app.search.stemming import tsquery

# Rows of the page, counts of tags and the total come by one statement, from the same candidates.
PAGE = """
with candidate as materialized ({candidates})
(select profile_id, updated_at, key, null as tag, null::bigint as count
 from candidate {after} order by key desc, updated_at desc, profile_id desc limit %(page)s)
union all
select null, null, null, tag, count(*) from candidate, unnest(tags) as tag
where tag not like 'cell:%%' group by tag
union all
select null, null, null, '', count(*) from candidate
"""
AFTER = "where (key, updated_at, profile_id) < (%(key)s, %(at)s, %(id)s)"

AROUND = """
with candidate as materialized ({candidates}),
listed as (
  select profile_id, lag(profile_id) over list as before, lead(profile_id) over list as next,
    row_number() over list as place, count(*) over () as total
  from candidate window list as (order by key desc, updated_at desc, profile_id desc)
)
select before, next, place, total from listed where profile_id = %(id)s
"""

COUNT = "(select count(*) from (select from search_profile {where} limit %(most)s) as found)"
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class SearchPage:
    """One page of ids, best first; `total` stops counting where `is_capped` says so.

    `facets` count the same candidates; `last` is the cursor of the page that follows, None where none does.
    """

    ids: tuple[UUID, ...]
    total: int
    is_capped: bool
    last: Cursor | None
    facets: Facets


@dataclass(frozen=True)
class Around:
    """Where one result stands in its list, from 1, and what comes before and after it."""

    before: UUID | None
    after: UUID | None
    place: int
    total: int


@dataclass(frozen=True)
class Relaxed:
    """What a search finds once the filter `name` (a field of SearchQuery) is left out."""

    name: str
    query: SearchQuery
    total: int
    is_capped: bool


def find(session: Session, query: SearchQuery) -> SearchPage:
    """Return one page of what matches, among the newest thousand that pass the filters."""
    statement, values = candidates(query, tsquery(session, query.words))
    values["page"] = PAGE_SIZE + 1
    if query.after:
        values |= dict(zip(("key", "at", "id"), query.after, strict=True))
    whole = PAGE.format(candidates=statement, after=AFTER if query.after else "")
    rows = execute_unprepared(session, whole, values)
    listed = sorted(((key, at, id_) for id_, at, key, _, _ in rows if id_), reverse=True)
    counted = {tag: count for _, _, _, tag, count in rows if tag is not None}
    total = counted.pop("")
    page = listed[:PAGE_SIZE]
    return SearchPage(
        ids=tuple(id_ for _, _, id_ in page),
        total=min(total, CANDIDATES_MAX),
        is_capped=total > CANDIDATES_MAX,
        last=page[-1] if len(listed) > PAGE_SIZE else None,
        facets=facets(counted.items()),
    )


def around(session: Session, query: SearchQuery, profile_id: UUID) -> Around | None:
    """Return the neighbours of a result in the whole list of a search, None where it is not in it."""
    statement, values = candidates(query, tsquery(session, query.words))
    rows = execute_unprepared(session, AROUND.format(candidates=statement), values | {"id": profile_id})
    return Around(*rows[0]) if rows else None


def relaxed(session: Session, query: SearchQuery) -> list[Relaxed]:
    """Return what each filter, left out alone, would let be found, most first; empty where nothing helps."""
    asked = tsquery(session, query.words)
    without_one = {name: without(query, name) for name in filters_of(query)}
    if not without_one:
        return []
    counts: list[str] = []
    values: dict[str, Any] = {"most": CANDIDATES_MAX + 1}
    for name, left in without_one.items():
        where, named = narrowed(left, "" if name == "words" else asked)
        # One statement holds them all: each has values of its own.
        counts.append(COUNT.format(where=PLACEHOLDER.sub(rf"%(\1_{name})s", where)))
        values |= {f"{key}_{name}": value for key, value in named.items()}
    [totals] = execute_unprepared(session, f"select {', '.join(counts)}", values)
    found_more = [
        Relaxed(name, left, min(total, CANDIDATES_MAX), total > CANDIDATES_MAX)
        for (name, left), total in zip(without_one.items(), totals, strict=True)
        if total
    ]
    return sorted(found_more, key=lambda relaxed: -relaxed.total)
