"""An exchange belongs to its company: a colleague goes on with it, and without any the resident is told."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accompaniment.models import Task
from app.contacts import colleagues, erasing, following, outcomes, queries, rates, service
from app.contacts.models import Contact
from app.contacts.outcomes import Declared, OutcomeTooSoon, Party
from app.contacts.rules import Rate
from app.contacts.service import ContactAlreadyOpen, Proposal, send
from app.mail.models import Mail
from app.people import companies, organisations
from app.people.models import Person
from app.people.organisations import Suspension
from app.people.sessions import open_session
from app.settings import Settings
from tests.conftest import START, MovingClock, SignIn
from tests.contacts.conftest import announced, heard, letters, stated
from tests.contacts.parties import Parties, make_parties, operator_of, who_is
from tests.factories import make_company, make_contact, make_recruiter


@pytest.fixture
def met(session: Session) -> Parties:
    return make_parties(session, phone="0612345678", email="aicha@courrier.test")


@pytest.fixture
def colleague(session: Session, met: Parties) -> Person:
    return make_recruiter(session, met.company, name="Léa")


@pytest.fixture
def accepted(session: Session, met: Parties) -> Contact:
    """Make a proposal to which the resident said yes."""
    contact = make_contact(session, met.profile, met.recruiter)
    return service.accept(session, met.resident.id, contact.id, START)


def leave(session: Session, met: Parties, colleague: Person) -> None:
    """Let the colleague take the access of a recruiter who came away, and everybody hear of it."""
    open_session(session, met.recruiter.id, "", START)
    companies.remove(session, who_is(session, colleague), met.company.id, met.recruiter.id, START)
    session.flush()
    heard(session, "member.left", met.recruiter.id)


def suspend_account(session: Session, met: Parties) -> None:
    """Let the operator suspend the recruiter's account, and everybody hear of it."""
    organisations.suspend_member(session, operator_of(session), met.company.id, met.recruiter.id, START)
    session.flush()
    heard(session, "member.left", met.recruiter.id)


def hear_forsaken(session: Session, *contacts: Contact) -> None:
    """Tell everybody that a company answers no more."""
    for contact in contacts:
        heard(session, "contact.forsaken", contact.id)


@pytest.mark.parametrize("how", ["removed", "suspended"])
def test_the_colleagues_of_who_left_are_told_and_one_goes_on_in_one_tap(
    session: Session, sign_in: SignIn, met: Parties, colleague: Person, accepted: Contact, how: str
) -> None:
    if how == "removed":
        leave(session, met, colleague)
    else:
        suspend_account(session, met)
    assert letters(session) == [(colleague.email, "exchanges_left")]
    browser = sign_in(colleague)
    assert browser.get(f"/messages/{accepted.id}").status_code == 404
    page = browser.get("/messages").text
    address = f"/messages/collegues/{met.recruiter.id}/reprendre"
    assert "Conversations de Marc, qui n’est plus là" in page
    assert f'action="{address}"' in page
    assert browser.post(address).headers["location"] == "/messages"
    session.refresh(accepted)
    assert (accepted.recruiter_id, accepted.written_by) == (colleague.id, met.recruiter.id)
    assert "Conversations de Marc" not in browser.get("/messages").text
    assert "0612345678" in browser.get(f"/messages/{accepted.id}").text
    browser.post(f"/messages/{accepted.id}/reponse", data={"word": "reply"})
    session.refresh(accepted)
    assert accepted.state == "answered"
    assert "Léa suit maintenant" in sign_in(met.resident).get(f"/moi/messages/{accepted.id}").text


def test_letters_go_to_every_colleague_until_one_goes_on_and_then_to_that_one(
    session: Session, met: Parties, colleague: Person, accepted: Contact, clock: MovingClock
) -> None:
    other = make_recruiter(session, met.company, name="Paul")
    leave(session, met, colleague)
    before = len(letters(session))
    following.follow(session, clock.advance(days=5))
    assert sorted(letters(session)[before:]) == sorted(
        (person.email, "company_reminder") for person in (colleague, other)
    )
    colleagues.take_over(session, who_is(session, other), met.recruiter.id, clock.now())
    session.expire_all()
    following.follow(session, clock.advance(days=5))
    assert letters(session)[before + 2 :] == [(other.email, "company_silent")]
    assert accepted.state == "company_silent"


def test_what_came_of_it_is_confirmed_by_a_colleague_even_after_the_end(
    session: Session, met: Parties, colleague: Person, accepted: Contact
) -> None:
    accepted.state, accepted.ended_at = "closed", START
    leave(session, met, colleague)
    assert colleagues.left_behind(session, who_is(session, colleague)) == []
    found = queries.exchange(session, accepted.id)
    assert found is not None
    outcome = outcomes.declare(session, Party(met.resident.id, "resident"), found, Declared("job"), START)
    heard(session, "outcome.declared", outcome.id)
    assert letters(session) == [(colleague.email, "outcome_to_confirm")]
    colleagues.take_over(session, who_is(session, colleague), met.recruiter.id, START)
    party, own = outcomes.party_to(session, who_is(session, colleague), "recruiter", accepted.id)
    assert outcomes.answer(session, party, own, outcome.id, confirms=True, now=START).state == "confirmed"


