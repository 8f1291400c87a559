"""Sessions: a random token in the browser's cookie, its SHA-256 here; closed ones never come back."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, contains_eager

from app.people.models import Membership, Person, SignInSession
from app.people.rules import Belonging, Who
from app.settings import Settings
from app.signing import token_sha256

SEEN_EVERY = timedelta(minutes=5)
# Every request runs these: built once, since building them costs about as much as running them.
OF_TOKEN = select(SignInSession).where(SignInSession.token_sha256 == bindparam("token_sha256"))
STANDING_PERSON = (
    select(Person)
    .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.ended_at.is_(None))
    .outerjoin(Membership.organisation)
    .where(Person.id == bindparam("person_id"), Person.suspended_at.is_(None), Person.erased_at.is_(None))
    .options(contains_eager(Person.memberships).contains_eager(Membership.organisation))
)


def open_session(session: Session, person_id: UUID, user_agent: str, now: datetime) -> str:
    """Open a session for a person and return its token (256 bits), which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            person_id=person_id,
            token_sha256=token_sha256(token),
            created_at=now,
            last_seen_at=now,
            user_agent=user_agent[:200],
        )
    )
    session.flush()
    return token


def close_session(session: Session, person_id: UUID, session_id: UUID, now: datetime) -> None:
    """End one session of a person; another person's stays."""
    close = update(SignInSession).where(SignInSession.id == session_id, SignInSession.ended_at.is_(None))
    session.execute(close.where(SignInSession.person_id == person_id).values(ended_at=now))


def close_all_sessions(session: Session, person_id: UUID, now: datetime) -> None:
    """End every session of a person: a new password, a suspension, an erasure."""
    close = update(SignInSession).where(
        SignInSession.person_id == person_id, SignInSession.ended_at.is_(None)
    )
    session.execute(close.values(ended_at=now))


def mark_seen(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that a session is in use; the idle limit counts from here."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=now))


def standing_session(session: Session, token: str, now: datetime, settings: Settings) -> SignInSession | None:
    """Return the session of a token, None when it ended, idled too long or lived too long."""
    found = session.scalar(OF_TOKEN, {"token_sha256": token_sha256(token)})
    if found is None or found.ended_at is not None:
        return None
    idle_since = now - timedelta(days=settings.session_idle_days)
    born_after = now - timedelta(days=settings.session_life_days)
    return found if found.last_seen_at > idle_since and found.created_at > born_after else None


def standing_sessions(
    session: Session, person_id: UUID, now: datetime, settings: Settings
) -> Sequence[SignInSession]:
    """Return the browsers where a person is signed in, last used first."""
    query = select(SignInSession).where(
        SignInSession.person_id == person_id,
        SignInSession.ended_at.is_(None),
        SignInSession.last_seen_at > now - timedelta(days=settings.session_idle_days),
        SignInSession.created_at > now - timedelta(days=settings.session_life_days),
    )
    return session.scalars(query.order_by(SignInSession.last_seen_at.desc())).all()


def who_is(session: Session, found: SignInSession) -> Who | None:
    """Return who a session belongs to, with every current membership; None once suspended or erased."""
    person = session.scalars(STANDING_PERSON, {"person_id": found.person_id}).unique().one_or_none()
    if person is None:
        return None
    belongings = tuple(belonging(membership) for membership in person.memberships)
    return Who(person.id, found.id, person.given_name, belongings)


def belonging(membership: Membership) -> Belonging:
    """Return what a membership gives, with the state of its organisation."""
    organisation = membership.organisation
    if organisation is None:
        return Belonging(membership.role, None, "", "")
    return Belonging(membership.role, organisation.id, organisation.name, organisation.state)
