"""A storage that is away, or goes in the middle: the video waits for it, and nothing is left behind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.storage import LocalStorage, ObjectInfo, StorageUnavailable
from app.videos import queries
from app.videos.models import Video
from app.videos.states import SPANS
from tests.workers.conftest import Send
from workers import transcode
from workers.desk import Desk, Running
from workers.transcode import Postponed

ONCE = Running()


def row(session: Session, video_id: UUID) -> Video:
    """Read a video afresh."""
    session.expire_all()
    found = queries.video(session, video_id)
    assert found is not None
    return found


class Away(LocalStorage):
    """A storage that takes nothing."""

    def __init__(self, inner: LocalStorage) -> None:
        self.__dict__.update(inner.__dict__)

    def put_file(self, *_: object) -> None:
        """Raise StorageUnavailable."""
        raise StorageUnavailable


class Deaf(Away):
    """A storage that does not even answer."""

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Raise StorageUnavailable."""
        raise StorageUnavailable(prefix)


class Faltering(LocalStorage):
    """A storage that goes away in the middle: it takes so many files, and then no more."""

    def __init__(self, inner: LocalStorage, files: int) -> None:
        self.__dict__.update(inner.__dict__)
        self.left = files

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Store a file, or raise StorageUnavailable."""
        self.left -= 1
        if self.left < 0:
            raise StorageUnavailable
        super().put_file(key, path, content_type)


def test_a_storage_that_is_away_is_waited_for(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("small.mp4")
    assert isinstance(desk.storage, LocalStorage)
    broken = replace(desk, storage=Away(desk.storage))
    with pytest.raises(Postponed):
        transcode.prepare(broken, video_id, ONCE)
    assert (row(session, video_id).state, row(session, video_id).tries) == ("received", 0)


def test_no_long_work_is_begun_while_the_storage_is_away(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("small.mp4")
    transcode.preview(desk, video_id, ONCE)
    assert isinstance(desk.storage, LocalStorage)
    with pytest.raises(Postponed):
        transcode.prepare(replace(desk, storage=Deaf(desk.storage)), video_id, ONCE)
    assert row(session, video_id).percent <= SPANS["ladder"][0]


def test_a_storage_that_stays_away_ends_in_a_failure(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("small.mp4")
    assert isinstance(desk.storage, LocalStorage)
    broken = replace(desk, storage=Away(desk.storage))
    transcode.prepare(broken, video_id, Running(runs_before=transcode.POSTPONED_MAX))
    assert row(session, video_id).state == "failed"


def test_a_storage_that_goes_in_the_middle_of_shipping_keeps_nothing_of_it(
    desk: Desk, session: Session, send: Send
) -> None:
    video_id = send("small.mp4")
    assert isinstance(desk.storage, LocalStorage)
    with pytest.raises(Postponed):
        transcode.prepare(replace(desk, storage=Faltering(desk.storage, files=4)), video_id, ONCE)
    video = row(session, video_id)
    assert (video.state, video.tries) == ("received", 0)
    assert [info.key for info in desk.storage.list("videos/")] == [video.preview_key]
    transcode.prepare(desk, video_id, ONCE)
    made = {file.key for file in row(session, video_id).renditions}
    assert row(session, video_id).state == "ready"
    assert {info.key for info in desk.storage.list("videos/")} == made
