"""Nouns of the journal: how many facts, about how many persons, and the facts themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.evidence.models import Fact, Opening, PersonKey
from app.evidence.rules import CONVENTION, Measure, pseudonym


@dataclass(frozen=True)
class Selection:
    """Which facts are meant: of a kind, with these measures, at or after `start` and before `end`.

    `territories` are structures; None means all of them.  `last_seq` is the last fact of the journal that is
    looked at.
    """

    kind: str
    measures: dict[str, Measure] = field(default_factory=dict)
    start: datetime | None = None
    end: datetime | None = None
    territories: tuple[UUID, ...] | None = None
    convention: str = CONVENTION
    last_seq: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what the facts meant fulfil."""
        found = [Fact.convention == self.convention, Fact.kind == self.kind, not_withdrawn(self.last_seq)]
        if self.measures:
            found.append(Fact.measures.contains(self.measures))
        if self.start is not None:
            found.append(Fact.at >= self.start)
        if self.end is not None:
            found.append(Fact.at < self.end)
        if self.last_seq is not None:
            found.append(Fact.seq <= self.last_seq)
        if self.territories is not None:
            found.append(Fact.territory.in_([str(territory) for territory in self.territories]))
        return found


def not_withdrawn(last_seq: int | None = None) -> ColumnElement[bool]:
    """Return the condition that no later fact, up to `last_seq`, withdrew this one."""
    later = aliased(Fact)
    withdrawal = [later.ref == cast(Fact.id, Text), later.ref != ""]
    if last_seq is not None:
        withdrawal.append(later.seq <= last_seq)
    return ~exists().where(*withdrawal)


def first_since(session: Session, start: datetime, size: int) -> int:
    """Return the number of the first fact recorded since an instant, size + 1 without any in `size` facts."""
    known = (Fact.convention == CONVENTION, Fact.seq <= size)
    found = session.scalar(select(func.min(Fact.seq)).where(*known, Fact.recorded_at >= start))
    return size + 1 if found is None else found


def range_of(session: Session, start: datetime, end: datetime, size: int) -> tuple[int, int]:
    """Return the first and the last number that say all about a period, of the first `size` facts.

    From what was recorded after its start, to the last that happened before its end or withdraws such a one;
    (size + 1, size) when there is none.
    """
    first = first_since(session, start, size)
    known = (Fact.convention == CONVENTION, Fact.seq <= size)
    last = session.scalar(select(func.max(Fact.seq)).where(*known, Fact.at < end))
    withdrawn = aliased(Fact)
    withdrawals = (
        select(func.max(Fact.seq))
        .join(withdrawn, Fact.ref == cast(withdrawn.id, Text))
        .where(*known, Fact.ref != "", withdrawn.at < end)
    )
    last = max(last or 0, session.scalar(withdrawals) or 0)
    return (first, last) if first <= last else (size + 1, size)


@dataclass(frozen=True)
class Count:
    """How many facts, and about how many different persons and by how many organisations."""

    facts: int
    subjects: int
    organisations: int


def count_of(session: Session, selection: Selection) -> Count:
    """Return how many facts are meant."""
    row = session.execute(
        select(
            func.count(),
            func.count(Fact.subject.distinct()).filter(Fact.subject != ""),
            func.count(Fact.organisation.distinct()).filter(Fact.organisation != ""),
        ).where(*selection.conditions())
    ).one()
    return Count(*row)


def organisations_of(session: Session, selection: Selection) -> dict[UUID, tuple[int, datetime]]:
    """Return the organisations behind the facts meant: about how many persons, and the last time."""
    subjects = func.count(Fact.subject.distinct()).filter(Fact.subject != "")
    query = (
        select(Fact.organisation, subjects, func.max(Fact.at))
        .where(*selection.conditions(), Fact.organisation != "")
        .group_by(Fact.organisation)
    )
    return {UUID(found): (count, last_at) for found, count, last_at in session.execute(query)}


def facts_of(session: Session, selection: Selection, after_seq: int = 0, limit: int = 50) -> Sequence[Fact]:
    """Return the facts meant, in the order of their numbers, from the one after `after_seq`."""
    return session.scalars(
        select(Fact).where(*selection.conditions(), Fact.seq > after_seq).order_by(Fact.seq).limit(limit)
    ).all()


@dataclass(frozen=True)
class Stated:
    """A fact about somebody, and when a later one withdrew it, None when it counts."""

    fact: Fact
    withdrawn_at: datetime | None


def facts_about(session: Session, person_id: UUID, convention: str = CONVENTION) -> list[Stated]:
    """Return the facts whose subject is a person, in the order in which they happened."""
    key = session.get(PersonKey, person_id)
    if key is None:
        return []
    later = aliased(Fact)
    withdrawn_at = select(func.min(later.at)).where(later.ref == cast(Fact.id, Text), later.ref != "")
    query = (
        select(Fact, withdrawn_at.scalar_subquery())
        .where(Fact.convention == convention, Fact.subject == pseudonym(key.key, convention))
        .order_by(Fact.at, Fact.seq)
    )
    return [Stated(fact, at) for fact, at in session.execute(query)]


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return the facts about a person or of their doing, as the journal keeps them."""
    key = session.get(PersonKey, person_id)
    if key is None:
        return {"facts": []}
    known_as = pseudonym(key.key, CONVENTION)
    query = select(Fact).where(or_(Fact.subject == known_as, Fact.actor == known_as)).order_by(Fact.seq)
    opened = select(func.count()).where(or_(Opening.subject_id == person_id, Opening.actor_id == person_id))
    return {
        "pseudonym": known_as,
        "openings": session.scalar(opened),
        "facts": [
            {
                "kind": fact.kind,
                "at": fact.at.isoformat(),
                "rule": fact.rule,
                "department": fact.department,
                "measures": fact.measures,
            }
            for fact in session.scalars(query)
        ],
    }
