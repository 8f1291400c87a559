"""Whatever becomes of a worker, every video comes to an end: real processes, killed and stopped."""

import os
import random
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.mail import open_texter, open_transport
from app.settings import Settings
from app.storage import open_storage
from app.videos.service import remove
from tests.factories import give_consent, make_resident
from tests.media import Clips
from tests.sending import receive_clips
from tests.workers.crew import Crew, Later
from workers import objects
from workers.desk import Desk

STATE = "select state from video"
# The long work has begun, or is deep in what takes longest.
AT_WORK = "select state in ('checking', 'processing') and preview_key is not null from video"
IN_LADDER = "select step in ('listen', 'ladder') from video"
WAITING = "select count(*) from jobs.procrastinate_jobs where queue_name <> 'system'"
ANY_AT_WORK = "select count(*) > 0 from video where state in ('checking', 'processing')"
UNFINISHED = "select count(*) from video where state in ('received', 'checking', 'processing')"
FACTS = "select count(*) from evidence_fact"
KILLS = 10
KILLED_WITHIN_S = 2.5  # about what one of these videos takes


@pytest.fixture
def crew(committed: Engine, settings: Settings) -> Crew:
    return Crew(committed, settings)


def send(crew: Crew, clips: Clips, clip: str = "small.mp4") -> None:
    """Receive a video of a new resident."""
    with Session(crew.engine) as session:
        person = make_resident(session)
        give_consent(session, person)
        receive_clips(session, crew.settings, person, clips[clip])
        session.commit()


def test_a_worker_killed_in_the_middle_is_replaced_by_another(crew: Crew, clips: Clips) -> None:
    send(crew, clips, "talk.mp4")
    with crew.worker() as first:
        crew.wait_until(lambda: crew.value(IN_LADDER) is True)
        first.kill()
        first.wait()
    assert crew.value(STATE) == "processing"
    with crew.worker():
        crew.wait_until(lambda: crew.value(STATE) == "ready")
        assert crew.value("select tries from video") == 2
        crew.wait_until(lambda: crew.value(FACTS) == 1)


def test_a_worker_that_is_stopped_gives_the_video_back_and_it_is_no_try(crew: Crew, clips: Clips) -> None:
    send(crew, clips)
    with crew.worker() as first:
        crew.wait_until(lambda: crew.value(AT_WORK) is True)
        first.send_signal(signal.SIGTERM)
        assert first.wait(60) == 0
    assert (crew.value(STATE), crew.value("select tries from video")) == ("received", 0)
    assert crew.value("select status from jobs.procrastinate_jobs where task_name like 'videos%'") == "todo"
    with crew.worker("--until-idle") as second:
        assert second.wait(100) == 0
    assert (crew.value(STATE), crew.value("select tries from video")) == ("ready", 1)


def test_ten_kills_at_any_moment_leave_every_video_at_an_end_and_nothing_behind(
    crew: Crew, clips: Clips
) -> None:
    seed = random.randrange(10**6)  # noqa: S311 - chance, not secrecy
    chance = random.Random(seed)  # noqa: S311
    print("seed", seed)  # noqa: T201 - shown where the test fails
    for _ in range(KILLS):
        send(crew, clips, "small.mp4")
    for _ in range(KILLS):
        with crew.worker() as victim:
            crew.wait_until(lambda: crew.value(ANY_AT_WORK) is True or crew.value(UNFINISHED) == 0)
            time.sleep(chance.uniform(0, KILLED_WITHIN_S))
            victim.kill()
            victim.wait()
        assert tools_in(crew) == []
    with crew.worker():
        crew.wait_until(lambda: crew.value(UNFINISHED) == 0)
        crew.wait_until(lambda: crew.value(WAITING) == 0)
    assert crew.value("select max(tries) from video") <= 3  # type: ignore[operator]
    assert crew.value("select count(*) from video where state = 'ready'") > 0  # type: ignore[operator]
    assert orphans_in(crew) == set()


