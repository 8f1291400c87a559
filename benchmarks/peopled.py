"""The people behind the crowd: what the pages of recruiters read of each, besides what search keeps."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import chain, islice
from typing import Any, cast

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.db import session_factory
from app.people.rules import CONSENT_OF, CONSENT_VERSION
from app.search.rules import SearchDocument
from benchmarks import crowd, ground, questions

GIVEN_NAME, FAMILY_NAME = "Inès", "Demo"
PRESENTATION = "text"
BATCH = 10_000
Row = tuple[Any, ...]


def people(engine: Engine) -> None:
    """Write who stands behind each profile of the index, once for each crowd."""
    with session_factory(engine).begin() as session:
        if session.scalar(text("select exists (select from profile)")):
            return
        everyone = everybody()
        while some := list(islice(everyone, BATCH)):
            for table, rows in ROWS.items():
                copy(session, table, chain.from_iterable(map(rows, some)))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def copy(session: Session, table: str, rows: Iterable[Row]) -> None:
    """Send rows to a table; `table` names its columns too."""
    driver = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(f"copy {table} from stdin") as sent:
        for row in rows:
            sent.write_row(row)


def everybody() -> Iterator[SearchDocument]:
    """Give all that search knows; of those who were planted, not the jobs and places that nobody listed."""
    yield from crowd.documents(crowd.reference(), ground.size())
    for _, document in questions.planted():
        yield replace(document, rome=(), zones=())


def persons(said: SearchDocument) -> Iterator[Row]:
    """Give the account."""
    yield said.profile_id, GIVEN_NAME, FAMILY_NAME, said.updated_at


def consents(said: SearchDocument) -> Iterator[Row]:
    """Give the agreement without which nothing is shown."""
    kind, who = CONSENT_OF[PRESENTATION], said.profile_id
    yield who, who, kind, CONSENT_VERSION, said.updated_at, who, "page"


def profiles(said: SearchDocument) -> Iterator[Row]:
    """Give what the profile says."""
    yield (
        *(said.profile_id, said.profile_id, said.profile_id.hex, "published", f"{GIVEN_NAME} D."),
        *(said.headline, " ".join(said.texts), list(said.skills), [key for key, _ in said.competences]),
        *(list(said.contracts), said.education_level, said.available_on, PRESENTATION),
        Jsonb({"strengths": " ".join(said.texts[:3])}),
        *(said.updated_at, said.updated_at, said.updated_at),
    )


def jobs(said: SearchDocument) -> Iterator[Row]:
    """Give the jobs that are sought."""
    for position, (code, _) in enumerate(said.rome, 1):
        yield said.profile_id, code, position


def languages(said: SearchDocument) -> Iterator[Row]:
    """Give the languages."""
    for language, level in said.languages:
        yield said.profile_id, language, level


@cache
def communes() -> dict[tuple[float, float], str]:
    """Return which commune has its centre at a place."""
    return {(row.latitude, row.longitude): row.insee for row in crowd.reference().communes}


def zones(said: SearchDocument) -> Iterator[Row]:
    """Give where they want to work."""
    for position, (latitude, longitude, radius_km) in enumerate(said.zones, 1):
        yield said.profile_id, communes()[latitude, longitude], int(radius_km), position


# Those that others point to come first.
ROWS: dict[str, Callable[[SearchDocument], Iterator[Row]]] = {
    "people_person (id, given_name, family_name, created_at)": persons,
    "people_consent (id, person_id, kind, text_version, given_at, given_by, given_how)": consents,
    "profile (id, person_id, slug, state, shown_name, headline, about, skills, competences, contract_types,"
    " education_level, available_on, presentation, current_script,"
    " created_at, updated_at, published_at)": profiles,
    "profile_job (profile_id, code, position)": jobs,
    "profile_language (profile_id, language, level)": languages,
    "profile_zone (profile_id, insee, radius_km, position)": zones,
}
