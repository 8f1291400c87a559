"""Cuts the picture that somebody chose out of their video, and shows it in the place of the one before."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from app.storage import ObjectNotFound
from app.videos import posters
from app.videos.posters import Choice
from app.videos.rules import Limits
from workers import pipeline
from workers.desk import Desk, Running
from workers.pipeline import Work

POSTERS = "poster"  # how the names of all posters begin


def show(desk: Desk, video_id: UUID, running: Running) -> None:
    """Store the chosen picture, show it, and forget every other; a video that went meanwhile is left alone.

    Raise what storage, confinement and interruption raise: then the job comes back, and begins again.
    """
    with desk.unit() as session:
        choice = posters.chosen(session, video_id)
    if choice is None:
        return
    try:
        with bench_of(desk, choice, running) as work:
            file = pipeline.poster(work, choice.key_frame, choice.width_px, choice.height_px)
            desk.storage.put_file(choice.key, work.room / file.name, file.content_type)
    except ObjectNotFound:
        return
    with desk.unit() as session:
        shown = posters.show(session, choice, file)
    for info in desk.storage.list(choice.prefix):
        if info.key.startswith(f"{choice.prefix}{POSTERS}") and info.key != shown:
            desk.storage.delete(info.key)


@contextmanager
def bench_of(desk: Desk, choice: Choice, running: Running) -> Iterator[Work]:
    """Lay the rendition on a bench of its own, and leave nothing of it."""
    desk.settings.work_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=desk.settings.work_dir.resolve(), prefix=f"{choice.video_id}-") as place:
        film = Path(place) / "film.mp4"
        with film.open("wb") as file:
            file.writelines(desk.storage.stream(choice.film_key))
        limits = Limits(desk.settings.video_min_s, desk.settings.video_max_s)
        room, should_abort = Path(place) / "room", running.should_abort
        yield Work((film,), room, limits, should_abort=should_abort, sandbox=desk.sandbox)
