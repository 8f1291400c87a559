"""What a worker writes about a video, and only as long as its attempt is the newest one.

Each verb is one step in a transaction of its own.  A worker that comes back late, or whose video was deleted
meanwhile, gets AttemptLost and leaves without a trace.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import queue
from app.evidence import service as evidence
from app.evidence.service import Statement
from app.people import queries as people
from app.people import service as people_service
from app.uploads.rules import Medium
from app.videos import autocaptions, queries
from app.videos.models import Rendition, Take, Video
from app.videos.rules import Cut, MediaFile, Result
from app.videos.states import BROKEN_DOWN, SPANS, UNFINISHED, WORKED_ON, is_last_try, state_at

ROOT = "videos/"
POSTER = "poster.jpg"


class AttemptLost(Exception):
    """Somebody else works on the video now, or it is gone: nothing more may be written about it."""


@dataclass(frozen=True)
class Attempt:
    """The right to write about one video; `number` is the fencing token, `medium`, `cut` what is made.

    `filmed_s` says how long each take was filmed for, as `Take` does.
    """

    video_id: UUID
    number: int
    upload_ids: tuple[UUID, ...]
    has_preview: bool
    is_last: bool
    medium: Medium
    cut: Cut = field(default_factory=Cut)
    filmed_s: tuple[float | None, ...] = ()

    @property
    def prefix(self) -> str:
        """Where the objects of this attempt alone are stored."""
        return f"{prefix_of(self.video_id)}{self.number}/"


@dataclass(frozen=True)
class Progress:
    """How far the work is."""

    step: str
    percent: int
    remaining_s: int | None = None


def prefix_of(video_id: UUID) -> str:
    """Return where all objects of a video are stored, whatever the attempt."""
    return f"{ROOT}{video_id}/"


def take(session: Session, video_id: UUID, now: datetime) -> Attempt | None:
    """Begin an attempt, which ends the right of every other; None when there is nothing (more) to do.

    A video whose worker died at its last try has failed.
    """
    video = session.scalar(select(Video).where(Video.id == video_id).with_for_update())
    if video is None or video.state not in UNFINISHED:
        return None
    if video.state in WORKED_ON and is_last_try(video.tries):
        end(session, video, "failed", BROKEN_DOWN)
        return None
    video.attempt += 1
    video.tries += 1
    video.heartbeat_at = now
    begun = Progress("check", SPANS["preview"][1] if video.is_shown_early else 0)
    show(session, video, begun)
    upload_ids = tuple(queries.uploads_of(session, video_id))
    return Attempt(
        video_id=video_id,
        number=video.attempt,
        upload_ids=upload_ids,
        has_preview=video.is_shown_early,
        is_last=is_last_try(video.tries),
        medium="voice" if video.kind == "voice" else "video",
        cut=Cut(video.cut_start_s, video.cut_end_s),
        filmed_s=tuple(queries.filmed_lengths_of(session, video_id)),
    )


def held(session: Session, attempt: Attempt) -> Video:
    """Return the video of an attempt that still counts, alone until the step ends; raise AttemptLost."""
    video = session.scalar(
        select(Video)
        .where(Video.id == attempt.video_id, Video.attempt == attempt.number, Video.state.in_(WORKED_ON))
        .with_for_update()
    )
    if video is None:
        raise AttemptLost
    return video


def beat(session: Session, attempt: Attempt, progress: Progress, now: datetime) -> None:
    """Show that the work goes on, and how far it is."""
    video = held(session, attempt)
    video.heartbeat_at = now
    show(session, video, progress)


def show_preview(session: Session, attempt: Attempt, key: str) -> None:
    """Give the owner something to watch while the rest is being made."""
    video = held(session, attempt)
    video.preview_key = key
    show(session, video, Progress("preview", SPANS["preview"][1]))


def hand_over(session: Session, attempt: Attempt, now: datetime) -> None:
    """Leave the long work to the workers of videos; this attempt was none of the file's."""
    give_back(session, attempt, now, is_counted=False)
    queue.defer(session, "videos.prepare", video_id=attempt.video_id)


def give_back(session: Session, attempt: Attempt, now: datetime, *, is_counted: bool) -> None:
    """Leave the video to the next attempt; one that was interrupted does not count as a try."""
    video = held(session, attempt)
    video.tries -= 0 if is_counted else 1
    video.heartbeat_at = now
    video.state = "received"
    video.step = "waiting"
    video.remaining_s = None
    notify(session, video)


def refuse(session: Session, attempt: Attempt, reason: str, take: int | None = None) -> None:
    """End with a reason that lies in the file: a slug of `REFUSALS`; `take` is the one of several."""
    video = held(session, attempt)
    video.refused_take = take
    end(session, video, "refused", reason)


