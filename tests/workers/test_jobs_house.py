"""The house keeps itself: facts are numbered, what is old goes, jobs of the dead come back."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Job
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app import mail, queue
from app.evidence.models import Fact
from app.evidence.service import Statement, record
from app.mail import MailUndeliverable
from app.mail.models import Mail
from app.people import audit
from app.people.audit import Act
from app.people.models import AuditEntry, Person
from app.videos.models import Rendition, Video
from app.videos.queries import SOUND
from tests.asynchronous import run
from tests.conftest import MovingClock
from tests.factories import give_files, make_filled_profile, make_resident, make_video
from workers import evidence, housekeeping
from workers.desk import Desk
from workers.jobs import MailRetry, VideoRetry, jobs
from workers.runner import Interrupted
from workers.transcode import Postponed, TriedInVain

JOBS = text("select task_name, status::text, attempts from jobs.procrastinate_jobs order by id")


def test_facts_that_wait_get_their_numbers(desk: Desk, session: Session, now: datetime) -> None:
    for number in range(3):
        record(session, Statement(kind="view.qualified", source=f"view:{number}", at=now))
    session.commit()
    evidence.drain(desk)
    assert session.scalars(select(Fact.seq).order_by(Fact.seq)).all() == [1, 2, 3]


def test_a_quiet_video_without_a_job_gets_one_and_others_do_not(
    desk: Desk, session: Session, resident: Person, clock: MovingClock
) -> None:
    make_video(session, resident)
    lost = make_video(session, resident, ready=False)
    with_job = make_video(session, resident, ready=False, state="processing", step="ladder")
    queue.defer(session, "videos.prepare", video_id=with_job.id)
    session.commit()
    housekeeping.rescue_videos(desk)
    assert len(session.execute(JOBS).all()) == 1
    clock.advance(minutes=2)
    for _ in range(2):
        housekeeping.rescue_videos(desk)
    found = session.scalars(text("select args ->> 'video_id' from jobs.procrastinate_jobs order by id")).all()
    assert found == [str(with_job.id), str(lost.id)]


def test_a_script_written_after_filming_gives_captions_their_job_once(
    desk: Desk, session: Session, clock: MovingClock
) -> None:
    person = make_resident(session)
    video = give_files(session, make_video(session, person, captioned=False))
    session.add(Rendition(video_id=video.id, name=SOUND, key="a", content_type="audio/mp4", size_bytes=1))
    session.commit()
    clock.advance(minutes=2)
    housekeeping.rescue_videos(desk)
    assert session.execute(JOBS).all() == []
    make_filled_profile(session, person)
    session.commit()
    for _ in range(2):
        housekeeping.rescue_videos(desk)
    assert [job[0] for job in session.execute(JOBS)] == ["videos.caption"]


def test_the_sweep_ends_what_is_old_and_empties_rooms(
    desk: Desk, session: Session, resident: Person, clock: MovingClock
) -> None:
    make_video(session, resident, ready=False, state="refused", reason="fichier-illisible")
    mail.post(
        session,
        mail.Recipient(resident.id, "ines@courrier.test"),
        "published",
        {"name": "Inès", "path": "/moi"},
        clock.now(),
    )
    act = Act(resident.id, "reference", clock.now() - timedelta(days=366))
    audit.note(session, act, "organisation:suspend:done")
    session.commit()
    rooms = [desk.settings.work_dir / name for name in ("dead", "at-work")]
    for room in rooms:
        room.mkdir(parents=True)
    clock.advance(days=31)
    just_now_s = clock.now().timestamp()
    os.utime(rooms[1], (just_now_s, just_now_s))
    housekeeping.sweep(desk)
    assert session.scalars(select(Video)).all() == []
    assert session.scalars(select(Mail)).all() == []
    assert session.scalars(select(AuditEntry)).all() == []
    assert [room.exists() for room in rooms] == [False, True]


DIES = """with worker as (
    insert into jobs.procrastinate_workers (last_heartbeat) values ('2026-01-01') returning id
) update jobs.procrastinate_jobs set status = 'doing', worker_id = worker.id from worker"""
Dead = Callable[..., None]


@pytest.fixture
def dead(committed: Engine) -> Dead:
    """Return `dead(name, …)`: a job that a worker had begun when it died."""

    def begun(name: str, **options: str) -> None:
        with Session(committed) as session:
            queue.defer(session, name, **options)
            session.execute(text(DIES))
            session.commit()

    return begun


@contextmanager
def opened(engine: Engine) -> Iterator[App]:
    """Give the jobs a database."""
    address = queue.driver_address(engine.url.render_as_string(hide_password=False))
    connector = PsycopgConnector(
        conninfo=address, kwargs={"options": "-c search_path=public,jobs"}, min_size=1, max_size=2
    )
    with jobs.replace_connector(connector) as app:
        yield app


def reap(engine: Engine) -> None:
    """Look once for the jobs of the dead."""

    async def look(app: App) -> None:
        async with app.open_async():
            await housekeeping.return_jobs(app.job_manager, 6)

    with opened(engine) as app:
        run(look(app))


def test_the_job_of_a_dead_worker_waits_again(committed: Engine, dead: Dead) -> None:
    dead("videos.prepare", video_id="x")
    reap(committed)
    with Session(committed) as session:
        assert session.execute(JOBS).all() == [("videos.prepare", "todo", 1)]


def test_what_comes_by_itself_is_dropped_with_its_worker(committed: Engine, dead: Dead) -> None:
    dead("evidence.drain", queueing_lock="evidence.drain")
    with Session(committed) as session:
        queue.defer(session, "evidence.drain", queueing_lock="evidence.drain")
        session.commit()
    reap(committed)
    with Session(committed) as session:
        assert session.execute(JOBS).all() == [("evidence.drain", "todo", 0)]


def test_the_job_of_a_living_worker_is_left_alone(committed: Engine, dead: Dead) -> None:
    dead("videos.prepare", video_id="x")
    with Session(committed) as session:
        session.execute(text("update jobs.procrastinate_workers set last_heartbeat = now()"))
        session.commit()
    reap(committed)
    with Session(committed) as session:
        assert session.execute(JOBS).all() == [("videos.prepare", "doing", 0)]


def job(attempts: int) -> Job:
    """Make a job that ran before."""
    return Job(
        id=1, queue="video", lock=None, queueing_lock=None, task_name="videos.prepare", attempts=attempts
    )


def pause_s(trouble: Exception, attempts: int) -> int | None:
    """Return after how many whole seconds a job comes back, None for never."""
    decision = VideoRetry().get_retry_decision(exception=trouble, job=job(attempts))
    if decision is None:
        return None
    return ceil((decision.retry_at - datetime.now(UTC)) / timedelta(seconds=1)) if decision.retry_at else 0


def test_an_interrupted_video_goes_on_at_once() -> None:
    assert pause_s(Interrupted(), 7) == 0


@pytest.mark.parametrize("trouble", [Postponed(), TriedInVain()])
def test_a_video_in_trouble_comes_back_after_a_pause_that_grows_to_a_minute(trouble: Exception) -> None:
    pauses = [pause_s(trouble, attempts) or 0 for attempts in (0, 3, 6, 500)]
    assert pauses == [1, 8, 60, 60]


def test_a_bug_does_not_come_back_as_a_job() -> None:
    assert pause_s(ValueError(), 0) is None


def test_a_mail_that_could_not_be_handed_over_comes_back_and_a_bug_does_not() -> None:
    decision = MailRetry().get_retry_decision(exception=MailUndeliverable(), job=job(11))
    assert decision is not None
    assert decision.retry_at is not None
    assert timedelta(minutes=30) < decision.retry_at - datetime.now(UTC) < timedelta(hours=1)
    assert MailRetry().get_retry_decision(exception=ValueError(), job=job(0)) is None