def test_a_worker_that_was_stopped_and_returns_changes_nothing(crew: Crew, clips: Clips) -> None:
    send(crew, clips, "talk.mp4")
    with crew.worker() as first:
        crew.wait_until(lambda: crew.value(IN_LADDER) is True)
        first.send_signal(signal.SIGSTOP)
        with crew.worker() as second:
            crew.wait_until(lambda: crew.value(STATE) == "ready")
            made = crew.value("select storage_prefix from video")
            first.send_signal(signal.SIGCONT)
            crew.wait_until(lambda: not list(crew.settings.work_dir.iterdir()))
            second.send_signal(signal.SIGTERM)
            assert second.wait(60) == 0
    assert (crew.value(STATE), crew.value("select storage_prefix from video")) == ("ready", made)
    assert crew.value("select count(*) from evidence_outbox") + crew.value(FACTS) == 1  # type: ignore[operator]
    assert orphans_in(crew) == set()


def test_a_file_that_crashes_every_attempt_has_failed_after_three(crew: Crew, clips: Clips) -> None:
    send(crew, clips)
    with crew.worker(), ThreadPoolExecutor(1) as file:
        crashing = file.submit(crash_every_ladder, crew, lambda: crew.value(STATE) == "failed")
        crew.wait_until(lambda: crew.value(STATE) == "failed")
        assert crashing.result() >= 3
    told = crew.value("select tries from video"), crew.value("select reason from video")
    assert told == (3, "preparation-en-panne")
    assert orphans_in(crew) == set()


def test_a_video_whose_job_vanished_gets_another(crew: Crew, clips: Clips) -> None:
    send(crew, clips, "gif.mp4")
    with Session(crew.engine) as session:
        session.connection().exec_driver_sql("delete from jobs.procrastinate_jobs")
        session.commit()
    with crew.worker():
        crew.wait_until(lambda: crew.value(STATE) == "refused")


def test_a_person_who_leaves_while_the_video_is_made_leaves_nothing_behind(crew: Crew, clips: Clips) -> None:
    send(crew, clips)
    with crew.worker():
        crew.wait_until(lambda: crew.value(AT_WORK) is True)
        with Session(crew.engine) as session:
            video_id, person_id = (
                session.connection().exec_driver_sql("select id, person_id from video").one()
            )
            remove(session, person_id, video_id)
            session.commit()
        crew.wait_until(
            lambda: (
                crew.value("select count(*) from jobs.procrastinate_jobs where queue_name <> 'system'") == 0
            )
        )
    left = [path for folder in ("spool", "storage/objects", "work") for path in left_in(crew, folder)]
    assert left == []


def left_in(crew: Crew, folder: str) -> list[str]:
    """Name the files in a folder of the data."""
    return [path.name for path in (crew.settings.data_dir / folder).rglob("*") if path.is_file()]


def crash_every_ladder(crew: Crew, is_over: Callable[[], bool]) -> int:
    """Let every tool of a crew that makes renditions crash, as on a poisoned file; return how often."""
    count, rooms = 0, crew.settings.work_dir.resolve()
    while not is_over():
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if is_in(process, rooms) and b"master.m3u8" in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGSEGV)
                    count += 1
        time.sleep(0.05)
    return count


def tools_in(crew: Crew) -> list[Path]:
    """List the tools that still work in a room, once those of a dead worker had a moment to follow it."""
    rooms = crew.settings.work_dir.resolve()
    for _ in range(100):
        if not (found := [process for process in Path("/proc").glob("[0-9]*") if is_in(process, rooms)]):
            break
        time.sleep(0.05)
    return found


def is_in(process: Path, rooms: Path) -> bool:
    """Tell whether a process works in a room, or was given one."""
    try:
        return (process / "cwd").readlink().is_relative_to(rooms) or (
            os.fsencode(rooms) in (process / "cmdline").read_bytes()
        )
    except OSError:  # it is gone, or not ours to look at
        return False


def orphans_in(crew: Crew) -> set[str]:
    """Name the objects that the sweep of the next day leaves and no row names, and the reverse."""
    sessions = sessionmaker(crew.engine)
    storage = open_storage(crew.settings)
    post = (open_transport(crew.settings), open_texter(crew.settings))
    desk = Desk(crew.settings, Later(), storage, *post, sessions.begin)
    objects.sweep(desk)
    named = (
        "select key from video_rendition union select preview_key from video where preview_key is not null"
    )
    with sessions() as session:
        keys = set(session.scalars(text(named)))
    return {info.key for info in storage.list("videos/")} ^ keys
