"""The picture that somebody chose to stand for their video, cut out of it and shown."""

import subprocess
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.storage import LocalStorage, StorageUnavailable
from app.videos import posters, queries, service
from app.videos.models import Video
from app.videos.rules import MediaFile
from app.videos.service import VideoStateForbids
from tests.workers.conftest import Send
from tests.workers.test_storage_trouble import Away
from workers import objects, transcode
from workers import posters as jobs
from workers.desk import Desk, Running

ONCE = Running()
LIGHT, DARK = 1, 0  # tiles of the film that begins in the dark


@pytest.fixture
def video_id(desk: Desk, session: Session, send: Send) -> UUID:
    """Make a video ready: its first two seconds are dark."""
    made = send("dark_beginning.mp4")
    transcode.prepare(desk, made, ONCE)
    session.expire_all()
    return made


def chosen(desk: Desk, session: Session, video_id: UUID, tile: int) -> Video:
    """Choose a tile, and have the worker show it."""
    posters.choose(session, video_id, tile)
    session.commit()
    jobs.show(desk, video_id, ONCE)
    return row(session, video_id)


def row(session: Session, video_id: UUID) -> Video:
    """Read the video afresh."""
    session.expire_all()
    found = queries.video(session, video_id)
    assert found is not None
    return found


def shown(desk: Desk, video_id: UUID) -> list[str]:
    """Name the posters that are stored."""
    keys = [info.key for info in desk.storage.list(f"videos/{video_id}/")]
    return [key.rpartition("/")[2] for key in keys if "poster" in key]


def brightness(desk: Desk, key: str | None, folder: Path) -> float:
    """Return how bright a stored picture is on average: 0 is black."""
    picture = folder / "shown.jpg"
    picture.write_bytes(desk.storage.read(key or ""))
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        str(picture),
        "-vf",
        "format=gray,scale=1:1",
        "-f",
        "rawvideo",
        "-",
    ]
    return float(subprocess.run(command, check=True, capture_output=True).stdout[0])


def test_the_chosen_picture_is_shown_under_a_new_address_and_the_old_one_is_gone(
    desk: Desk, session: Session, video_id: UUID, tmp_path: Path
) -> None:
    assert shown(desk, video_id) == ["poster.jpg"]
    dark = chosen(desk, session, video_id, DARK)
    assert shown(desk, video_id) == ["poster-0.jpg"]
    assert brightness(desk, dark.poster_key, tmp_path) < 30
    light = chosen(desk, session, video_id, LIGHT)
    assert shown(desk, video_id) == ["poster-1.jpg"]
    assert brightness(desk, light.poster_key, tmp_path) > 60
    poster = next(file for file in light.renditions if file.name == "poster.jpg")
    assert (poster.key, poster.width_px) == (light.poster_key, 320)
    assert list(desk.settings.work_dir.iterdir()) == []


def test_of_two_choices_the_last_one_is_shown_whoever_works_last(
    desk: Desk, session: Session, video_id: UUID
) -> None:
    posters.choose(session, video_id, DARK)
    first = posters.chosen(session, video_id)
    assert first is not None
    posters.choose(session, video_id, LIGHT)
    session.commit()
    jobs.show(desk, video_id, ONCE)
    file = next(file for file in row(session, video_id).renditions if file.name == "poster.jpg")
    late = posters.show(session, first, replace_size(file.size_bytes + 1))
    assert late == row(session, video_id).poster_key
    assert shown(desk, video_id) == ["poster-1.jpg"]


def replace_size(size_bytes: int) -> MediaFile:
    """Describe a picture of this size."""
    return MediaFile("poster.jpg", "image/jpeg", size_bytes, 320, 240)


def test_a_storage_that_is_away_leaves_the_poster_from_before(
    desk: Desk, session: Session, video_id: UUID
) -> None:
    posters.choose(session, video_id, LIGHT)
    session.commit()
    before = row(session, video_id).poster_key
    assert isinstance(desk.storage, LocalStorage)
    with pytest.raises(StorageUnavailable):
        jobs.show(replace(desk, storage=Away(desk.storage)), video_id, ONCE)
    assert row(session, video_id).poster_key == before
    assert shown(desk, video_id) == ["poster.jpg"]


def test_a_video_that_went_meanwhile_is_left_alone(desk: Desk, session: Session, video_id: UUID) -> None:
    posters.choose(session, video_id, LIGHT)
    session.commit()
    service.remove(session, row(session, video_id).person_id, video_id)
    session.commit()
    objects.forget_objects(desk, video_id)
    jobs.show(desk, video_id, ONCE)
    assert shown(desk, video_id) == []


def test_a_picture_that_is_not_there_cannot_be_chosen(session: Session, video_id: UUID) -> None:
    for tile in (-1, 2):
        with pytest.raises(Invalid):
            posters.choose(session, video_id, tile)


def test_a_video_that_is_not_ready_has_no_picture_to_choose(session: Session, send: Send) -> None:
    with pytest.raises(VideoStateForbids):
        posters.choose(session, send("small.mp4"), 0)


def test_choosing_gives_one_job_at_a_time_to_a_video(session: Session, video_id: UUID) -> None:
    posters.choose(session, video_id, LIGHT)
    locks = text("select lock from jobs.procrastinate_jobs where task_name = 'videos.poster'")
    assert session.scalars(locks).all() == [f"poster:{video_id}"]
