"""The adviser in the loop: pass a proposal on, keep one back, answer with the resident, be called instead."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import queue
from app.contacts import queries, service
from app.contacts.models import Contact
from app.contacts.queries import Exchange
from app.contacts.rules import WAITING_STATES, days_from, is_held
from app.contacts.service import Answer, ContactClosed, ContactNotFound
from app.people import queries as people
from app.people import reaching
from app.people.rules import Who
from app.words import N_


@dataclass(frozen=True)
class Reach:
    """Whom a recruiter calls or writes to once a resident accepted: the resident, or a structure for them."""

    name: str
    phone: str | None
    email: str | None
    structure: str = ""


def forward(session: Session, who: Who, contact_id: UUID, now: datetime) -> Contact:
    """Pass a proposal on to its resident, who sees it from then on and has as long as anybody to answer.

    Raise ContactNotFound or ContactClosed.
    """
    contact = held(session, who, contact_id, now).contact
    pass_on(contact, who, now)
    session.flush()
    queue.announce(session, "contact.forwarded", contact.id)
    return contact


def pass_on(contact: Contact, who: Who, now: datetime) -> None:
    """Note who told a resident of a proposal, and let their days to answer begin."""
    contact.expires_at = days_from(now, contact.sent_at, contact.expires_at)
    contact.forwarded_at, contact.forwarded_by = now, who.person_id


def note_told(session: Session, who: Who, contact_id: UUID, now: datetime) -> None:
    """Note that an adviser told somebody out of reach of a proposal that waits, once: their days begin.

    So it is with a proposal that is passed on: from its dates, nobody tells one from the other.
    """
    contact = locked(session, who, contact_id).contact
    waits = contact.state in WAITING_STATES and contact.expires_at > now
    if waits and contact.forwarded_at is None and not is_held(contact.route, contact.forwarded_at):
        pass_on(contact, who, now)
        session.flush()


def keep_back(session: Session, who: Who, contact_id: UUID, reason: str, now: datetime) -> Contact:
    """Say no in the place of somebody under 18, who never sees it; raise ContactNotFound or ContactClosed."""
    found = held(session, who, contact_id, now)
    found.contact.helped_by = who.person_id
    return service.answer(session, found, Answer("decline", reason), now)


def accept_with(session: Session, who: Who, contact_id: UUID, how: str, now: datetime) -> Contact:
    """Say yes with a resident, by `how` of HELPED_HOW; raise ContactNotFound or ContactClosed."""
    found = seen(session, who, contact_id)
    helped(found, who, how)
    return service.accept(session, found.resident.id, contact_id, now)


def decline_with(
    session: Session, who: Who, contact_id: UUID, how: str, reason: str, now: datetime
) -> Contact:
    """Say no with a resident, by `how` of HELPED_HOW; raise ContactNotFound or ContactClosed."""
    found = seen(session, who, contact_id)
    helped(found, who, how)
    return service.decline(session, found.resident.id, contact_id, reason, now)


def helped(found: Exchange, who: Who, how: str) -> None:
    """Note which adviser answered with the resident, and how they spoke."""
    found.contact.helped_by, found.contact.helped_how = who.person_id, how


def held(session: Session, who: Who, contact_id: UUID, now: datetime) -> Exchange:
    """Return a proposal that waits for its adviser; raise ContactNotFound, or ContactClosed otherwise."""
    found = locked(session, who, contact_id)
    contact = found.contact
    waits = contact.state == "sent" and contact.expires_at > now
    if not (waits and is_held(contact.route, contact.forwarded_at)):
        raise ContactClosed(N_("Ce message est déjà transmis, refusé ou trop ancien : rechargez la page."))
    return found


def seen(session: Session, who: Who, contact_id: UUID) -> Exchange:
    """Return a proposal that its resident sees; raise ContactNotFound, or ContactClosed while it is held."""
    found = locked(session, who, contact_id)
    if is_held(found.contact.route, found.contact.forwarded_at):
        raise ContactClosed(N_("Ce message attend que vous le transmettiez."))
    return found


def locked(session: Session, who: Who, contact_id: UUID) -> Exchange:
    """Return an exchange of the adviser's structures, others that would move it waiting."""
    queries.hold(session, contact_id)
    found = queries.one_of_structures(session, who.organisations("adviser"), contact_id)
    if found is None:
        raise ContactNotFound
    return found


def reach_of(session: Session, found: Exchange) -> Reach | None:
    """Return whom the recruiter may call now, None before the resident accepts and once a side ended it.

    Never a mailbox or a phone that is somebody else's, or takes nothing.  Where a structure passes messages
    on, it is called: what it was asked for at the time of the message never opens later, so that nothing
    tells why.
    """
    contact, resident = found.contact, found.resident
    if not found.has_details:
        return None
    phone, email = reaching.phone_of(session, resident), reaching.email_of(session, resident)
    if contact.route == "direct" and (phone or email or found.profile.structure_id is None):
        return Reach(found.profile.shown_name, phone, email)
    structure = (
        people.organisation(session, found.profile.structure_id) if found.profile.structure_id else None
    )
    adviser_id = contact.forwarded_by or contact.helped_by
    adviser = people.person(session, adviser_id) if adviser_id else None
    if adviser is None and structure is not None:
        adviser = next(iter(people.advisers_of(session, structure.id)), None)
    return Reach(
        name=f"{adviser.given_name} {adviser.family_name}" if adviser else "",
        phone=None,
        email=adviser.email if adviser else None,
        structure=structure.name if structure else "",
    )