def fail(session: Session, attempt: Attempt, reason: str) -> None:
    """End with a reason that lies with us."""
    end(session, held(session, attempt), "failed", reason)


def finish(session: Session, attempt: Attempt, result: Result, now: datetime) -> None:
    """Make what was shipped the video, and count its person as filmed: the last write of an attempt.

    Who is heard and not seen is not filmed: a voice is proved by `profile.published`, as what it is.  Whoever
    films afterwards is counted then, with the neighbourhood of that day.
    Source: the protocol of 2016-2018, at least 750 residents of priority neighbourhoods filmed.
    """
    video = held(session, attempt)
    note_files(session, attempt, result.files)
    video.state, video.ready_at, video.heartbeat_at = "ready", now, now
    video.duration_s, video.is_partial = result.duration_s, result.is_partial
    video.warnings = list(result.warnings)
    video.storage_prefix, video.poster_key = attempt.prefix, f"{attempt.prefix}{POSTER}"
    video.preview_key = video.reason = video.poster_tile = None
    video.step, video.percent, video.remaining_s = "done", 100, None
    former = Cut(video.trim_start_s, video.trim_end_s)
    video.trim_start_s, video.trim_end_s = video.cut_start_s, video.cut_end_s
    note_lengths(session, video.id, result.lengths_s)
    autocaptions.outdate(session, video, former)
    notify(session, video)
    if video.kind == "video":
        record_filmed(session, video.person_id, now)


def note_files(session: Session, attempt: Attempt, files: Iterable[MediaFile]) -> None:
    """Write which objects an attempt made, in the place of those from before."""
    session.execute(delete(Rendition).where(Rendition.video_id == attempt.video_id))
    session.add_all(
        Rendition(
            video_id=attempt.video_id,
            name=file.name,
            key=f"{attempt.prefix}{file.name}",
            content_type=file.content_type,
            size_bytes=file.size_bytes,
            width_px=file.width_px,
            height_px=file.height_px,
        )
        for file in files
    )


def note_lengths(session: Session, video_id: UUID, lengths_s: Sequence[float]) -> None:
    """Write on each take of a video when it starts in it, and for how long it plays."""
    takes = session.scalars(select(Take).where(Take.video_id == video_id).order_by(Take.position))
    starts_s = accumulate(lengths_s, initial=0.0)
    for take, starts, lasts in zip(takes, starts_s, lengths_s, strict=False):
        take.starts_s, take.duration_s = starts, lasts


def record_filmed(session: Session, person_id: UUID, now: datetime) -> None:
    """Write, the first time, that a person was filmed, with the neighbourhood as it is known that day."""
    person = people_service.freeze_qpv(session, person_id, now)
    structure_id = people.structure_of(session, person_id)
    evidence.record(
        session,
        Statement(
            kind="resident.filmed",
            source=f"resident.filmed:{person_id}",
            at=now,
            subject=person_id,
            actor=person_id,
            department=people.department_of(session, structure_id),
            territory=structure_id,
            measures={
                "qpv": bool(person.lives_in_qpv),
                "known_by": person.qpv_known_by or "",
                "vintage": person.qpv_vintage or "",
            },
        ),
    )


def end(session: Session, video: Video, state: str, reason: str) -> None:
    """Put a video in the state where it stays until its owner does something.

    One that was shown before comes back as it was; the reason says why it is not otherwise.
    """
    if video.is_remade:
        fall_back(session, video, reason)
        return
    video.state, video.reason = state, reason
    video.preview_key = video.remaining_s = None
    notify(session, video)


def fall_back(session: Session, video: Video, reason: str | None = None) -> None:
    """Show a video again as it was before it was to be made anew; whoever makes it has lost their attempt."""
    video.state, video.reason, video.refused_take = "ready", reason, None
    video.step, video.percent, video.remaining_s = "done", 100, None
    video.cut_start_s, video.cut_end_s = video.trim_start_s, video.trim_end_s
    if video.poster_tile is not None:
        queue.defer(session, "videos.poster", video_id=video.id)  # it was not to be had meanwhile
    notify(session, video)


def show(session: Session, video: Video, progress: Progress) -> None:
    """Write how far the work is, and tell the pages that wait."""
    video.state, video.step = state_at(progress.step), progress.step
    video.percent, video.remaining_s = progress.percent, progress.remaining_s
    notify(session, video)


def notify(session: Session, video: Video) -> None:
    """Write the video and tell the pages that wait for it."""
    session.flush()
    queue.notify_progress(
        session,
        video.id,
        {
            "state": video.state,
            "step": video.step,
            "percent": video.percent,
            "remaining_s": video.remaining_s,
            "preview": video.is_shown_early,
            "kind": video.kind,
        },
    )
