"""How a resident is told that a company writes: by mail, by SMS when they chose so, or by the adviser."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accompaniment import tasks
from app.contacts import answering, queries, telling
from app.contacts.models import AnswerLink, Contact
from app.contacts.service import Proposal, send
from app.mail.models import Mail
from app.people import reaching
from app.people.models import Person
from app.people.rules import channels
from app.settings import Settings
from tests.conftest import START, SignIn
from tests.contacts.parties import who_is
from tests.factories import make_profile, make_resident


def told(session: Session, contact: Contact) -> list[tuple[str, str]]:
    """Tell the resident, and return by which channels and where."""
    found = queries.exchange(session, contact.id)
    assert found is not None
    telling.tell_resident(session, found, "contact_received", START)
    return [(mail.channel, mail.recipient) for mail in session.scalars(select(Mail).order_by(Mail.id))]


@pytest.mark.parametrize(
    ("reached_by", "email", "phone", "expected"),
    [
        ("mail", "a@b.fr", "0612345678", ("mail",)),
        ("sms", "a@b.fr", "0612345678", ("sms",)),
        ("both", "a@b.fr", "0712345678", ("mail", "sms")),
        ("sms", "a@b.fr", "0412345678", ("mail",)),
        ("sms", None, None, ()),
        ("mail", None, "0612345678", ()),
    ],
)
def test_an_sms_goes_only_to_who_chose_it_on_a_mobile(
    reached_by: str, email: str | None, phone: str | None, expected: tuple[str, ...]
) -> None:
    assert channels(reached_by, email, phone) == expected


@pytest.mark.parametrize(("reached_by", "is_told"), [("mail", False), ("sms", True), ("both", True)])
def test_who_has_a_phone_is_called_after_a_yes_and_told_by_an_adviser_where_no_text_is_wanted(
    *, session: Session, recruiter: Person, settings: Settings, reached_by: str, is_told: bool
) -> None:
    resident = make_resident(session, email=None, phone="0612345678", reached_by=reached_by)
    profile = make_profile(session, resident)
    proposal = Proposal("job", "Bonjour, venez nous voir demain.")
    contact = send(session, who_is(session, recruiter), profile, proposal, START, settings)
    assert contact.route == "direct"
    assert reaching.reaches(session, resident, START) == is_told
    assert tasks.sweep(session, START) == (0 if is_told else 1)


def test_what_was_told_already_makes_no_other_link(session: Session, contact: Contact) -> None:
    for _ in range(2):
        assert len(told(session, contact)) == 1
    assert len(session.scalars(select(AnswerLink)).all()) == 1


def test_each_message_has_a_link_of_its_own(session: Session, contact: Contact, resident: Person) -> None:
    resident.reached_by = "both"
    assert told(session, contact) == [("mail", "aicha@courrier.test"), ("sms", "+33612345678")]
    paths = [mail.values["path"] for mail in session.scalars(select(Mail))]
    assert len({*paths}) == 2
    kept = session.scalars(select(AnswerLink).order_by(AnswerLink.id)).all()
    assert [link.channel for link in kept] == ["mail", "sms"]


def test_a_phone_that_is_somebody_else_s_gets_nothing_more_and_the_mailbox_does(
    session: Session, contact: Contact, resident: Person
) -> None:
    resident.reached_by = "sms"
    token = answering.make(session, contact, "sms", "0612345678", START).removeprefix("/r/")
    answering.disown(session, token, START)
    assert told(session, contact) == [("mail", "aicha@courrier.test")]


def test_a_resident_chooses_how_to_be_told_and_an_sms_needs_a_mobile(
    session: Session, sign_in: SignIn, resident: Person, recruiter: Person
) -> None:
    path = "/compte/coordonnees/messages"
    browser = sign_in(resident)
    assert 'name="reached_by"' in browser.get("/compte/coordonnees").text
    assert browser.post(path, data={"reached_by": "both"}).status_code == 303
    session.refresh(resident)
    assert resident.reached_by == "both"
    resident.phone = "0412345678"
    session.commit()
    refused = browser.post(path, data={"reached_by": "sms"})
    assert refused.status_code == 422
    assert "06 ou 07" in refused.text
    assert 'name="reached_by"' not in sign_in(recruiter).get("/compte/coordonnees").text
