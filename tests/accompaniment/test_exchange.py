"""The adviser in the loop: sees the exchanges of own residents, answers with them, says what came of it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contacts.models import Contact, Outcome
from app.people.models import AuditEntry
from tests.conftest import SignIn
from tests.contacts.parties import Parties, make_parties
from tests.factories import make_contact


@pytest.fixture
def met(session: Session) -> Parties:
    return make_parties(session)


@pytest.fixture
def contact(session: Session, met: Parties) -> Contact:
    return make_contact(session, met.profile, met.recruiter)


def page_of(met: Parties, contact: Contact) -> str:
    return f"/accompagnement/{met.resident.id}/messages/{contact.id}"


def test_the_adviser_reads_the_message_from_the_page_of_the_resident(
    sign_in: SignIn, met: Parties, contact: Contact
) -> None:
    browser = sign_in(met.adviser)
    assert page_of(met, contact) in browser.get(f"/accompagnement/{met.resident.id}").text
    assert "venez nous voir." in browser.get(page_of(met, contact)).text


@pytest.mark.parametrize(
    ("form", "state"),
    [
        ({"how": "phone", "answer": "yes"}, "accepted"),
        ({"how": "desk", "answer": "no", "reason": "too_far"}, "declined"),
    ],
)
def test_an_answer_given_with_the_resident_says_by_whom_and_how(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact, form: dict[str, str], state: str
) -> None:
    assert sign_in(met.adviser).post(f"{page_of(met, contact)}/reponse", data=form).status_code == 303
    session.refresh(contact)
    assert (contact.state, contact.helped_by, contact.helped_how) == (state, met.adviser.id, form["how"])
    entry = session.scalars(select(AuditEntry).filter_by(tag="contact:answer-with:done")).one()
    assert (entry.actor_id, entry.about_id) == (met.adviser.id, met.resident.id)


@pytest.mark.parametrize(
    "form", [{"answer": "yes"}, {"how": "phone"}, {"how": "phone", "answer": "no"}, {"how": "other"}]
)
def test_nobody_is_answered_for_without_saying_how_it_was_done_with_them(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact, form: dict[str, str]
) -> None:
    assert sign_in(met.adviser).post(f"{page_of(met, contact)}/reponse", data=form).status_code == 422
    session.refresh(contact)
    assert (contact.state, contact.helped_by) == ("sent", None)


def test_the_adviser_says_what_came_of_it(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact
) -> None:
    contact.state = "accepted"
    session.flush()
    sign_in(met.adviser).post(f"{page_of(met, contact)}/suite", data={"kind": "training"})
    outcome = session.scalars(select(Outcome)).one()
    assert (outcome.kind, outcome.declared_side, outcome.state) == ("training", "adviser", "declared")


def test_an_exchange_is_not_found_under_another_resident(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact
) -> None:
    other = make_parties(session)
    path = f"/accompagnement/{other.resident.id}/messages/{contact.id}"
    assert sign_in(met.adviser).get(path).status_code == 404
    assert sign_in(other.adviser).get(path).status_code == 404
    assert sign_in(other.adviser).get(page_of(met, contact)).status_code == 404