def test_only_one_colleague_takes_over_and_nobody_else_can(
    session: Session, sign_in: SignIn, met: Parties, colleague: Person, accepted: Contact
) -> None:
    address = f"/messages/collegues/{met.recruiter.id}/reprendre"
    stranger = make_recruiter(session, make_company(session, name="Atelier Blanc"))
    assert sign_in(stranger).post(address).status_code == 404
    # Who is still there keeps what is theirs.
    assert sign_in(colleague).post(address).status_code == 303
    session.refresh(accepted)
    assert accepted.recruiter_id == met.recruiter.id
    leave(session, met, colleague)
    other = make_recruiter(session, met.company, name="Paul")
    for person in (colleague, other):
        sign_in(person).post(address)
    session.refresh(accepted)
    assert accepted.recruiter_id == colleague.id


def test_who_took_over_an_open_exchange_writes_no_other_to_that_person(
    session: Session, met: Parties, colleague: Person, accepted: Contact, settings: Settings
) -> None:
    own = make_contact(session, met.profile, colleague)
    leave(session, met, colleague)
    who = who_is(session, colleague)
    assert colleagues.take_over(session, who, met.recruiter.id, START) == 1
    own.state, own.ended_at = "declined", START
    session.flush()
    with pytest.raises(ContactAlreadyOpen):
        send(session, who, met.profile, Proposal("job", "Bonjour, venez nous voir demain."), START, settings)
    assert queries.left_for(session, who, START, settings) == settings.contacts_per_day - 1
    assert accepted.recruiter_id == colleague.id


def test_a_suspended_company_answers_no_more_and_everybody_is_told(
    session: Session, sign_in: SignIn, met: Parties, accepted: Contact, settings: Settings
) -> None:
    waiting = make_contact(session, make_parties(session).profile, met.recruiter)
    reason = Suspension("Plusieurs signalements fondés.")
    organisations.suspend(session, operator_of(session), met.company.id, reason, START, settings)
    heard(session, "company.suspended", met.company.id)
    assert announced(session).count("contact.forsaken") == 2
    hear_forsaken(session, accepted, waiting)
    assert (accepted.state, waiting.state) == ("closed", "expired")
    assert {one.ended_at for one in (accepted, waiting)} == {START}
    assert {one.forsaken_at for one in (accepted, waiting)} == {START}
    told = session.scalars(select(Mail.recipient).filter_by(template="company_gone")).all()
    assert set(told) == {
        "aicha@courrier.test",
        session.get_one(Person, waiting.resident_id).email,
    }
    assert session.scalars(select(Task.contact_id).filter_by(kind="company_gone")).all() == [accepted.id]
    page = sign_in(met.resident).get(f"/moi/messages/{accepted.id}").text
    assert "ne répond plus" in page
    assert "te doit une réponse" not in page
    assert (
        "ne répond plus"
        in sign_in(met.adviser).get(f"/accompagnement/{met.resident.id}/messages/{accepted.id}").text
    )


def test_a_word_that_could_not_be_given_counts_against_nobody_and_one_that_was_missed_does(
    session: Session, met: Parties, accepted: Contact, clock: MovingClock
) -> None:
    missed = make_contact(session, make_parties(session).profile, met.recruiter)
    service.accept(session, missed.resident_id, missed.id, START)
    missed.company_due_at = START
    following.follow(session, START)
    assert missed.state == "company_silent"
    colleagues.forsake(session, met.company.id, clock.advance(hours=1))
    following.follow(session, clock.advance(days=20))
    assert (accepted.state, missed.state) == ("closed", "closed")
    assert rates.rate_of(session, met.company.id, clock.now()) == Rate(1, 0)
    assert [kind for kind, _ in stated(session)].count("contact.company_silent") == 1


def test_the_last_account_of_a_company_that_is_suspended_ends_its_exchanges(
    session: Session, met: Parties, accepted: Contact
) -> None:
    suspend_account(session, met)
    assert (accepted.state, accepted.forsaken_at) == ("closed", START)
    assert letters(session) == []


def test_details_stay_shut_when_the_company_comes_back(
    session: Session, sign_in: SignIn, met: Parties, accepted: Contact
) -> None:
    waiting = make_contact(session, make_parties(session, phone="0698765432").profile, met.recruiter)
    colleagues.forsake(session, met.company.id, START)
    session.commit()
    browser = sign_in(met.recruiter)
    for contact, phone in ((accepted, "0612345678"), (waiting, "0698765432")):
        page = browser.get(f"/messages/{contact.id}").text
        assert "ne pouvait plus y répondre" in page
        assert phone not in page
    found = queries.exchange(session, waiting.id)
    assert found is not None
    with pytest.raises(OutcomeTooSoon):
        outcomes.declare(session, Party(met.resident.id, "resident"), found, Declared("job"), START)


def test_a_minor_who_never_saw_a_message_is_told_nothing_of_its_end(session: Session) -> None:
    met = make_parties(session, age=16, email="aicha@courrier.test")
    held = make_contact(session, met.profile, met.recruiter, route="adviser_first")
    heard(session, "contact.sent", held.id)
    before = letters(session)
    colleagues.forsake(session, met.company.id, START)
    hear_forsaken(session, held)
    assert letters(session) == before
    assert session.scalars(select(Task.id).where(Task.done_at.is_(None))).all() == []


def test_who_wrote_first_is_given_it_and_forgotten_without_what_a_colleague_goes_on_with(
    session: Session, met: Parties, colleague: Person, accepted: Contact
) -> None:
    leave(session, met, colleague)
    colleagues.take_over(session, who_is(session, colleague), met.recruiter.id, START)
    assert "venez nous voir" in str(queries.export_person(session, met.recruiter.id))
    erasing.erase_person(session, met.recruiter.id, START)
    session.refresh(accepted)
    assert (accepted.recruiter_id, accepted.written_by) == (colleague.id, None)
