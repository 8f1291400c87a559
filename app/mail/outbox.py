"""The outbox: a message is written in the business transaction, sent outside any, and noted in another."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, aliased

from app import queue
from app.mail import letters, once, reach, texts
from app.mail.drafts import Concern, Draft, Recipient
from app.mail.models import Mail, MailPerson
from app.mail.numbers import mobile
from app.mail.persons import reader_of
from app.mail.texts import TextMessage
from app.mail.transports import RecipientDisowned
from app.settings import MAIL_KEPT_DAYS, Settings

WAITS = (Mail.sent_at.is_(None), Mail.given_up_at.is_(None))
# Longer than the first tries of a job: by then somebody else should be told.
STUCK_AFTER = timedelta(hours=1)
# How long it is known what was written: no setting keeps letters for less.
REMEMBERED = timedelta(days=MAIL_KEPT_DAYS)


def post(
    session: Session,
    to: Recipient,
    template: str,
    values: Mapping[str, object],
    now: datetime,
    about: Collection[UUID] = (),
) -> Mail:
    """Write a mail that a job sends once the transaction is committed; raise LetterIncomplete.

    The arguments are those of a Draft.
    """
    draft = Draft(to, template, values, about)
    letters.check(draft)
    return write(session, "mail", draft, now)


def post_once(session: Session, key: str, draft: Draft, now: datetime) -> Mail | None:
    """Write a mail unless one of this key was written before: None then.  Raise LetterIncomplete.

    The key names what is told, and to whom: « contact.silent:<contact>:5 ».
    """
    letters.check(draft)
    if not once.is_first(session, f"mail:{key}", draft.to.person_id, now):
        return None
    return write(session, "mail", draft, now)


def post_sms(session: Session, key: str, draft: Draft, now: datetime) -> Mail | None:
    """Write a text message, once for its key as a mail; None too for a number that takes none.

    Raise LetterIncomplete.
    """
    texts.check(draft)
    number = mobile(draft.to.address)
    if not number or not once.is_first(session, f"sms:{key}", draft.to.person_id, now):
        return None
    return write(session, "sms", draft._replace(to=draft.to._replace(address=number)), now)


def write(session: Session, channel: str, draft: Draft, now: datetime) -> Mail:
    """Write a message and the job that sends it."""
    to = draft.to
    mail = Mail(
        channel=channel,
        recipient=to.address,
        template=draft.template,
        values=dict(draft.values),
        concerns=draft.concerns,
        language=to.language,
        created_at=now,
    )
    session.add(mail)
    session.flush()
    session.add_all(
        MailPerson(mail_id=mail.id, person_id=person_id, is_recipient=person_id == to.person_id)
        for person_id in {to.person_id, *draft.about}
    )
    session.flush()
    queue.defer(session, "mail.send", mail_id=str(mail.id))
    return mail


def concern(session: Session, mail_id: UUID) -> Concern | None:
    """Return what a message is about that waits to be sent, None when it waits no more."""
    query = select(MailPerson.person_id, Mail.template, Mail.concerns).join(
        Mail, Mail.id == MailPerson.mail_id
    )
    row = session.execute(query.where(Mail.id == mail_id, MailPerson.is_recipient, *WAITS)).one_or_none()
    return Concern(*row) if row else None


def is_said_otherwise(session: Session, mail_id: UUID) -> bool:
    """Tell whether the same was said to the same person by another message that left or may still leave."""
    own, other, reader = aliased(Mail), aliased(Mail), aliased(MailPerson)
    query = (
        select(other.id)
        .join(own, (own.concerns == other.concerns) & (own.template == other.template))
        .join(reader, (reader.mail_id == other.id) & reader.is_recipient)
        .where(own.id == mail_id, other.id != mail_id, other.channel != own.channel)
        .where(other.given_up_at.is_(None), reader.person_id == reader_of(session, mail_id))
    )
    return session.scalar(query.limit(1)) is not None


def is_written(session: Session, concerns: str, templates: Collection[str]) -> bool:
    """Tell whether one of these letters about something was written, to anybody, and not dropped."""
    query = select(Mail.id).where(Mail.concerns == concerns, Mail.template.in_(templates))
    return session.scalar(query.limit(1)) is not None


def drop(session: Session, mail_id: UUID) -> None:
    """Delete a message that nobody wants to hear any more."""
    session.execute(delete(Mail).where(Mail.id == mail_id, *WAITS))


def unsent(session: Session, mail_id: UUID, settings: Settings) -> EmailMessage | TextMessage | None:
    """Return the message to send, None when it has left already, was given up, or was forgotten meanwhile.

    Raise RecipientDisowned: somebody else lives there, whoever posts and whenever it was posted.
    """
    mail = session.scalar(select(Mail).where(Mail.id == mail_id, *WAITS))
    if mail is None:
        return None
    to = Recipient(reader_of(session, mail_id), mail.recipient)
    if mail.template not in letters.ASK_THE_MAILBOX and reach.is_disowned(session, to):
        raise RecipientDisowned("disowned")
    return texts.render(mail, settings) if mail.channel == "sms" else letters.render(mail, settings)


def mark_sent(session: Session, mail_id: UUID, now: datetime) -> None:
    """Note that a message has left and empty its values: links and names stood in them."""
    if forget_last(session, mail_id):
        return
    leave = update(Mail).where(Mail.id == mail_id, *WAITS).values(sent_at=now, values={})
    address = session.scalar(leave.returning(Mail.recipient))
    if address is not None:
        reach.note_arrival(session, address)


def give_up(session: Session, mail_id: UUID, now: datetime, *, is_address_dead: bool = False) -> None:
    """Note that a message will never leave, and whether its address takes nothing at all."""
    if forget_last(session, mail_id):
        return
    leave = update(Mail).where(Mail.id == mail_id, *WAITS).values(given_up_at=now, values={})
    address = session.scalar(leave.returning(Mail.recipient))
    if address is not None and is_address_dead:
        reach.note_refusal(session, reader_of(session, mail_id), address, now)


def forget_last(session: Session, mail_id: UUID) -> bool:
    """Delete a message whose reader is erased, its address with it; False for any other, which is left."""
    last = [name for name, letter in letters.LETTERS.items() if letter.is_last]
    gone = delete(Mail).where(Mail.id == mail_id, Mail.template.in_(last))
    return session.scalar(gone.returning(Mail.id)) is not None


def given_up_since(session: Session, since: datetime) -> int:
    """Return how many messages were given up since an instant."""
    return len(session.scalars(select(Mail.id).where(Mail.given_up_at >= since)).all())


def is_stuck(session: Session, person_id: UUID, now: datetime) -> bool:
    """Tell whether the last letter to a person is written for an hour and more, and has not left."""
    query = (
        select(Mail.created_at, Mail.sent_at)
        .join(MailPerson, MailPerson.mail_id == Mail.id)
        .where(MailPerson.person_id == person_id, MailPerson.is_recipient, Mail.channel == "mail")
        .order_by(Mail.id.desc())
        .limit(1)
    )
    last = session.execute(query).one_or_none()
    return last is not None and last.sent_at is None and last.created_at <= now - STUCK_AFTER


def sweep(session: Session, settings: Settings, now: datetime) -> int:
    """Delete the messages that are old, sent or not; return how many.

    What could not be handed over for so long serves nobody: every link in it is dead.  Nothing but rows of
    the transaction: a caller that rolls back knows what would go.
    """
    once.forget(session, now)
    old = delete(Mail).where(Mail.created_at <= now - timedelta(days=settings.mail_kept_days))
    return len(session.scalars(old.returning(Mail.id)).all())
