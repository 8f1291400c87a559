"""What a recruiter looks for, and the conditions that it puts on a row of the index."""

from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.search.rules import (
    AGE_SCALE_S,
    CANDIDATES_MAX,
    EARTH_KM,
    ZONES_MAX,
    available_tags,
    cells,
    language_tags,
)

Cursor = tuple[float, datetime, UUID]

# Half the great circle from the asked point to the centre of a work zone, as the square of its sine.
HALF = """(sin(radians(zones[{at}] - %(latitude)s) / 2) ^ 2
  + cos(radians(%(latitude)s)) * cos(radians(zones[{at}]))
  * sin(radians(zones[{at} + 1] - %(longitude)s) / 2) ^ 2)"""
MEETS = f"{HALF} <= sin(least((zones[{{at}} + 2] + %(radius_km)s) / (2 * %(earth_km)s), pi() / 2)) ^ 2"
# Zone by zone in writing: a subquery over them takes ten times as long.  What is beyond the last is null.
ZONES_AT = tuple(1 + 3 * place for place in range(ZONES_MAX))
REACHES = f"({' or '.join(MEETS.format(at=at) for at in ZONES_AT)})"
NEAREST = f"-asin(sqrt(least(1.0, {', '.join(HALF.format(at=at) for at in ZONES_AT)})))::float8"
# The order of rank × exp(-age / scale), whatever the hour: pages that follow each other are of one list.
RELEVANCE = """
ln(ts_rank(tsv, %(asked)s::tsquery) + 1e-9)::float8
+ extract(epoch from updated_at)::float8 / %(age_scale_s)s"""
# What is sorted is where rows lie, not what they hold: a list of words is a kilobyte.
CANDIDATES = """
select profile_id, updated_at, tags, {key} as key
from search_profile
where ctid = any(array(
  select ctid from search_profile {where}
  order by updated_at desc, profile_id desc
  limit %(most)s
))"""


@dataclass(frozen=True)
class Near:
    """A place of work, in degrees, and how far around it, in km; 0 asks for those who want to work there."""

    latitude: float
    longitude: float
    radius_km: float = 0.0


@dataclass(frozen=True)
class SearchQuery:
    """What a recruiter looks for; whatever is empty asks for nothing.

    `rome` is the code of a job, `sector` the first letter of such codes; `available_by` the last day on which
    they may become free; `language_level` the lowest that will do; all of `competences` are wanted; `since`
    keeps what changed later; `hidden` are profiles that do not exist for who asks.  A page begins `after` a
    cursor (SearchPage.last), ends `before` one (SearchPage.first), or is the one with the profile `beside`; a
    cursor belongs to its sort.
    """

    words: str = ""
    rome: str = ""
    sector: str = ""
    contract: str = ""
    department: str = ""
    near: Near | None = None
    available_by: date | None = None
    language: str = ""
    language_level: str = ""
    competences: tuple[str, ...] = ()
    since: datetime | None = None
    hidden: tuple[UUID, ...] = ()
    sort: str = "relevance"
    after: Cursor | None = None
    before: Cursor | None = None
    beside: UUID | None = None


TURNS = ("after", "before", "beside")
FILTERS = tuple(
    field.name
    for field in fields(SearchQuery)
    if field.name not in {"language_level", "since", "hidden", "sort", *TURNS}
)


def filters_of(query: SearchQuery) -> list[str]:
    """Return which filters narrow a search; a language takes its level with it."""
    return [name for name in FILTERS if getattr(query, name)]


def without(query: SearchQuery, name: str) -> SearchQuery:
    """Return the search that leaves a filter out, from its first page on."""
    nothing = SearchQuery()
    dropped: dict[str, Any] = {name: getattr(nothing, name), **dict.fromkeys(TURNS)}
    if name == "language":
        dropped["language_level"] = ""
    if name == "near" and query.sort == "nearest":
        dropped["sort"] = "relevance"
    return replace(query, **dropped)


def conditions(query: SearchQuery, asked: str) -> tuple[list[str], dict[str, Any]]:
    """Return what a row must fulfil, and the values that it names; `asked` is the words' tsquery."""
    tags = tags_of(query)
    values: dict[str, Any] = {
        "tags": tags,
        "asked": asked,
        "since": query.since,
        "hidden": list(query.hidden),
    }
    found = ["tags @> %(tags)s::text[]"] if tags else []
    for name, some in either_of(query).items():
        found.append(f"tags && %({name})s::text[]")
        values[name] = some
    if query.near:
        found.append("cells && %(cells)s::int[]")
        values |= asdict(query.near) | {"earth_km": EARTH_KM, "cells": sorted(cells(**asdict(query.near)))}
    # A row is asked in this order: a long list of words may lie apart from its row.
    if asked:
        found.append("tsv @@ %(asked)s::tsquery")
    if query.since:
        found.append("updated_at > %(since)s")
    if query.hidden:
        found.append("profile_id <> all(%(hidden)s::uuid[])")
    if query.near:
        found.append(REACHES)
    return found, values


def tags_of(query: SearchQuery) -> list[str]:
    """Return the tags all of which a row must have."""
    wanted = {
        "rome": query.rome,
        "sector": query.sector,
        "contract": query.contract,
        "department": query.department,
    }
    tags = [f"{kind}:{value}" for kind, value in wanted.items() if value]
    return [*tags, *(f"competence:{key}" for key in query.competences)]


def either_of(query: SearchQuery) -> dict[str, list[str]]:
    """Return, by the name of its value, the tags of which a row must have one at least."""
    either: dict[str, list[str]] = {}
    if query.available_by:
        either["available"] = available_tags(query.available_by)
    if query.language:
        either["language"] = language_tags(query.language, query.language_level)
    return either


def order_key(query: SearchQuery, asked: str) -> str:
    """Return the number that a row is listed by, the highest first; the newest first among equals."""
    if query.sort == "nearest" and query.near:
        return NEAREST
    return RELEVANCE if query.sort == "relevance" and asked else "0::float8"


def candidates(query: SearchQuery, asked: str) -> tuple[str, dict[str, Any]]:
    """Return the query of the newest thousand rows that pass, one more to tell that there are others."""
    where, values = narrowed(query, asked)
    statement = CANDIDATES.format(key=order_key(query, asked), where=where)
    return statement, values | {"age_scale_s": AGE_SCALE_S, "most": CANDIDATES_MAX + 1}


def narrowed(query: SearchQuery, asked: str) -> tuple[str, dict[str, Any]]:
    """Return the WHERE clause of a search, empty when nothing narrows it, and its values."""
    found, values = conditions(query, asked)
    return f"where {' and '.join(found)}" if found else "", values
