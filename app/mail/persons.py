"""What mail keeps about a person: given to them, and erased with them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.mail.models import Disowned, Mail, MailPerson, Told, Unreachable


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return what was written to a person, or about them to somebody else, and where nothing arrived."""
    query = (
        select(Mail, MailPerson.is_recipient)
        .join(MailPerson, MailPerson.mail_id == Mail.id)
        .where(MailPerson.person_id == person_id)
        .order_by(Mail.id)
    )
    told = select(Told.key, Told.told_at).where(Told.person_id == person_id).order_by(Told.told_at, Told.key)
    refused = select(Unreachable.address, Unreachable.refused_at).where(Unreachable.person_id == person_id)
    disowned = select(Disowned.disowned_at).where(Disowned.person_id == person_id)
    return {
        "mails": [exported(mail, to_them) for mail, to_them in session.execute(query)],
        "told_once": [dict(row) for row in session.execute(told).mappings()],
        "addresses_that_refuse": [dict(row) for row in session.execute(refused).mappings()],
        "addresses_of_others": [
            {"since": since} for since in session.scalars(disowned.order_by(Disowned.disowned_at))
        ],
    }


def exported(mail: Mail, to_them: bool) -> dict[str, object]:  # noqa: FBT001 - as the row says it
    """Return one message as its person takes it away: never the address of somebody else."""
    return {
        "by": mail.channel,
        "letter": mail.template,
        "to": "me" if to_them else "somebody else, about me",
        "created_at": mail.created_at,
        "sent_at": mail.sent_at,
    }


def unsent_about(session: Session, template: str, person_id: UUID) -> Sequence[Mail]:
    """Return the letters of a kind that name a person and have not left, held as they are."""
    concerned = select(MailPerson.mail_id).where(
        MailPerson.person_id == person_id, MailPerson.is_recipient.is_(False)
    )
    waiting = select(Mail).where(
        Mail.template == template, Mail.sent_at.is_(None), Mail.given_up_at.is_(None)
    )
    held = waiting.where(Mail.id.in_(concerned)).order_by(Mail.id).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).all()


def reader_of(session: Session, mail_id: UUID) -> UUID:
    """Return to whom a message is written."""
    query = select(MailPerson.person_id).where(MailPerson.mail_id == mail_id, MailPerson.is_recipient)
    return session.scalars(query).one()


def name_no_more(
    session: Session, letter: Mail, person_id: UUID, values: Mapping[str, object] | None
) -> None:
    """Let a letter that has not left say `values`, without a person; None: nothing, it is deleted."""
    if values is None:
        session.delete(letter)
    else:
        letter.values = dict(values)
        named = delete(MailPerson).where(MailPerson.mail_id == letter.id, MailPerson.person_id == person_id)
        session.execute(named)
    session.flush()


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:  # noqa: ARG001 - as rights calls it
    """Delete every message to a person and every one that names them, sent or not."""
    concerned = select(MailPerson.mail_id).where(MailPerson.person_id == person_id)
    session.execute(delete(Mail).where(Mail.id.in_(concerned)))
    session.execute(delete(Told).where(Told.person_id == person_id))
    session.execute(delete(Unreachable).where(Unreachable.person_id == person_id))
    session.execute(delete(Disowned).where(Disowned.person_id == person_id))
