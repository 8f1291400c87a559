"""Whatever becomes of a worker, every video comes to an end: real processes, killed and stopped."""

import signal

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.settings import Settings
from app.videos.service import remove
from tests.factories import give_consent, make_resident
from tests.media import Clips
from tests.sending import receive_clips
from tests.workers.crew import Crew

STATE = "select state from video"
# The long work has begun, or is deep in what takes longest.
AT_WORK = "select state in ('checking', 'processing') and preview_key is not null from video"
IN_LADDER = "select step in ('listen', 'ladder') from video"
WAITING = "select count(*) from jobs.procrastinate_jobs where queue_name <> 'system'"


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
        crew.wait_until(lambda: crew.value("select count(*) from evidence_fact") == 1)


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
