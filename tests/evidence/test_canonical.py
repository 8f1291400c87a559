"""A fact is written in one way only, and keeps to itself what its seal commits to."""

import json
from datetime import UTC, datetime, timedelta, timezone

import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence.canonical import canonical, entry_of, instant, private_fields, public_fields, seal_of
from app.evidence.merkle import leaf_hash
from app.evidence.models import Fact, Opening
from app.evidence.service import Statement, drain, erase_person, record

FIELDS = "v seq id type at rec conv axis rule subj actor org terr dep m src ref seal"
exact = st.one_of(st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text())
names = st.text(st.characters(codec="ascii"))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive


def filmed(session: Session, now: datetime, **more: object) -> Fact:
    """Record that somebody filmed their CV, and return the fact."""
    person = new_id()
    values = {"subject": person, "actor": new_id(), "measures": {"qpv": True, "known_by": "déclaré"}} | more
    record(session, Statement("resident.filmed", str(person), now, **values))  # type: ignore[arg-type]  # any of its fields
    drain(session, now + timedelta(milliseconds=1234))
    return session.scalars(select(Fact).order_by(Fact.seq.desc()).limit(1)).one()


def opened(session: Session, fact: Fact) -> Opening:
    """Return what opens a fact."""
    return session.scalars(select(Opening).filter_by(source=fact.source)).one()


@given(st.dictionaries(names, exact | st.dictionaries(names, exact)))
def test_what_we_write_is_rfc_8785_byte_for_byte(values: dict[str, object]) -> None:
    assert canonical(values) == rfc8785.dumps(values)  # type: ignore[arg-type]  # a dictionary of what it takes


@given(instants, instants)
def test_written_instants_sort_as_instants_do(one: datetime, other: datetime) -> None:
    assert (instant(one) < instant(other)) == (one < other)
    assert datetime.fromisoformat(instant(one)) == one


def test_an_instant_is_written_in_utc_wherever_it_was_told() -> None:
    paris = datetime(2026, 11, 23, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    assert instant(paris) == "2026-11-23T09:00:00.000000Z"


def test_a_fact_says_eighteen_things_and_its_leaf_is_the_hash_of_their_canonical_form(
    session: Session, now: datetime
) -> None:
    fact = filmed(session, now)
    session.expire_all()
    entry = entry_of(fact)
    assert set(json.loads(entry)) == set(FIELDS.split())
    assert entry == rfc8785.dumps(public_fields(fact))  # type: ignore[arg-type]  # as above
    assert fact.leaf == leaf_hash(entry)


def test_a_seal_commits_to_whom_the_fact_is_about_and_nothing_of_it_is_public(
    session: Session, now: datetime
) -> None:
    subject, actor = new_id(), new_id()
    fact = filmed(session, now, subject=subject, actor=actor)
    opening = opened(session, fact)
    private = private_fields(subject, actor, opening.clear_source)
    assert fact.seal == seal_of(opening.salt, private)
    assert fact.seal != seal_of(opening.salt, private | {"actor": str(subject)})
    public = entry_of(fact).decode()
    assert not [secret for secret in (subject, actor, opening.clear_source) if str(secret) in public]


def test_two_facts_about_one_person_have_seals_that_nobody_can_compare(
    session: Session, now: datetime
) -> None:
    person = new_id()
    for kind in ("resident.filmed", "profile.published"):
        record(session, Statement(kind, str(person), now, subject=person))
    first, second = session.scalars(select(Opening).filter_by(subject_id=person)).all()
    assert first.salt != second.salt
    assert len(first.salt) == 32


def test_erasure_closes_the_facts_about_a_person_and_those_of_their_doing(
    session: Session, now: datetime
) -> None:
    resident, recruiter = new_id(), new_id()
    fact = filmed(session, now, subject=resident, actor=recruiter)
    before = entry_of(fact)
    erase_person(session, recruiter, now)
    assert session.scalars(select(Opening)).all() == []
    session.expire_all()
    assert entry_of(fact) == before
    filmed(session, now, subject=resident, actor=new_id())
    erase_person(session, resident, now)
    assert session.scalars(select(Opening)).all() == []
