"""Verbs of viewings: start a play, watch, forget; a view that counts becomes evidence where it happens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.evidence.service import Statement, record
from app.people import queries as people
from app.people.rules import Who, may_accompany, may_administer
from app.profiles.models import Profile
from app.profiles.queries import is_blocked_for, is_still_shown, video_shown
from app.signing import sign, token_sha256
from app.viewing import queries
from app.viewing.models import Viewing
from app.viewing.rules import (
    POLICY,
    Circumstances,
    Progress,
    Span,
    exclusion,
    hour_of,
    is_qualified,
    watched,
)


class ViewingNotFound(NotFound):
    """There is no such play, it is somebody else's, or the token is not the one of this play."""


class NothingToWatch(NotFound):
    """The profile shows no video now: it presents itself in words."""


@dataclass(frozen=True)
class Played:
    """A beat: which play, the token that it was given, what was played since the last beat."""

    viewing_id: UUID
    token: str
    spans: tuple[Span, ...]


def start(session: Session, who: Who, profile: Profile, now: datetime, key: bytes) -> tuple[Viewing, str]:
    """Return the viewer's play of a profile's video, with its token; raise NothingToWatch.

    Starting again within half a minute goes on with the same play, in whatever tab: its token is derived
    from `key`, and only its SHA-256 is kept.
    """
    video = video_shown(session, profile) if is_still_shown(session, profile.id, who) else None
    if video is None:
        raise NothingToWatch
    # Two tabs that start together wait for each other here, so that one finds the play of the other.
    session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{who.person_id}:{profile.id}", 0)))
    )
    since = now - timedelta(seconds=POLICY.restart_merge_s)
    viewing = queries.newest_play(session, who.person_id, video.id, since)
    if viewing is None:
        viewing = Viewing(
            video_id=video.id,
            profile_id=profile.id,
            viewer_id=who.person_id,
            organisation_id=next(iter(who.organisations("recruiter")), None),
            token_sha256=b"",
            started_at=now,
            last_beat_at=now,
            policy=POLICY.version,
            excluded=exclusion(POLICY, circumstances(session, who, profile)),
        )
        session.add(viewing)
        session.flush()
        viewing.token_sha256 = token_sha256(sign(key, str(viewing.id)))
        session.flush()
    return viewing, sign(key, str(viewing.id))


def circumstances(session: Session, who: Who, profile: Profile) -> Circumstances:
    """Return who watches whom, as far as it decides whether the view may count."""
    viewer = people.person(session, who.person_id)
    return Circumstances(
        is_owner=profile.person_id == who.person_id,
        is_staff=may_administer(who),
        is_adviser_of_owner=may_accompany(who, profile.structure_id),
        is_company_verified=bool(who.organisations("recruiter")),
        email=viewer.email if viewer else None,
    )


def watch(session: Session, who: Who, played: Played, now: datetime) -> Viewing:
    """Credit a beat, and record the view as evidence once it counts; raise ViewingNotFound.

    Beats of one play wait for each other: copies of one beat credit it once.
    """
    found = queries.locked(session, played.viewing_id, who.person_id)
    if found is None or token_sha256(played.token) != found[0].token_sha256:
        raise ViewingNotFound
    viewing, duration_s = found
    if is_blocked_for(session, who, viewing.profile_id):
        raise ViewingNotFound
    before = Progress(tuple((start_s, end_s) for start_s, end_s in viewing.spans), viewing.credited_s)
    wall_s = (now - viewing.last_beat_at).total_seconds()
    after = watched(POLICY, before, played.spans, wall_s, duration_s)
    viewing.spans = [list(span) for span in after.spans]
    viewing.credited_s = after.credited_s
    viewing.last_beat_at = max(now, viewing.last_beat_at)
    if viewing.organisation_id not in who.organisations("recruiter"):
        viewing.excluded = viewing.excluded or "unverified_company"
    reached = is_qualified(POLICY, after.credited_s, duration_s)
    if viewing.qualified_at is None and viewing.excluded is None and reached:
        viewing.qualified_at = now
        record_view(session, viewing, duration_s, now)
    session.flush()
    return viewing


def record_view(session: Session, viewing: Viewing, duration_s: float | None, now: datetime) -> None:
    """State that a view counts: at most once a viewer, profile and clock hour."""
    profile = session.get_one(Profile, viewing.profile_id)
    statement = Statement(
        kind="view.qualified",
        source=f"{viewing.viewer_id}:{viewing.profile_id}:{hour_of(now)}",
        at=now,
        subject=profile.person_id,
        actor=viewing.viewer_id,
        organisation=viewing.organisation_id,
        department=people.department_of(session, profile.structure_id),
        measures={
            "credited_ms": round(viewing.credited_s * 1000),
            "duration_ms": round((duration_s or 0) * 1000),
        },
        territory=profile.structure_id,
    )
    record(session, statement)


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:  # noqa: ARG001 - as rights calls it
    """Delete every play of a person's video and every play by the person; the facts stay."""
    of_person = select(Profile.id).where(Profile.person_id == person_id)
    session.execute(
        delete(Viewing).where(or_(Viewing.profile_id.in_(of_person), Viewing.viewer_id == person_id))
    )
