"""The peer of search: SQLite's FTS5 on the same rows, in this very process.

It is given our stems, so that both find the same people, and our tags as tokens of their own.  Words are
ranked over all that matches (`bm25`, our weights), which is what FTS5 offers; without words the newest come
first, as rows lie, or the nearest.  Like ours, an answer is a page of ids in their order, the total up to a
thousand, and the facets of the newest thousand, by kind and by frequency.

Its queries are the best that we know: the thousand newest come by one statement, tags as one text; a work
zone is a point on the unit sphere, so that a distance is a product; words are ordered by FTS5's own `rank`,
and only the page is looked up.  The newest are found in two ways.  By the date, as one writes it: all that
match are looked up.  Or by rows that lie in the order of time, where FTS5 stops at the thousandth: to keep
them so, a profile that changes would have to be deleted and come again as a new row.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import cos, radians, sin
from pathlib import Path

from sqlalchemy import Connection, text

from app.search.asking import Near, SearchQuery, either_of, tags_of
from app.search.facets import Facets, facets
from app.search.rules import CANDIDATES_MAX, EARTH_KM, PAGE_SIZE, ZONES_MAX, cells

ZONES = range(ZONES_MAX)
ZONE_COLUMNS = ", ".join(f"x{at} real, y{at} real, z{at} real, km{at} real" for at in ZONES)
SCHEMA = f"""
pragma journal_mode = off;
pragma synchronous = off;
create virtual table found using fts5(a, b, c, d, tags, content = '');
create table profile (number integer primary key, id text, tags text, updated real, {ZONE_COLUMNS});
create index profile_updated on profile (updated);
"""
LEXEMES = "array_to_string(tsvector_to_array(ts_filter(tsv, '{{{weight}}}')), ' ')"
ROWS = """
select profile_id::text, tags, extract(epoch from updated_at)::float8, cells, zones, {words}
from search_profile order by updated_at, profile_id
""".format(words=", ".join(LEXEMES.format(weight=weight) for weight in "abcd"))
# The cosine of the angle to the centre of a work zone.
COSINE = "(x{at} * :x + y{at} * :y + z{at} * :z)"
MEETS = f"{COSINE} >= cos((km{{at}} + :radius_km) / {EARTH_KM})"
REACHES = f"({' or '.join(MEETS.format(at=at) for at in ZONES)})"
NEAREST = f"max({', '.join(f'coalesce({COSINE.format(at=at)}, -1)' for at in ZONES)})"
MATCHING = "found join profile on number = found.rowid where found match :asked"
VALUES = {"most": CANDIDATES_MAX + 1, "page": PAGE_SIZE + 1}
CANDIDATES = """
with candidate as materialized (
  select number, id, profile.tags as tags, {nearest} as near
  from {matching} order by {newest} desc limit :most
)
select count(*), group_concat(tags, ' '), null from candidate
union all
select null, null, id from (select id from candidate order by near desc, number desc limit :page)
"""
RANK = "rank match 'bm25(10.0, 4.0, 2.0, 1.0, 0.0)'"
RANKED = f"""
select id from (
  select rowid, rank from found where found match :asked and {RANK} order by rank limit :page
) as best join profile on number = best.rowid order by best.rank
"""  # noqa: S608 - our own constants
RANKED_NEAR = f"select id from {MATCHING} and {RANK} and {REACHES} order by rank limit :page"  # noqa: S608 - as above
BATCH_ROWS = 10_000


@dataclass(frozen=True)
class Answer:
    """What both sides return: the page and whether another follows, the total, what candidates have."""

    ids: tuple[str, ...]
    is_followed: bool
    total: int
    facets: Facets


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
        for number, (id_, tags, updated, squares, zones, *words) in enumerate(streamed):
            tokens = " ".join([*(token(tag) for tag in tags), *map(cell_token, squares)])
            where = [*points(zones), *(None,) * 4 * ZONES_MAX][: 4 * ZONES_MAX]
            row = (number, id_, " ".join(tags), updated, *where)
            rows.execute(f"insert into profile values ({', '.join('?' * len(row))})", row)  # noqa: S608 - marks
            rows.execute(
                "insert into found (rowid, a, b, c, d, tags) values (?, ?, ?, ?, ?, ?)",
                (number, *words, tokens),
            )
        rows.execute("insert into found (found) values ('optimize')")
        rows.commit()
        rows.execute("vacuum")
        rows.close()

    def find(self, query: SearchQuery, stems: list[list[str]], *, in_order: bool = False) -> Answer:
        """Answer a search as `app.search.queries.find` does; `stems` are those of each word.

        The newest are found by their date, or, `in_order`, by where their rows lie.
        """
        asked = expression(query, stems)
        values = VALUES | {"asked": asked} | (asked_point(query.near) if query.near else {})
        reached = [REACHES] if query.near else []
        matching = " and ".join([MATCHING if asked else "profile where true", *reached])
        is_nearest = query.near and query.sort == "nearest"
        newest = ("found.rowid" if asked else "number") if in_order else "updated desc, number"
        statement = CANDIDATES.format(
            matching=matching, nearest=NEAREST if is_nearest else "0", newest=newest
        )
        (total, tags, _), *rows = self._rows.execute(statement, values).fetchall()
        if stems:
            rows = self._rows.execute(RANKED_NEAR if query.near else RANKED, values).fetchall()
        return Answer(
            ids=tuple(row[-1] for row in rows[:PAGE_SIZE]),
            is_followed=len(rows) > PAGE_SIZE,
            total=min(total, CANDIDATES_MAX),
            facets=facets(Counter((tags or "").split(" ")).items() if tags else ()),
        )


def points(zones: Sequence[float]) -> list[float]:
    """Return the columns of work zones: each a point on the unit sphere, and its radius."""
    return [
        number
        for at in range(0, len(zones), 3)
        for number in (*point(zones[at], zones[at + 1]), zones[at + 2])
    ]


def point(latitude: float, longitude: float) -> tuple[float, float, float]:
    """Return where a place lies on the unit sphere."""
    north, east = radians(latitude), radians(longitude)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def asked_point(near: Near) -> dict[str, float]:
    """Return the values of REACHES."""
    x, y, z = point(near.latitude, near.longitude)
    return {"x": x, "y": y, "z": z, "radius_km": near.radius_km}


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
