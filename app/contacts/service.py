"""Verbs of contacts: send, read, accept, decline, expire; what counts is recorded in the same transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import queue
from app.contacts import queries
from app.contacts.models import Contact
from app.contacts.queries import Exchange
from app.contacts.rules import WAITING_STATES, day_around, moved
from app.errors import Conflict, NotFound, TooMany
from app.evidence.service import Statement, record
from app.people import queries as people
from app.people.models import Person
from app.people.rules import Who, is_minor
from app.profiles import queries as profiles
from app.profiles.models import Profile
from app.profiles.service import ProfileNotFound
from app.settings import Settings
from app.viewing.rules import POLICY, exclusion
from app.viewing.service import circumstances
from app.words import N_


class ContactNotFound(NotFound):
    """There is no such exchange, or it is somebody else's."""


class ContactAlreadyOpen(Conflict):
    """The recruiter has a proposal to this person that is not finished."""

    slug = "contact-deja-ouvert"
    title = N_("Vous avez déjà écrit à cette personne")


class ContactClosed(Conflict):
    """The exchange does not wait for this any more: answered, or too old."""

    slug = "contact-termine"
    title = N_("Ce message n’attend plus de réponse")


class NotYetReachable(Conflict):
    """Messages to this person would go to the adviser first, which is not possible yet.

    The reason is private: a recruiter learns nothing of an age.
    """

    slug = "contact-par-la-structure"
    title = N_("Cette personne ne peut pas encore être contactée ici")


class QuotaReached(TooMany):
    """The recruiter has sent as many proposals as one may in a day."""

    slug = "contacts-du-jour"
    title = N_("Vous avez envoyé tous vos messages du jour")


@dataclass(frozen=True)
class Proposal:
    """What a recruiter offers: one of KINDS, a message, where and when if that is known."""

    kind: str
    message: str
    place: str = ""
    proposed_on: date | None = None


def send(
    session: Session, who: Who, profile: Profile, proposal: Proposal, now: datetime, settings: Settings
) -> Contact:
    """Send a proposal to the owner of a profile that the recruiter sees, and tell them.

    Raise ContactAlreadyOpen, NotYetReachable or QuotaReached, and ProfileNotFound when the profile was taken
    away since the recruiter saw it.
    """
    resident = reachable(session, profile, now)
    require_quota(session, who.person_id, now, settings.contacts_per_day)
    contact = Contact(
        profile_id=profile.id,
        resident_id=resident.id,
        recruiter_id=who.person_id,
        company_id=who.organisations("recruiter")[0],
        kind=proposal.kind,
        message=proposal.message,
        place=proposal.place,
        proposed_on=proposal.proposed_on,
        sent_at=now,
        expires_at=now + timedelta(days=settings.contact_expiry_days),
        excluded=exclusion(POLICY, circumstances(session, who, profile)),
    )
    try:
        with session.begin_nested():
            session.add(contact)
    except IntegrityError as refused:
        raise ContactAlreadyOpen(N_("La suite se passe dans vos messages.")) from refused
    queue.announce(session, "contact.sent", contact.id)
    count(session, "contact.sent", contact, profile, now)
    return contact


def reachable(session: Session, profile: Profile, now: datetime) -> Person:
    """Return the owner of a profile, whom one may write to; raise ProfileNotFound or NotYetReachable.

    The one gate before a proposal: whoever is asked first (an adviser, for somebody under 18) or has refused a
    company is told apart here.
    """
    if not profiles.is_still_shown(session, profile.id):
        raise ProfileNotFound
    resident = people.person(session, profile.person_id)
    if resident is None or is_minor(resident.born_on, now.date()):
        raise NotYetReachable(
            N_("Gardez son profil : nous préparons l’envoi par la structure qui l’accompagne.")
        )
    return resident


