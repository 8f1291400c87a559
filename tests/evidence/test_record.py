"""A statement is written with what it describes, once."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence.models import OutboxEntry, Source
from app.evidence.rules import InexactMeasure, UnknownKind
from app.evidence.service import Statement, record


def filmed(at: datetime, person: UUID | None = None) -> Statement:
    """Return the statement that somebody filmed their CV."""
    person = person or new_id()
    return Statement(
        kind="resident.filmed",
        source=f"resident.filmed:{person}",
        at=at,
        subject=person,
        territory=new_id(),
        department="13",
        measures={"qpv": True, "vintage": 2024},
    )


def test_a_source_gives_one_fact_and_a_replay_is_told_so(session: Session, now: datetime) -> None:
    statement = filmed(now)
    assert record(session, statement)
    assert not record(session, statement)
    assert len(session.scalars(select(OutboxEntry)).all()) == 1


def test_two_persons_give_two_facts(session: Session, now: datetime) -> None:
    assert record(session, filmed(now))
    assert record(session, filmed(now))


def test_the_same_words_about_another_kind_are_another_source(session: Session, now: datetime) -> None:
    statement = filmed(now)
    assert record(session, statement)
    assert record(session, replace(statement, kind="profile.published"))


def test_the_outbox_holds_no_id_of_a_person(session: Session, now: datetime) -> None:
    resident, recruiter = new_id(), new_id()
    statement = replace(
        filmed(now, resident), kind="view.qualified", source=f"{recruiter}:{resident}", actor=recruiter
    )
    record(session, statement)
    entry = session.scalars(select(OutboxEntry)).one()
    kept = entry.source + json.dumps(entry.statement) + "".join(session.scalars(select(Source.source)))
    assert str(resident) not in kept
    assert str(recruiter) not in kept


def test_a_person_keeps_one_pseudonym_from_fact_to_fact(session: Session, now: datetime) -> None:
    statement = filmed(now)
    record(session, statement)
    record(session, replace(statement, kind="profile.published"))
    subjects = {entry.statement["subject"] for entry in session.scalars(select(OutboxEntry))}
    assert len(subjects) == 1


def test_a_refused_transaction_leaves_no_fact_and_no_claimed_source(session: Session, now: datetime) -> None:
    statement = filmed(now)
    with session.begin_nested() as attempt:
        record(session, statement)
        attempt.rollback()
    assert not session.scalars(select(OutboxEntry)).all()
    assert record(session, statement)


def test_a_fact_about_nobody_is_recorded_without_a_pseudonym(session: Session, now: datetime) -> None:
    assert record(session, Statement(kind="profile.published", source="x", at=now))
    assert session.scalars(select(OutboxEntry)).one().statement["subject"] == ""


def test_a_kind_or_a_measure_that_cannot_be_counted_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(UnknownKind):
        record(session, replace(filmed(now), kind="resident.liked"))
    with pytest.raises(InexactMeasure):
        record(session, replace(filmed(now), measures={"credited_s": 10.5}))  # type: ignore[dict-item]  # the point
    assert not session.scalars(select(OutboxEntry)).all()


def test_concurrent_statements_of_one_source_give_one_fact(committed: Engine, now: datetime) -> None:
    statement = filmed(now)

    def state(_: int) -> bool:
        with Session(committed) as own, own.begin():
            return record(own, statement)

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(state, range(20))) == 1
    with Session(committed) as own:
        assert len(own.scalars(select(OutboxEntry)).all()) == 1
