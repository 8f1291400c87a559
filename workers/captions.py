"""The job of captions: a ready video, or a voice, gets those that its script and its sound allow (ADR 15)."""

import logging
from dataclasses import dataclass
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
from workers.alignment import Aligned, align
from workers.caption_reporter import CaptionReporter
from workers.desk import Desk, Running
from workers.sandbox import open_room
from workers.transcription import Hearing

logger = logging.getLogger("visavis.workers.captions")


@dataclass(frozen=True)
class Bench:
    """The sound of one video in its room, who may stop the work on it, who is told how far it is."""

    desk: Desk
    room: Path
    duration_s: float
    running: Running
    reporter: CaptionReporter


def caption(desk: Desk, video_id: UUID, running: Running) -> None:
    """Caption a video from its script, or from what is heard where a machine can write that down.

    Nothing where there is neither, where there is no sound, or where a person did it.

    It may run twice, or late: what changed meanwhile is left as it is.  Raise Interrupted, DiskFull,
    LaunchFailed or StorageUnavailable: then the job comes back.
    """
    with desk.unit() as session:
        task = autocaptions.task_of(session, video_id)
        script = script_of(session, task.person_id) if task else ""
    if task is None or SOUND not in task.keys or not (script or desk.recogniser):
        return
    reporter = CaptionReporter(desk, video_id, task.duration_s)
    desk.settings.work_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=desk.settings.work_dir.resolve(), prefix=f"captions-{video_id}-") as place:
        room = Path(place) / "room"
        try:
            fetch(desk, task, room)
            made = made_of(Bench(desk, room, task.duration_s, running, reporter), script)
        except ObjectNotFound:
            logger.info("video %s: made again, or gone, before it was captioned", video_id)
            return
    if made is None:
        logger.info("video %s: too little was understood", video_id)
        reporter.reach("nothing")
        return
    origin, aligned = made
    with desk.unit() as session:
        is_written = autocaptions.finish(
            session, task, aligned.cues, is_sure=aligned.is_sure, origin=origin, now=desk.clock.now()
        )
    reporter.reach("done")
    said = f"captioned, {origin}" if is_written else "its captions changed meanwhile"
    logger.info("video %s: %s", video_id, said)


def made_of(bench: Bench, script: str) -> tuple[str, Aligned] | None:
    """Return captions and their origin: the script where it is what is said, else what is heard.

    The script knows how names are written, and no machine is needed for it; where it was not said, or could
    not be found, it is still better than nothing.
    """
    desk, room, should_abort = bench.desk, bench.room, bench.running.should_abort
    aligned = None
    if script:
        bench.reporter.reach("align")
        aligned = align(room, SOUND, script, bench.duration_s, should_abort, desk.sandbox)
        if aligned.is_found:
            return "script", aligned
    if desk.recogniser:
        bench.reporter.reach("hear")
        hearing = Hearing(desk.recogniser, should_abort, bench.reporter.hear, desk.sandbox)
        heard = hearing.transcribe(room, SOUND, bench.duration_s)
        if heard is not None:
            return "automatic", heard
    return ("script", aligned) if aligned else None


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
