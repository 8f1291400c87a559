"""What every request may ask for: the unit of work, the present instant, the world outside.

One request is one transaction.  GET and HEAD get a read-only one, so that a page that writes fails at once.
The unit takes a slot before it takes a connection: threads that wait for a connection while others wait for a
thread would lock each other out.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, TypeVar, cast
from uuid import UUID

from anyio import CapacityLimiter
from fastapi import Depends
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from app.clock import Clock
from app.queue import ProgressFeed
from app.settings import Settings
from app.storage import Storage

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Check = TypeVar("Check", bound=Callable[..., object])
Result = TypeVar("Result")


@dataclass(frozen=True)
class Resources:
    """What the composition root opened and every request shares.

    `sessions` and `short_sessions` draw on two pools: a request that holds a connection of the first can
    always get one of the second.
    """

    settings: Settings
    clock: Clock
    storage: Storage
    sessions: sessionmaker[Session]
    short_sessions: sessionmaker[Session]
    feed: ProgressFeed
    slots: CapacityLimiter = field(init=False)

    def __post_init__(self) -> None:
        """Make as many slots as there are connections."""
        object.__setattr__(self, "slots", CapacityLimiter(self.settings.database_pool_size))

    @contextmanager
    def short_unit(self) -> Iterator[Session]:
        """Open a second, short transaction, committed on its own: for what outlives a refused request."""
        with self.short_sessions.begin() as session:
            yield session

    async def in_unit(self, verb: Callable[[Session], Result]) -> Result:
        """Run one step of a request that streams in a transaction of its own, off the event loop."""

        def step() -> Result:
            with self.sessions.begin() as session:
                return verb(session)

        async with self.slots:
            return await run_in_threadpool(step)


@dataclass(frozen=True)
class Told:
    """What pages of lower rooms show of higher ones: the composition root hands it down (ADR 3).

    `consent_kind` is the agreement that what a person chose to show needs, `video_use` what their profile
    does with a video (profiles.queries.video_use), `waiting` how many proposals wait for their answer,
    `script` the parts of what they will say, as title and text, `review` where their adviser judges them,
    `words_kept` how many of the words that a company owed it gave in time, and of how many: None for too few.
    """

    consent_kind: Callable[[Session, UUID], str]
    video_use: Callable[[Session, UUID], str | None]
    waiting: Callable[[Session, UUID], int]
    script: Callable[[Session, UUID], list[tuple[str, str]]]
    review: Callable[[Session, UUID], str]
    words_kept: Callable[[Session, UUID, datetime], tuple[int, int] | None]


def permission(name: str) -> Callable[[Check], Check]:
    """Mark a dependency as a permission, by the name that the matrix of roles shows."""

    def mark(check: Check) -> Check:
        check.permission = name  # type: ignore[attr-defined]  # read by tests/house and the role matrix
        return check

    return mark


@permission("everybody")
def everybody() -> None:
    """Let everybody in without asking who it is, even while the database is away."""


def resources_of(connection: HTTPConnection) -> Resources:
    """Return what the application shares with this request."""
    return cast("Resources", connection.app.state.resources)


def told_of(connection: HTTPConnection) -> Told:
    """Return what higher rooms tell lower ones."""
    return cast("Told", connection.app.state.told)


def settings_of(resources: Annotated[Resources, Depends(resources_of)]) -> Settings:
    """Return the settings of the service."""
    return resources.settings


def storage_of(resources: Annotated[Resources, Depends(resources_of)]) -> Storage:
    """Return the object storage."""
    return resources.storage


def present(resources: Annotated[Resources, Depends(resources_of)]) -> datetime:
    """Return the present instant, one and the same for the whole request."""
    return resources.clock.now()


async def unit_of_work(
    connection: HTTPConnection, resources: Annotated[Resources, Depends(resources_of)]
) -> AsyncIterator[Session]:
    """Give the request its one transaction, and end it before the answer leaves: a read never commits."""
    reads = connection.scope.get("method") in SAFE_METHODS
    async with resources.slots:
        session = resources.sessions()
        try:
            if reads:
                await run_in_threadpool(session.execute, text("set transaction read only"))
            yield session
            await run_in_threadpool(session.rollback if reads else session.commit)
        finally:
            await run_in_threadpool(session.close)


# scope="function": with FastAPI's default scope a COMMIT that fails would still answer 200.
UnitOfWork = Annotated[Session, Depends(unit_of_work, scope="function")]
Now = Annotated[datetime, Depends(present)]
CurrentSettings = Annotated[Settings, Depends(settings_of)]
CurrentStorage = Annotated[Storage, Depends(storage_of)]
Everybody = Annotated[None, Depends(everybody)]
CurrentResources = Annotated[Resources, Depends(resources_of)]
