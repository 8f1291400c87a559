"""Nouns of accompaniment: the residents of a structure, and where each one stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import Session

from app.accompaniment.rules import Case, filter_of, next_thing
from app.people import queries as people
from app.people.consents import barrier_of
from app.people.models import Invitation, Membership, Person, SignInSession
from app.people.queries import Agreeing
from app.people.rules import CONSENT_OF
from app.profiles.models import Profile
from app.videos.models import Video


@dataclass(frozen=True)
class Resident:
    """One line of the caseload; `invited_until` is when the link that is out dies, None without one."""

    person: Person
    profile: Profile
    video_state: str
    has_come: bool
    invited_until: datetime | None
    active_at: datetime
    next: str
    group: str


def caseload(session: Session, structure_ids: Collection[UUID], now: datetime) -> Sequence[Resident]:
    """Return the residents of structures: what waits longest for the adviser first, then by name."""
    rows = session.execute(cases(now).where(Membership.organisation_id.in_(structure_ids)))
    residents = [resident(row, now) for row in rows]
    return sorted(residents, key=lambda one: (one.group != "todo", one.person.family_name.casefold()))


def resident_of(
    session: Session, structure_ids: Collection[UUID], person_id: UUID, now: datetime
) -> Resident | None:
    """Return one resident of these structures, None for anybody else's."""
    query = cases(now).where(Membership.organisation_id.in_(structure_ids), Person.id == person_id)
    row = session.execute(query).one_or_none()
    return resident(row, now) if row else None


def cases(
    now: datetime,
) -> Select[Person, Profile, str | None, bool, bool, datetime | None, datetime | None]:
    """Select residents, profile, newest video's state, came or not, authorised or not, when, until when.

    Of whoever presents the voice alone, it is the newest voice's.
    """
    newest = (
        select(Video.state)
        .where(Video.person_id == Person.id, Video.kind == Profile.presentation)
        .order_by(Video.created_at.desc(), Video.id.desc())
        .limit(1)
        .correlate(Person, Profile)
        .scalar_subquery()
    )
    seen = select(func.max(SignInSession.last_seen_at)).where(SignInSession.person_id == Person.id)
    came = exists().where(Invitation.person_id == Person.id, Invitation.accepted_at.is_not(None))
    standing = select(func.max(Invitation.expires_at)).where(
        Invitation.person_id == Person.id, Invitation.accepted_at.is_(None), Invitation.expires_at > now
    )
    dates = (one.correlate(Person).scalar_subquery() for one in (seen, standing))
    return (
        select(Person, Profile, newest, came, people.authorised(Person.id), *dates)
        .join(Membership, Membership.person_id == Person.id)
        .join(Profile, Profile.person_id == Person.id)
        .where(
            Membership.role == "resident",
            Membership.ended_at.is_(None),
            Person.erased_at.is_(None),
            Profile.state != "erased",
        )
    )


def resident(
    row: Row[Person, Profile, str | None, bool, bool, datetime | None, datetime | None],
    now: datetime,
) -> Resident:
    """Return a line of the caseload from what was selected."""
    person, profile, video_state, has_come, is_authorised, seen_at, invited_until = row
    known = Agreeing(person.born_on, frozenset(), is_authorised=is_authorised)
    replaces = profile.proposed_script is not None
    has_come = has_come or seen_at is not None
    case = Case(
        has_come=has_come,
        invited=invited_until is not None,
        state=profile.state,
        presentation=profile.presentation,
        video_state=video_state or "",
        replaces=replaces,
        minor=barrier_of(known, CONSENT_OF[profile.presentation], now.date()) is not None,
    )
    return Resident(
        person=person,
        profile=profile,
        video_state=video_state or "",
        has_come=has_come,
        invited_until=invited_until,
        active_at=max(profile.updated_at, seen_at or profile.updated_at),
        next=next_thing(case),
        group=filter_of(profile.state, replaces=replaces),
    )
