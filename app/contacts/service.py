"""Verbs of contacts: send, read, accept, decline; what counts is recorded in the same transaction."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import queue
from app.contacts import queries, statements
from app.contacts.models import Contact
from app.contacts.queries import Exchange
from app.contacts.rules import (
    COMPANY_ANSWERS_WITHIN,
    bounded_slots,
    day_around,
    may_take_back,
    moved,
    route,
)
from app.errors import Conflict, NotFound, TooMany
from app.people import queries as people
from app.people import reaching
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
    """Messages to this person would go through a structure, and the profile has none.

    The reason is private: a recruiter learns nothing of an age.
    """

    slug = "contact-par-la-structure"
    title = N_("Cette personne ne peut pas encore être contactée ici")


class TooLateToTakeBack(Conflict):
    """The company has seen the details, or the minutes in which a yes is undone are over."""

    slug = "reponse-definitive"
    title = N_("Ta réponse ne peut plus être annulée ici")


class QuotaReached(TooMany):
    """The recruiter, or all those of the company, sent as many proposals as they may in a day."""

    slug = "contacts-du-jour"
    title = N_("Vous avez envoyé tous vos messages du jour")


@dataclass(frozen=True)
class Proposal:
    """What a recruiter offers: one of KINDS, a message, where and when (at most SLOTS_MAX) if known."""

    kind: str
    message: str
    place: str = ""
    slots: tuple[datetime, ...] = field(default=())


def send(
    session: Session, who: Who, profile: Profile, proposal: Proposal, now: datetime, settings: Settings
) -> Contact:
    """Send a proposal to the owner of a profile that the recruiter sees, and tell them.

    Raise ContactAlreadyOpen, NotYetReachable or QuotaReached, and ProfileNotFound when the profile was taken
    away since the recruiter saw it.
    """
    resident = reachable(session, who, profile)
    company_id = who.organisations("recruiter")[0]
    require_quota(session, who.person_id, company_id, now, settings)
    if queries.open_contact(session, who.person_id, profile.id) is not None:
        raise ContactAlreadyOpen(N_("La suite se passe dans vos messages."))
    contact = Contact(
        profile_id=profile.id,
        resident_id=resident.id,
        recruiter_id=who.person_id,
        company_id=company_id,
        route=route_to(session, resident, profile, now),
        kind=proposal.kind,
        message=proposal.message,
        place=proposal.place,
        slots=bounded_slots(proposal.slots),
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
    statements.count(session, "contact.sent", contact, profile, now)
    return contact


def reachable(session: Session, who: Who, profile: Profile) -> Person:
    """Return the owner of a profile, to whom the recruiter may write; raise ProfileNotFound.

    The one gate before a proposal: who blocked a company is not there for it.
    """
    resident = people.person(session, profile.person_id)
    if resident is None or not profiles.is_still_shown(session, profile.id, who):
        raise ProfileNotFound
    return resident


def route_to(session: Session, resident: Person, profile: Profile, now: datetime) -> str:
    """Return how a proposal comes to a resident, one of ROUTES; raise NotYetReachable when none is open.

    Who has a phone and wants no text message is called after a yes: an adviser tells them of the proposal.
    """
    has_phone = reaching.phone_of(session, resident) is not None
    found = route(
        is_minor=is_minor(resident.born_on, now.date()),
        is_reachable=has_phone or reaching.reaches(session, resident, now),
    )
    if found != "direct" and profile.structure_id is None:
        raise NotYetReachable(N_("Gardez son profil : il n’a pas encore de structure qui transmette."))
    return found


def require_quota(
    session: Session, recruiter_id: UUID, company_id: UUID, now: datetime, settings: Settings
) -> None:
    """Raise QuotaReached once the day's proposals are sent; those of one company go one after the other."""
    # Always the company first: colleagues wait for each other, and so do the tabs of each.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"contacts:{company_id}", 0))))
    if queries.left_today(session, recruiter_id, company_id, now, settings) == 0:
        _, tomorrow = day_around(now)
        raise QuotaReached(
            N_(
                "La limite est de %(contacts_max)s par jour et par personne, et de %(company_max)s par "
                "entreprise : mieux vaut peu de messages, bien choisis.",
                contacts_max=settings.contacts_per_day,
                company_max=settings.contacts_per_company_day,
            ),
            retry_after_s=int((tomorrow - now).total_seconds()),
        )


