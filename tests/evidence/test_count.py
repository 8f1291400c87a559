"""Figures are counted from the facts, by kind, period, structure and department."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence.models import Fact, PersonKey
from app.evidence.queries import (
    Count,
    Selection,
    count_of,
    counts_by_department,
    export_person,
    facts_of,
    journal_dates,
)
from app.evidence.service import Statement, drain, erase_person, record

NORTH, SOUTH = new_id(), new_id()
RESIDENT, COMPANY = new_id(), new_id()


def answer(session: Session, at: datetime, *, accepted: bool = True, territory: UUID = NORTH) -> None:
    """Record that the resident answered one more contact."""
    statement = Statement(
        kind="contact.answered",
        source=str(new_id()),
        at=at,
        subject=RESIDENT,
        organisation=COMPANY,
        department="13" if territory == NORTH else "",
        measures={"accepted": accepted},
        territory=territory,
    )
    record(session, statement)
    drain(session, at)


def test_facts_persons_and_organisations_are_counted_apart(session: Session, now: datetime) -> None:
    answer(session, now)
    answer(session, now, accepted=False)
    assert count_of(session, Selection("contact.answered")) == Count(facts=2, subjects=1, organisations=1)


def test_a_fact_without_a_person_or_a_company_counts_nobody(session: Session, now: datetime) -> None:
    record(session, Statement(kind="profile.published", source="x", at=now))
    drain(session, now)
    assert count_of(session, Selection("profile.published")) == Count(facts=1, subjects=0, organisations=0)


def test_a_measure_chooses_among_the_facts_of_a_kind(session: Session, now: datetime) -> None:
    answer(session, now)
    answer(session, now, accepted=False)
    assert count_of(session, Selection("contact.answered", {"accepted": True})).facts == 1


def test_a_period_takes_its_start_and_leaves_its_end(session: Session, now: datetime) -> None:
    answer(session, now)
    answer(session, now + timedelta(days=1))
    selection = Selection("contact.answered", start=now, end=now + timedelta(days=1))
    assert count_of(session, selection).facts == 1


def test_a_structure_sees_its_own_facts_alone(session: Session, now: datetime) -> None:
    answer(session, now)
    answer(session, now, territory=SOUTH)
    assert count_of(session, Selection("contact.answered", territories=(NORTH,))).facts == 1
    assert count_of(session, Selection("contact.answered", territories=())).facts == 0
    assert count_of(session, Selection("contact.answered")).facts == 2


def test_departments_are_counted_apart_the_unknown_one_too(session: Session, now: datetime) -> None:
    answer(session, now)
    answer(session, now)
    answer(session, now, territory=SOUTH)
    assert counts_by_department(session, Selection("contact.answered")) == {"": 1, "13": 2}


def test_facts_are_listed_page_by_page(session: Session, now: datetime) -> None:
    for _ in range(3):
        answer(session, now)
    first = facts_of(session, Selection("contact.answered"), limit=2)
    rest = facts_of(session, Selection("contact.answered"), after_seq=first[-1].seq, limit=2)
    assert [fact.seq for fact in [*first, *rest]] == [1, 2, 3]


def test_figures_are_dated_by_the_newest_fact_recorded(session: Session, now: datetime) -> None:
    assert journal_dates(session) is None
    answer(session, now)
    answer(session, now + timedelta(hours=1))
    assert journal_dates(session) == (now, now + timedelta(hours=1))


def test_a_person_can_take_away_the_facts_about_them(session: Session, now: datetime) -> None:
    assert export_person(session, RESIDENT) == {"facts": []}
    answer(session, now)
    exported = export_person(session, RESIDENT)
    assert exported["pseudonym"] == session.scalars(select(Fact.subject)).one()
    assert "contact.answered" in str(exported["facts"])


def test_erasure_forgets_the_key_and_keeps_the_count(session: Session, now: datetime) -> None:
    answer(session, now)
    erase_person(session, RESIDENT, now)
    assert session.get(PersonKey, RESIDENT) is None
    assert export_person(session, RESIDENT) == {"facts": []}
    assert count_of(session, Selection("contact.answered")).facts == 1
