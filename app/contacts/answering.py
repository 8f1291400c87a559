"""Links that answer a proposal without a password: one for each mail or SMS, dead with the proposal."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import mail, queue
from app.contacts import queries, service
from app.contacts.models import AnswerLink, Contact
from app.contacts.queries import Exchange
from app.contacts.rules import may_take_back, moved
from app.contacts.service import Answer
from app.errors import Gone, NotFound
from app.signing import token_sha256
from app.words import N_

# 128 bits: nobody guesses one, and an SMS has room for little more.
TOKEN_BYTES = 16


class AnswerLinkUnknown(NotFound):
    """No link has this token, or its proposal is gone."""

    title = N_("Ce lien ne marche pas, ou plus")


class AnswerLinkSpent(Gone):
    """The proposal does not wait any more, or whoever got the link said that it was for somebody else."""

    slug = "lien-de-reponse-fini"
    title = N_("Ce lien n’est plus valable")


def path_of(token: str) -> str:
    """Return the address of a link on this site, short enough for an SMS."""
    return f"/r/{token}"


def make(session: Session, contact: Contact, channel: str, address: str, now: datetime) -> str:
    """Return the path of a new link to a proposal, for one message to this address."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        AnswerLink(
            contact_id=contact.id,
            token_sha256=token_sha256(token),
            channel=channel,
            address_sha256=mail.address_sha256(address),
            created_at=now,
            expires_at=contact.expires_at,
        )
    )
    session.flush()
    return path_of(token)


def standing(session: Session, token: str, now: datetime) -> tuple[AnswerLink, Exchange]:
    """Return a link with its exchange, and change nothing: scanners open every link of a mailbox.

    Raise AnswerLinkUnknown or AnswerLinkSpent.
    """
    link = session.scalar(select(AnswerLink).where(AnswerLink.token_sha256 == token_sha256(token)))
    found = queries.exchange(session, link.contact_id) if link else None
    if link is None or found is None:
        raise AnswerLinkUnknown(N_("Connecte-toi pour lire tes messages."))
    if link.disowned_at is not None or link.expires_at <= now or found.is_gone:
        raise AnswerLinkSpent(N_("Connecte-toi pour voir où en sont tes messages."))
    return link, found


def locked(session: Session, token: str, now: datetime) -> tuple[AnswerLink, Exchange]:
    """Return the same, others that would move the exchange waiting."""
    link, found = standing(session, token, now)
    return link, service.locked(session, found.resident.id, found.contact.id)


def answer(session: Session, token: str, given: Answer, now: datetime) -> Contact:
    """Answer by a link; a second tap on the same answer changes nothing.  Raise ContactClosed otherwise."""
    _, found = locked(session, token, now)
    if found.contact.state == moved("read", given.move):
        return found.contact
    return service.answer(session, found, given, now)


def take_back(session: Session, token: str, now: datetime) -> None:
    """Undo a yes; raise TooLateToTakeBack."""
    _, found = locked(session, token, now)
    service.take_back(session, found, now)


def disown(session: Session, token: str, now: datetime) -> None:
    """Note that this mailbox or phone is somebody else's: what was sent there opens nothing any more.

    A yes that came from there a moment ago is undone, and was not read by its resident.  Whoever listens
    tells the advisers.
    """
    link, found = locked(session, token, now)
    contact = found.contact
    if may_take_back(contact.state, contact.answered_at, contact.settled_at, now):
        was_read = contact.read_at != contact.answered_at
        service.take_back(session, found, now)
        if not was_read:
            contact.state, contact.read_at = "sent", None
            session.flush()
    of_resident = select(Contact.id).where(Contact.resident_id == contact.resident_id)
    session.execute(
        update(AnswerLink)
        .where(AnswerLink.address_sha256 == link.address_sha256, AnswerLink.contact_id.in_(of_resident))
        .values(disowned_at=now)
    )
    mail.disown(session, contact.resident_id, link.address_sha256, now)
    queue.announce(session, "contact.disowned", contact.id)
