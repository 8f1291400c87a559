"""Verbs of the journal: record a statement, give facts their numbers, forget who a person was."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, Protocol, cast
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import Uuid, bindparam, delete, func, insert, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence.canonical import Statable, entry_of, private_fields, seal_of
from app.evidence.merkle import leaf_hash
from app.evidence.models import Fact, Node, Opening, OutboxEntry, PersonKey
from app.evidence.queries import not_withdrawn
from app.evidence.rules import (
    CONVENTION,
    WITHDRAWN,
    UnknownKind,
    checked_measures,
    kind_of,
    pseudonym,
    sealed_source,
)
from app.evidence.tree import StoredTree

KEY_BYTES = SALT_BYTES = 32
FACT_COLUMNS = Fact.__table__.columns.keys()
COPY = f"copy {Fact.__tablename__} ({', '.join(FACT_COLUMNS)}) from stdin"
# One drain at a time, whatever the number of workers: numbers then follow each other without a gap.
DRAIN_LOCK = 0x66616974
NOBODY = b"nobody"


class Stated(Statable, Protocol):
    """A fact that is about to be a row: made a thousand at a time, and nothing of it is tracked."""

    leaf: bytes


@dataclass(frozen=True)
class Statement:
    """What happened, as the room that saw it says it.

    `source` names what gave the fact, so that it gives it once: it may hold ids, they are sealed.
    `subject` is the resident, `actor` who acted, `organisation` the company, `territory` the structure that
    accompanies the resident at that moment: bilans by structure are counted from it.  `department` is
    the structure's, empty when unknown.  `ref` is the id of the fact that this one corrects.
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
    ref: str = ""


# As text, with one list: an IN that grows is written anew each time, and this is read at each fact.
KEYS = text("select person_id, key from evidence_person_key where person_id = any(:persons)")
# One statement for all of it: what a request waits for is how often it asks.
WRITE = text("""
with claimed as (
  insert into evidence_source (source) values (:source) on conflict do nothing returning source
), opened as (
  insert into evidence_opening (source, subject_id, actor_id, clear_source, salt)
  select source, :subject_id, :actor_id, :clear_source, :salt from claimed
)
insert into evidence_outbox (source, statement) select source, :statement from claimed returning id
""").bindparams(
    bindparam("statement", type_=JSONB),
    bindparam("subject_id", type_=Uuid),
    bindparam("actor_id", type_=Uuid),
)


def record(session: Session, statement: Statement) -> bool:
    """Write the statement in the caller's transaction; return False when its source already gave a fact.

    Concurrent callers with one source wait for each other: one of them gets True.
    Raises UnknownKind and InexactMeasure, which are mistakes of the caller.
    """
    persons = {person for person in (statement.subject, statement.actor) if person}
    keys = keys_of(session, persons)
    sealing = keys.get(statement.subject) or keys.get(statement.actor) or NOBODY
    salt = secrets.token_bytes(SALT_BYTES)
    private = private_fields(statement.subject, statement.actor, statement.source)
    written = {
        "source": sealed_source(sealing, statement.kind, statement.source),
        "statement": written_statement(statement, keys) | {"seal": seal_of(salt, private)},
        "subject_id": statement.subject,
        "actor_id": statement.actor,
        "clear_source": statement.source,
        "salt": salt,
    }
    return session.execute(WRITE, written).scalar_one_or_none() is not None


def withdraw(session: Session, fact: Fact, reason: str, now: datetime) -> bool:
    """State that a fact was a mistake: both stay, and it counts no more.  Return False when it was said.

    Raises UnknownKind for a withdrawal, which is not taken back: what was true after all is stated anew.
    """
    if fact.kind == WITHDRAWN:
        raise UnknownKind(fact.kind)
    return record(
        session,
        Statement(
            kind=WITHDRAWN,
            source=str(fact.id),
            at=now,
            measures={"kind": fact.kind, "reason": reason},
            ref=str(fact.id),
        ),
    )


@dataclass(frozen=True)
class MadeBy:
    """What an organisation made count from an instant on, and before another one if there is one.

    What is about one of these ids was made count then, whenever it was stated.
    """

    organisation_id: UUID
    since: datetime
    until: datetime | None = None
    about: Sequence[UUID] = ()


def withdraw_made_by(session: Session, made_by: MadeBy, reason: str, now: datetime) -> int:
    """Withdraw what an organisation made count; return how many facts it now was."""
    while drain(session, now):
        pass  # what waits for its number counts too
    made = select(Fact).where(
        Fact.organisation == str(made_by.organisation_id), Fact.at >= made_by.since, not_withdrawn()
    )
    if made_by.until is not None:
        named = func.split_part(Opening.clear_source, ":", 2).in_([str(one) for one in made_by.about])
        made = made.outerjoin(Opening, Opening.source == Fact.source)
        made = made.where(or_(Fact.at < made_by.until, named))
    facts = session.scalars(made.order_by(Fact.seq)).all()
    return sum(withdraw(session, fact, reason, now) for fact in facts)


def keys_of(session: Session, persons: Iterable[UUID]) -> dict[UUID | None, bytes]:
    """Return the random key of each person, made at their first fact."""
    ordered = sorted(persons)  # always in the same order, so that two statements never wait for each other
    if not ordered:
        return {}
    found: dict[UUID | None, bytes] = dict(session.execute(KEYS, {"persons": ordered}).all())
    if fresh := [person for person in ordered if person not in found]:
        made = [{"person_id": person, "key": secrets.token_bytes(KEY_BYTES)} for person in fresh]
        session.execute(upsert(PersonKey).values(made).on_conflict_do_nothing())
        found = dict(session.execute(KEYS, {"persons": ordered}).all())
    return found


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
        "ref": statement.ref,
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
    if entries:
        tree = StoredTree(session, CONVENTION)
        facts = [
            fact_of(source, statement, tree.size + place, now)
            for place, (_, source, statement) in enumerate(entries, start=1)
        ]
        append(session, tree, facts)
    return len(entries)


def fact_of(source: str, statement: dict[str, Any], seq: int, now: datetime) -> Stated:
    """Return what the outbox kept as a fact."""
    at = datetime.fromisoformat(statement["at"])
    values = statement | {"id": new_id(), "seq": seq, "at": at, "recorded_at": now, "source": source}
    fact = cast("Stated", SimpleNamespace(**values))
    fact.leaf = leaf_hash(entry_of(fact))
    return fact


def append(session: Session, tree: StoredTree, facts: Sequence[Stated]) -> None:
    """Write facts, and the nodes of the tree that they complete."""
    driver = session.connection().connection.cursor()  # by COPY: a row a statement is slow
    with driver.copy(COPY) as copy:
        for fact in facts:
            row = [getattr(fact, name) for name in FACT_COLUMNS]
            copy.write_row([Jsonb(value) if isinstance(value, dict) else value for value in row])
    nodes = tree.completed_by([fact.leaf for fact in facts])
    if nodes:
        session.execute(insert(Node), nodes)


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:  # noqa: ARG001 - as rights calls it
    """Forget a person's key and what opens their facts: the facts stay, and are nobody's for ever."""
    session.execute(delete(PersonKey).where(PersonKey.person_id == person_id))
    named = or_(Opening.subject_id == person_id, Opening.actor_id == person_id)
    session.execute(delete(Opening).where(named))
