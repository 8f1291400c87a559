"""Real worker processes over a database of their own, as an operator starts, stops and kills them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.settings import Settings

ROOT = Path(__file__).parents[2]
PATIENCE_S = 100.0  # a machine where everything runs at once
LOOK_EVERY_S = 0.02


class Later:
    """A clock of the day after the machine's: objects bear the machine's time."""

    def now(self) -> datetime:
        """Tell the instant."""
        return datetime.now(UTC) + timedelta(days=1)


@dataclass(frozen=True)
class Crew:
    """A database, its settings, and how to start workers on it."""

    engine: Engine
    settings: Settings

    @contextmanager
    def worker(self, *words: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Start a worker process, with more variables if need be, and leave none behind."""
        own = {
            "VISAVIS_ENVIRONMENT": "test",
            "VISAVIS_DATABASE_URL": self.engine.url.render_as_string(hide_password=False),
            "VISAVIS_DATA_DIR": str(self.settings.data_dir),
            "VISAVIS_SECRET_KEY": self.settings.secret_key.get_secret_value(),
            "VISAVIS_VIDEO_MIN_S": str(self.settings.video_min_s),
            **more,
        }
        command = [sys.executable, "-m", "workers", *words]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | own)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)  # a stopped one would not hear the other
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE_S)

    def value(self, query: str) -> object:
        """Read one value."""
        with Session(self.engine) as session:
            return session.scalar(text(query))

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Look until it is so; the machine may be slow, but not that slow."""
        limit_s = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < limit_s, "it never came"
            time.sleep(LOOK_EVERY_S)
