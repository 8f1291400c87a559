"""A company could not answer and is back: within some days what ended goes on, and everybody is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accompaniment import tasks
from app.accompaniment.models import Task
from app.contacts import answering, following, queries, rates, returning, service
from app.contacts.models import AnswerLink, Contact
from app.contacts.rules import Rate
from app.people import blocks, organisations
from app.people.organisations import Suspension
from app.people.rules import Who
from app.profiles.models import Profile
from app.settings import Settings
from tests.conftest import START, MovingClock, SignIn
from tests.contacts.conftest import announced, heard, letters, link_to, stated
from tests.contacts.parties import Parties, make_parties
from tests.factories import make_contact


@pytest.fixture
def met(session: Session) -> Parties:
    return make_parties(session, phone="0612345678", email="aicha@courrier.test")


@pytest.fixture
def accepted(session: Session, met: Parties) -> Contact:
    """Make a proposal to which the resident said yes."""
    contact = make_contact(session, met.profile, met.recruiter)
    return service.accept(session, met.resident.id, contact.id, START)


@pytest.fixture
def waiting(session: Session, met: Parties) -> Contact:
    """Make a proposal of the same recruiter to somebody else, who was to answer."""
    return make_contact(session, make_parties(session).profile, met.recruiter)


def leave_alone(session: Session, operator: Who, met: Parties, *contacts: Contact) -> None:
    """Suspend the only account of the company, and let everybody hear of it."""
    organisations.suspend_member(session, operator, met.company.id, met.recruiter.id, START)
    heard(session, "member.left", met.recruiter.id)
    for contact in contacts:
        heard(session, "contact.forsaken", contact.id)


def come_back(session: Session, operator: Who, met: Parties, clock: MovingClock) -> None:
    """Give the account back, and let the exchanges go on."""
    organisations.reinstate_member(session, operator, met.company.id, met.recruiter.id)
    assert announced(session)[-1] == "member.back"
    returning.note_return(session, met.recruiter.id, clock.now())


def test_a_mistaken_suspension_of_the_only_account_costs_nobody_a_day(
    session: Session, operator: Who, met: Parties, accepted: Contact, waiting: Contact, clock: MovingClock
) -> None:
    due_at, link = accepted.company_due_at, link_to(session, waiting)
    leave_alone(session, operator, met, accepted, waiting)
    assert (accepted.state, waiting.state) == ("closed", "expired")
    clock.advance(days=12)
    come_back(session, operator, met, clock)
    assert (accepted.state, waiting.state) == ("accepted", "sent")
    assert due_at is not None
    assert accepted.company_due_at == due_at + timedelta(days=12)
    assert {one.forsaken_at or one.ended_at for one in (accepted, waiting)} == {None}
    now = clock.advance(days=14)
    assert answering.standing(session, link, now)[1].contact == waiting
    assert waiting.expires_at == START + timedelta(days=27)
    assert session.scalars(select(AnswerLink.expires_at)).one() == waiting.expires_at


def test_everybody_is_told_that_an_exchange_goes_on(
    session: Session,
    sign_in: SignIn,
    operator: Who,
    met: Parties,
    accepted: Contact,
    clock: MovingClock,
) -> None:
    leave_alone(session, operator, met, accepted)
    assert session.scalars(select(Task.kind).where(Task.done_at.is_(None))).all() == ["company_gone"]
    come_back(session, operator, met, clock)
    assert announced(session)[-1] == "contact.resumed"
    heard(session, "contact.resumed", accepted.id)
    assert letters(session) == [
        ("aicha@courrier.test", "company_gone"),
        ("aicha@courrier.test", "company_back"),
    ]
    assert session.scalars(select(Task.kind).where(Task.done_at.is_(None))).all() == []
    assert "ne répond plus" not in sign_in(met.resident).get(f"/moi/messages/{accepted.id}").text
    assert "0612345678" in sign_in(met.recruiter).get(f"/messages/{accepted.id}").text


def test_what_waited_for_the_adviser_waits_again(
    session: Session, operator: Who, met: Parties, clock: MovingClock
) -> None:
    minor = make_parties(session, age=16)
    held = make_contact(session, minor.profile, met.recruiter, route="adviser_first")
    heard(session, "contact.sent", held.id)
    leave_alone(session, operator, met, held)
    assert session.scalars(select(Task.kind).where(Task.done_at.is_(None))).all() == []
    before = letters(session)
    come_back(session, operator, met, clock)
    heard(session, "contact.resumed", held.id)
    assert session.scalars(select(Task.kind).where(Task.done_at.is_(None))).all() == ["forward"]
    assert letters(session) == before


def test_a_suspension_of_the_company_that_is_lifted_is_one_too(
    session: Session,
    operator: Who,
    met: Parties,
    accepted: Contact,
    settings: Settings,
    clock: MovingClock,
) -> None:
    reason = Suspension("Plusieurs signalements.")
    organisations.suspend(session, operator, met.company.id, reason, START, settings)
    heard(session, "company.suspended", met.company.id)
    returning.resume(session, met.company.id, clock.now())
    assert accepted.state == "closed"
    organisations.verify(session, operator, met.company.id, "registry", clock.now())
    heard(session, "company.verified", met.company.id)
    assert (accepted.state, accepted.forsaken_at) == ("accepted", None)


def test_after_fifteen_days_what_ended_stays_so(
    session: Session, operator: Who, met: Parties, accepted: Contact, clock: MovingClock
) -> None:
    leave_alone(session, operator, met)
    clock.advance(days=15)
    come_back(session, operator, met, clock)
    assert (accepted.state, accepted.forsaken_at) == ("closed", START)


@pytest.mark.parametrize("end", ["withdrawn", "blocked", "placed", "written to again"])
def test_nothing_goes_on_with_who_is_gone_or_was_written_to_again(
    session: Session, operator: Who, met: Parties, waiting: Contact, clock: MovingClock, end: str
) -> None:
    leave_alone(session, operator, met)
    if end == "blocked":
        blocks.block(session, waiting.resident_id, met.company.id, START)
    elif end == "written to again":
        make_contact(session, session.get_one(Profile, waiting.profile_id), met.recruiter)
    else:
        session.get_one(Profile, waiting.profile_id).state = end
    session.flush()
    come_back(session, operator, met, clock)
    assert waiting.state == "expired"


def test_a_word_that_was_missed_before_is_missed_once(
    session: Session, operator: Who, met: Parties, accepted: Contact, clock: MovingClock
) -> None:
    accepted.company_due_at = START
    following.follow(session, START)
    assert accepted.state == "company_silent"
    leave_alone(session, operator, met)
    come_back(session, operator, met, clock)
    following.follow(session, clock.now())
    assert accepted.state == "company_silent"
    assert rates.rate_of(session, met.company.id, clock.now()) == Rate(1, 0)
    found = queries.exchange(session, accepted.id)
    assert found is not None
    assert found.has_details
    assert tasks.sweep(session, clock.now()) == 1
    assert [kind for kind, _ in stated(session)].count("contact.company_silent") == 1
