"""The second step of professionals: codes of a phone (RFC 6238), codes on paper, and their reset."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Literal
from uuid import UUID

import pyotp
from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app import mail
from app.db import new_id
from app.errors import Conflict, Invalid
from app.people import queries, sessions
from app.people.models import Factor, Person, RecoveryCode
from app.people.passwords import hash_code, is_password
from app.people.rules import PROFESSIONAL_ROLES, RECOVERY_ALPHABET, code_digits, recovery_letters
from app.settings import Settings
from app.signing import derived_key, seal, unseal
from app.words import N_

STEP_S = 30
# A clock may be a step ahead or behind.  Source: RFC 6238, 5.2 (at most one step for the delay).
SKEW_STEPS = 1
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
ISSUER = "Vis-a-vis"  # some applications show no accent

Step = Literal["", "confirm", "enrol", "code"]


class CodeRefused(Invalid):
    """The code is not the one of this moment, has served already, or is none of those on paper."""

    slug = "code-refuse"
    title = N_("Ce code ne convient pas")


class NoFactor(Conflict):
    """There is no phone to confirm, or to change: the page is older than what was done meanwhile."""

    slug = "code-sans-telephone"
    title = N_("Il n’y a pas de code à confirmer")


def sealing_key(settings: Settings) -> bytes:
    """Return the key under which the secrets of codes are kept."""
    return derived_key(settings.secret_key, "second factor")


def step_left(session: Session, person_id: UUID, settings: Settings) -> Step:
    """Return what somebody who has proved the first step must still do to be signed in, empty for nothing.

    Their mailbox answers (`confirm`), a phone is added (`enrol`), or it gives its code (`code`).
    """
    if queries.unconfirmed(session, person_id):
        return "confirm"
    if confirmed(session, person_id):
        return "code"
    spared = settings.second_factor == "optional"
    professional = not queries.roles_of(session, person_id).isdisjoint(PROFESSIONAL_ROLES)
    return "enrol" if professional and not spared else ""


def confirmed(session: Session, person_id: UUID) -> Factor | None:
    """Return the phone whose codes somebody signs in with, None without one."""
    return session.scalar(
        select(Factor).where(Factor.person_id == person_id, Factor.confirmed_at.is_not(None))
    )


def with_phone(session: Session, person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these persons sign in with the codes of a phone."""
    query = select(Factor.person_id).where(Factor.person_id.in_(person_ids))
    return set(session.scalars(query.where(Factor.confirmed_at.is_not(None))))


def waiting(session: Session, person_id: UUID) -> Factor | None:
    """Return the phone that has yet to give its first code, None without one."""
    return session.scalar(select(Factor).where(Factor.person_id == person_id, Factor.confirmed_at.is_(None)))


def draw_secret(session: Session, person_id: UUID, now: datetime, settings: Settings) -> Factor:
    """Draw a secret for a phone, which counts once it has given its first code; one that waits stays."""
    found = waiting(session, person_id)
    if found and not secret_of(found, settings):
        give_up(session, person_id)
        found = None
    if found is None:
        # The seal names the row: a secret that is copied into another opens nothing there.
        row_id = new_id()
        sealed = seal(sealing_key(settings), pyotp.random_base32(), str(row_id))
        found = Factor(id=row_id, person_id=person_id, sealed_secret=sealed, created_at=now)
        session.add(found)
        session.flush()
    return found


def give_up(session: Session, person_id: UUID) -> None:
    """Forget a phone that has not given its first code: the one before stays."""
    session.execute(delete(Factor).where(Factor.person_id == person_id, Factor.confirmed_at.is_(None)))


def secret_of(factor: Factor, settings: Settings) -> str:
    """Return the secret of a phone in base 32, as one types it; empty once the settings have another key."""
    try:
        return unseal(sealing_key(settings), factor.sealed_secret, str(factor.id))
    except InvalidTag:
        return ""


