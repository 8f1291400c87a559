"""The job of captions: a ready video, or a voice, gets those that its script and its sound allow."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy.orm import Session

from app.profiles import queries as profiles
from app.profiles.rules import SCRIPT_PARTS
from app.storage import ObjectNotFound
from app.videos import autocaptions
from app.videos.autocaptions import Task
from app.videos.queries import SOUND
from workers.alignment import align
from workers.desk import Desk, Running
from workers.sandbox import open_room

logger = logging.getLogger("visavis.workers.captions")


def caption(desk: Desk, video_id: UUID, running: Running) -> None:
    """Caption a video from its script; nothing where there is no script, no sound, or a person did it.

    It may run twice, or late: what changed meanwhile is left as it is.  Raise Interrupted, DiskFull,
    LaunchFailed or StorageUnavailable: then the job comes back.
    """
    with desk.unit() as session:
        task = autocaptions.task_of(session, video_id)
        script = script_of(session, task.person_id) if task else ""
    if task is None or not script or SOUND not in task.keys:
        return
    desk.settings.work_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=desk.settings.work_dir.resolve(), prefix=f"captions-{video_id}-") as place:
        room = Path(place) / "room"
        try:
            fetch(desk, task, room)
            aligned = align(room, SOUND, script, task.duration_s, running.should_abort, desk.sandbox)
        except ObjectNotFound:
            logger.info("video %s: made again, or gone, before it was captioned", video_id)
            return
    with desk.unit() as session:
        is_written = autocaptions.finish(
            session, task, aligned.cues, is_sure=aligned.is_sure, now=desk.clock.now()
        )
    logger.info("video %s: %s", video_id, "captioned" if is_written else "its captions changed meanwhile")


def script_of(session: Session, person_id: UUID) -> str:
    """Return what a person wrote to say, a part a paragraph, as it stands; empty without a word."""
    parts = profiles.own_script(session, person_id)
    return "\n".join(parts[part] for part in SCRIPT_PARTS if parts.get(part, "").strip())


def fetch(desk: Desk, task: Task, room: Path) -> None:
    """Lay the sound of a video in a room, where the tools may read it; raise ObjectNotFound."""
    open_room(room)
    sound = room / SOUND
    with sound.open("wb") as inside:
        for piece in desk.storage.stream(task.keys[SOUND]):
            inside.write(piece)
    sound.chmod(0o644)
