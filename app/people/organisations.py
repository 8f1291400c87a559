"""Organisations: a company registers itself, the operator verifies, suspends, and opens structures."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import mail
from app.errors import Conflict, Invalid, NotFound
from app.people import invitations, queries, sessions
from app.people.invitations import Invited
from app.people.models import Organisation, Person
from app.people.passwords import hash_password
from app.people.rules import Who, may_administer, siret_is_valid
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


class CompanyKnown(Conflict):
    """A company with this SIRET is registered already."""

    slug = "entreprise-deja-inscrite"
    title = N_("Cette entreprise est déjà inscrite")


class OrganisationUnknown(NotFound):
    """The organisation does not exist, or not for this person."""


@dataclass(frozen=True)
class Registration:
    """What a recruiter gives to register a company."""

    company: str
    siret: str
    city: str
    department: str
    given_name: str
    family_name: str
    email: str
    password: str


@dataclass(frozen=True)
class Opening:
    """A structure to open, with its first adviser."""

    name: str
    city: str
    department: str
    adviser: Invited


def register(session: Session, registration: Registration, now: datetime) -> Person:
    """Make a company that waits for verification, and the account of its first recruiter; all or nothing.

    Raise CompanyKnown, EmailTaken, PasswordRefused, or Invalid for a SIRET that does not hold.
    """
    if not siret_is_valid(registration.siret):
        raise Invalid(errors={"siret": N_("Ce numéro SIRET n’existe pas : vérifiez ses 14 chiffres.")})
    password_hash = hash_password(registration.password)
    invited = Invited(registration.given_name, registration.family_name, email=registration.email)
    with session.begin_nested():
        company = make_company(session, registration, now)
        person = invitations.make_account(session, invited, now)
        person.password_hash = password_hash
        invitations.join(session, person, "recruiter", company.id, now)
    return person


def make_company(session: Session, registration: Registration, now: datetime) -> Organisation:
    """Make a company that waits for verification; raise CompanyKnown, when two ask at once too."""
    company = Organisation(
        kind="company",
        name=registration.company,
        siret=registration.siret,
        city=registration.city,
        department=registration.department,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(company)
    except IntegrityError as known:
        raise CompanyKnown(
            N_("Demandez un accès à la personne qui l’a inscrite, ou écrivez-nous.")
        ) from known
    return company


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
    """Verify an organisation, or lift its suspension; the method, the date and the operator are kept.

    The recruiters of a company are told.
    """
    organisation = required(session, who, organisation_id)
    organisation.state = "verified"
    organisation.verified_at, organisation.verified_by = now, who.person_id
    organisation.verification_method = method
    organisation.suspended_at = organisation.suspension_reason = None
    session.flush()
    if organisation.kind == "company":
        tell_recruiters(session, organisation, now)
    return organisation


def tell_recruiters(session: Session, company: Organisation, now: datetime) -> None:
    """Tell by mail the recruiters of a company that candidates are open to them."""
    for person in session.scalars(queries.members("recruiter", (company.id,))).all():
        if person.email and queries.none_erased(session, (person.id,)):
            values = {"name": person.given_name, "company": company.name, "path": "/candidats"}
            mail.post(session, mail.Recipient(person.id, person.email), "company_verified", values, now)


def suspend(session: Session, who: Who, organisation_id: UUID, reason: str, now: datetime) -> Organisation:
    """Suspend an organisation: its members lose what it gave them at their next request."""
    organisation = required(session, who, organisation_id)
    organisation.state = "suspended"
    organisation.suspended_at, organisation.suspension_reason = now, reason
    session.flush()
    return organisation


def suspend_member(session: Session, who: Who, organisation_id: UUID, person_id: UUID, now: datetime) -> None:
    """Suspend the account of somebody who works in an organisation: every session ends, none begins.

    Raise OrganisationUnknown for anybody else, and for the operator themselves.
    """
    person = required_member(session, who, organisation_id, person_id)
    person.suspended_at = person.suspended_at or now
    sessions.close_all_sessions(session, person_id, now)


def reinstate_member(session: Session, who: Who, organisation_id: UUID, person_id: UUID) -> None:
    """Give an account back to somebody who works in an organisation; raise as `suspend_member` does."""
    required_member(session, who, organisation_id, person_id).suspended_at = None
    session.flush()


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
