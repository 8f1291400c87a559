"""Claim: a bilan is read in 100 ms over any number of facts, and a day is counted in one second.

SIZE=10000000 for ten million facts (1,000,000 without), made by COPY in a database of its own, counted at
once, and kept; one more day is counted as the worker does.  What hangs on the facts is timed for each
reader; the public page as browsers get it.
"""

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import psycopg
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.db import connect, session_factory
from app.main import create_app
from app.places.rules import DEPARTMENTS
from app.postgres import EmbeddedPostgres
from app.programmes import queries as programmes
from app.reports import pages, rollups
from app.reports.queries import bilan_of
from app.reports.rules import PUBLIC, Reader, month_of
from app.settings import Settings
from app.tables import upgrade
from benchmarks.frame import Claim

GROUNDS = Path("build/bilan")
DEFAULT_SIZE = 1_000_000
ROUNDS = 15
DAYS = 1_000
STRUCTURES = 300
COMPANIES = 5_000
FACTS_OF_ONE = 20
FIRST_AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
READERS: dict[str, tuple[Reader, str]] = {
    "opérateur, depuis le début": (Reader("", None), ""),
    "opérateur, un mois": (Reader("", None), "2028-05"),
    "une structure": (Reader("", (UUID(int=7),)), ""),
    "deux structures": (Reader("", (UUID(int=7), UUID(int=8))), ""),
    "public": (PUBLIC, ""),
}


def size() -> int:
    """Return how many facts are asked for (SIZE=…)."""
    return int(os.environ.get("SIZE", DEFAULT_SIZE))


def run() -> list[Claim]:
    """Read each page, count one more day, and prove the totals by a recount."""
    with opened() as engine:
        sessions = session_factory(engine)
        claims = [
            promise(f"chiffres : {name}", "ms", 100, times(sessions, reader, month))
            for name, (reader, month) in READERS.items()
        ]
        url = engine.url.render_as_string(hide_password=False)
        claims.append(promise("page publique, entière", "ms", 100, public_page(url)))
        return [*claims, promise("un jour de plus", "s", 1, (next_day_s(sessions),)), proof(sessions)]


def promise(name: str, unit: str, most: float, measured: tuple[float, ...]) -> Claim:
    """Claim that something takes no longer than was promised."""
    return Claim(name, unit, "la promesse", (most,), measured, 1, is_promise=True)


def times(sessions: sessionmaker[Session], reader: Reader, month: str) -> tuple[float, ...]:
    """Time what hangs on the facts, in ms; the first reading is not counted."""
    return tuple(timed_s(lambda: looked_at(sessions, reader, month)) * 1000 for _ in range(ROUNDS + 1))[1:]


def looked_at(sessions: sessionmaker[Session], reader: Reader, month: str) -> None:
    """Read what a page shows, and lay its plots out."""
    with sessions() as session:
        programmes.terms(session)
        pages.plots_of(bilan_of(session, reader, month_of(month) if month else None))


def public_page(url: str) -> tuple[float, ...]:
    """Time the public page from the request to the last byte, in ms; the first one is not counted."""
    settings = Settings(environment="test", database_url=SecretStr(url), data_dir=GROUNDS)
    with TestClient(create_app(settings)) as browser:
        return tuple(timed_s(lambda: browser.get("/statistiques")) * 1000 for _ in range(ROUNDS + 1))[1:]


def next_day_s(sessions: sessionmaker[Session]) -> float:
    """Time the count of one more day."""
    with sessions() as session:
        last = session.scalar(text("select max(seq) from evidence_fact")) or 0
        copy(session, facts(last + 1, size() // DAYS, FIRST_AT + timedelta(days=DAYS)))
        return timed_s(lambda: rollups.roll(session))


def proof(sessions: sessionmaker[Session]) -> Claim:
    """Count the journal again, and how many totals differ."""
    with sessions() as session:
        began_s = time.monotonic()
        differences = len(rollups.recount(session))
        print(f"recompté en {time.monotonic() - began_s:.1f} s, {differences} différences", flush=True)
    return Claim("totaux qui diffèrent du journal", "nombre", "aucun", (1.0,), (float(differences),), 0)


def timed_s(action: Callable[[], object]) -> float:
    """Time an action."""
    began_s = time.perf_counter()
    action()
    return time.perf_counter() - began_s


@contextmanager
def opened() -> Iterator[Engine]:
    """Open the database of this size; make it where it is not there yet."""
    folder = GROUNDS / str(size())
    is_made = (folder / "made").exists()
    if not is_made:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    postgres = EmbeddedPostgres(folder / "postgres", durable=False)
    postgres.start()
    try:
        engine = connect(postgres.url, pool_size=2)
        if not is_made:
            make(engine)
            (folder / "made").touch()
        yield engine
        engine.dispose()
    finally:
        postgres.stop()


def make(engine: Engine) -> None:
    """Fill the journal of an empty database by COPY, then count it, at once."""
    upgrade(engine)
    sessions = session_factory(engine)
    with sessions.begin() as session:
        copy(session, facts(1, size(), FIRST_AT))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze evidence_fact"))
    began_s = time.monotonic()
    with sessions.begin() as session:
        rollups.rebuild(session)
    print(f"{size()} faits comptés en {time.monotonic() - began_s:.0f} s", flush=True)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def facts(first: int, count: int, start: datetime) -> Iterator[tuple[object, ...]]:
    """Yield facts in the order of their numbers: one in twenty films, most are views of the same persons."""
    dice = random.Random(first)  # noqa: S311 - no secret
    people = max(1, size() // FACTS_OF_ONE)
    departments = sorted(DEPARTMENTS)
    for number in range(count):
        person = (first + number) // FACTS_OF_ONE if number % FACTS_OF_ONE == 0 else dice.randrange(people)
        kind, measures = told(number, person)
        at = start + timedelta(days=DAYS * number / max(count, size()))
        structure = person % STRUCTURES
        yield (
            *("face-2026", first + number, UUID(int=first + number), kind, at, at, 1, "vues-2026.1"),
            *(f"{person:032x}", "", str(UUID(int=dice.randrange(COMPANIES))), str(UUID(int=structure))),
            *(departments[structure % len(departments)], measures, f"{kind}:{first + number}"),
        )


def told(number: int, person: int) -> tuple[str, str]:
    """Return the kind of a fact, and what it measures."""
    place = number % FACTS_OF_ONE
    if place == 0:
        return "resident.filmed", '{"qpv": true}' if person % 3 else '{"qpv": false}'
    kinds = {1: "profile.published", 2: "contact.sent", 3: "contact.answered", 4: "outcome.confirmed"}
    kind = kinds.get(place, "view.qualified")
    return kind, '{"accepted": true}' if kind == "contact.answered" else "{}"


def copy(session: Session, rows: Iterator[tuple[object, ...]]) -> None:
    """Send facts to the journal, as COPY reads them."""
    driver = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    columns = (
        "convention, seq, id, kind, at, recorded_at, axis, rule, subject, actor, organisation, territory,"
        " department, measures, source"
    )
    with driver.cursor() as cursor, cursor.copy(f"copy evidence_fact ({columns}) from stdin") as sent:
        for row in rows:
            sent.write_row(row)