def require_quota(session: Session, recruiter_id: UUID, now: datetime, contacts_max: int) -> None:
    """Raise QuotaReached once the day's proposals are sent; those of one recruiter go one after the other."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"contacts:{recruiter_id}", 0))))
    today, tomorrow = day_around(now)
    if queries.sent_count(session, recruiter_id, today) >= contacts_max:
        raise QuotaReached(
            N_(
                "La limite est de %(contacts_max)s par jour : mieux vaut peu de messages, bien choisis.",
                contacts_max=contacts_max,
            ),
            retry_after_s=int((tomorrow - now).total_seconds()),
        )


def count(session: Session, kind: str, contact: Contact, profile: Profile, now: datetime) -> None:
    """State what becomes of a contact, unless it was sent by somebody who never counts.

    The reason stays with the contact: what is answered is then always a part of what was sent.
    """
    if contact.excluded is None:
        record(session, statement(session, kind, contact, profile, now))


def statement(session: Session, kind: str, contact: Contact, profile: Profile, now: datetime) -> Statement:
    """Return what the journal keeps of a contact: who wrote for which company, never a word of it."""
    measures: dict[str, int | str | bool] = {"kind": contact.kind}
    if kind == "contact.answered":
        measures |= {"accepted": contact.state == "accepted", "reason": contact.decline_reason or ""}
    return Statement(
        kind=kind,
        source=f"{kind}:{contact.id}",
        at=now,
        subject=contact.resident_id,
        actor=contact.recruiter_id if kind == "contact.sent" else contact.resident_id,
        organisation=contact.company_id,
        department=people.department_of(session, profile.structure_id),
        measures=measures,
        territory=profile.structure_id,
    )


def read(session: Session, person_id: UUID, contact_id: UUID, now: datetime) -> Contact:
    """Note that the resident opened a message; opening it again, or after an answer, changes nothing."""
    contact = locked(session, person_id, contact_id).contact
    if read_state := moved(contact.state, "read"):
        contact.state, contact.read_at = read_state, now
        session.flush()
    return contact


def accept(session: Session, person_id: UUID, contact_id: UUID, now: datetime) -> Contact:
    """Accept a proposal: the recruiter now sees how to reach the resident.  Raise ContactClosed."""
    return answer(session, locked(session, person_id, contact_id), "accept", None, now)


def decline(session: Session, person_id: UUID, contact_id: UUID, reason: str, now: datetime) -> Contact:
    """Say no, for one of DECLINE_REASONS; raise ContactClosed."""
    return answer(session, locked(session, person_id, contact_id), "decline", reason, now)


def answer(session: Session, found: Exchange, move: str, reason: str | None, now: datetime) -> Contact:
    """Note the resident's answer, record it and announce it."""
    contact = found.contact
    state = moved(contact.state, move)
    if state is None or contact.expires_at <= now:
        raise ContactClosed(N_("Tu as déjà répondu, ou le délai est passé."))
    contact.state, contact.decline_reason, contact.answered_at = state, reason, now
    contact.read_at = contact.read_at or now
    session.flush()
    count(session, "contact.answered", contact, found.profile, now)
    queue.announce(session, f"contact.{state}", contact.id)
    return contact


def locked(session: Session, person_id: UUID, contact_id: UUID) -> Exchange:
    """Return a resident's own exchange, others that would move it waiting; raise ContactNotFound."""
    session.execute(select(Contact.id).where(Contact.id == contact_id).with_for_update())
    found = queries.one_of_resident(session, person_id, contact_id)
    if found is None:
        raise ContactNotFound
    return found


def expire(session: Session, now: datetime) -> int:
    """Close the proposals that waited too long for an answer; return how many."""
    too_old = update(Contact).where(Contact.state.in_(WAITING_STATES), Contact.expires_at <= now)
    return len(session.scalars(too_old.values(state="expired").returning(Contact.id)).all())


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:  # noqa: ARG001 - as rights calls it
    """Delete every proposal that a person received or sent; the facts stay."""
    session.execute(
        delete(Contact).where(or_(Contact.resident_id == person_id, Contact.recruiter_id == person_id))
    )
