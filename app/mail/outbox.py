"""The outbox: a mail is written in the business transaction, sent outside any, and noted in another."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app import queue
from app.mail import letters
from app.mail.models import Mail
from app.settings import Settings


def post(
    session: Session, recipient: str, template: str, values: Mapping[str, object], now: datetime
) -> Mail:
    """Write a mail that a job sends once the transaction is committed; raise LetterIncomplete.

    `values` are JSON, the ones that `letters.LETTERS` names; `path` is an address on this site.
    """
    letters.check(template, values)
    mail = Mail(recipient=recipient, template=template, values=dict(values), created_at=now)
    session.add(mail)
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


def forget(session: Session, recipient: str) -> None:
    """Delete every mail to an address, sent or not: its person is being erased."""
    session.execute(delete(Mail).where(func.lower(Mail.recipient) == recipient.lower()))
