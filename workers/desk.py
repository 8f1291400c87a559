"""What every job works with: one transaction a step, media, mail, time; made by `__main__` alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.clock import Clock
from app.mail import Texter, Transport
from app.settings import Settings
from app.storage import Storage
from workers.sandbox import FIRST, Sandbox
from workers.transcription import Recogniser


@dataclass(frozen=True)
class Desk:
    """`unit()` opens one short transaction, committed at its end; never around ffmpeg, storage or mail."""

    settings: Settings
    clock: Clock
    storage: Storage
    transport: Transport
    texter: Texter
    unit: Callable[[], AbstractContextManager[Session]]
    sandbox: Sandbox = FIRST
    recogniser: Recogniser | None = None


@dataclass(frozen=True)
class Running:
    """One run of a job: whether it is asked to stop, and how often it ran before, for whatever reason."""

    should_abort: Callable[[], bool] = lambda: False
    runs_before: int = 0
