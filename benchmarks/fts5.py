"""The peer of search: SQLite's FTS5 on the same rows, in this very process.

It is given our stems, so that both find the same people, and our tags as tokens of their own.  Words are
ranked over all that matches (`bm25`, our weights), which is what FTS5 offers; without words the newest come
first, as rows lie.  Like ours, an answer is a page of ids, the total up to a thousand, and the facets of the
newest thousand.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from app.search.asking import Near, SearchQuery, either_of, tags_of
from app.search.rules import CANDIDATES_MAX, PAGE_SIZE, cells
from benchmarks.globe import distance_km

SCHEMA = """
pragma journal_mode = off;
pragma synchronous = off;
create virtual table found using fts5(a, b, c, d, tags, content = '');
create table profile (number integer primary key, id text, tags text, zones text);
"""
LEXEMES = "array_to_string(tsvector_to_array(ts_filter(tsv, '{{{weight}}}')), ' ')"
ROWS = """
select profile_id::text, tags, cells, zones, {words} from search_profile order by updated_at, profile_id
""".format(words=", ".join(LEXEMES.format(weight=weight) for weight in "abcd"))
RANKED = """
select id, zones from found join profile on number = found.rowid
where found match ? order by bm25(found, 10.0, 4.0, 2.0, 1.0, 0.0)
"""
NEWEST = """
select id, zones, profile.tags from found join profile on number = found.rowid
where found match ? order by found.rowid desc
"""
EVERYBODY = "select id, zones, tags from profile order by number desc"
BATCH_ROWS = 10_000


@dataclass(frozen=True)
class Answer:
    """What both sides return: the page, the total, what candidates have in common."""

    ids: tuple[str, ...]
    total: int
    facets: dict[str, int]


class Peer:
    """One connection to the peer's file; a thread needs its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows = sqlite3.connect(path, check_same_thread=False)
        self._rows.execute("pragma cache_size = -131072")  # as much as PostgreSQL's own default

    @classmethod
    def build(cls, path: Path, source: Connection) -> None:
        """Copy every row of the index, the oldest first."""
        path.unlink(missing_ok=True)
        rows = sqlite3.connect(path)
        rows.executescript(SCHEMA)
        streamed = source.execution_options(stream_results=True, yield_per=BATCH_ROWS).execute(text(ROWS))
        for number, (id_, tags, squares, zones, *words) in enumerate(streamed):
            tokens = " ".join([*(token(tag) for tag in tags), *map(cell_token, squares)])
            rows.execute(
                "insert into profile values (?, ?, ?, ?)", (number, id_, " ".join(tags), json.dumps(zones))
            )
            rows.execute(
                "insert into found (rowid, a, b, c, d, tags) values (?, ?, ?, ?, ?, ?)",
                (number, *words, tokens),
            )
        rows.execute("insert into found (found) values ('optimize')")
        rows.commit()
        rows.execute("vacuum")
        rows.close()

    def find(self, query: SearchQuery, stems: list[list[str]]) -> Answer:
        """Answer a search as `app.search.queries.find` does; `stems` are those of each word."""
        asked = expression(query, stems)
        newest = self._rows.execute(NEWEST, (asked,)) if asked else self._rows.execute(EVERYBODY)
        page: list[str] = []
        facets: Counter[str] = Counter()
        total = 0
        for id_, zones, tags in newest:
            if not query.near or reaches(query.near, json.loads(zones)):
                total += 1
                facets.update(tags.split(" "))
                page.append(id_)
                if total > CANDIDATES_MAX:
                    break
        if stems:
            page = [id_ for id_, _ in self._ranked(query, asked)]
        return Answer(tuple(page[:PAGE_SIZE]), min(total, CANDIDATES_MAX), dict(facets))

    def _ranked(self, query: SearchQuery, asked: str) -> Iterator[tuple[str, str]]:
        count = 0
        for id_, zones in self._rows.execute(RANKED, (asked,)):
            if not query.near or reaches(query.near, json.loads(zones)):
                yield id_, zones
                count += 1
                if count == PAGE_SIZE:
                    return


def token(tag: str) -> str:
    """Return a tag as one word."""
    return tag.replace(":", "").replace("_", "").replace("-", "m")


def cell_token(square: int) -> str:
    """Return a square of the map as one word."""
    return f"cell{square}"


def expression(query: SearchQuery, stems: list[list[str]]) -> str:
    """Write a search in FTS5's own language."""
    parts = [f"{{a b c d}} : ({' OR '.join(quoted(stem) for stem in either)})" for either in stems if either]
    parts += [f"tags : {quoted(token(tag))}" for tag in tags_of(query)]
    for some in either_of(query).values():
        parts.append(f"tags : ({' OR '.join(quoted(token(tag)) for tag in some)})")
    if query.near:
        squares = sorted(cells(**asdict(query.near)))
        parts.append(f"tags : ({' OR '.join(quoted(cell_token(square)) for square in squares)})")
    return " AND ".join(parts)


def quoted(word: str) -> str:
    """Return a word that is no operator."""
    return f'"{word}"'


def reaches(near: Near, zones: list[float]) -> bool:
    """Tell whether a work zone meets the asked circle."""
    return any(
        distance_km(near.latitude, near.longitude, zones[at], zones[at + 1]) <= zones[at + 2] + near.radius_km
        for at in range(0, len(zones), 3)
    )
