"""What videos are asked for: one, those of a person, what is kept of them."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from app.videos.models import Captions, Rendition, Take, Video
from app.videos.states import REFUSED_KEPT_DAYS, SUPERSEDED_KEPT_DAYS, UNFINISHED

SOUND = "audio.mp4"  # of a video, alone; workers/ffmpeg.py names it
# What a person is given of their takes, and of their captions.
TAKE_COLUMNS = ("position", "filmed_s", "starts_s", "duration_s")
CAPTION_COLUMNS = ("cues", "shown_cues", "whole_cues", "origin", "made_at", "edited_at", "validated_at")


def whole() -> Select[Video]:
    """Select videos with their takes and renditions."""
    return select(Video).options(selectinload(Video.takes), selectinload(Video.renditions))


def video(session: Session, video_id: UUID) -> Video | None:
    """Return a video with its takes and renditions."""
    return session.scalar(whole().where(Video.id == video_id))


def watchable() -> ColumnElement[bool]:
    """Say of a video that its owner and the adviser can see something of it, ready or not."""
    remade = and_(Video.storage_prefix.is_not(None), Video.state.in_(UNFINISHED))
    return or_(Video.state == "ready", Video.preview_key.is_not(None), remade)


def of_person(session: Session, person_id: UUID) -> Sequence[Video]:
    """Return the videos of a person with their takes and renditions, newest first."""
    found = whole().where(Video.person_id == person_id).order_by(Video.created_at.desc(), Video.id.desc())
    return session.scalars(found).all()


def unfinished_of(session: Session, person_id: UUID) -> Sequence[Video]:
    """Return the videos of a person that are still being prepared, which nobody else changes meanwhile."""
    found = select(Video).where(Video.person_id == person_id, Video.state.in_(UNFINISHED))
    return session.scalars(found.with_for_update()).all()


def is_preparing(session: Session, person_id: UUID, kind: str) -> bool:
    """Tell whether a video of a person is still being prepared, or made anew."""
    found = exists().where(Video.person_id == person_id, Video.kind == kind, Video.state.in_(UNFINISHED))
    return bool(session.scalar(select(found)))


def of_kinds(session: Session, person_id: UUID, kinds: Iterable[str]) -> Sequence[Video]:
    """Return the videos of a person of these kinds, which nobody else changes meanwhile."""
    found = select(Video).where(Video.person_id == person_id, Video.kind.in_(list(kinds)))
    return session.scalars(found.with_for_update()).all()


def own_video(session: Session, person_id: UUID, video_id: UUID) -> Video | None:
    """Return a video of this person, which nobody else changes until the transaction ends."""
    found = select(Video).where(Video.id == video_id, Video.person_id == person_id)
    return session.scalar(found.with_for_update().execution_options(populate_existing=True))


def ready_video(session: Session, video_id: UUID, *, to_change: bool = False) -> Video | None:
    """Return a video once it is ready, whole; `to_change` makes other writers wait."""
    found = whole().where(Video.id == video_id, Video.state == "ready")
    if to_change:
        found = found.with_for_update(of=Video).execution_options(populate_existing=True)
    return session.scalar(found)


def captions(session: Session, video_id: UUID) -> Captions | None:
    """Return the captions of a video, as they stand now."""
    found = select(Captions).where(Captions.video_id == video_id)
    return session.scalar(found.execution_options(populate_existing=True))


def is_uncaptioned(limit_at: datetime) -> ColumnElement[bool]:
    """Tell, in a query, whether a video was ready before `limit_at`, is heard, and has no captions yet."""
    heard = exists().where(Rendition.video_id == Video.id, Rendition.name == SOUND)
    captioned = exists().where(Captions.video_id == Video.id)
    is_old = (Video.state == "ready") & (Video.ready_at < limit_at)
    return is_old & Video.is_signed.is_(False) & heard & ~captioned


def are_validated(session: Session, video_id: UUID) -> bool:
    """Tell whether somebody said that the captions of a video are right."""
    found = exists().where(Captions.video_id == video_id, Captions.validated_at.is_not(None))
    return bool(session.scalar(select(found)))


def locked_video(session: Session, video_id: UUID) -> Video | None:
    """Return a video with its renditions, which nobody else changes until the transaction ends."""
    found = whole().where(Video.id == video_id).with_for_update()
    return session.scalar(found.execution_options(populate_existing=True))


def made_of(session: Session, person_id: UUID, kind: str, upload_ids: Sequence[UUID]) -> Video | None:
    """Return the video of this kind that a person made of these uploads, in this order, and of no other."""
    found = select(Video).join(Take).where(Take.upload_id == upload_ids[0])
    video = session.scalar(found.where(Video.person_id == person_id, Video.kind == kind))
    return video if video and list(uploads_of(session, video.id)) == list(upload_ids) else None


def uploads_of(session: Session, video_id: UUID) -> Sequence[UUID]:
    """Return the uploads that a video was made of, in the order of its takes."""
    found = select(Take.upload_id).where(Take.video_id == video_id).order_by(Take.position)
    return session.scalars(found).all()


def filmed_lengths_of(session: Session, video_id: UUID) -> Sequence[float | None]:
    """Return how long each take of a video was filmed for, in their order; None where nobody timed it."""
    found = select(Take.filmed_s).where(Take.video_id == video_id).order_by(Take.position)
    return session.scalars(found).all()


def files_of(session: Session, video_id: UUID) -> dict[str, Rendition]:
    """Return what is stored of a video, by the name of each object."""
    found = session.scalars(select(Rendition).where(Rendition.video_id == video_id))
    return {file.name: file for file in found}


def kept(session: Session, video_id: UUID) -> tuple[int, frozenset[str]]:
    """Return the newest attempt at a video, and the keys and prefixes of what it needs.

    What this attempt and older ones left beside these serves nobody.  A video that is gone needs nothing.
    """
    found = session.execute(
        select(Video.attempt, Video.storage_prefix, Video.preview_key).where(Video.id == video_id)
    ).one_or_none()
    if found is None:
        return sys.maxsize, frozenset()
    return found.attempt, frozenset(key for key in (found.storage_prefix, found.preview_key) if key)


def quiet_since(session: Session, limit_at: datetime) -> Sequence[UUID]:
    """Return the unfinished videos of which nothing was heard since `limit_at`."""
    heard_at = func.coalesce(Video.heartbeat_at, Video.created_at)
    return session.scalars(select(Video.id).where(Video.state.in_(UNFINISHED), heard_at < limit_at)).all()


def forgettable(session: Session, now: datetime) -> Sequence[Video]:
    """Return the refused and failed videos that were kept long enough."""
    found = select(Video).where(
        Video.state.in_(("refused", "failed")), Video.created_at < now - timedelta(days=REFUSED_KEPT_DAYS)
    )
    return session.scalars(found.with_for_update(skip_locked=True)).all()


def superseded(session: Session, now: datetime) -> Sequence[Video]:
    """Return the ready videos beside which their person has had a newer one, or a voice, for long enough."""
    newer = aliased(Video)
    followed = exists().where(
        newer.person_id == Video.person_id,
        newer.created_at > Video.created_at,
        newer.ready_at < now - timedelta(days=SUPERSEDED_KEPT_DAYS),
        newer.state == "ready",
    )
    found = select(Video).where(Video.state == "ready", followed)
    return session.scalars(found.with_for_update(skip_locked=True)).all()


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return what is kept about the videos of a person, for the person; the media are given apart."""
    videos = of_person(session, person_id)
    captioned = select(Captions).where(Captions.video_id.in_([found.id for found in videos]))
    captions_of = {found.video_id: found for found in session.scalars(captioned)}
    return {
        "videos": [
            {
                "id": str(found.id),
                "kind": found.kind,
                "state": found.state,
                "reason": found.reason,
                "refused_take": found.refused_take,
                "is_partial": found.is_partial,
                "warnings": found.warnings,
                "duration_s": found.duration_s,
                "poster_tile": found.poster_tile,
                "trim_start_s": found.trim_start_s,
                "trim_end_s": found.trim_end_s,
                "created_at": found.created_at,
                "ready_at": found.ready_at,
                "original_deleted_at": found.original_deleted_at,
                "sent_bytes": sum(take.size_bytes for take in found.takes),
                "takes": [columns_of(take, *TAKE_COLUMNS) for take in found.takes],
                "files": [rendition.name for rendition in found.renditions],
                "is_signed": found.is_signed,
                "captions": columns_of(captions_of.get(found.id), *CAPTION_COLUMNS),
            }
            for found in videos
        ]
    }


def columns_of(row: Captions | Take | None, *names: str) -> dict[str, object] | None:
    """Return columns of a row by their names, None where there is none."""
    return {name: getattr(row, name) for name in names} if row else None
