"""The outbox: a mail is written in the business transaction, sent outside any, and noted in another."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import queue
from app.mail import letters
from app.mail.models import Mail, MailPerson
from app.settings import Settings


class Recipient(NamedTuple):
    """Who gets a mail, and at which address."""

    person_id: UUID
    address: str


def post(
    session: Session,
    to: Recipient,
    template: str,
    values: Mapping[str, object],
    now: datetime,
    about: Collection[UUID] = (),
) -> Mail:
    """Write a mail that a job sends once the transaction is committed; raise LetterIncomplete.

    `values` are JSON, the ones that `letters.LETTERS` names; `path` is an address on this site.  `about` are
    the other persons whom the values name or lead to.
    """
    letters.check(template, values)
    mail = Mail(recipient=to.address, template=template, values=dict(values), created_at=now)
    session.add(mail)
    session.flush()
    session.add_all(
        MailPerson(mail_id=mail.id, person_id=person_id, is_recipient=person_id == to.person_id)
        for person_id in {to.person_id, *about}
    )
    session.flush()
    queue.defer(session, "mail.send", mail_id=str(mail.id))
    return mail


def unsent(session: Session, mail_id: UUID, settings: Settings) -> EmailMessage | None:
    """Return the message to send, None when it has left already or was forgotten meanwhile."""
    mail = session.scalar(select(Mail).where(Mail.id == mail_id, Mail.sent_at.is_(None)))
    return letters.render(mail, settings) if mail else None


def mark_sent(session: Session, mail_id: UUID, now: datetime) -> None:
    """Note that a mail has left and empty its values: links and names stood in them."""
    leave = update(Mail).where(Mail.id == mail_id, Mail.sent_at.is_(None))
    session.execute(leave.values(sent_at=now, values={}))


def sweep(session: Session, settings: Settings, now: datetime) -> int:
    """Delete the mails that are old, sent or not; return how many.

    What could not be handed over for so long serves nobody: every link in it is dead.  Nothing but rows of
    the transaction: a caller that rolls back knows what would go.
    """
    old = delete(Mail).where(Mail.created_at <= now - timedelta(days=settings.mail_kept_days))
    return len(session.scalars(old.returning(Mail.id)).all())


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return which letters were written to a person, or about them to somebody else, and when they left."""
    query = (
        select(Mail, MailPerson.is_recipient)
        .join(MailPerson, MailPerson.mail_id == Mail.id)
        .where(MailPerson.person_id == person_id)
        .order_by(Mail.id)
    )
    return {
        "mails": [
            {
                "letter": mail.template,
                "to": "me" if is_recipient else "somebody else, about me",
                "created_at": mail.created_at,
                "sent_at": mail.sent_at,
            }
            for mail, is_recipient in session.execute(query)
        ]
    }


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:  # noqa: ARG001 - as rights calls it
    """Delete every mail to a person and every mail that names them, sent or not."""
    concerned = select(MailPerson.mail_id).where(MailPerson.person_id == person_id)
    session.execute(delete(Mail).where(Mail.id.in_(concerned)))
