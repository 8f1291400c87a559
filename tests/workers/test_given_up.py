"""What a server refuses, for good or for half a day, is said by the adviser today, unless an SMS said it."""

from dataclasses import dataclass, replace
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail
from app.accompaniment.models import Task
from app.contacts.models import Contact
from app.db import new_id
from app.mail.models import Mail
from app.paris import PARIS
from app.people import reaching
from tests.conftest import START
from tests.contacts.parties import Parties, make_parties
from tests.factories import make_contact
from workers import mails
from workers.announcements import deliver
from workers.desk import Desk, Running

LAST_TRY = Running(runs_before=mails.TRIES - 1)


@dataclass(frozen=True)
class Refusing:
    """A mail server that always answers the same."""

    answer: Exception

    def send(self, _: EmailMessage) -> None:
        """Refuse."""
        raise self.answer


@pytest.fixture
def met(session: Session) -> Parties:
    return make_parties(session, phone=None)


def send_all(desk: Desk, session: Session, answer: Exception) -> None:
    """Send what waits, to a server that answers so, for the last time."""
    for mail_id in session.scalars(select(Mail.id).where(Mail.given_up_at.is_(None))).all():
        mails.send(replace(desk, transport=Refusing(answer)), mail_id, LAST_TRY)


def asked(session: Session) -> list[tuple[str, object]]:
    """Return what advisers have to do, and by when."""
    return [(task.kind, task.due_on) for task in session.scalars(select(Task))]


def waiting(session: Session) -> list[tuple[str, str]]:
    """Return what waits to be sent: to whom, which letter."""
    query = select(Mail).where(Mail.given_up_at.is_(None), Mail.sent_at.is_(None))
    return [(posted.recipient, posted.template) for posted in session.scalars(query)]


@pytest.mark.parametrize(
    ("answer", "is_reachable"),
    [
        (mail.RecipientRefused("550"), False),
        (mail.MailRefused("554"), True),
        (mail.MailUndeliverable("451"), True),
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        ("contact.sent", "sent", "unreachable", "contact_received"),
        ("contact.company_answered", "answered", "word", "word_to_tell"),
    ],
)
def test_what_was_given_up_is_asked_of_the_adviser_the_same_day(
    desk: Desk,
    session: Session,
    met: Parties,
    said: tuple[str, str, str, str],
    answer: Exception,
    is_reachable: bool,  # noqa: FBT001 - a case of the table
) -> None:
    kind, state, task, relayed = said
    contact = make_contact(session, met.profile, met.recruiter, state=state)
    session.commit()
    deliver(desk, kind, contact.id, 41)
    send_all(desk, session, answer)
    assert asked(session) == [(task, START.astimezone(PARIS).date())]
    assert waiting(session) == [(met.adviser.email, relayed)]
    assert reaching.reaches(session, met.resident, START) == is_reachable


def test_the_end_of_a_company_that_its_letter_could_not_say_is_told_by_the_adviser(
    desk: Desk, session: Session, met: Parties
) -> None:
    contact = make_contact(session, met.profile, met.recruiter, state="expired", forsaken_at=START)
    session.commit()
    deliver(desk, "contact.forsaken", contact.id, 41)
    assert asked(session) == []
    send_all(desk, session, mail.RecipientRefused("550"))
    assert asked(session) == [("company_gone", START.astimezone(PARIS).date())]
    assert waiting(session) == [(met.adviser.email, "company_gone")]


def test_what_an_sms_said_as_well_asks_nobody(desk: Desk, session: Session, met: Parties) -> None:
    met.resident.phone, met.resident.reached_by = "0612345678", "both"
    contact = make_contact(session, met.profile, met.recruiter)
    session.commit()
    deliver(desk, "contact.sent", contact.id, 41)
    send_all(desk, session, mail.RecipientRefused("550"))
    assert asked(session) == []


def test_a_letter_to_an_adviser_that_is_given_up_asks_for_nothing_more(
    desk: Desk, session: Session, met: Parties
) -> None:
    met.resident.email = None
    contact = make_contact(session, met.profile, met.recruiter)
    session.commit()
    deliver(desk, "contact.sent", contact.id, 41)
    send_all(desk, session, mail.RecipientRefused("550"))
    assert (len(asked(session)), waiting(session)) == (1, [])


def test_a_server_that_is_busy_asks_nobody_before_the_last_try(
    desk: Desk, session: Session, met: Parties
) -> None:
    contact: Contact = make_contact(session, met.profile, met.recruiter)
    session.commit()
    deliver(desk, "contact.sent", contact.id, 41)
    (posted,) = session.scalars(select(Mail.id))
    busy = replace(desk, transport=Refusing(mail.MailUndeliverable("451")))
    with pytest.raises(mail.MailUndeliverable):
        mails.send(busy, posted, Running(runs_before=mails.TRIES - 2))
    assert (asked(session), waiting(session)) == ([], [(met.resident.email, "contact_received")])


@pytest.mark.parametrize("answer", [mail.RecipientRefused("550"), mail.MailUndeliverable("451")])
def test_nothing_is_left_of_a_receipt_that_is_given_up(
    desk: Desk, session: Session, answer: Exception
) -> None:
    values = {"name": "Marc", "path": "/", "on": "2026-12-01", "contact": "equipe@visavis.example"}
    mail.post(session, mail.Recipient(new_id(), "marc@roux.test"), "account_closed", values, START)
    session.commit()
    send_all(desk, session, answer)
    assert session.scalars(select(Mail)).all() == []
