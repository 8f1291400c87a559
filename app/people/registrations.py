"""A company registers itself: one recruiter, one SIRET, and nothing more until the mailbox has answered."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import mail
from app.db import new_id
from app.errors import Conflict, Gone, Invalid, NotFound
from app.people import details, invitations, queries, service
from app.people.invitations import Invited
from app.people.models import AuditEntry, EmailConfirmation, Membership, Organisation, Person
from app.people.passwords import hash_password
from app.people.rules import is_free_mail, siret_is_valid
from app.settings import Settings
from app.signing import token_sha256
from app.words import N_


class CompanyKnown(Conflict):
    """A company with this SIRET is registered already."""

    slug = "entreprise-deja-inscrite"
    title = N_("Cette entreprise est déjà inscrite")


class ConfirmationUnknown(NotFound):
    """No registration waits for this token: it was confirmed, or a newer link took its place."""

    title = N_("Ce lien ne marche pas, ou plus")


class ConfirmationExpired(Gone):
    """The link that confirms an address is too old."""

    slug = "confirmation-perimee"
    title = N_("Ce lien n’est plus valable")


class ConfirmationElsewhere(Conflict):
    """The link is opened by somebody who has not typed the password of the account."""

    slug = "confirmation-autre-appareil"
    title = N_("Connectez-vous d’abord")


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


def require_unknown(session: Session, siret: str) -> None:
    """Raise CompanyKnown when a company has this SIRET, Invalid when the number does not hold."""
    if not siret_is_valid(siret):
        raise Invalid(errors={"siret": N_("Ce numéro SIRET n’existe pas : vérifiez ses 14 chiffres.")})
    if session.scalar(select(Organisation.id).where(Organisation.siret == siret)):
        raise known()


def known() -> CompanyKnown:
    """Return the refusal of a company that is registered, with what to do."""
    return CompanyKnown(N_("La personne qui l’a inscrite peut vous inviter, ou écrivez-nous."))


def require_work_address(email: str, *, insists: bool) -> None:
    """Raise Invalid for a mailbox that anybody opens, unless the recruiter `insists`: some have no other.

    To refuse them would keep small companies out; the operator looks more closely instead.
    Source: Bancomail, « Les emails en Europe » (58 % of French-speaking independents use a free domain).
    """
    if is_free_mail(email) and not insists:
        raise Invalid(
            errors={
                "email": N_(
                    "C’est une boîte personnelle. Donnez celle de l’entreprise, ou cochez la case plus bas."
                )
            }
        )


def register(session: Session, registration: Registration, now: datetime, settings: Settings) -> Person:
    """Make a company and its first recruiter, and mail the link that opens their account; all or nothing.

    Raise CompanyKnown, EmailTaken, PasswordRefused, or Invalid for a SIRET that does not hold.
    """
    person = vouched_for(session, registration, now)
    ask(session, person, now, settings)
    return person


def vouched_for(session: Session, registration: Registration, now: datetime) -> Person:
    """Make a company that waits for verification, and its first recruiter, whose address needs no answer.

    Raise as `register` does.
    """
    require_unknown(session, registration.siret)
    password_hash = hash_password(registration.password)
    invited = Invited(registration.given_name, registration.family_name, email=registration.email)
    with session.begin_nested():
        company = make_company(session, registration, now)
        person = invitations.make_account(session, invited, now)
        person.password_hash = password_hash
        invitations.join(session, person, "recruiter", company.id, now)
    return person


def make_company(session: Session, registration: Registration, now: datetime) -> Organisation:
    """Make a company that waits for verification; raise CompanyKnown when two ask at once."""
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
    except IntegrityError as twice:
        raise known() from twice
    return company


def ask(session: Session, person: Person, now: datetime, settings: Settings) -> None:
    """Mail the link that opens a registered account; an earlier one dies."""
    token = secrets.token_urlsafe(32)
    values = {
        "token_sha256": token_sha256(token),
        "expires_at": now + timedelta(hours=settings.email_change_hours),
    }
    row = insert(EmailConfirmation).values(id=new_id(), person_id=person.id, created_at=now, **values)
    session.execute(row.on_conflict_do_update(index_elements=[EmailConfirmation.person_id], set_=values))
    words = {
        "name": person.given_name,
        "path": f"/inscription/confirmation/{token}",
        "hours": settings.email_change_hours,
        "days": settings.verification_days,
    }
    mail.post(session, queries.mailbox(person), "registration", words, now)


def ask_again(session: Session, person_id: UUID, email: str, now: datetime, settings: Settings) -> None:
    """Mail another link, to another address when the first was mistyped.

    Raise ConfirmationUnknown when none is waited for, or EmailTaken.
    """
    person = details.held(session, person_id)
    if queries.unconfirmed(session, person_id) is None:
        raise ConfirmationUnknown
    if email.lower() != str(person.email).lower():
        details.take(session, person, email)
    ask(session, person, now, settings)


def waiting(session: Session, token: str, now: datetime) -> EmailConfirmation:
    """Return what a token confirms; raise ConfirmationUnknown or ConfirmationExpired."""
    query = select(EmailConfirmation).where(EmailConfirmation.token_sha256 == token_sha256(token))
    found = session.scalar(query)
    if found is None:
        raise ConfirmationUnknown(
            N_("Un tel lien sert une seule fois. Connectez-vous pour voir où vous en êtes.")
        )
    if found.expires_at <= now:
        raise ConfirmationExpired(N_("Connectez-vous : la page en envoie un autre."))
    return found


def confirm(session: Session, person_id: UUID | None, token: str, now: datetime) -> Person:
    """Open a registered account: its mailbox has answered to who typed its password; the operators are told.

    Whoever merely reads the mailbox opens nothing: somebody else may have registered with their address.
    Raise as `waiting` does, or ConfirmationElsewhere.
    """
    found = waiting(session, token, now)
    if found.person_id != person_id:
        raise ConfirmationElsewhere(
            N_("Pour confirmer cette adresse, connectez-vous avec le mot de passe de l’inscription.")
        )
    person = details.held(session, found.person_id)
    session.execute(delete(EmailConfirmation).where(EmailConfirmation.id == found.id))
    for company in queries.companies_of(session, person.id):
        for operator in queries.operators(session):
            values = {
                "name": operator.given_name,
                "company": company.name,
                "path": f"/administration/organisations/{company.id}",
            }
            to = queries.mailbox(operator)
            mail.post(session, to, "company_waiting", values, now)
    return person


def sweep(session: Session, settings: Settings, now: datetime) -> int:
    """Forget the registrations whose mailbox never answered, their companies too; return how many.

    The SIRET is free again: who mistyped an address, or registered somebody else's company, blocks nobody.
    """
    limit_at = now - timedelta(days=settings.registration_days)
    query = select(EmailConfirmation.person_id).where(EmailConfirmation.created_at <= limit_at)
    old = session.scalars(query.with_for_update(skip_locked=True)).all()
    for person_id in old:
        companies = [company.id for company in queries.companies_of(session, person_id)]
        session.execute(delete(Membership).where(Membership.person_id == person_id))
        for company_id in companies:
            forget_company(session, company_id)
        mail.erase_person(session, person_id, now)
        service.erase_person(session, person_id, now)
    return len(old)


def forget_company(session: Session, company_id: UUID) -> None:
    """Delete a company that nobody ever entered."""
    noted = update(AuditEntry).where(AuditEntry.organisation_id == company_id)
    session.execute(noted.values(organisation_id=None))
    session.execute(
        delete(Organisation).where(Organisation.id == company_id, Organisation.state == "pending")
    )
