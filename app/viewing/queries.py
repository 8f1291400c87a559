"""Nouns of viewings: one's own play, who watched a resident, what is kept of a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Date, Select, SQLColumnExpression, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session

from app.paris import PARIS
from app.people import blocks
from app.people.models import Organisation
from app.people.rules import Who
from app.profiles.models import Profile
from app.viewing.models import Opinion, Viewing
from app.viewing.rules import MOVED, OPINIONS, Span


@dataclass(frozen=True)
class Watched:
    """A company watched a resident on one day (in Paris); `qualified` when one of its views counts."""

    company: str
    on: date
    qualified: bool
    company_id: UUID


def companies_that_watched(session: Session, person_id: UUID) -> Sequence[Watched]:
    """Return which companies played a resident's video, one row a company and day, newest first."""
    on = cast(func.timezone(PARIS.key, Viewing.started_at), Date)
    query = (
        select(Organisation.name, on, func.bool_or(Viewing.qualified_at.is_not(None)), Organisation.id)
        .join(Profile, Profile.id == Viewing.profile_id)
        .join(Organisation, Organisation.id == Viewing.organisation_id)
        .where(Profile.person_id == person_id, Viewing.excluded.is_(None))
        .group_by(Organisation.id, Organisation.name, on)
        .order_by(on.desc(), Organisation.name)
    )
    return [Watched(*row) for row in session.execute(query)]


def has_watched(session: Session, company_id: UUID, person_id: UUID) -> bool:
    """Tell whether a company opened a resident's presentation."""
    query = select(Viewing.id).join(Profile, Profile.id == Viewing.profile_id)
    query = query.where(Viewing.organisation_id == company_id, Profile.person_id == person_id)
    return session.scalar(query.limit(1)) is not None


def newest_play(session: Session, viewer_id: UUID, video_id: UUID, since: datetime) -> Viewing | None:
    """Return the viewer's last play of a video that started after `since`."""
    query = (
        select(Viewing)
        .where(Viewing.viewer_id == viewer_id, Viewing.video_id == video_id, Viewing.started_at > since)
        .order_by(Viewing.started_at.desc())
        .limit(1)
    )
    return session.scalar(query)


class Play(NamedTuple):
    """What a beat needs to know of its play; `beats` is how many are kept."""

    id: UUID
    profile_id: UUID
    viewer_id: UUID
    organisation_id: UUID | None
    token_sha256: bytes
    last_beat_at: datetime
    spans: Sequence[Span]
    credited_s: float
    beats: int
    duration_s: float | None
    qualified_at: datetime | None
    excluded: str | None


# Each page that plays sends a beat every five seconds, and nothing is asked as often: what is asked is
# written once, and no object is tracked.  An open page beats no more once its viewer's company is blocked.
LOCKED = (
    select(
        *(
            func.jsonb_array_length(Viewing.beats) if name == "beats" else getattr(Viewing, name)
            for name in Play._fields
        )
    )
    .join(Profile, Profile.id == Viewing.profile_id)
    .where(Viewing.id == bindparam("play"), Viewing.viewer_id == bindparam("viewer"))
    .where(Viewing.video_id.is_not(None))
    .where(~blocks.has_blocked(Profile.person_id, bindparam("companies", expanding=True)))
    .with_for_update(of=Viewing)
)


def locked(session: Session, viewing_id: UUID, who: Who) -> Play | None:
    """Return one's own play of a video that stands; other beats of it wait for the transaction."""
    companies = list(who.organisations("recruiter"))
    values = {"play": viewing_id, "viewer": who.person_id, "companies": companies}
    row = session.execute(LOCKED, values).one_or_none()
    return Play(*row) if row else None


def exclusions(session: Session, start: datetime | None, end: datetime | None) -> dict[str, int]:
    """Return how many plays never count, by reason, among those that started in the period."""
    query = select(Viewing.excluded, func.count()).where(Viewing.excluded.is_not(None))
    if start is not None:
        query = query.where(Viewing.started_at >= start)
    if end is not None:
        query = query.where(Viewing.started_at < end)
    rows = session.execute(query.group_by(Viewing.excluded).order_by(Viewing.excluded))
    return {reason: count for reason, count in rows if reason}


