"""« Ce n’est pas moi »: nothing goes there any more, for good, until that mailbox answers for the person."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import mail
from app.contacts import advising, answering, queries, telling
from app.contacts.models import Contact
from app.mail.models import Mail
from app.people import details, reaching
from app.people.details import Details
from app.people.models import Person
from app.settings import Settings
from tests.conftest import START
from tests.contacts.parties import Parties, make_parties
from tests.factories import make_contact

MAILBOX, PHONE = "aicha@courrier.test", "0612345678"


@pytest.fixture
def met(session: Session) -> Parties:
    return make_parties(session, email=MAILBOX, phone=PHONE, reached_by="both")


def disown(session: Session, contact: Contact, channel: str, address: str) -> None:
    """Say, by a link that came there, that the address is somebody else's."""
    token = answering.make(session, contact, channel, address, START).removeprefix("/r/")
    answering.disown(session, token, START)


def ways(session: Session, contact: Contact) -> list[str]:
    """Return the channels by which the resident would be told now."""
    found = queries.exchange(session, contact.id)
    assert found is not None
    return [channel for channel, _ in telling.ways_to(session, found)]


@pytest.mark.parametrize(
    ("channel", "address", "left"), [("mail", MAILBOX, ["sms"]), ("sms", PHONE, ["mail"])]
)
def test_it_is_remembered_when_the_message_that_said_so_is_forgotten(
    session: Session, met: Parties, channel: str, address: str, left: list[str]
) -> None:
    contact = make_contact(session, met.profile, met.recruiter)
    disown(session, contact, channel, address)
    session.execute(delete(Contact))
    assert ways(session, make_contact(session, met.profile)) == left


def test_a_phone_that_the_network_refuses_is_known_however_it_is_written(
    session: Session, met: Parties
) -> None:
    said = mail.Draft(
        mail.Recipient(met.resident.id, PHONE), "contact_received", {"path": "/moi", "company": "Roux"}
    )
    posted = mail.post_sms(session, "contact:1", said, START)
    assert posted is not None
    mail.give_up(session, posted.id, START, is_address_dead=True)
    assert reaching.phone_of(session, met.resident) is None


@pytest.mark.parametrize(
    ("theirs", "given"),
    [
        ([], (PHONE, MAILBOX, "")),
        ([("sms", PHONE)], (None, MAILBOX, "")),
        ([("sms", PHONE), ("mail", MAILBOX)], (None, "claire@structure.test", "Mission locale du Nord")),
    ],
)
def test_a_recruiter_is_given_nothing_that_is_somebody_else_s(
    session: Session, met: Parties, theirs: list[tuple[str, str]], given: tuple[str | None, str, str]
) -> None:
    met.adviser.email = "claire@structure.test"
    contact = make_contact(session, met.profile, met.recruiter)
    for channel, address in theirs:
        disown(session, contact, channel, address)
    contact.state = "accepted"
    found = queries.exchange(session, contact.id)
    assert found is not None
    details_given = advising.reach_of(session, found)
    assert details_given is not None
    assert (details_given.phone, details_given.email, details_given.structure) == given


def test_somebody_of_whom_all_is_somebody_else_s_is_out_of_reach(session: Session, met: Parties) -> None:
    contact = make_contact(session, met.profile, met.recruiter)
    assert reaching.reaches(session, met.resident, START)
    for channel, address in (("sms", PHONE), ("mail", MAILBOX)):
        disown(session, contact, channel, address)
    assert not reaching.reaches(session, met.resident, START)


def test_a_letter_that_waited_does_not_leave_for_somebody_else_s_mailbox(
    session: Session, met: Parties, settings: Settings
) -> None:
    to = mail.Recipient(met.resident.id, "Aicha@courrier.test")
    posted = mail.post(session, to, "published", {"name": "Aïcha", "path": "/moi"}, START)
    disown(session, make_contact(session, met.profile, met.recruiter), "mail", MAILBOX)
    with pytest.raises(mail.MailRefused):
        mail.unsent(session, posted.id, settings)
    other = replace_recipient(session, posted, met.recruiter)
    assert mail.unsent(session, other.id, settings) is not None


def replace_recipient(session: Session, posted: Mail, person: Person) -> Mail:
    """Post the same letter to somebody else who has that mailbox too."""
    to = mail.Recipient(person.id, posted.recipient)
    return mail.post(session, to, posted.template, posted.values, START)


def test_a_mailbox_that_answers_for_the_person_is_theirs_again(
    session: Session, met: Parties, settings: Settings
) -> None:
    disown(session, make_contact(session, met.profile, met.recruiter), "mail", MAILBOX)
    met.resident.email = None
    session.flush()
    details.correct(session, met.resident.id, Details(PHONE, MAILBOX), START, settings)
    asked = session.scalars(select(Mail).filter_by(template="email_change")).one()
    assert mail.unsent(session, asked.id, settings) is not None
    details.confirm(session, asked.values["path"].rpartition("/")[2], START, settings)
    assert reaching.email_of(session, met.resident) == MAILBOX


def test_what_is_kept_of_it_names_no_address_and_goes_with_the_person(session: Session, met: Parties) -> None:
    disown(session, make_contact(session, met.profile, met.recruiter), "mail", MAILBOX)
    taken = mail.export_person(session, met.resident.id)
    assert taken["addresses_of_others"] == [{"since": START}]
    mail.erase_person(session, met.resident.id, START)
    assert mail.export_person(session, met.resident.id)["addresses_of_others"] == []
