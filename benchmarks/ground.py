"""Where search is measured: a database of its own with a crowd in it, built once for each size and kept."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.db import connect, session_factory
from app.postgres import EmbeddedPostgres
from app.tables import upgrade
from benchmarks import crowd, fts5, questions
from benchmarks.fts5 import Peer

GROUNDS = Path("build/search")
DEFAULT_SIZE = 100_000
CLIENTS_MAX = 8
INDEXES = """
drop index ix_search_profile_tsv_tags, ix_search_profile_cells, ix_search_profile_recency;
"""
INDEXES_AGAIN = """
set maintenance_work_mem = '512MB';
create index ix_search_profile_tsv_tags on search_profile using gin (tsv, tags) with (fastupdate = off);
create index ix_search_profile_cells on search_profile using gin (cells) with (fastupdate = off);
create index ix_search_profile_recency on search_profile (updated_at, profile_id);
"""


def size() -> int:
    """Return how many profiles are asked for (SIZE=…)."""
    return int(os.environ.get("SIZE", DEFAULT_SIZE))


def fingerprint() -> str:
    """Name what a crowd was made with: another maker, or other rules of search, make another."""
    digest = sha256(os.environ.get("VISAVIS_BENCH_REFDATA", "").encode())
    sources = [Path(module.__file__ or "") for module in (crowd, questions, fts5)]
    for path in (*sources, *sorted(Path("app/search").glob("*.py"))):
        if path.stem in {
            "crowd",
            "questions",
            "fts5",
            "rules",
            "service",
            "learning",
            "private",
            "models",
            "stemming",
        }:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def opened() -> Iterator[tuple[Engine, Peer]]:
    """Open the database and its peer, which hold the same rows; make both where they are not there yet."""
    folder = GROUNDS / f"{size()}-{fingerprint()}"
    is_made = (folder / "made").exists()
    if not is_made:
        for other in GROUNDS.glob(f"{size()}-*"):
            shutil.rmtree(other)
    folder.mkdir(parents=True, exist_ok=True)
    postgres = EmbeddedPostgres(folder / "postgres", durable=False)
    postgres.start()
    try:
        engine = connect(postgres.url, pool_size=CLIENTS_MAX)
        if not is_made:
            make(engine, folder)
            (folder / "made").touch()
        yield engine, Peer(folder / "fts5.sqlite3")
        engine.dispose()
    finally:
        postgres.stop()


def make(engine: Engine, folder: Path) -> None:
    """Fill an empty database, by COPY, then plant those who must be found, and copy it all to the peer."""
    upgrade(engine)
    found = crowd.reference()
    with session_factory(engine).begin() as session:
        crowd.load(session, found)
        known = crowd.known_phrases(session, found)
        session.execute(text(INDEXES))
        copy(session, crowd.lines(found, known, size()))
    with session_factory(engine).begin() as session:
        session.execute(text(INDEXES_AGAIN))
        questions.plant(session)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    with engine.connect() as connection:
        Peer.build(folder / "fts5.sqlite3", connection)


def copy(session: Session, rows: Iterator[str]) -> None:
    """Send rows to the index, as COPY reads them."""
    driver = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    statement = "copy search_profile (profile_id, updated_at, zones, cells, tags, tsv) from stdin"
    with driver.cursor() as cursor, cursor.copy(statement) as sent:
        for row in rows:
            sent.write(row)
