"""Deletes objects and originals that serve nobody: after each attempt or deletion, and now and then."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import OperationalError

from app.storage import ObjectInfo, StorageUnavailable
from app.uploads import service as uploads
from app.videos import queries
from app.videos.attempts import ROOT, Attempt, prefix_of
from workers.desk import Desk

ORPHAN_AFTER = timedelta(hours=2)  # objects stand before the row that names them; no attempt lasts so long

logger = logging.getLogger("visavis.workers.objects")


def tidy(desk: Desk, attempt: Attempt) -> None:
    """Delete what this attempt and those before it left and the video does not need.

    It follows whatever became of the attempt, and must not take its place: trouble is left to the sweep.
    """
    try:
        with desk.unit() as session:
            _, needed = queries.kept(session, attempt.video_id)
        found = desk.storage.list(prefix_of(attempt.video_id))
        desk.storage.delete_all(superfluous(found, needed, attempt.number))
    except (StorageUnavailable, OperationalError):
        logger.warning("video %s: objects left for the sweep", attempt.video_id)


def superfluous(found: Iterable[ObjectInfo], needed: Collection[str], newest: int) -> list[str]:
    """Name the objects of attempts up to `newest` that are not among the keys and prefixes needed."""
    prefixes = tuple(key for key in needed if key.endswith("/"))
    return [
        info.key
        for info in found
        if number_in(info.key) <= newest and info.key not in needed and not info.key.startswith(prefixes)
    ]


def number_in(key: str) -> int:
    """Return the number of the attempt in `videos/{video_id}/{number}/…`."""
    return int(key.split("/")[2])


def forget_objects(desk: Desk, video_id: UUID) -> None:
    """Delete every object of a video that is gone."""
    with desk.unit() as session:
        is_gone = queries.video(session, video_id) is None
    if is_gone:
        desk.storage.delete_prefix(prefix_of(video_id))


def forget_original(desk: Desk, upload_id: UUID) -> None:
    """Delete the bytes that were sent."""
    uploads.forget_bytes(desk.settings, upload_id)


def sweep(desk: Desk) -> int:
    """Delete the objects of videos that no longer need them, or no longer exist; return how many.

    What workers that died left of objects that were still on their way goes too.
    """
    limit_at = desk.clock.now() - ORPHAN_AFTER
    by_video: dict[str, list[ObjectInfo]] = defaultdict(list)
    for info in desk.storage.list(ROOT):
        if info.modified_at < limit_at:
            by_video[info.key.split("/")[1]].append(info)
    count = 0
    for video_id, found in by_video.items():
        with desk.unit() as session:
            newest, needed = queries.kept(session, UUID(video_id))
        orphans = superfluous(found, needed, newest)
        desk.storage.delete_all(orphans)
        count += len(orphans)
    return count + desk.storage.forget_unfinished(limit_at)
