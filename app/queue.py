"""The job queue and the news that travel with it, all inside the transaction of what they are about."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import psycopg
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from psycopg import sql
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

# By name alone a job would land in the queue `default`, where nobody works.
TASKS = {
    "videos.prepare": "video",
    "videos.preview": "fast",
    "videos.caption": "captions",
    "videos.poster": "fast",
    "videos.forget_original": "fast",
    "videos.forget_objects": "fast",
    "mail.send": "fast",
    "alerts.look": "system",
    "alerts.tell": "fast",
    "announcements.deliver": "fast",
    "contacts.follow": "system",
    "evidence.close": "system",
    "evidence.correct": "fast",
    "evidence.drain": "system",
    "housekeeping.reap": "system",
    "housekeeping.sweep": "system",
    "reports.roll": "system",
    "search.learn": "system",
}
PROGRESS_CHANNEL = "visavis_progress"
WORKER_NAME = "visavis worker: "
HAS_JOB = text(
    "select exists (select from jobs.procrastinate_jobs where status in ('todo', 'doing')"
    " and task_name = any(:tasks) and args ->> 'video_id' = :video_id)"
)
NOTICE_MAX_BYTES = 7_999  # PostgreSQL's own limit
RECONNECT_PAUSE_S = 1
QUIET_MAX_S = 15

logger = logging.getLogger("visavis.queue")
deferring = App(connector=SyncPsycopgConnector())  # never opened: jobs go through the caller's connection


def defer(
    session: Session,
    name: str,
    *,
    lock: str | None = None,
    queueing_lock: str | None = None,
    **args: UUID | str | int,
) -> int | None:
    """Enqueue a job that exists once, and only if, the transaction of `session` commits; return its id.

    Jobs of one `lock` run one after the other.  None: one of the same `queueing_lock` waits already.
    Raise KeyError on a name that is not in TASKS.
    """
    plain = {key: str(value) if isinstance(value, UUID) else value for key, value in args.items()}
    try:
        # A conflict of locks would end the whole transaction; a savepoint keeps it.
        with session.begin_nested():
            job = deferring.configure_task(
                name,
                allow_unknown=True,
                queue=TASKS[name],
                lock=lock,
                queueing_lock=queueing_lock,
                connection=session.connection().connection.driver_connection,
            )
            return job.defer(**plain)
    except AlreadyEnqueued:
        return None


def has_job(session: Session, tasks: list[str], video_id: UUID) -> bool:
    """Tell whether a job of these tasks waits, or runs, for a video."""
    return bool(session.scalar(HAS_JOB, {"tasks": tasks, "video_id": str(video_id)}))


def announce(session: Session, kind: str, id: UUID) -> None:  # noqa: A002 — the word of the whole house
    """Tell the rooms above, after commit, what happened; workers/announcements.py lists who listens."""
    defer(session, "announcements.deliver", kind=kind, id=id)


def hear(session: Session, job_id: int) -> None:
    """Let the transaction know which announcement it tells: the same one, when its job is done again."""
    session.info["announcement"] = str(job_id)


def heard(session: Session) -> str:
    """Return which announcement the transaction tells, empty outside of one."""
    return str(session.info.get("announcement", ""))


def notify_progress(session: Session, video_id: UUID, progress: Mapping[str, str | int | None]) -> None:
    """Show `progress` to the pages that wait for this video, at commit; each notice stands alone."""
    payload = json.dumps({**progress, "video_id": str(video_id)}, ensure_ascii=False)
    if len(payload.encode()) > NOTICE_MAX_BYTES:
        raise ValueError(f"a notice has at most {NOTICE_MAX_BYTES} bytes")
    session.execute(
        text("select pg_notify(:channel, :payload)"), {"channel": PROGRESS_CHANNEL, "payload": payload}
    )


def worker_name(layer: str) -> str:
    """Name the connections of a worker, so that the database tells who works, and in which sandbox."""
    return f"{WORKER_NAME}{layer}"


def layers_of_workers(session: Session) -> list[str]:
    """Return the sandbox of each kind of worker connected now: what they reached, not what we might."""
    names = session.scalars(
        text(
            "select distinct application_name from pg_stat_activity where datname = current_database()"
            " and starts_with(application_name, :name) order by 1"
        ),
        {"name": WORKER_NAME},
    )
    return [name.removeprefix(WORKER_NAME) for name in names]


def driver_address(url: str) -> str:
    """Return SQLAlchemy's `url` as psycopg itself reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def listen(url: str, channel: str) -> AsyncGenerator[str]:
    """Yield what is notified on `channel`; the first, empty item says that from now on nothing is missed.

    Raise psycopg.OperationalError when the connection is lost.
    """
    connection = await psycopg.AsyncConnection.connect(driver_address(url), autocommit=True)
    async with connection:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        yield ""
        async for notice in connection.notifies():
            yield notice.payload


class ProgressFeed:
    """Progress of videos for the pages of this process: one connection, any number of readers."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._readers: dict[str, set[asyncio.Queue[dict[str, Any] | None]]] = defaultdict(set)
        self._wanted = asyncio.Event()
        self._is_over = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen as long as the block lasts, from the first reader on; come back after a loss."""
        task = asyncio.create_task(self._listen_for_ever())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def subscribe(self, video_id: UUID) -> AsyncGenerator[dict[str, Any]]:
        """Yield the notices of one video as they come; a slow reader gets only the newest.

        An empty one means "read the row": first of all, after a lost connection, and whenever all is quiet.
        There are no more once the feed has ended.
        """
        readers = self._readers[str(video_id)]
        inbox: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(maxsize=1)
        readers.add(inbox)
        self._wanted.set()
        try:
            notice: dict[str, Any] | None = {}
            while notice is not None and not self._is_over:
                yield notice
                try:
                    async with asyncio.timeout(QUIET_MAX_S):
                        notice = await inbox.get()
                except TimeoutError:
                    notice = {}
        finally:
            readers.discard(inbox)
            if not readers:
                self._readers.pop(str(video_id), None)

    def end(self) -> None:
        """Let every reader go: the process stops, and pages come back by themselves to the next one."""
        self._is_over = True
        self._put([inbox for readers in self._readers.values() for inbox in readers], None)

    async def _listen_for_ever(self) -> None:
        await self._wanted.wait()
        while True:
            try:
                async with aclosing(listen(self._url, PROGRESS_CHANNEL)) as payloads:
                    async for payload in payloads:
                        self._spread(payload)
            except psycopg.Error as error:
                logger.warning("progress feed lost: %s", type(error).__name__)
            await asyncio.sleep(RECONNECT_PAUSE_S)

    def _spread(self, payload: str) -> None:
        notice = json.loads(payload) if payload else {}
        everybody = [inbox for readers in self._readers.values() for inbox in readers]
        self._put(self._readers.get(notice["video_id"], ()) if notice else everybody, notice)

    def _put(
        self, inboxes: Iterable[asyncio.Queue[dict[str, Any] | None]], notice: dict[str, Any] | None
    ) -> None:
        for inbox in inboxes:
            if inbox.full():
                inbox.get_nowait()
            inbox.put_nowait(notice)
