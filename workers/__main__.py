"""`python -m workers`: does the jobs of every queue until told to stop; the one file that commits here."""

import argparse
import asyncio
import logging
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from procrastinate import App, PsycopgConnector
from sqlalchemy import text

from app import queue
from app.clock import SystemClock
from app.db import connect, session_factory
from app.mail import open_texter, open_transport
from app.settings import Settings
from app.storage import open_storage
from workers import transcription
from workers.desk import Desk
from workers.jobs import jobs
from workers.layers import SandboxMissing, reach
from workers.sandbox import Sandbox

FAST = 2
CAPTIONS = 1  # slow, and nobody waits for them as for a preview or a letter
SYSTEM = 2  # a long sweep never keeps the dead from coming back
HEARTBEAT_S = 2.0
POLL_S = 1.0
LOOK_S = 0.1
RESTART_PAUSE_S = 1.0
LISTENERS = 3
# How often what comes by itself comes, in seconds.
TICKS = {"evidence.drain": 2.0, "housekeeping.reap": 2.0, "reports.roll": 2.0}

# What waits and could be done now, and what a worker that lives is doing.
BUSY = text(
    "select exists (select from jobs.procrastinate_jobs job"
    " left join jobs.procrastinate_workers worker on worker.id = job.worker_id"
    " where (status = 'todo' and (scheduled_at is null or scheduled_at <= now()))"
    " or (status = 'doing' and last_heartbeat > now() - make_interval(secs => :stalled_after_s)))"
)

logger = logging.getLogger("visavis.workers")


class DatabaseUnknown(ValueError):
    """No database address was given."""


@dataclass(frozen=True)
class Crew:
    """Who works: the jobs with their database, the desk, and how many work at once on each queue."""

    app: App
    desk: Desk
    places: dict[str, int]

    async def work_on(self, name: str, stop: asyncio.Event) -> None:
        """Work on one queue until told to stop; begin again whenever the database was away."""
        while not stop.is_set():
            worker = asyncio.create_task(self.shift(name))
            told = asyncio.create_task(stop.wait())
            await asyncio.wait({worker, told}, return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            worker.cancel()
            with suppress(asyncio.CancelledError):
                try:
                    await worker
                except Exception:
                    logger.exception("queue %s: the worker stopped by itself", name)
            if not stop.is_set():
                await asyncio.sleep(RESTART_PAUSE_S)

    async def shift(self, name: str) -> None:
        """Work on one queue; videos under way are interrupted at the end, short jobs are finished."""
        await self.app.run_worker_async(
            queues=[name],
            name=name,
            concurrency=self.places[name],
            additional_context={"desk": self.desk},
            fetch_job_polling_interval=POLL_S,
            abort_job_polling_interval=POLL_S,
            update_heartbeat_interval=HEARTBEAT_S,
            shutdown_graceful_timeout=0,
            delete_jobs="successful",
            install_signal_handlers=False,
        )

    def wait_until_idle(self) -> None:
        """Wait until nothing is left to do now."""
        while self.is_busy():
            time.sleep(LOOK_S)

    async def tick(self, name: str, every_s: float) -> None:
        """Defer a job again and again, unless one waits already."""
        while True:
            try:
                await asyncio.to_thread(self.defer, name)
            except Exception:
                logger.exception("%s: not deferred", name)
            await asyncio.sleep(every_s)

    def defer(self, name: str) -> None:
        """Defer one job of the house."""
        with self.desk.unit() as session:
            queue.defer(session, name, queueing_lock=name)

    def is_busy(self) -> bool:
        """Tell whether a job is being done or could be."""
        stalled_after_s = self.desk.settings.worker_stalled_after_s
        with self.desk.unit() as session:
            return bool(session.scalar(BUSY, {"stalled_after_s": stalled_after_s}))


async def work(crew: Crew) -> None:
    """Work until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(kind, stop.set)
    ticking = [asyncio.create_task(crew.tick(name, every_s)) for name, every_s in TICKS.items()]
    logger.info("working on %s", ", ".join(crew.places))
    await asyncio.gather(*(crew.work_on(name, stop) for name in crew.places))
    for task in ticking:
        task.cancel()
    await asyncio.gather(*ticking, return_exceptions=True)
    logger.info("stopped")


async def work_until_idle(crew: Crew) -> None:
    """Do everything that waits and what follows from it, number the facts, count them, and come back."""
    stop = asyncio.Event()
    working = [asyncio.create_task(crew.work_on(name, stop)) for name in crew.places]
    await asyncio.to_thread(crew.wait_until_idle)
    for name in ("evidence.drain", "reports.roll"):
        await asyncio.to_thread(crew.defer, name)
        await asyncio.to_thread(crew.wait_until_idle)
    stop.set()
    await asyncio.gather(*working)


@contextmanager
def hired(settings: Settings, sandbox: Sandbox) -> Iterator[Crew]:
    """Open the database, the storage and the mail, as the settings say."""
    if settings.database_url is None:
        raise DatabaseUnknown("VISAVIS_DATABASE_URL manque ; `visavis worker` démarre une base tout seul.")
    url = settings.database_url.get_secret_value()
    places = {"video": settings.worker_concurrency, "fast": FAST, "captions": CAPTIONS, "system": SYSTEM}
    engine = connect(url, sum(places.values()) + len(TICKS), settings.database_page_cost)
    storage = open_storage(settings)
    units = session_factory(engine).begin
    post = (open_transport(settings), open_texter(settings))
    recogniser = transcription.hired(settings)
    desk = Desk(settings, SystemClock(), storage, *post, units, sandbox, recogniser)
    connector = PsycopgConnector(
        conninfo=queue.driver_address(url),
        kwargs={
            "options": "-c search_path=public,jobs",
            "application_name": queue.worker_name(sandbox.layer),
        },
        min_size=1,
        max_size=LISTENERS + sum(places.values()) + 1,
    )
    with jobs.replace_connector(connector) as app:
        yield Crew(app, desk, places)
    storage.close()
    engine.dispose()


async def employ(crew: Crew, *, until_idle: bool) -> None:
    """Work in as many threads as there are places."""
    threads = ThreadPoolExecutor(sum(crew.places.values()) + len(TICKS), thread_name_prefix="job")
    asyncio.get_running_loop().set_default_executor(threads)
    async with crew.app.open_async():
        await (work_until_idle(crew) if until_idle else work(crew))


def main() -> None:
    """Read the command line and work."""
    parser = argparse.ArgumentParser(prog="python -m workers", description="Vidéos, courriels, ménage.")
    parser.add_argument("--until-idle", action="store_true", help="faire tout ce qui attend, puis finir")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    settings = Settings()
    try:
        sandbox = reach(settings)
    except SandboxMissing as missing:
        sys.exit(str(missing))
    with hired(settings, sandbox) as crew:
        asyncio.run(employ(crew, until_idle=chosen.until_idle))


if __name__ == "__main__":
    main()
