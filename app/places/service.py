"""Verbs of places: load the reference data, as often as wanted."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Boolean, literal_column, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Base
from app.places.models import Commune, Job, JobTitle, Qpv
from app.places.qpv import Outline, bounds_of
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
class QpvRow:
    """One priority neighbourhood of a vintage; `communes` are INSEE codes."""

    code: str
    vintage: int
    name: str
    communes: list[str]
    outline: Outline


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


@dataclass
class Loaded:
    """How many rows were given, and how many of them were new or said something else than before."""

    given: int = 0
    new: int = 0
    changed: int = 0

    @property
    def same(self) -> int:
        """How many stood already, as they are."""
        return self.given - self.new - self.changed


def load_communes(session: Session, rows: Iterable[CommuneRow], *, sample: bool = False) -> Loaded:
    """Write communes; a `sample` only those that are not known."""
    written = (asdict(row) | {"folded": fold(row.name)} for row in rows)
    return upsert(session, Commune, written, "insee", sample=sample)


def load_qpv(session: Session, rows: Iterable[QpvRow]) -> Loaded:
    """Write priority neighbourhoods, each with the box around it."""
    written = (asdict(row) | asdict(bounds_of(row.outline)) for row in rows)
    return upsert(session, Qpv, written, "code")


def load_jobs(session: Session, rows: Iterable[JobRow], *, sample: bool = False) -> Loaded:
    """Write ROME jobs; a `sample` only those that are not known."""
    written = (asdict(row) | {"folded": fold(row.label)} for row in rows)
    return upsert(session, Job, written, "code", sample=sample)


def load_titles(session: Session, rows: Iterable[TitleRow], *, sample: bool = False) -> Loaded:
    """Write everyday names of ROME jobs, which stand already; a `sample` only those that are not known."""
    written = (asdict(row) | {"folded": fold(row.label)} for row in rows)
    return upsert(session, JobTitle, written, "label", sample=sample)


def upsert(
    session: Session, model: type[Base], rows: Iterable[dict[str, Any]], key: str, *, sample: bool = False
) -> Loaded:
    """Insert rows by batches, and change those of the same key that say something else; delete none.

    No key comes twice among the rows.
    """
    table = model.metadata.tables[model.__tablename__]
    statement = insert(table)
    changes = {column.name: column for column in statement.excluded if column.name != key}
    differs = or_(*(table.c[name].is_distinct_from(value) for name, value in changes.items()))
    if sample:
        statement = statement.on_conflict_do_nothing()
    else:
        statement = statement.on_conflict_do_update(index_elements=[key], set_=changes, where=differs)
    # What no transaction has ended is new: xmax is that of the row that it takes the place of.
    returning = statement.returning(literal_column("xmax = 0", Boolean))
    loaded = Loaded()
    for batch in batches(rows):
        written = session.scalars(returning, batch).all()
        loaded.given += len(batch)
        loaded.new += sum(written)
        loaded.changed += len(written) - sum(written)
    return loaded


def batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield rows by a thousand: as many as there are need no more memory than these."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH_ROWS)):
        yield batch
