"""Jobs that keep the house: what died comes back to the queue, what serves nobody is deleted."""

import logging
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from sqlalchemy.orm import Session

from app import mail, queue
from app.accompaniment import out_of_reach, relaying, tasks
from app.contacts import outcomes
from app.directory import needs, saved_searches, shortlist
from app.people import audit, details, registrations
from app.profiles import indexing
from app.profiles import queries as profiles
from app.uploads import service as uploads
from app.videos import queries as videos
from app.videos import service as video_service
from workers import contacts, objects
from workers.desk import Desk

QUIET_AFTER = timedelta(minutes=1)  # far longer than a worker's death takes to be seen
ROOM_KEPT = timedelta(hours=6)
FAILED_JOBS_KEPT_HOURS = 30 * 24

MAKING, CAPTIONING = ["videos.preview", "videos.prepare"], ["videos.caption"]

logger = logging.getLogger("visavis.workers.house")


async def return_jobs(manager: JobManager, stalled_after_s: float) -> None:
    """Give the jobs of workers that are no more to the others; what comes by itself again is dropped."""
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after_s):
        logger.warning("job %s %s: its worker is gone", job.id, job.task_name)
        if job.queueing_lock is None:
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, status=Status.ABORTED, delete_job=True)


async def forget_jobs(manager: JobManager) -> None:
    """Delete the jobs that failed for good, once nobody will look at them any more."""
    await manager.delete_old_jobs(FAILED_JOBS_KEPT_HOURS, include_failed=True, include_aborted=True)


def rescue_videos(desk: Desk) -> None:
    """Give a job to the videos that wait for one and have none, whatever became of it.

    These are the unfinished ones, and those without captions that a script was written for, perhaps later.
    """
    limit_at = desk.clock.now() - QUIET_AFTER
    with desk.unit() as session:
        for video_id in videos.quiet_since(session, limit_at):
            rescue(session, video_id, MAKING, "videos.prepare")
        for video_id in profiles.uncaptioned(session, limit_at):
            rescue(session, video_id, CAPTIONING, "videos.caption")


def rescue(session: Session, video_id: UUID, tasks: list[str], name: str) -> None:
    """Defer a job for a video, unless one of these tasks waits or runs for it."""
    if not queue.has_job(session, tasks, video_id):
        logger.warning("video %s: it had no job of %s", video_id, name)
        queue.defer(session, name, video_id=video_id)


def sweep(desk: Desk) -> None:
    """End what waited too long, and delete what serves nobody any more, media and rooms too."""
    now = desk.clock.now()
    with desk.unit() as session:
        ended = uploads.sweep(session, desk.settings, now)
    exchanges = sweep_exchanges(desk)
    with desk.unit() as session:
        forgotten = video_service.expire(session, now)
    with desk.unit() as session:
        mails = mail.sweep(session, desk.settings, now)
    with desk.unit() as session:
        addresses = details.sweep(session, now)
    with desk.unit() as session:
        unanswered = registrations.sweep(session, desk.settings, now)
    with desk.unit() as session:
        noted = audit.sweep(session, desk.settings, now)
    orphans = objects.sweep(desk)
    sweep_rooms(desk)
    counts = {
        "uploads": ended,
        **exchanges,
        **sweep_directory(desk, now),
        "videos": forgotten,
        "mails": mails,
        "addresses": addresses,
        "registrations": unanswered,
        "audit entries": noted,
        "objects": orphans,
    }
    logger.info("sweep: %s", ", ".join(f"{count} {name}" for name, count in counts.items()))


def teach_search(desk: Desk) -> None:
    """Let search know the skills that several people share by now, and who looks for which job."""
    with desk.unit() as session:
        indexing.teach(session)


def sweep_exchanges(desk: Desk) -> dict[str, int]:
    """End proposals that waited too long, and ask people for what time brings; return how many of each."""
    now = desk.clock.now()
    ended = contacts.sweep(desk)
    with desk.unit() as session:
        relaying.settle(session, now)
        asked = tasks.sweep(session, now) + out_of_reach.sweep(session, now)
    with desk.unit() as session:
        asked_again = outcomes.ask_again(session, now)
    return {"contacts": ended, "tasks": asked, "follow-ups": asked_again}


def sweep_directory(desk: Desk, now: datetime) -> dict[str, int]:
    """Forget favourites and searches in their time, and end needs, their company asked before."""
    with desk.unit() as session:
        favourites = shortlist.sweep_favourites(session, now)
        searches = saved_searches.sweep_searches(session, now)
    with desk.unit() as session:
        needs.remind_of_needs(session, now, desk.settings.need_reminder_days)
        ended = needs.expire_needs(session, now)
    return {"favourites": favourites, "saved searches": searches, "needs": ended}


def sweep_rooms(desk: Desk) -> None:
    """Delete the rooms of workers that were killed."""
    limit_at = desk.clock.now() - ROOM_KEPT
    for room in desk.settings.work_dir.iterdir() if desk.settings.work_dir.exists() else ():
        with suppress(FileNotFoundError):  # its worker is done with it just now
            if datetime.fromtimestamp(room.stat().st_mtime, UTC) < limit_at:
                shutil.rmtree(room, ignore_errors=True)
