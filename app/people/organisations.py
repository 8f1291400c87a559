"""Organisations: the operator verifies them, suspends them, and opens structures."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail, queue
from app.errors import Conflict, NotFound
from app.people import factors, invitations, queries, sessions
from app.people.invitations import Invited
from app.people.models import Organisation, Person
from app.people.rules import Who, may_administer
from app.people.verifications import dossier
from app.settings import Settings
from app.words import N_

# How an operator made sure; the code is kept, with the date and who.
VERIFICATION_METHODS = {
    "sirene": N_("Annuaire des entreprises, puis appel au numéro public"),
    "convention": N_("Entreprise signataire d’une convention"),
    "visit": N_("Rencontre ou visite sur place"),
    "adviser": N_("Connue d’une structure, vérifiée par l’opérateur"),
}
OPENED_BY_OPERATOR = "operator"
# Invented, and verified by nobody: no page offers it, so that nobody from outside can be taken for it.
DEMONSTRATION = "demonstration"
OF_DEMONSTRATION = Organisation.verification_method == DEMONSTRATION


class AddressUnanswered(Conflict):
    """Nobody has shown that the address of the registration is theirs: there is nothing to verify yet."""

    slug = "adresse-sans-reponse"
    title = N_("L’adresse de l’inscription n’est pas confirmée")


class NotWaiting(Conflict):
    """The organisation does not wait for a verification."""

    slug = "verification-deja-faite"
    title = N_("Cette organisation n’attend plus de vérification")


class OrganisationUnknown(NotFound):
    """The organisation does not exist, or not for this person."""


@dataclass(frozen=True)
class Opening:
    """A structure to open, with its first adviser."""

    name: str
    city: str
    department: str
    adviser: Invited


def is_demonstration(session: Session) -> bool:
    """Tell whether the database holds the demonstration: what is counted of it is invented, and no result."""
    return session.scalar(select(Organisation.id).where(OF_DEMONSTRATION).limit(1)) is not None


def open_structure(
    session: Session, who: Who, opening: Opening, now: datetime, settings: Settings
) -> tuple[Organisation, Person, str]:
    """Make a structure, verified by the operator who opens it, and invite its first adviser; all or nothing.

    Return them with the token of the invitation.  Raise EmailTaken.
    """
    require_operator(who)
    with session.begin_nested():
        structure = Organisation(
            kind="structure",
            name=opening.name,
            city=opening.city,
            department=opening.department,
            created_at=now,
        )
        session.add(structure)
        session.flush()
        verify(session, who, structure.id, OPENED_BY_OPERATOR, now)
        person, token = invitations.invite_adviser(session, who, structure.id, opening.adviser, now, settings)
    return structure, person, token


def verify(session: Session, who: Who, organisation_id: UUID, method: str, now: datetime) -> Organisation:
    """Verify an organisation, or lift its suspension.

    The method, the date and the operator of the first time are kept, unless it was a mistake; the audit log
    has those of each time.  The recruiters of a company are told.

    Raise AddressUnanswered for a company whose mailbox never answered.
    """
    organisation = required(session, who, organisation_id)
    if organisation.kind == "company" and not dossier(session, organisation).is_answered:
        raise AddressUnanswered
    organisation.state = "verified"
    if organisation.verified_at is None or organisation.mistaken_at is not None:
        organisation.verified_at, organisation.verified_by = now, who.person_id
        organisation.verification_method = method
    organisation.suspended_at = organisation.suspension_reason = organisation.mistaken_at = None
    session.flush()
    tell_recruiters(session, organisation, "company_verified", {"path": "/candidats"}, now)
    if organisation.kind == "company":
        queue.announce(session, "company.verified", organisation.id)
    return organisation


def tell_recruiters(
    session: Session, organisation: Organisation, letter: str, values: dict[str, str], now: datetime
) -> None:
    """Write to the recruiters of a company, if the organisation is one."""
    if organisation.kind != "company":
        return
    for person in session.scalars(queries.members("recruiter", (organisation.id,))).all():
        if person.email and queries.none_erased(session, (person.id,)):
            named = {"name": person.given_name, "company": organisation.name} | values
            mail.post(session, queries.mailbox(person), letter, named, now)


def refuse(
    session: Session, who: Who, organisation_id: UUID, reason: str, now: datetime, settings: Settings
) -> Organisation:
    """Refuse a company that waits, and tell its recruiters why: it is suspended, and was never verified.

    Raise NotWaiting for any other organisation.
    """
    company = required(session, who, organisation_id)
    if (company.kind, company.state) != ("company", "pending"):
        raise NotWaiting
    company.state = "suspended"
    company.suspended_at, company.suspension_reason = now, reason
    session.flush()
    words = {"reason": reason, "path": "/entreprise", "contact": settings.contact_email}
    tell_recruiters(session, company, "company_refused", words, now)
    return company


@dataclass(frozen=True)
class Suspension:
    """Why an organisation is suspended, which its members read, and whether verifying it was a mistake."""

    reason: str
    mistaken: bool = False


def suspend(
    session: Session, who: Who, organisation_id: UUID, asked: Suspension, now: datetime, settings: Settings
) -> Organisation:
    """Suspend an organisation: its members lose what it gave them at their next request, and are told why.

    Announced as `company.suspended` with the company's id.  After a mistake, a job corrects what it made
    count since `verified_at`.  A suspended one may still turn out to be a mistake.
    """
    organisation = required(session, who, organisation_id)
    organisation.state = "suspended"
    organisation.suspended_at = organisation.suspended_at or now
    organisation.suspension_reason = asked.reason
    if asked.mistaken and organisation.verified_at:
        organisation.mistaken_at = organisation.mistaken_at or now
        # A verification that follows at once changes `verified_at`: the job knows since when by itself.
        since = organisation.verified_at.isoformat()
        queue.defer(session, "evidence.correct", company_id=organisation.id, since=since)
    session.flush()
    if organisation.kind == "company":
        queue.announce(session, "company.suspended", organisation.id)
    words = {"reason": asked.reason, "path": "/entreprise", "contact": settings.contact_email}
    tell_recruiters(session, organisation, "company_suspended", words, now)
    return organisation


def suspend_member(session: Session, who: Who, organisation_id: UUID, person_id: UUID, now: datetime) -> None:
    """Suspend the account of somebody who works in an organisation: every session ends, none begins.

    Announced as `member.left`: colleagues go on with what they had begun.

    Raise OrganisationUnknown for anybody else, and for the operator themselves.
    """
    person = required_member(session, who, organisation_id, person_id)
    person.suspended_at = person.suspended_at or now
    sessions.close_all_sessions(session, person_id, now)
    queue.announce(session, "member.left", person_id)


def reinstate_member(session: Session, who: Who, organisation_id: UUID, person_id: UUID) -> None:
    """Give an account back to somebody who works in an organisation; raise as `suspend_member` does.

    Announced as `member.back`, with their id: what ended without them may go on.
    """
    required_member(session, who, organisation_id, person_id).suspended_at = None
    session.flush()
    queue.announce(session, "member.back", person_id)


def reset_factor(session: Session, who: Who, organisation_id: UUID, person_id: UUID, now: datetime) -> None:
    """Forget the phone of somebody who works in an organisation; raise as `suspend_member` does."""
    required_member(session, who, organisation_id, person_id)
    factors.reset(session, person_id, now)


def required_member(session: Session, who: Who, organisation_id: UUID, person_id: UUID) -> Person:
    """Return somebody who works in an organisation, for an operator; raise OrganisationUnknown."""
    require_operator(who)
    person = queries.member_of(session, organisation_id, person_id)
    if person is None or person_id == who.person_id:
        raise OrganisationUnknown
    return person


def required(session: Session, who: Who, organisation_id: UUID) -> Organisation:
    """Return an organisation for an operator; raise OrganisationUnknown."""
    require_operator(who)
    organisation = queries.organisation(session, organisation_id)
    if organisation is None:
        raise OrganisationUnknown
    return organisation


def require_operator(who: Who) -> None:
    """Raise OrganisationUnknown for anybody but an operator."""
    if not may_administer(who):
        raise OrganisationUnknown
