"""Verbs of places: load the reference data, as often as wanted."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Base
from app.places.models import Commune, Job, JobTitle
from app.places.rules import fold

BATCH_ROWS = 1000


@dataclass(frozen=True)
class CommuneRow:
    """One commune as its source gives it; degrees of WGS84."""

    insee: str
    name: str
    department: str
    postal_code: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class JobRow:
    """One ROME job: code and label."""

    code: str
    label: str


@dataclass(frozen=True)
class TitleRow:
    """One everyday name of a ROME job."""

    label: str
    code: str


def load_communes(session: Session, rows: Iterable[CommuneRow]) -> int:
    """Write communes, new ones and those that changed, and return how many were given."""
    return upsert(session, Commune, (asdict(row) | {"folded": fold(row.name)} for row in rows), "insee")


def load_jobs(session: Session, rows: Iterable[JobRow]) -> int:
    """Write ROME jobs, new ones and those that changed, and return how many were given."""
    return upsert(session, Job, (asdict(row) | {"folded": fold(row.label)} for row in rows), "code")


def load_titles(session: Session, rows: Iterable[TitleRow]) -> int:
    """Write everyday names of ROME jobs, and return how many were given; the jobs stand already."""
    return upsert(session, JobTitle, (asdict(row) | {"folded": fold(row.label)} for row in rows), "label")


def upsert(session: Session, model: type[Base], rows: Iterable[dict[str, Any]], key: str) -> int:
    """Insert rows by batches, replacing those of the same key, and return how many were given."""
    statement = insert(model.metadata.tables[model.__tablename__])
    changes = {column.name: column for column in statement.excluded if column.name != key}
    statement = statement.on_conflict_do_update(index_elements=[key], set_=changes)
    given, remaining = 0, iter(rows)
    while batch := list(islice(remaining, BATCH_ROWS)):
        session.execute(statement, batch)
        given += len(batch)
    return given
