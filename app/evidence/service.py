"""Verbs of the journal: record a statement, give facts their numbers, forget who a person was."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence.models import Fact, OutboxEntry, PersonKey, Source
from app.evidence.rules import CONVENTION, checked_measures, kind_of, pseudonym, sealed_source

KEY_BYTES = 32
# One drain at a time, whatever the number of workers: numbers then follow each other without a gap.
DRAIN_LOCK = 0x66616974
NOBODY = b"nobody"


@dataclass(frozen=True)
class Statement:
    """What happened, as the room that saw it says it.

    `source` names what gave the fact, so that it gives it once: it may hold ids, they are sealed.
    `subject` is the resident, `actor` who acted, `organisation` the company, `territory` the structure that
    accompanies the resident at that moment: bilans by structure are counted from it.  `department` is
    the structure's, empty when unknown.
    """

    kind: str
    source: str
    at: datetime
    subject: UUID | None = None
    actor: UUID | None = None
    organisation: UUID | None = None
    department: str = ""
    measures: Mapping[str, int | str | bool] = field(default_factory=dict)
    territory: UUID | None = None


def record(session: Session, statement: Statement) -> bool:
    """Write the statement in the caller's transaction; return False when its source already gave a fact.

    Concurrent callers with one source wait for each other: one of them gets True.
    Raises UnknownKind and InexactMeasure, which are mistakes of the caller.
    """
    persons = {person for person in (statement.subject, statement.actor) if person}
    keys = keys_of(session, persons)
    sealing = keys.get(statement.subject) or keys.get(statement.actor) or NOBODY
    source = sealed_source(sealing, statement.kind, statement.source)
    written = written_statement(statement, keys)
    claim = upsert(Source).values(source=source).on_conflict_do_nothing().returning(Source.source)
    if session.scalar(claim) is None:
        return False
    session.execute(insert(OutboxEntry).values(source=source, statement=written))
    return True


def keys_of(session: Session, persons: Iterable[UUID]) -> dict[UUID | None, bytes]:
    """Return the random key of each person, made at their first fact."""
    ordered = sorted(persons)  # always in the same order, so that two statements never wait for each other
    if ordered:
        fresh = [{"person_id": person, "key": secrets.token_bytes(KEY_BYTES)} for person in ordered]
        session.execute(upsert(PersonKey).values(fresh).on_conflict_do_nothing())
    rows = session.execute(select(PersonKey.person_id, PersonKey.key).where(PersonKey.person_id.in_(ordered)))
    return dict(rows.all())


def written_statement(statement: Statement, keys: Mapping[UUID | None, bytes]) -> dict[str, Any]:
    """Return the statement as the outbox keeps it: pseudonyms, and no id of a person."""
    kind = kind_of(statement.kind)
    return {
        "convention": CONVENTION,
        "kind": statement.kind,
        "at": statement.at.isoformat(),
        "axis": kind.axis,
        "rule": kind.rule,
        "subject": pseudonym(keys[statement.subject], CONVENTION) if statement.subject else "",
        "actor": pseudonym(keys[statement.actor], CONVENTION) if statement.actor else "",
        "organisation": str(statement.organisation or ""),
        "territory": str(statement.territory or ""),
        "department": statement.department,
        "measures": checked_measures(statement.measures),
    }


def drain(session: Session, now: datetime, limit: int = 1000) -> int:
    """Move the oldest statements of the outbox into the journal, numbered without a gap; return how many.

    Concurrent drains wait for each other until the transaction ends.
    """
    session.execute(select(func.pg_advisory_xact_lock(DRAIN_LOCK)))
    oldest = select(OutboxEntry.id).order_by(OutboxEntry.id).limit(limit)
    taken = (
        delete(OutboxEntry)
        .where(OutboxEntry.id.in_(oldest.scalar_subquery()))
        .returning(OutboxEntry.id, OutboxEntry.source, OutboxEntry.statement)
    )
    entries = sorted(session.execute(taken), key=itemgetter(0))
    if not entries:
        return 0
    seq = session.scalar(select(func.coalesce(func.max(Fact.seq), 0)).where(Fact.convention == CONVENTION))
    first = (seq or 0) + 1
    facts = [
        statement | {"id": new_id(), "seq": first + place, "recorded_at": now, "source": source}
        for place, (_, source, statement) in enumerate(entries)
    ]
    session.execute(insert(Fact), [fact | {"at": datetime.fromisoformat(str(fact["at"]))} for fact in facts])
    return len(facts)


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:  # noqa: ARG001 - as rights calls it
    """Forget the key behind a person's pseudonyms: the facts stay, and are nobody's for ever."""
    session.execute(delete(PersonKey).where(PersonKey.person_id == person_id))
