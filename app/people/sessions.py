"""Sessions: a random token in the browser's cookie, its SHA-256 here; closed ones never come back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from app.people.models import Membership, Organisation, Person, SignInSession
from app.people.rules import Belonging, Who
from app.settings import Settings
from app.signing import token_sha256

SEEN_EVERY = timedelta(minutes=5)
# Long enough to install an application of codes, or to wait for a letter.
HALF_WAY_LIFE = timedelta(hours=1)
OPENED, PERSON, MEMBERSHIP, ORGANISATION = (
    table.metadata.tables[table.__tablename__] for table in (SignInSession, Person, Membership, Organisation)
)
# Every request runs this: built once and of columns alone, since the rest costs more than running it.
WHO_ASKS = (
    select(
        *(OPENED.c.id, OPENED.c.last_seen_at, OPENED.c.proved_at, PERSON.c.id, PERSON.c.given_name),
        *(MEMBERSHIP.c.role, ORGANISATION.c.id, ORGANISATION.c.name, ORGANISATION.c.state),
    )
    .select_from(OPENED)
    .join(PERSON, PERSON.c.id == OPENED.c.person_id)
    .outerjoin(MEMBERSHIP, (MEMBERSHIP.c.person_id == PERSON.c.id) & MEMBERSHIP.c.ended_at.is_(None))
    .outerjoin(ORGANISATION, ORGANISATION.c.id == MEMBERSHIP.c.organisation_id)
    .where(
        OPENED.c.token_sha256 == bindparam("token_sha256"),
        OPENED.c.ended_at.is_(None),
        OPENED.c.last_seen_at > bindparam("idle_since"),
        OPENED.c.created_at > bindparam("born_after"),
        or_(OPENED.c.proved_at.is_not(None), OPENED.c.created_at > bindparam("half_way_since")),
        PERSON.c.suspended_at.is_(None),
        PERSON.c.erased_at.is_(None),
    )
)


@dataclass(frozen=True)
class Standing:
    """A session that stands, when it was last seen in use, and who it belongs to.

    Unless it is `proved`, a second step is still to be done, and nobody is signed in by it.
    """

    id: UUID
    last_seen_at: datetime
    proved: bool
    who: Who


def open_session(
    session: Session, person_id: UUID, user_agent: str, now: datetime, *, proved: bool = True
) -> str:
    """Open a session for a person and return its token (256 bits), which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            person_id=person_id,
            token_sha256=token_sha256(token),
            created_at=now,
            last_seen_at=now,
            proved_at=now if proved else None,
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


def close_half_way(session: Session, person_id: UUID, now: datetime) -> None:
    """End the sessions of a person that have a step left: one at a time is led to a phone."""
    close = update(SignInSession).where(
        SignInSession.person_id == person_id,
        SignInSession.ended_at.is_(None),
        SignInSession.proved_at.is_(None),
    )
    session.execute(close.values(ended_at=now))


def mark_seen(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that a session is in use; the idle limit counts from here."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=now))


def standing_session(session: Session, token: str, now: datetime, settings: Settings) -> Standing | None:
    """Return the session of a token with every current membership of its person.

    None when it ended, idled too long or lived too long, and once the person is suspended or erased.
    """
    said = {
        "token_sha256": token_sha256(token),
        "idle_since": now - timedelta(days=settings.session_idle_days),
        "born_after": now - timedelta(days=settings.session_life_days),
        "half_way_since": now - HALF_WAY_LIFE,
    }
    rows = session.execute(WHO_ASKS, said).all()
    if not rows:
        return None
    session_id, last_seen_at, proved_at, person_id, name, *_ = rows[0]
    belongings = tuple(belonging(*row[5:]) for row in rows if row[5] is not None)
    who = Who(person_id, session_id, name, belongings)
    return Standing(session_id, last_seen_at, proved_at is not None, who)


def standing_sessions(
    session: Session, person_id: UUID, now: datetime, settings: Settings
) -> Sequence[SignInSession]:
    """Return the browsers where a person is signed in, last used first."""
    query = select(SignInSession).where(
        SignInSession.person_id == person_id,
        SignInSession.proved_at.is_not(None),
        SignInSession.ended_at.is_(None),
        SignInSession.last_seen_at > now - timedelta(days=settings.session_idle_days),
        SignInSession.created_at > now - timedelta(days=settings.session_life_days),
    )
    return session.scalars(query.order_by(SignInSession.last_seen_at.desc())).all()


def belonging(role: str, organisation_id: UUID | None, name: str | None, state: str | None) -> Belonging:
    """Return what a membership gives, with the state of its organisation if it is in one."""
    return Belonging(role, organisation_id, name or "", state or "")