def address_of(factor: Factor, person: Person, settings: Settings) -> str:
    """Return what the picture says to an application of codes (otpauth://…)."""
    name = person.email or person.phone or person.given_name
    return pyotp.TOTP(secret_of(factor, settings)).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return which step of time a code is of, None when it is of none that counts now."""
    current = int(now.timestamp()) // STEP_S
    codes = pyotp.TOTP(secret)
    around = range(current - SKEW_STEPS, current + SKEW_STEPS + 1)
    return next((step for step in around if secrets.compare_digest(codes.generate_otp(step), code)), None)


def use_code(session: Session, factor: Factor, code: str, now: datetime, settings: Settings) -> bool:
    """Take a code of a phone, once: a later one must be of a later step, whoever read this one."""
    digits, secret = code_digits(code), secret_of(factor, settings)
    step = step_of(secret, digits, now) if digits and secret else None
    if step is None:
        return False
    later = or_(Factor.last_step.is_(None), Factor.last_step < step)
    take = update(Factor).where(Factor.id == factor.id, later).values(last_step=step)
    return session.scalar(take.returning(Factor.id)) is not None


def confirm(session: Session, person_id: UUID, code: str, now: datetime, settings: Settings) -> list[str]:
    """Make the phone that waits the one that counts, by its first code; return the codes on paper, once.

    Every other browser is signed out, and the person is told.  Raise NoFactor or CodeRefused.
    """
    found = waiting(session, person_id)
    if found is None:
        raise NoFactor
    if not use_code(session, found, code, now, settings):
        raise refused()
    before = session.scalars(
        delete(Factor)
        .where(Factor.person_id == person_id, Factor.confirmed_at.is_not(None))
        .returning(Factor.id)
    ).all()
    found.confirmed_at = now
    session.flush()
    sessions.close_all_sessions(session, person_id, now)
    tell(session, person_id, "changed" if before else "added", now)
    return renew_codes(session, person_id, now)


def prove(session: Session, person_id: UUID, code: str, now: datetime, settings: Settings) -> bool:
    """Take a code of the phone or of the paper; tell whether it was one of paper.  Raise CodeRefused."""
    factor = confirmed(session, person_id)
    if factor is None:
        raise NoFactor
    if use_code(session, factor, code, now, settings):
        return False
    if not use_recovery(session, person_id, code, now):
        raise refused()
    tell(session, person_id, "recovered", now)
    return True


def refused() -> CodeRefused:
    """Return the refusal of a code, which tells nobody why."""
    sentence = N_("Ce code ne marche pas, ou a déjà servi : prenez celui que le téléphone montre maintenant.")
    return CodeRefused(errors={"code": sentence})


def use_recovery(session: Session, person_id: UUID, typed: str, now: datetime) -> bool:
    """Take a code on paper, once."""
    letters = recovery_letters(typed)
    if len(letters) != RECOVERY_LENGTH:
        return False
    unused = select(RecoveryCode).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    found = next((row for row in session.scalars(unused).all() if is_password(row.code_hash, letters)), None)
    if found is None:
        return False
    use = update(RecoveryCode).where(RecoveryCode.id == found.id, RecoveryCode.used_at.is_(None))
    return session.scalar(use.values(used_at=now).returning(RecoveryCode.id)) is not None


def renew_codes(session: Session, person_id: UUID, now: datetime) -> list[str]:
    """Draw the codes on paper anew and return them, this once; the ones before die."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    drawn = [
        "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    session.add_all(
        RecoveryCode(person_id=person_id, code_hash=hash_code(code), created_at=now) for code in drawn
    )
    session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in drawn]


def reset(session: Session, person_id: UUID, now: datetime) -> bool:
    """Forget somebody's phone and paper and end their sessions; they add a phone when they next sign in.

    Tell whether there was anything to forget: only then are they told.
    """
    had = confirmed(session, person_id) is not None
    forget(session, person_id)
    sessions.close_all_sessions(session, person_id, now)
    if had:
        tell(session, person_id, "reset", now)
    return had


def forget(session: Session, person_id: UUID) -> None:
    """Delete what the second step of somebody is made of."""
    for table in (Factor, RecoveryCode):
        session.execute(delete(table).where(table.person_id == person_id))


def tell(session: Session, person_id: UUID, what: str, now: datetime) -> None:
    """Tell somebody by mail what happened to the second step of their account."""
    person = queries.person(session, person_id)
    if person and person.email and queries.none_erased(session, (person_id,)):
        values = {"name": person.given_name, "what": what, "path": "/compte/code"}
        mail.post(session, queries.mailbox(person), "second_step", values, now)
