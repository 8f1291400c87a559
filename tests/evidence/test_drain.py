"""Facts get numbers without a gap, and nothing changes them afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence.models import Fact, OutboxEntry
from app.evidence.rules import CONVENTION
from app.evidence.service import Statement, drain, record


def publish(session: Session, at: datetime) -> None:
    """Record that somebody's profile was published."""
    person = new_id()
    record(session, Statement(kind="profile.published", source=f"{person}", at=at, subject=person))


def test_a_drained_statement_is_a_fact_with_all_that_it_said(session: Session, now: datetime) -> None:
    person, company, structure = new_id(), new_id(), new_id()
    statement = Statement(
        kind="contact.sent",
        source="contact.sent:1",
        at=now,
        subject=person,
        actor=new_id(),
        organisation=company,
        department="13",
        measures={"kind": "job"},
        territory=structure,
    )
    record(session, statement)
    drained_at = now + timedelta(seconds=3)
    assert drain(session, drained_at) == 1
    fact = session.scalars(select(Fact)).one()
    assert (fact.convention, fact.seq, fact.kind, fact.axis) == (CONVENTION, 1, "contact.sent", 1)
    assert (fact.at, fact.recorded_at, fact.rule) == (now, drained_at, "contacts-2026.1")
    assert (fact.organisation, fact.territory, fact.department) == (str(company), str(structure), "13")
    assert fact.measures == {"kind": "job"}
    assert len({fact.subject, fact.actor, ""}) == 3


def test_numbers_follow_each_other_in_the_order_of_the_outbox(session: Session, now: datetime) -> None:
    for _ in range(7):
        publish(session, now)
    sources = session.scalars(select(OutboxEntry.source).order_by(OutboxEntry.id)).all()
    assert [drain(session, now, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    facts = session.scalars(select(Fact).order_by(Fact.seq)).all()
    assert [fact.seq for fact in facts] == [1, 2, 3, 4, 5, 6, 7]
    assert [fact.source for fact in facts] == sources


def test_a_drain_that_fails_consumes_no_number(session: Session, now: datetime) -> None:
    publish(session, now)
    with session.begin_nested() as attempt:
        drain(session, now)
        attempt.rollback()
    assert drain(session, now) == 1
    assert session.scalars(select(Fact.seq)).all() == [1]


def test_a_source_that_was_drained_gives_nothing_more(session: Session, now: datetime) -> None:
    statement = Statement(kind="profile.published", source="x", at=now, subject=new_id())
    record(session, statement)
    drain(session, now)
    assert not record(session, statement)


def test_concurrent_drains_number_every_fact_once_without_a_gap(committed: Engine, now: datetime) -> None:
    with Session(committed) as own, own.begin():
        for _ in range(60):
            publish(own, now)

    def drain_some(_: int) -> int:
        with Session(committed) as own, own.begin():
            return drain(own, now, limit=7)

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(drain_some, range(12))) == 60
    with Session(committed) as own:
        assert own.scalars(select(Fact.seq).order_by(Fact.seq)).all() == list(range(1, 61))


@pytest.mark.parametrize(
    "change",
    [
        "update evidence_fact set kind = 'view.qualified'",
        "delete from evidence_fact",
        "truncate evidence_fact",
        "update evidence_fact_face_2026 set at = now()",
        "delete from evidence_fact_face_2026",
        "truncate evidence_fact_face_2026",
    ],
)
def test_the_database_refuses_to_change_a_fact(session: Session, now: datetime, change: str) -> None:
    publish(session, now)
    drain(session, now)
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(change))
    assert len(session.scalars(select(Fact)).all()) == 1
