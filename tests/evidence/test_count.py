"""Facts are chosen by kind, period and structure."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence.models import Fact, PersonKey
from app.evidence.queries import Selection, export_person, facts_of
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


def test_a_measure_chooses_among_the_facts_of_a_kind(session: Session, now: datetime) -> None:
    answer(session, now)
    answer(session, now, accepted=False)
    assert len(facts_of(session, Selection("contact.answered", {"accepted": True}))) == 1


def test_a_period_takes_its_start_and_leaves_its_end(session: Session, now: datetime) -> None:
    answer(session, now)
    answer(session, now + timedelta(days=1))
    selection = Selection("contact.answered", start=now, end=now + timedelta(days=1))
    assert len(facts_of(session, selection)) == 1


def test_a_structure_sees_its_own_facts_alone(session: Session, now: datetime) -> None:
    answer(session, now)
    answer(session, now, territory=SOUTH)
    assert len(facts_of(session, Selection("contact.answered", territories=(NORTH,)))) == 1
    assert len(facts_of(session, Selection("contact.answered", territories=()))) == 0
    assert len(facts_of(session, Selection("contact.answered"))) == 2


def test_facts_are_listed_page_by_page(session: Session, now: datetime) -> None:
    for _ in range(3):
        answer(session, now)
    first = facts_of(session, Selection("contact.answered"), limit=2)
    rest = facts_of(session, Selection("contact.answered"), after_seq=first[-1].seq, limit=2)
    assert [fact.seq for fact in [*first, *rest]] == [1, 2, 3]


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
    assert len(facts_of(session, Selection("contact.answered"))) == 1
