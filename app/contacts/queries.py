"""Nouns of contacts: one's exchanges, one of them, what is kept of a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.contacts import kept
from app.contacts.models import Contact
from app.contacts.rules import (
    OPEN_STATES,
    WAITING_STATES,
    are_details_open,
    day_around,
    is_held,
    may_take_back,
)
from app.people import recruiters
from app.people.models import Organisation, Person
from app.people.rules import Who
from app.profiles.models import Profile
from app.settings import Settings

EXPORTED = (
    *("kind", "message", "place", "slots", "state", "decline_reason"),
    *("meets_where", "company_word", "company_message"),
    *("sent_at", "read_at", "answered_at", "expires_at", "meets_at", "company_due_at"),
    *("company_answered_at", "ended_at", "withdrawn_at", "forsaken_at"),
)
# What a recruiter said themselves: theirs to take, whoever goes on with the exchange.
PROPOSED = ("kind", "message", "place", "slots", "sent_at")
ANSWERED = ("company_word", "company_message", "company_answered_at")

# Whoever is in one of these states is asked nothing.
QUIET = ("paused", "placed", "withdrawn", "erased")

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

    @property
    def is_withdrawn(self) -> bool:
        """Whether the resident took the profile away since: what was open is shut."""
        return self.contact.withdrawn_at is not None or self.profile.state in ("withdrawn", "erased")

    @property
    def is_gone(self) -> bool:
        """Whether no answer makes sense now: the resident left or has found, or the company is shut out."""
        if self.is_withdrawn or self.contact.forsaken_at is not None:
            return True
        return self.profile.state == "placed" or self.company.state != "verified"

    @property
    def has_details(self) -> bool:
        """Whether the recruiter may open how to reach the resident."""
        is_shut = self.contact.stopped_at is not None or self.contact.forsaken_at is not None
        return are_details_open(self.contact.state) and not is_shut and not self.is_withdrawn

    def shows_details(self, now: datetime) -> bool:
        """Tell whether the recruiter sees them: the yes was opened, or can be undone no more."""
        contact = self.contact
        fresh = may_take_back(contact.state, contact.answered_at, contact.settled_at, now)
        return self.has_details and not fresh


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


def hold(session: Session, contact_id: UUID) -> None:
    """Keep an exchange from others until the transaction ends, and read it anew: it may have moved."""
    held = select(Contact).where(Contact.id == contact_id).with_for_update()
    session.scalars(held.execution_options(populate_existing=True)).all()


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
    """Return the proposal of a recruiter to the owner of a profile that is not finished, the newest.

    Besides the one that they wrote, there may be some that they took over from colleagues.
    """
    query = select(Contact).where(Contact.recruiter_id == recruiter_id, Contact.profile_id == profile_id)
    return session.scalars(query.where(Contact.state.in_(OPEN_STATES)).order_by(Contact.id.desc())).first()


def of_resident(session: Session, person_id: UUID) -> Sequence[Exchange]:
    """Return what a resident received: what waits for an answer first, then newest first."""
    waits = Contact.state.in_(WAITING_STATES)
    query = exchanges().where(Contact.resident_id == person_id, ~held())
    query = query.order_by(None).order_by(waits.desc(), Contact.id.desc())
    return [Exchange(*row) for row in session.execute(query)]


def one_of_resident(session: Session, person_id: UUID, contact_id: UUID) -> Exchange | None:
    """Return an exchange of a resident, None when it is not theirs."""
    found = exchange(session, contact_id)
    if found is None or found.contact.resident_id != person_id:
        return None
    return None if is_held(found.contact.route, found.contact.forwarded_at) else found


def held() -> ColumnElement[bool]:
    """Say in SQL that a proposal waits for an adviser, as `rules.is_held` does."""
    return (Contact.route == "adviser_first") & Contact.forwarded_at.is_(None)


def may_be_asked() -> ColumnElement[bool]:
    """Say in SQL that an answer makes sense now, and that the resident did not ask for a break."""
    shown = exists().where(Profile.id == Contact.profile_id, Profile.state.not_in(QUIET))
    return shown & has_verified_company()


def has_verified_company() -> ColumnElement[bool]:
    """Say in SQL that the company of an exchange is verified today."""
    verified = exists().where(Organisation.id == Contact.company_id, Organisation.state == "verified")
    return verified.correlate(Contact)


def told_to(person_id: UUID) -> ColumnElement[bool]:
    """Say in SQL that pages tell somebody what became of an exchange: the resident, or who holds it today.

    Of who took their profile away, a recruiter reads nothing more.
    """
    shown = exists().where(Profile.id == Contact.profile_id, Profile.state.not_in(("withdrawn", "erased")))
    holds = and_(
        Contact.recruiter_id == person_id,
        recruiters.recruits(Contact.recruiter_id, Contact.company_id),
        has_verified_company(),
        Contact.withdrawn_at.is_(None) & shown.correlate(Contact),
    )
    return or_(and_(Contact.resident_id == person_id, ~held()), holds)


def proposed_by(person_id: UUID) -> ColumnElement[bool]:
    """Say in SQL that somebody wrote a proposal; what was taken over from who is erased, nobody wrote."""
    kept = and_(Contact.recruiter_id == person_id, Contact.taken_over_at.is_(None))
    return or_(Contact.written_by == person_id, kept)


def waiting_for(session: Session, profile_id: UUID, now: datetime) -> Sequence[Contact]:
    """Return the proposals about a profile that may still be answered, those that wait for an adviser too."""
    waits = Contact.state.in_(WAITING_STATES) & (Contact.expires_at > now)
    query = select(Contact).where(Contact.profile_id == profile_id, waits)
    return session.scalars(query.order_by(Contact.id)).all()


def unanswered_since(session: Session, limit_at: datetime) -> Sequence[Exchange]:
    """Return the proposals that residents see since before an instant and have not answered."""
    since = func.coalesce(Contact.forwarded_at, Contact.sent_at)
    query = exchanges().where(Contact.state.in_(WAITING_STATES), since <= limit_at, ~held())
    return [Exchange(*row) for row in session.execute(query)]


def silent(session: Session) -> Sequence[Exchange]:
    """Return the accepted proposals on which the company owes a word that did not come."""
    query = exchanges().where(Contact.state == "company_silent")
    return [Exchange(*row) for row in session.execute(query)]


def unread(session: Session) -> Sequence[Exchange]:
    """Return the proposals that nobody has opened yet, of those that their residents may open."""
    query = exchanges().where(Contact.state == "sent", ~held())
    return [Exchange(*row) for row in session.execute(query)]


def of_structures(
    session: Session, structure_ids: Collection[UUID], person_id: UUID | None = None
) -> Sequence[Exchange]:
    """Return the exchanges of residents of these structures, or of one of them, newest first."""
    query = exchanges().where(Profile.structure_id.in_(structure_ids))
    if person_id is not None:
        query = query.where(Contact.resident_id == person_id)
    return [Exchange(*row) for row in session.execute(query)]


def one_of_structures(session: Session, structure_ids: Collection[UUID], contact_id: UUID) -> Exchange | None:
    """Return an exchange of a resident of these structures, held or not; None for anybody else's."""
    found = exchange(session, contact_id)
    return found if found and found.profile.structure_id in structure_ids else None


