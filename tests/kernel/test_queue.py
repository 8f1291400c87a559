"""Jobs and notices live and die with the transaction that sends them."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import psycopg
import pytest
from procrastinate import App, PsycopgConnector
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.queue import TASKS, ProgressFeed, announce, defer, driver_address, notify_progress
from tests.asynchronous import run

WAITING = text("select task_name, queue_name, lock, args from jobs.procrastinate_jobs order by id")
BACKEND = text("select pid from pg_stat_activity where query like 'LISTEN%' and datname = current_database()")
VIDEO = UUID("019392a5-0000-7000-8000-000000000001")


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def test_a_job_of_a_transaction_that_fails_never_existed(committed: Engine) -> None:
    with Session(committed) as session:
        defer(session, "videos.prepare", video_id=VIDEO)
    with Session(committed) as session:
        assert session.execute(WAITING).all() == []


def test_a_job_is_seen_at_commit_and_not_before(committed: Engine) -> None:
    with Session(committed) as session, Session(committed) as other:
        defer(session, "videos.prepare", lock="video-1", video_id=VIDEO, attempt=2)
        assert other.execute(WAITING).all() == []
        session.commit()
        assert other.execute(WAITING).all() == [
            ("videos.prepare", "video", "video-1", {"video_id": str(VIDEO), "attempt": 2})
        ]


@pytest.mark.parametrize("name", TASKS)
def test_every_job_goes_to_the_queue_of_its_name(session: Session, name: str) -> None:
    defer(session, name)
    assert session.execute(WAITING).one()[:2] == (name, TASKS[name])


def test_a_job_that_nobody_knows_is_a_bug(session: Session) -> None:
    with pytest.raises(KeyError):
        defer(session, "videos.prepair")


def test_a_second_job_of_a_queueing_lock_is_left_out_and_spares_the_transaction(session: Session) -> None:
    first = defer(session, "evidence.drain", queueing_lock="drain")
    second = defer(session, "evidence.drain", queueing_lock="drain")
    assert first is not None
    assert second is None
    assert len(session.execute(WAITING).all()) == 1


def test_an_announcement_says_what_happened_to_what(session: Session) -> None:
    announce(session, "profile_published", VIDEO)
    assert session.execute(WAITING).all() == [
        ("announcements.deliver", "fast", None, {"kind": "profile_published", "id": str(VIDEO)})
    ]


def test_a_worker_of_the_queue_does_the_job(committed: Engine) -> None:
    done: list[str] = []
    connector = PsycopgConnector(
        conninfo=driver_address(address(committed)), kwargs={"options": "-c search_path=public,jobs"}
    )
    worker = App(connector=connector)

    @worker.task(name="mail.send")
    def send(message_id: str) -> None:
        done.append(message_id)

    async def work() -> None:
        async with worker.open_async():
            await worker.run_worker_async(queues=["fast"], wait=False, install_signal_handlers=False)

    with Session(committed) as session:
        defer(session, "mail.send", message_id=VIDEO)
        session.commit()
    run(work())
    assert done == [str(VIDEO)]


def test_progress_reaches_every_reader_of_that_video_at_commit(committed: Engine) -> None:
    async def follow() -> None:
        feed = ProgressFeed(address(committed))
        async with feed.running():
            readers = [feed.subscribe(VIDEO), feed.subscribe(VIDEO), feed.subscribe(uuid4())]
            for _ in ("at first", "once connected"):
                for reader in readers:
                    assert await anext(reader) == {}
            await asyncio.to_thread(progress, committed, 40)
            for reader in readers[:2]:
                assert await anext(reader) == {"video_id": str(VIDEO), "percent": 40}
            for reader in readers:
                await reader.aclose()

    run(follow())


def test_a_slow_reader_gets_the_newest_notice_alone(committed: Engine) -> None:
    async def follow() -> None:
        feed = ProgressFeed(address(committed))
        async with feed.running():
            slow, quick = feed.subscribe(VIDEO), feed.subscribe(VIDEO)
            for reader in (slow, quick, slow, quick):
                await anext(reader)
            for percent in (10, 20, 30):
                await asyncio.to_thread(progress, committed, percent)
                assert (await anext(quick))["percent"] == percent
            assert (await anext(slow))["percent"] == 30
            await slow.aclose()
            await quick.aclose()

    run(follow())


def test_a_lost_connection_is_made_again_and_readers_are_told_to_look(committed: Engine) -> None:
    async def follow() -> None:
        feed = ProgressFeed(address(committed))
        async with feed.running():
            reader = feed.subscribe(VIDEO)
            await skip(reader, 2)
            await asyncio.to_thread(cut, committed)
            assert await anext(reader) == {}
            await asyncio.to_thread(progress, committed, 50)
            assert (await anext(reader))["percent"] == 50
            await reader.aclose()

    run(follow())


def test_progress_of_a_transaction_that_fails_is_not_shown(committed: Engine) -> None:
    async def follow() -> None:
        feed = ProgressFeed(address(committed))
        async with feed.running():
            reader = feed.subscribe(VIDEO)
            await skip(reader, 2)
            with Session(committed) as session:
                notify_progress(session, VIDEO, {"percent": 10})
            await asyncio.to_thread(progress, committed, 20)
            assert (await anext(reader))["percent"] == 20
            await reader.aclose()

    run(follow())


def test_a_notice_that_postgresql_would_refuse_is_refused_before(session: Session) -> None:
    notify_progress(session, VIDEO, {"reason": "é" * 3_900})
    with pytest.raises(ValueError, match="7999 bytes"):
        notify_progress(session, VIDEO, {"reason": "é" * 4_000})


async def skip(reader: AsyncIterator[object], count: int) -> None:
    for _ in range(count):
        await anext(reader)


def progress(engine: Engine, percent: int) -> None:
    with Session(engine) as session:
        notify_progress(session, VIDEO, {"percent": percent})
        session.commit()


def cut(engine: Engine) -> None:
    """Break the feed's connection, as a restart of PostgreSQL would."""
    with psycopg.connect(driver_address(address(engine)), autocommit=True) as connection:
        for (pid,) in connection.execute(BACKEND.text).fetchall():
            connection.execute("select pg_terminate_backend(%s)", [pid])


def test_a_feed_that_has_ended_lets_its_readers_go(committed: Engine) -> None:
    async def scenario() -> list[dict[str, object]]:
        feed = ProgressFeed(address(committed))
        reader = feed.subscribe(VIDEO)
        first = await anext(reader)
        feed.end()
        return [first, *[notice async for notice in reader], *[late async for late in feed.subscribe(VIDEO)]]

    assert run(scenario()) == [{}]
