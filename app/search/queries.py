"""Nouns of the index: the lexemes of a text, the vocabulary, a page of results.

Accents are folded *after* stemming too: folded first, « motivée » stems to « motive » and misses « motivé ».
So both ways are indexed, and both are asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import psycopg
from sqlalchemy import func, select, text, union_all
from sqlalchemy.orm import Session

from app.places.models import Job, JobTitle
from app.places.rules import fold
from app.search.rules import CANDIDATES_MAX, MANNERS, PAGE_SIZE, WORDS_MAX, quoted

CANDIDATES = """
select profile_id, updated_at, {rank} as rank
from (
  select profile_id, updated_at, tsv from search_profile
  where tags @> %(tags)s::text[] {matches}
  order by updated_at desc, profile_id desc
  limit %(most)s
) as candidate
order by rank desc, updated_at desc, profile_id desc
"""

STEMS = text("""
select tsvector_to_array(to_tsvector('french', words)), tsvector_to_array(to_tsvector('french', folded))
from unnest(cast(:texts as text[]), cast(:folded as text[])) with ordinality as given (words, folded, place)
order by place
""")


@dataclass(frozen=True)
class SearchQuery:
    """What a recruiter looks for; `after` is the last row of the page before (rank, instant, id)."""

    words: str = ""
    contract: str = ""
    department: str = ""
    after: tuple[float, datetime, UUID] | None = None


@dataclass(frozen=True)
class SearchPage:
    """One page of ids, best first; `total` stops counting where `is_capped` says so."""

    ids: tuple[UUID, ...]
    total: int
    is_capped: bool
    last: tuple[float, datetime, UUID] | None


def lexemes(session: Session, words: str) -> list[str]:
    """Return the French stems of a text, folded, and the stems of the folded text.

    Stop words are gone, and words of other alphabets, of which folding leaves nothing.
    """
    return lexemes_of_each(session, [words])[0]


def lexemes_of_each(session: Session, texts: Sequence[str]) -> list[list[str]]:
    """Return the lexemes of several texts, in their order, by one query; `lexemes` says what they are."""
    if not texts:
        return []
    values = {"texts": list(texts), "folded": [fold(words) for words in texts]}
    return [
        sorted(({fold(stem) for stem in stems} | set(folded)) - {""})
        for stems, folded in session.execute(STEMS, values)
    ]


def vocabulary(session: Session) -> set[str]:
    """Return every lexeme by which free words can be found: names of jobs, and manners of working."""
    labels = union_all(select(Job.label), select(JobTitle.label)).subquery()
    joined = session.scalar(select(func.string_agg(labels.c.label, text("' '")))) or ""
    return set(lexemes(session, f"{joined} {MANNERS}"))


def tsquery(session: Session, words: str) -> str:
    """Return the text form of the query for all of `words`, empty when none of them can be asked for."""
    alternatives = lexemes_of_each(session, words.split()[:WORDS_MAX])
    asked = [" | ".join(quoted(lexeme) for lexeme in either) for either in alternatives if either]
    return " & ".join(f"({either})" for either in asked)


def find(session: Session, query: SearchQuery) -> SearchPage:
    """Return one page of what matches, among the newest thousand that pass the filters."""
    asked = tsquery(session, query.words)
    wanted = {"contract": query.contract, "department": query.department}
    values: dict[str, Any] = {
        "tags": [f"{kind}:{value}" for kind, value in wanted.items() if value],
        "most": CANDIDATES_MAX + 1,
        "asked": asked,
    }
    statement = CANDIDATES.format(
        rank="ts_rank(tsv, %(asked)s::tsquery)" if asked else "0::real",
        matches="and tsv @@ %(asked)s::tsquery" if asked else "",
    )
    rows = execute_unprepared(session, statement, values)
    after = query.after
    following = [row for row in rows if after is None or before(row, after)]
    page = following[:PAGE_SIZE]
    more = len(following) > PAGE_SIZE
    return SearchPage(
        ids=tuple(row[0] for row in page),
        total=min(len(rows), CANDIDATES_MAX),
        is_capped=len(rows) > CANDIDATES_MAX,
        last=(page[-1][2], page[-1][1], page[-1][0]) if page and more else None,
    )


def before(row: tuple[UUID, datetime, float], after: tuple[float, datetime, UUID]) -> bool:
    """Tell whether a row comes after the cursor in the order of the list: rank, then newest."""
    profile_id, updated_at, rank = row
    return (rank, updated_at, profile_id) < after


def execute_unprepared(
    session: Session, statement: str, values: dict[str, Any]
) -> list[tuple[UUID, datetime, float]]:
    """Run a statement planned for its values: prepared, its plan would be 200 times slower."""
    driver = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    return driver.execute(statement.encode(), values, prepare=False).fetchall()