def waiting_count(session: Session, person_id: UUID) -> int:
    """Return how many proposals wait for a resident's answer."""
    query = select(func.count()).where(Contact.resident_id == person_id, Contact.state.in_(WAITING_STATES))
    return session.scalar(query.where(~held())) or 0


def ended_by_leaving(session: Session, person_id: UUID) -> int:
    """Return how many exchanges of a resident ended because they took their profile away."""
    query = select(func.count()).where(Contact.resident_id == person_id, Contact.withdrawn_at.is_not(None))
    return session.scalar(query) or 0


def left_today(
    session: Session, recruiter_id: UUID, company_id: UUID, now: datetime, settings: Settings
) -> int:
    """Return how many proposals a recruiter may still send today, whatever became of those of the day.

    Those of the colleagues count for the company.
    """
    today, _ = day_around(now)
    by_them = proposed_by(recruiter_id)
    own = func.count().filter(by_them)
    of_company = func.count().filter(Contact.company_id == company_id)
    concerned = or_(by_them, Contact.company_id == company_id)
    sent, together = session.execute(select(own, of_company).where(Contact.sent_at >= today, concerned)).one()
    return max(0, min(settings.contacts_per_day - sent, settings.contacts_per_company_day - together))


def left_for(session: Session, who: Who, now: datetime, settings: Settings) -> int:
    """Return how many proposals somebody of a verified company may still send today."""
    return left_today(session, who.person_id, who.organisations("recruiter")[0], now, settings)


def unsettled_of(session: Session, person_id: UUID) -> Sequence[Exchange]:
    """Return the answers of or to a person that were not stated yet."""
    concerned = or_(Contact.resident_id == person_id, Contact.recruiter_id == person_id)
    query = exchanges().where(concerned, Contact.answered_at.is_not(None), Contact.settled_at.is_(None))
    return [Exchange(*row) for row in session.execute(query)]


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
    """Return the exchanges that pages tell a person, and what they said themselves in others."""
    told = told_to(person_id)
    answered = Contact.company_answered_by == person_id
    return {
        "contacts": parts_of(session, told, *EXPORTED),
        "proposed": parts_of(session, proposed_by(person_id) & ~told, *PROPOSED),
        "answered": parts_of(session, answered & ~told, *ANSWERED),
    } | kept.exported(session, person_id, told)


def parts_of(session: Session, which: ColumnElement[bool], *names: str) -> list[dict[str, object]]:
    """Return some columns of exchanges, and the company, newest first."""
    found = [Exchange(*row) for row in session.execute(exchanges().where(which))]
    return [
        {"company": one.company.name} | {name: getattr(one.contact, name) for name in names} for one in found
    ]