@dataclass(frozen=True)
class Left:
    """Plays of somebody that are no view: how many were too short, and how many never count, by reason."""

    too_short: int
    excluded: dict[str, int]


def plays_left_out(session: Session, person_id: UUID) -> Left:
    """Return the plays of a resident that did not count, whatever the reason."""
    query = (
        select(Viewing.excluded, func.count())
        .join(Profile, Profile.id == Viewing.profile_id)
        .where(Profile.person_id == person_id, Viewing.qualified_at.is_(None))
        .group_by(Viewing.excluded)
        .order_by(Viewing.excluded)
    )
    counts = dict(session.execute(query).all())
    return Left(counts.get(None, 0), {reason: count for reason, count in counts.items() if reason})


def views_that_count(
    viewer_id: UUID | SQLColumnExpression[UUID], profile_id: UUID | SQLColumnExpression[UUID]
) -> Select[UUID]:
    """Select the plays by which somebody watched a profile long enough, for a company that is verified."""
    return (
        select(Viewing.id)
        .join(Organisation, Organisation.id == Viewing.organisation_id)
        .where(
            Viewing.viewer_id == viewer_id,
            Viewing.profile_id == profile_id,
            Viewing.qualified_at.is_not(None),
            Viewing.excluded.is_(None),
            Organisation.state == "verified",
        )
    )


@dataclass(frozen=True)
class Opinions:
    """How many gave each answer, and how many different recruiters and residents stand behind all of them.

    `by_answer` is how many stand behind each answer, recruiters or residents, whichever are fewer; and behind
    `moved`: those who learned or changed something, together.
    """

    answers: dict[str, int]
    recruiters: int = 0
    residents: int = 0
    by_answer: dict[str, int] = field(default_factory=dict)


def opinions_of(session: Session, structure_ids: Collection[UUID] | None) -> Opinions:
    """Return what watching changed, for the residents of structures (None: of all).

    Whose view counts no more, their answer does not either.  Nobody reads these numbers as they are:
    `reports` hides the small ones.
    """
    counting = views_that_count(Opinion.viewer_id, Opinion.profile_id).correlate(Opinion).exists()
    meant = select(Opinion).join(Profile, Profile.id == Opinion.profile_id).where(counting)
    if structure_ids is not None:
        meant = meant.where(Profile.structure_id.in_(structure_ids))
    counted = meant.with_only_columns(Opinion.said, func.count()).group_by(Opinion.said)
    recruiters = func.count(Opinion.viewer_id.distinct())
    residents = func.count(Opinion.profile_id.distinct())
    groups = {**{said: (said,) for said in OPINIONS}, "moved": MOVED}
    behind = meant.with_only_columns(
        recruiters,
        residents,
        *(
            func.least(recruiters.filter(Opinion.said.in_(said)), residents.filter(Opinion.said.in_(said)))
            for said in groups.values()
        ),
    )
    answers = dict.fromkeys(OPINIONS, 0) | dict(session.execute(counted).all())
    everyone, about, *by_answer = session.execute(behind).one()
    return Opinions(answers, everyone, about, dict(zip(groups, by_answer, strict=True)))


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return who watched a person, what the person watched, and what they said that it changed."""
    query = (
        select(Viewing, Profile.person_id, Organisation.name)
        .join(Profile, Profile.id == Viewing.profile_id)
        .outerjoin(Organisation, Organisation.id == Viewing.organisation_id)
        .where(or_(Profile.person_id == person_id, Viewing.viewer_id == person_id))
        .order_by(Viewing.started_at)
    )
    said = (
        select(Opinion.said, Opinion.said_at, Profile.slug)
        .join(Profile, Profile.id == Opinion.profile_id)
        .where(Opinion.viewer_id == person_id)
        .order_by(Opinion.said_at)
    )
    return {
        "opinions": [
            {"profile": slug, "said": answer, "said_at": at} for answer, at, slug in session.execute(said)
        ],
        "viewings": [
            {
                "watched": "by me" if viewing.viewer_id == person_id else "of me",
                "company": company,
                "started_at": viewing.started_at,
                "qualified_at": viewing.qualified_at,
            }
            for viewing, _, company in session.execute(query)
        ],
    }
