"""Jobs of videos: a preview within seconds of the last byte, then the ladder, each as one fenced attempt."""

import errno
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.storage import StorageUnavailable
from app.uploads import service as uploads
from app.videos import attempts
from app.videos.attempts import Attempt, AttemptLost
from app.videos.joining import trimmed
from app.videos.ladder import is_copyable
from app.videos.refusals import VideoRefused
from app.videos.rules import Limits, MediaFile, Probe, Result
from app.videos.states import BROKEN_DOWN, ORIGINAL_LOST
from workers import objects, pipeline
from workers.desk import Desk, Running
from workers.pipeline import Work
from workers.reporter import BEAT_S, Reporter
from workers.runner import DiskFull, Interrupted, LaunchFailed
from workers.sandbox import ToolMissing

POSTPONED_MAX = 30
STORED_AT_ONCE = 4
OUR_TROUBLE = (StorageUnavailable, DiskFull, LaunchFailed, ToolMissing, OperationalError)
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})

logger = logging.getLogger("visavis.workers.video")


class OriginalLost(Exception):
    """The bytes that were sent are not on this machine any more."""


class Postponed(Exception):
    """Trouble of ours, not of the file: the job comes back later, and it was no try."""


class TriedInVain(Exception):
    """An attempt ended in a way that nobody foresaw; the next one follows."""


@dataclass(frozen=True)
class Shift:
    """One attempt under way: who works, at what, and who is told."""

    desk: Desk
    attempt: Attempt
    reporter: Reporter
    work: Work

    def store(self, file: MediaFile) -> str:
        """Store a file of the room where this attempt alone writes, and return its key."""
        key = f"{self.attempt.prefix}{file.name}"
        self.desk.storage.put_file(key, self.work.room / file.name, file.content_type)
        return key

    def reach_storage(self) -> None:
        """Raise StorageUnavailable before the long work rather than after it."""
        next(iter(self.desk.storage.list(self.attempt.prefix)), None)


def preview(desk: Desk, video_id: UUID, running: Running) -> None:
    """Check what was sent and show a copy, or a voice, to its owner, then leave the long work to `prepare`.

    A film that cannot be copied in a second is left to it too, and so is all trouble.  Raise Interrupted.
    """
    attempt = begin(desk, video_id)
    if attempt is None:
        return
    try:
        with refusing(desk, attempt), shift_of(desk, attempt, running) as shift:
            probe = pipeline.check(shift.work)
            if not attempt.has_preview and (is_copyable(probe) or not probe.has_picture):
                ship_preview(shift, probe)
            hand_over(desk, attempt)
    except Interrupted:
        give_back(desk, attempt, is_counted=False)
        raise
    except Exception:
        logger.exception("video %s: no preview", video_id)
        hand_over(desk, attempt)
    finally:
        objects.tidy(desk, attempt)


def prepare(desk: Desk, video_id: UUID, running: Running) -> None:
    """Make a video of what was sent: `ready`, `refused` or, after the last try, `failed`.

    Raise Interrupted, Postponed or TriedInVain: then the job comes back.
    """
    attempt = begin(desk, video_id)
    if attempt is None:
        return
    try:
        with refusing(desk, attempt), shift_of(desk, attempt, running) as shift:
            make(shift)
    except Interrupted:
        give_back(desk, attempt, is_counted=False)
        raise
    except OUR_TROUBLE as trouble:
        postpone(desk, attempt, running, trouble)
    except Exception as trouble:
        logger.exception("video %s: attempt %d in vain", video_id, attempt.number)
        again(desk, attempt, trouble)
    finally:
        objects.tidy(desk, attempt)


def make(shift: Shift) -> None:
    """Go through every step, from what was sent to what is shipped."""
    probe = trimmed(pipeline.check(shift.work), shift.attempt.cut)
    if not shift.attempt.has_preview:
        ship_preview(shift, probe)
    loudness = pipeline.listen(shift.work, probe)
    shift.reach_storage()
    made = pipeline.ladder(shift.work, probe, loudness)
    result = pipeline.verify(shift.work, probe, made)
    result = pipeline.waveform(shift.work, result)
    ship(shift, pipeline.storyboard(shift.work, probe, made, result))


def ship_preview(shift: Shift, probe: Probe) -> None:
    """Make the preview, store it and show it: the person sees it before anything else is made."""
    key = shift.store(pipeline.preview(shift.work, probe))
    with shift.desk.unit() as session:
        attempts.show_preview(session, shift.attempt, key)


