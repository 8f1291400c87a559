"""Accounts: proving who one is, a new password, what is frozen and what is erased of a person."""

import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import mail
from app.errors import Conflict, Gone, Invalid, NotFound
from app.people import audit, queries, sessions
from app.people.models import (
    Block,
    Consent,
    EmailChange,
    EmailConfirmation,
    Factor,
    GuardianAuthorisation,
    Invitation,
    Membership,
    Person,
    Recommendation,
    RecoveryCode,
    SignInLink,
    SignInSession,
)
from app.people.passwords import hash_password, is_password, needs_rehash
from app.people.rules import birth_trouble, password_trouble
from app.settings import Settings
from app.signing import token_sha256
from app.words import N_


class PersonUnknown(NotFound):
    """The person does not exist any more."""


class LinkUnknown(NotFound):
    """No sign-in link has this token."""

    title = N_("Ce lien n’existe pas")


class LinkSpent(Gone):
    """The sign-in link has been used, or is too old."""

    slug = "lien-perime"
    title = N_("Ce lien a déjà servi ou n’est plus valable")


class LinkElsewhere(Conflict):
    """The sign-in link is opened in another browser than the one that asked for it."""

    slug = "lien-autre-appareil"
    title = N_("Ce lien a été demandé sur un autre appareil")


def require_birth(born_on: date, today: date) -> None:
    """Raise Invalid for a birth date that nobody who looks for work can have."""
    if trouble := birth_trouble(born_on, today):
        raise Invalid(errors={"born_on": trouble})


def correct_birth(session: Session, person_id: UUID, born_on: date, today: date) -> None:
    """Write the right birth date of a person; raise Invalid or PersonUnknown."""
    require_birth(born_on, today)
    person = queries.person(session, person_id)
    if person is None:
        raise PersonUnknown
    person.born_on = born_on
    session.flush()


def authenticate(session: Session, identifier: str, password: str) -> Person | None:
    """Return whose e-mail or phone, and password, these are; an unknown one takes as long.

    None too when several people of one phone have the same password: then nobody knows who it is.
    """
    accounts = queries.accounts_of(session, identifier)
    if not accounts:
        is_password(None, password)
    found = [person for person in accounts if is_password(person.password_hash, password)]
    if len(found) != 1:
        return None
    person = found[0]
    if person.password_hash and needs_rehash(person.password_hash) and not password_trouble(password):
        person.password_hash = hash_password(password)
    return person


def request_link(session: Session, email: str, browser: str, now: datetime, settings: Settings) -> None:
    """Mail a sign-in link that only the browser with the secret `browser` can use; the unknown get none."""
    person = queries.person_of_email(session, email)
    if person is None or person.email is None or person.suspended_at:
        return
    if not queries.none_erased(session, (person.id,)):
        return
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(
            person_id=person.id,
            token_sha256=token_sha256(token),
            browser_sha256=token_sha256(browser),
            created_at=now,
            expires_at=now + timedelta(minutes=settings.sign_in_link_minutes),
        )
    )
    values = {
        "name": person.given_name,
        "path": f"/connexion/lien/{token}",
        "minutes": settings.sign_in_link_minutes,
    }
    mail.post(session, queries.mailbox(person), "sign_in_link", values, now)


def standing_link(session: Session, token: str, browser: str, now: datetime) -> SignInLink:
    """Return the link of a token; raise LinkUnknown, LinkSpent, or LinkElsewhere in another browser."""
    link = session.scalar(select(SignInLink).where(SignInLink.token_sha256 == token_sha256(token)))
    if link is None:
        raise LinkUnknown
    if link.used_at is not None or link.expires_at <= now:
        raise LinkSpent
    if not secrets.compare_digest(link.browser_sha256, token_sha256(browser)):
        raise LinkElsewhere
    return link


def use_link(session: Session, token: str, browser: str, now: datetime) -> Person:
    """Return who a link signs in, once; raise as `standing_link` does."""
    link = standing_link(session, token, browser, now)
    use = update(SignInLink).where(SignInLink.id == link.id, SignInLink.used_at.is_(None))
    person = queries.person(session, link.person_id)
    if not session.scalar(use.values(used_at=now).returning(SignInLink.id)) or person is None:
        raise LinkSpent
    return person


def change_password(session: Session, person_id: UUID, current: str, new: str, now: datetime) -> None:
    """Set a new password and end every session; who has none yet (links only) proves nothing first.

    Raise Invalid for a wrong current one, PasswordRefused for a new one that the rules refuse.
    """
    person = required(session, person_id)
    require_password(person, current)
    person.password_hash = hash_password(new)
    sessions.close_all_sessions(session, person_id, now)


def require_password(person: Person, current: str) -> None:
    """Raise Invalid for a wrong password; who has none yet (links only) proves nothing."""
    if person.password_hash and not is_password(person.password_hash, current):
        raise Invalid(errors={"current": N_("Ce n’est pas le mot de passe actuel.")})


def require_own_password(session: Session, person_id: UUID, typed: str) -> Person:
    """Return a person who typed their password, as what cannot be undone asks; raise Invalid."""
    person = required(session, person_id)
    if not person.password_hash:
        raise Invalid(
            errors={"current": N_("Choisissez d’abord un mot de passe, sur la page de votre compte.")}
        )
    require_password(person, typed)
    return person


def freeze_qpv(session: Session, person_id: UUID, now: datetime) -> Person:
    """Freeze, the first time, the answer on the priority neighbourhood; return the person who holds it."""
    person = required(session, person_id)
    if person.qpv_frozen_at is None:
        person.qpv_frozen_at = now
        session.flush()
    return person


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:
    """Forget who a person is, and close the account for ever.

    What stays names nobody: an id, its memberships, and the agreements with their dates, by which the service
    proves that what it showed was allowed.
    """
    person = required(session, person_id)
    for table in (
        *(SignInSession, SignInLink, EmailChange, EmailConfirmation),
        *(Factor, RecoveryCode, Invitation, GuardianAuthorisation, Block),
    ):
        session.execute(delete(table).where(table.person_id == person_id))
    session.execute(delete(Recommendation).where(Recommendation.adviser_id == person_id))
    end = update(Membership).where(Membership.person_id == person_id, Membership.ended_at.is_(None))
    session.execute(end.values(ended_at=now))
    audit.forget_person(session, person_id)
    withdraw = update(Consent).where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
    session.execute(withdraw.values(withdrawn_at=now, withdrawn_by=person_id))
    person.email = person.phone = person.password_hash = None
    person.given_name = person.family_name = ""
    person.born_on = person.home_commune = None
    person.lives_in_qpv = person.qpv_code = person.qpv_vintage = None
    person.qpv_known_by = person.qpv_frozen_at = None
    person.erased_at = now
    session.flush()


def note_language(session: Session, person_id: UUID, language: str) -> None:
    """Note in which language somebody reads letters."""
    session.execute(update(Person).where(Person.id == person_id).values(language=language))


def required(session: Session, person_id: UUID) -> Person:
    """Return a person; raise PersonUnknown once erased."""
    person = queries.person(session, person_id)
    if person is None:
        raise PersonUnknown
    return person
