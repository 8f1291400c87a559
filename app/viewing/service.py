"""Verbs of viewings: start a play, watch, forget; a view that counts becomes evidence where it happens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.evidence.service import Statement, record
from app.people import queries as people
from app.people.rules import Who, may_accompany, may_administer
from app.profiles.models import Profile
from app.profiles.queries import by_slug_published, is_still_shown, video_shown
from app.signing import sign, token_sha256
from app.videos.models import Video
from app.viewing import queries
from app.viewing.models import Opinion, Viewing
from app.viewing.queries import Play
from app.viewing.rules import (
    BEATS_MAX,
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


@dataclass(frozen=True)
class Credited:
    """What a whole play is credited so far, in seconds, and whether its view counts."""

    credited_s: float
    qualified: bool


def start(
    session: Session, who: Who, profile: Profile, now: datetime, key: bytes, *, robot: bool = False
) -> tuple[Viewing, str]:
    """Return the viewer's play of a profile's video, with its token; raise NothingToWatch.

    Starting again within half a minute goes on with the same play, in whatever tab: its token is derived
    from `key`, and only its SHA-256 is kept.
    """
    video = video_shown(session, profile) if is_still_shown(session, profile.id, who) else None
    if video is None:
        raise NothingToWatch
    viewing = standing_play(session, who, profile, video, now)
    if viewing is None:
        viewing = new_play(profile, video, who, now)
        viewing.organisation_id = next(iter(who.organisations("recruiter")), None)
        viewing.excluded = exclusion(POLICY, circumstances(session, who, profile, robot=robot))
        session.add(viewing)
        session.flush()
        viewing.token_sha256 = token_sha256(sign(key, str(viewing.id)))
        session.flush()
    return viewing, sign(key, str(viewing.id))


def turn_away(session: Session, who: Who, slug: str, now: datetime, *, robot: bool = False) -> None:
    """Note that somebody to whom a profile is not shown wanted to play it: that never counts, and is counted.

    Nothing is noted of what nobody could see, nor of a company that the owner blocked.
    """
    profile = by_slug_published(session, slug)
    video = video_shown(session, profile) if profile else None
    if profile is None or video is None:
        return
    reason = exclusion(POLICY, circumstances(session, who, profile, robot=robot))
    if reason is None or standing_play(session, who, profile, video, now) is not None:
        return
    viewing = new_play(profile, video, who, now)
    viewing.excluded = reason
    session.add(viewing)
    session.flush()


def standing_play(
    session: Session, who: Who, profile: Profile, video: Video, now: datetime
) -> Viewing | None:
    """Return the play that the viewer began within half a minute, None without one."""
    # Two tabs that start together wait for each other here, so that one finds the play of the other.
    session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{who.person_id}:{profile.id}", 0)))
    )
    since = now - timedelta(seconds=POLICY.restart_merge_s)
    return queries.newest_play(session, who.person_id, video.id, since)


def new_play(profile: Profile, video: Video, who: Who, now: datetime) -> Viewing:
    """Return a play that begins, which no beat can reach yet."""
    return Viewing(
        video_id=video.id,
        duration_s=video.duration_s,
        profile_id=profile.id,
        viewer_id=who.person_id,
        token_sha256=b"",
        started_at=now,
        last_beat_at=now,
        policy=POLICY.version,
    )


def circumstances(session: Session, who: Who, profile: Profile, *, robot: bool = False) -> Circumstances:
    """Return who watches whom, as far as it decides whether the view may count."""
    viewer = people.person(session, who.person_id)
    return Circumstances(
        is_owner=profile.person_id == who.person_id,
        is_staff=may_administer(who),
        is_adviser_of_owner=may_accompany(who, profile.structure_id),
        is_recruiter="recruiter" in who.roles,
        is_company_verified=bool(who.organisations("recruiter")),
        email=viewer.email if viewer else None,
        is_robot=robot,
    )


# Written once, as `queries.LOCKED` is.
PLAYS = Viewing.metadata.tables[Viewing.__tablename__]
BEAT = (
    update(PLAYS)
    .where(PLAYS.c.id == bindparam("play"))
    .values(
        last_beat_at=bindparam("at"),
        spans=bindparam("shown"),
        credited_s=bindparam("credited"),
        beats=PLAYS.c.beats.concat(bindparam("kept", type_=PLAYS.c.beats.type)),
        qualified_at=bindparam("counted_at"),
        excluded=bindparam("why"),
    )
)


def watch(session: Session, who: Who, played: Played, now: datetime) -> Credited:
    """Credit a beat, and record the view as evidence once it counts; raise ViewingNotFound.

    Beats of one play wait for each other: copies of one beat credit it once.
    """
    play = queries.locked(session, played.viewing_id, who)
    if play is None or token_sha256(played.token) != play.token_sha256:
        raise ViewingNotFound
    progress, kept = credit(play, played.spans, now)
    excluded, qualified_at = play.excluded, play.qualified_at
    if qualified_at is None and play.organisation_id not in who.organisations("recruiter"):
        excluded = excluded or "unverified_company"
    reached = is_qualified(POLICY, progress.credited_s, play.duration_s)
    if qualified_at is None and excluded is None and reached:
        qualified_at = now
        record_view(session, play, progress.credited_s, now)
    changes = {
        "play": play.id,
        "at": max(now, play.last_beat_at),
        "shown": [list(span) for span in progress.spans],
        "credited": progress.credited_s,
        "kept": kept,
        "counted_at": qualified_at,
        "why": excluded,
    }
    session.execute(BEAT, changes)
    return Credited(progress.credited_s, qualified=qualified_at is not None)


def credit(play: Play, played: tuple[Span, ...], now: datetime) -> tuple[Progress, list[list[object]]]:
    """Return the progress of a play after a beat, and what is kept: the beat when it shows something new."""
    before = Progress(tuple((start_s, end_s) for start_s, end_s in play.spans), play.credited_s)
    wall_s = (now - play.last_beat_at).total_seconds()
    after = watched(POLICY, before, played, wall_s, play.duration_s)
    if after == before or play.beats >= BEATS_MAX:
        return before, []
    return after, [[wall_s, [list(span) for span in played]]]


def record_view(session: Session, play: Play, credited_s: float, now: datetime) -> None:
    """State that a view counts: at most once a viewer, profile and clock hour."""
    profile = session.get_one(Profile, play.profile_id)
    statement = Statement(
        kind="view.qualified",
        source=f"{play.viewer_id}:{play.profile_id}:{hour_of(now)}",
        at=now,
        subject=profile.person_id,
        actor=play.viewer_id,
        organisation=play.organisation_id,
        department=people.department_of(session, profile.structure_id),
        measures={
            "credited_ms": round(credited_s * 1000),
            "duration_ms": round((play.duration_s or 0) * 1000),
        },
        territory=profile.structure_id,
    )
    record(session, statement)


def exclude_plays(session: Session, company_id: UUID, since: datetime, until: datetime | None) -> None:
    """Let no play of a company count any more that began while it was verified by mistake."""
    played = update(Viewing).where(
        Viewing.organisation_id == company_id, Viewing.started_at >= since, Viewing.excluded.is_(None)
    )
    if until is not None:
        played = played.where(Viewing.started_at < until)
    session.execute(played.values(excluded="unverified_company", qualified_at=None))


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:  # noqa: ARG001 - as rights calls it
    """Delete every play of or by a person, and what was said after watching; the facts stay."""
    of_person = select(Profile.id).where(Profile.person_id == person_id)
    for table in (Viewing, Opinion):
        session.execute(
            delete(table).where(or_(table.profile_id.in_(of_person), table.viewer_id == person_id))
        )