def ship(shift: Shift, result: Result) -> None:
    """Store every object, then, as the last write, make them the video."""
    store_all(shift, result.files)
    with shift.desk.unit() as session:
        attempts.finish(session, shift.attempt, result, shift.desk.clock.now())
    logger.info("video %s: ready after attempt %d", shift.attempt.video_id, shift.attempt.number)


def store_all(shift: Shift, files: Sequence[MediaFile]) -> None:
    """Store files, a few at a time: a storage that is far takes as long for a playlist as for a film.

    What goes wrong with one stops the rest, and is raised once no hand writes any more; so are Interrupted
    and AttemptLost.
    """
    with ThreadPoolExecutor(STORED_AT_ONCE, thread_name_prefix="ship") as hands:
        left = {hands.submit(shift.store, file) for file in files}
        try:
            while left:
                if shift.reporter.should_abort():
                    raise Interrupted
                shift.reporter.hear("ship", 1 - len(left) / len(files))
                stored, left = wait(left, BEAT_S, FIRST_COMPLETED)
                for one in stored:
                    one.result()
        finally:
            hands.shutdown(cancel_futures=True)


def begin(desk: Desk, video_id: UUID) -> Attempt | None:
    """Take the video; None when there is nothing to do."""
    with desk.unit() as session:
        return attempts.take(session, video_id, desk.clock.now())


@contextmanager
def shift_of(desk: Desk, attempt: Attempt, running: Running) -> Iterator[Shift]:
    """Open a room for one attempt, and leave nothing of it; raise OriginalLost, or DiskFull."""
    paths = (uploads.spool_path(desk.settings, upload_id) for upload_id in attempt.upload_ids)
    sources = tuple(path.resolve() for path in paths)
    if not all(source.exists() for source in sources):
        raise OriginalLost
    room = desk.settings.work_dir.resolve() / f"{attempt.video_id}-{attempt.number}"
    reporter = Reporter(desk, attempt, running.should_abort)
    limits = Limits(desk.settings.video_min_s, desk.settings.video_max_s)
    try:
        work = Work(
            sources,
            room,
            limits,
            on_progress=reporter.hear,
            should_abort=reporter.should_abort,
            medium=attempt.medium,
            sandbox=desk.sandbox,
            filmed_s=attempt.filmed_s,
        )
        yield Shift(desk, attempt, reporter, work)
    except OSError as trouble:
        if trouble.errno in NO_ROOM:
            raise DiskFull(str(trouble)) from trouble
        raise
    finally:
        shutil.rmtree(room, ignore_errors=True)


@contextmanager
def refusing(desk: Desk, attempt: Attempt) -> Iterator[None]:
    """Take the ends that no other attempt would change for what they mean to the video."""
    try:
        yield
    except VideoRefused as refusal:
        slug, take = refusal.slug, refusal.take
        logger.info("video %s: refused, %s", attempt.video_id, slug)
        write(desk, lambda session: attempts.refuse(session, attempt, slug, take))
    except OriginalLost:
        logger.error("video %s: its original is not here", attempt.video_id)  # noqa: TRY400 - no trace to read
        write(desk, lambda session: attempts.fail(session, attempt, ORIGINAL_LOST))
    except AttemptLost:
        logger.info("video %s: attempt %d is no longer the newest", attempt.video_id, attempt.number)


def write(desk: Desk, verb: Callable[[Session], None]) -> None:
    """Write the end of an attempt, unless it does not count any more."""
    try:
        with desk.unit() as session:
            verb(session)
    except AttemptLost:
        logger.info("an attempt ended after it was lost")


def hand_over(desk: Desk, attempt: Attempt) -> None:
    """Leave the video to the workers of the long work."""
    write(desk, lambda session: attempts.hand_over(session, attempt, desk.clock.now()))


def give_back(desk: Desk, attempt: Attempt, *, is_counted: bool) -> None:
    """Leave the video to the next attempt."""
    write(desk, lambda session: attempts.give_back(session, attempt, desk.clock.now(), is_counted=is_counted))


def again(desk: Desk, attempt: Attempt, trouble: Exception) -> None:
    """Let the job come back, unless this was the last try."""
    if attempt.is_last:
        write(desk, lambda session: attempts.fail(session, attempt, BROKEN_DOWN))
        return
    give_back(desk, attempt, is_counted=True)
    raise TriedInVain from trouble


def postpone(desk: Desk, attempt: Attempt, running: Running, trouble: Exception) -> None:
    """Let the job come back later, so often but not for ever."""
    logger.warning("video %s: postponed, %s", attempt.video_id, type(trouble).__name__)
    if running.runs_before >= POSTPONED_MAX:
        write(desk, lambda session: attempts.fail(session, attempt, BROKEN_DOWN))
        return
    give_back(desk, attempt, is_counted=False)
    raise Postponed from trouble
