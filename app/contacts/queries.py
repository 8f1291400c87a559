"""Nouns of contacts: one's exchanges, one of them, what is kept of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.contacts.models import Contact
from app.contacts.rules import OPEN_STATES, WAITING_STATES
from app.people.models import Organisation, Person
from app.people.rules import Who
from app.profiles.models import Profile

Resident = aliased(Person)
Recruiter = aliased(Person)


@dataclass(frozen=True)
class Exchange:
    """A contact with everybody in it."""

    contact: Contact
    profile: Profile
    resident: Person
    recruiter: Person
    company: Organisation


def exchanges() -> Select[Contact, Profile, Person, Person, Organisation]:
    """Select contacts with everybody in them, newest first."""
    return (
        select(Contact, Profile, Resident, Recruiter, Organisation)
        .join(Profile, Profile.id == Contact.profile_id)
        .join(Resident, Resident.id == Contact.resident_id)
        .join(Recruiter, Recruiter.id == Contact.recruiter_id)
        .join(Organisation, Organisation.id == Contact.company_id)
        .order_by(Contact.id.desc())
    )


def exchange(session: Session, contact_id: UUID) -> Exchange | None:
    """Return one exchange, whoever asks: for what the service itself does with it."""
    row = session.execute(exchanges().where(Contact.id == contact_id)).one_or_none()
    return Exchange(*row) if row else None


def of_recruiter(
    session: Session, who: Who, before: UUID | None = None, limit: int = 30
) -> Sequence[Exchange]:
    """Return what a recruiter sent for a company that is verified today, newest first, from `before` on."""
    query = exchanges().where(
        Contact.recruiter_id == who.person_id, Contact.company_id.in_(who.organisations("recruiter"))
    )
    if before is not None:
        query = query.where(Contact.id < before)
    return [Exchange(*row) for row in session.execute(query.limit(limit))]


def one_of_recruiter(session: Session, who: Who, contact_id: UUID) -> Exchange | None:
    """Return an exchange of a recruiter, None when it is not theirs."""
    found = exchange(session, contact_id)
    if found is None or found.contact.recruiter_id != who.person_id:
        return None
    return found if found.company.id in who.organisations("recruiter") else None


def open_contact(session: Session, recruiter_id: UUID, profile_id: UUID) -> Contact | None:
    """Return the proposal of a recruiter to the owner of a profile that is not finished: at most one is."""
    query = select(Contact).where(Contact.recruiter_id == recruiter_id, Contact.profile_id == profile_id)
    return session.scalar(query.where(Contact.state.in_(OPEN_STATES)))


def of_resident(session: Session, person_id: UUID) -> Sequence[Exchange]:
    """Return what a resident received: what waits for an answer first, then newest first."""
    waits = Contact.state.in_(WAITING_STATES)
    query = exchanges().where(Contact.resident_id == person_id)
    query = query.order_by(None).order_by(waits.desc(), Contact.id.desc())
    return [Exchange(*row) for row in session.execute(query)]


def one_of_resident(session: Session, person_id: UUID, contact_id: UUID) -> Exchange | None:
    """Return an exchange of a resident, None when it is not theirs."""
    found = exchange(session, contact_id)
    return found if found and found.contact.resident_id == person_id else None


def waiting_count(session: Session, person_id: UUID) -> int:
    """Return how many proposals wait for a resident's answer."""
    query = select(func.count()).where(Contact.resident_id == person_id, Contact.state.in_(WAITING_STATES))
    return session.scalar(query) or 0


def sent_count(session: Session, recruiter_id: UUID, since: datetime) -> int:
    """Return how many proposals a recruiter sent since an instant, whatever became of them."""
    query = select(func.count()).where(Contact.recruiter_id == recruiter_id, Contact.sent_at >= since)
    return session.scalar(query) or 0


def exclusions(session: Session, start: datetime | None, end: datetime | None) -> dict[str, int]:
    """Return how many proposals never count, by reason, among those sent in the period."""
    query = select(Contact.excluded, func.count()).where(Contact.excluded.is_not(None))
    if start is not None:
        query = query.where(Contact.sent_at >= start)
    if end is not None:
        query = query.where(Contact.sent_at < end)
    rows = session.execute(query.group_by(Contact.excluded).order_by(Contact.excluded))
    return {reason: count for reason, count in rows if reason}


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return every proposal that a person received or sent."""
    query = exchanges().where(or_(Contact.resident_id == person_id, Contact.recruiter_id == person_id))
    columns = ("kind", "message", "place", "proposed_on", "state", "decline_reason")
    instants = ("sent_at", "read_at", "answered_at", "expires_at")
    return {
        "contacts": [
            {"company": found.company.name, "with": found.profile.shown_name}
            | {name: getattr(found.contact, name) for name in columns + instants}
            for found in (Exchange(*row) for row in session.execute(query))
        ]
    }