def read(session: Session, person_id: UUID, contact_id: UUID, now: datetime) -> Contact:
    """Note that the resident opened a message; opening it again, or after an answer, changes nothing."""
    contact = locked(session, person_id, contact_id).contact
    if read_state := moved(contact.state, "read"):
        contact.state, contact.read_at = read_state, now
        session.flush()
    return contact


@dataclass(frozen=True)
class Answer:
    """What a resident says: the move, then the slot chosen of a yes, or one of DECLINE_REASONS of a no.

    `revocable` is a tap on a link, which may be undone for some minutes.
    """

    move: str
    reason: str | None = None
    slot: datetime | None = None
    revocable: bool = False


def accept(
    session: Session, person_id: UUID, contact_id: UUID, now: datetime, slot: datetime | None = None
) -> Contact:
    """Accept a proposal: the recruiter now sees how to reach the resident.  Raise ContactClosed."""
    return answer(session, locked(session, person_id, contact_id), Answer("accept", slot=slot), now)


def decline(session: Session, person_id: UUID, contact_id: UUID, reason: str, now: datetime) -> Contact:
    """Say no, for one of DECLINE_REASONS; raise ContactClosed."""
    return answer(session, locked(session, person_id, contact_id), Answer("decline", reason), now)


def answer(session: Session, found: Exchange, given: Answer, now: datetime) -> Contact:
    """Note the resident's answer, record it and announce it; raise ContactClosed."""
    contact = found.contact
    state = moved(contact.state, given.move)
    if state is None or contact.expires_at <= now or found.is_gone:
        raise ContactClosed(N_("Tu as déjà répondu, ou le délai est passé."))
    contact.state, contact.decline_reason, contact.answered_at = state, given.reason, now
    contact.read_at = contact.read_at or now
    if state == "accepted":
        contact.meets_at = given.slot if given.slot in contact.slots else None
        contact.company_due_at = now + COMPANY_ANSWERS_WITHIN
    else:
        contact.ended_at = now
    session.flush()
    if not given.revocable:
        settle(session, found, now)
    queue.announce(session, f"contact.{state}", contact.id)
    return contact


def settle(session: Session, found: Exchange, now: datetime) -> None:
    """State an answer that can no longer be taken back, once; without an answer there is nothing to state."""
    contact = found.contact
    if contact.answered_at is not None and contact.settled_at is None:
        contact.settled_at = now
        session.flush()
        statements.count(session, "contact.answered", contact, found.profile, contact.answered_at)


def take_back(session: Session, found: Exchange, now: datetime) -> None:
    """Undo a yes of a tap before the company saw the details; raise TooLateToTakeBack.

    The exchange is locked: a recruiter who opens it at the same instant comes before, or after.
    """
    contact = found.contact
    if not may_take_back(contact.state, contact.answered_at, contact.settled_at, now):
        raise TooLateToTakeBack(N_("L’entreprise a peut-être déjà tes coordonnées : dis-le-lui."))
    contact.state = "read"
    contact.answered_at = contact.meets_at = contact.company_due_at = None
    session.flush()
    queue.announce(session, "contact.taken_back", contact.id)


def locked(session: Session, person_id: UUID, contact_id: UUID) -> Exchange:
    """Return a resident's own exchange, others that would move it waiting; raise ContactNotFound."""
    queries.hold(session, contact_id)
    found = queries.one_of_resident(session, person_id, contact_id)
    if found is None:
        raise ContactNotFound
    return found
