"""What a worker writes of captions, and only where no person did, and as long as the video is the same."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from math import inf
from uuid import UUID

from sqlalchemy.orm import Session

from app import queue
from app.videos import queries
from app.videos.captions import CUES_MAX, Cue, put_back, tidy, within
from app.videos.models import Captions, Video
from app.videos.rules import Cut


@dataclass(frozen=True)
class Task:
    """What a worker needs to make captions; `prefix` and `revision` tell later whether all is as it was."""

    video_id: UUID
    person_id: UUID
    prefix: str
    keys: dict[str, str]
    duration_s: float
    revision: int


def outdate(session: Session, video: Video, former: Cut) -> None:
    """Have a video captioned that was just made, of which `former` was shown before.

    What a person put right stays with what is said, to look at again; what a cut takes away is kept aside,
    and comes back with what it says.
    """
    found = queries.captions(session, video.id)
    if found is not None:
        whole = whole_of(found, former)
        start_s = video.trim_start_s or 0.0
        found.cues = [asdict(cue) for cue in within(whole, video.duration_s or 0.0, start_s)]
        found.validated_at = found.validated_by = found.shown_cues = None
        found.is_sure, found.revision = False, found.revision + 1
        found.whole_cues = [asdict(cue) for cue in whole] if video.is_trimmed else None
        found.whole_revision = found.revision if video.is_trimmed else None
    queue.defer(session, "videos.caption", video_id=video.id)


def whole_of(found: Captions, former: Cut) -> tuple[Cue, ...]:
    """Return captions on the clock of what was sent, of which a part was shown.

    As long as nobody changed those of the part, they are the very ones of before the cut.
    """
    start_s, end_s = former.start_s or 0.0, inf if former.end_s is None else former.end_s
    kept = () if found.whole_cues is None else tuple(Cue(**cue) for cue in found.whole_cues)
    return kept if found.whole_revision == found.revision else put_back(kept, found.lines, start_s, end_s)


def task_of(session: Session, video_id: UUID) -> Task | None:
    """Return what a worker has to caption; None when there is nothing (more) to do, or a person did it."""
    video = queries.ready_video(session, video_id)
    if video is None or video.is_signed or not video.storage_prefix or not video.duration_s:
        return None
    found = queries.captions(session, video_id)
    if found is not None and is_a_persons(found):
        return None
    keys = {name: file.key for name, file in queries.files_of(session, video_id).items()}
    revision = found.revision if found else 0
    return Task(video_id, video.person_id, video.storage_prefix, keys, video.duration_s, revision)


def finish(
    session: Session, task: Task, cues: Iterable[Cue], *, is_sure: bool, origin: str = "script", now: datetime
) -> bool:
    """Write what a worker made, unless the video or its captions changed meanwhile; tell whether it did.

    `origin` is one of CAPTION_ORIGINS: the text that was written before, or what a machine heard.
    """
    video = queries.ready_video(session, task.video_id, to_change=True)
    if video is None or video.storage_prefix != task.prefix:
        return False
    found = queries.captions(session, task.video_id) or Captions(video_id=task.video_id, revision=0)
    if found.revision != task.revision or is_a_persons(found):
        return False
    # Heard to the end of the sound, which may come after that of the picture.
    heard = within(cues, task.duration_s)[:CUES_MAX]
    found.cues = [asdict(cue) for cue in tidy(heard, task.duration_s)]
    found.origin, found.is_sure, found.made_at = origin, is_sure, now
    found.revision += 1
    session.add(found)
    session.flush()
    return True


def is_a_persons(found: Captions) -> bool:
    """Tell whether somebody put these captions right, or said that they are: no machine writes over them.

    Where nothing is left of them, it begins anew.
    """
    return bool(found.cues) and (found.edited_at is not None or found.validated_at is not None)
