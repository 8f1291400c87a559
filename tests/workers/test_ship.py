"""What was made goes to the storage a few objects at a time, all of it or nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Barrier, Lock

import pytest

from app.storage import LocalStorage, StorageUnavailable
from app.videos.attempts import Attempt, AttemptLost
from app.videos.rules import MediaFile
from tests.workers.conftest import Send
from workers import objects, transcode
from workers.desk import Desk
from workers.pipeline import Work
from workers.reporter import BEAT_S, Reporter
from workers.runner import Interrupted
from workers.transcode import STORED_AT_ONCE, Shift, store_all

NAMES = [f"{number:02}.mp4" for number in range(12)]


class Watched(LocalStorage):
    """A directory that does something before it takes a file, and knows how many it was asked to take."""

    def __init__(self, inner: LocalStorage, before: Callable[[int], object]) -> None:
        self.__dict__.update(inner.__dict__)
        self.before = before
        self.asked = 0
        self.counting = Lock()

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Store a file, after what is done before."""
        with self.counting:
            self.asked += 1
            number = self.asked
        self.before(number)
        super().put_file(key, path, content_type)


@pytest.fixture
def attempt(desk: Desk, send: Send) -> Attempt:
    found = transcode.begin(desk, send("small.mp4"))
    assert found
    return found


@pytest.fixture
def files(desk: Desk) -> list[MediaFile]:
    """Make what is shipped."""
    room = desk.settings.work_dir
    room.mkdir(parents=True)
    for name in NAMES:
        (room / name).write_bytes(name.encode())
    return [MediaFile(name, "video/mp4", 6) for name in NAMES]


class Heard(Reporter):
    """A reporter that remembers how much of the shipping it heard of."""

    def __init__(self, desk: Desk, attempt: Attempt, should_abort: Callable[[], bool]) -> None:
        super().__init__(desk, attempt, should_abort)
        self.fractions: list[float] = []

    def hear(self, step: str, fraction: float) -> None:
        """Note how much is done."""
        assert step == "ship"
        self.fractions.append(fraction)
        super().hear(step, fraction)


@dataclass(frozen=True)
class Shipping:
    """One attempt that is about to ship, what it tells, and its storage."""

    shift: Shift
    reporter: Heard
    storage: Watched


def shipping(
    desk: Desk,
    attempt: Attempt,
    before: Callable[[int], object] = lambda _: None,
    should_abort: Callable[[int], bool] = lambda _: False,
) -> Shipping:
    """Be about to ship; `before` and `should_abort` are told how many objects were given to the storage."""
    assert isinstance(desk.storage, LocalStorage)
    storage = Watched(desk.storage, before)
    watched = replace(desk, storage=storage)
    reporter = Heard(watched, attempt, lambda: should_abort(storage.asked))
    work = Work((), desk.settings.work_dir)
    return Shipping(Shift(watched, attempt, reporter, work), reporter, storage)


def kept(desk: Desk) -> list[str]:
    """Name what is in the storage."""
    return [info.key.rpartition("/")[2] for info in desk.storage.list("videos/")]


def test_a_few_objects_are_stored_at_once(desk: Desk, attempt: Attempt, files: list[MediaFile]) -> None:
    together = Barrier(STORED_AT_ONCE, timeout=60)
    store_all(shipping(desk, attempt, lambda _: together.wait()).shift, files)
    assert kept(desk) == NAMES


def test_what_is_told_grows_with_what_is_stored(desk: Desk, attempt: Attempt, files: list[MediaFile]) -> None:
    sent = shipping(desk, attempt)
    store_all(sent.shift, files)
    told = sent.reporter.fractions
    assert told == sorted(told)
    assert told[0] == 0
    assert all(fraction < 1 for fraction in told)  # the last word is the row's


def test_the_first_that_fails_stops_the_rest_and_nothing_is_left(
    desk: Desk, attempt: Attempt, files: list[MediaFile]
) -> None:
    def refuse_the_second(number: int) -> None:
        if number == 2:
            raise StorageUnavailable
        time.sleep(0.05)

    sent = shipping(desk, attempt, refuse_the_second)
    with pytest.raises(StorageUnavailable):
        store_all(sent.shift, files)
    assert len(kept(desk)) == sent.storage.asked - 1 < len(files) - 1
    objects.tidy(desk, attempt)
    assert kept(desk) == []


def test_who_is_asked_to_stop_stores_no_more(desk: Desk, attempt: Attempt, files: list[MediaFile]) -> None:
    sent = shipping(desk, attempt, lambda _: time.sleep(0.05), lambda asked: asked > STORED_AT_ONCE)
    with pytest.raises(Interrupted):
        store_all(sent.shift, files)
    assert sent.storage.asked < len(files)


def test_who_lost_the_video_stores_no_more(desk: Desk, attempt: Attempt, files: list[MediaFile]) -> None:
    sent = shipping(desk, attempt, lambda _: time.sleep(BEAT_S))
    assert transcode.begin(desk, attempt.video_id)
    with pytest.raises(AttemptLost):
        store_all(sent.shift, files)
    assert sent.storage.asked < len(files)
