"""What a professional takes away of exchanges is what pages tell them: of the rest, their own words alone."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contacts import colleagues, queries
from app.contacts.models import Contact, FollowUp, Outcome
from app.people import companies
from app.people.models import Person
from app.people.sessions import open_session
from tests.conftest import START
from tests.contacts.parties import Parties, make_parties, who_is
from tests.factories import make_contact, make_recruiter

ANSWERED = {"company_word": "reply", "company_message": "À lundi !", "company_answered_at": START}


@pytest.fixture
def met(session: Session) -> Parties:
    return make_parties(session)


@pytest.fixture
def colleague(session: Session, met: Parties) -> Person:
    return make_recruiter(session, met.company, name="Léa")


@pytest.fixture
def contact(session: Session, met: Parties) -> Contact:
    """Make an exchange in which both said something, and what came of it."""
    said: dict[str, object] = ANSWERED | {"company_answered_by": met.recruiter.id}
    contact = make_contact(
        session, met.profile, met.recruiter, state="answered", answered_at=START, meets_at=START, **said
    )
    outcome = Outcome(
        contact_id=contact.id,
        kind="job",
        declared_at=START,
        declared_by=met.resident.id,
        declared_side="resident",
    )
    session.add(outcome)
    session.flush()
    again = {"answered_at": START, "answered_by": met.resident.id, "is_still_there": False}
    session.add(FollowUp(outcome_id=outcome.id, months=1, asked_at=START, **again))
    session.flush()
    return contact


def taken_by(session: Session, person: Person) -> dict[str, Any]:
    """Return what a person takes away of exchanges."""
    return queries.export_person(session, person.id)


def suspend(session: Session, met: Parties) -> None:
    """Suspend the company."""
    met.company.state = "suspended"
    session.flush()


def remove(session: Session, met: Parties) -> None:
    """Let a colleague take the recruiter's access away."""
    open_session(session, met.recruiter.id, "", START)
    colleague = session.scalars(select(Person).filter_by(given_name="Léa")).one()
    companies.remove(session, who_is(session, colleague), met.company.id, met.recruiter.id, START)
    session.flush()


def take_over(session: Session, met: Parties) -> None:
    """Let a colleague go on with what the recruiter who left had begun."""
    remove(session, met)
    colleague = session.scalars(select(Person).filter_by(given_name="Léa")).one()
    session.scalars(select(Contact)).one().stopped_at = None
    colleagues.take_over(session, who_is(session, colleague), met.recruiter.id, START)


def withdraw(session: Session, met: Parties) -> None:
    """Let the resident take their profile away."""
    met.profile.state = "withdrawn"
    session.flush()


def test_whoever_holds_an_exchange_takes_what_pages_tell_of_it(
    session: Session, met: Parties, contact: Contact
) -> None:
    taken = taken_by(session, met.recruiter)
    [told] = taken["contacts"]
    assert (told["state"], told["meets_at"], told["message"]) == ("answered", START, contact.message)
    assert (taken["proposed"], taken["answered"]) == ([], [])
    assert [one["kind"] for one in taken["outcomes"]] == ["job"]


@pytest.mark.parametrize("how", [suspend, remove, take_over, withdraw])
@pytest.mark.usefixtures("colleague")
def test_who_may_read_it_no_more_takes_their_own_words_alone(
    session: Session, met: Parties, contact: Contact, how: Callable[[Session, Parties], None]
) -> None:
    how(session, met)
    taken = taken_by(session, met.recruiter)
    assert (taken["contacts"], taken["outcomes"]) == ([], [])
    own = {"kind": contact.kind, "message": contact.message, "place": "", "slots": [], "sent_at": START}
    assert taken["proposed"] == [{"company": met.company.name} | own]
    assert taken["answered"] == [{"company": met.company.name} | ANSWERED]
    assert "Aïcha" not in str(taken)


@pytest.mark.usefixtures("contact")
def test_how_a_resident_fares_is_told_to_them_and_to_who_said_it(session: Session, met: Parties) -> None:
    def told(person: Person) -> list[object]:
        return [one["is_still_there"] for one in taken_by(session, person)["follow_ups"]]

    assert (told(met.recruiter), told(met.resident), told(met.adviser)) == ([], [False], [])
    session.scalars(select(FollowUp)).one().answered_by = met.adviser.id
    session.flush()
    assert (told(met.recruiter), told(met.resident), told(met.adviser)) == ([], [False], [False])
