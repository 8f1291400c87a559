"""The console command as people start it: in processes of its own, whose words and leftovers a test reads."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from app.db import connect
from app.postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
PATIENCE_S = 150.0  # a machine where everything runs at once
LOOK_EVERY_S = 0.05


@dataclass(frozen=True)
class Command:
    """`visavis …` under way, in a group of its own as a shell has it, and what it says."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def said(self) -> str:
        """Return all that it and what it started have said so far."""
        return self.log.read_text(encoding="utf-8")

    def await_words(self, words: str) -> None:
        """Wait until it says this."""
        limit_s = time.monotonic() + PATIENCE_S
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < limit_s, self.said()
            time.sleep(LOOK_EVERY_S)

    def end(self, kind: signal.Signals) -> tuple[int, float]:
        """Send a signal to the group, and return the exit code and how long it took."""
        told_at_s = time.monotonic()
        os.killpg(self.process.pid, kind)
        return self.process.wait(PATIENCE_S), time.monotonic() - told_at_s


@contextmanager
def command(log: Path, environment: Mapping[str, str], *arguments: str) -> Iterator[Command]:
    """Start `visavis …`, and leave nothing of it."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", *arguments],
            env=os.environ | environment,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Command(process, log)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def await_listening(web: Command, port: int) -> None:
    """Wait until somebody listens."""
    limit_s = time.monotonic() + PATIENCE_S
    while f":{port:04X} 00000000:0000 0A" not in Path("/proc/net/tcp").read_text(encoding="ascii"):
        assert web.process.poll() is None, web.said()
        assert time.monotonic() < limit_s, web.said()
        time.sleep(LOOK_EVERY_S)


def alive(data_dir: Path) -> list[str]:
    """Name the processes that work for this data directory, the database's too."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ")
            known = words + (process / "environ").read_bytes()
        except OSError:
            continue
        if words and str(data_dir).encode() in known:
            found.append(words.decode(errors="replace"))
    return found


@contextmanager
def database(data_dir: Path) -> Iterator[Engine]:
    """Look into the database of a product that runs."""
    server = EmbeddedPostgres(data_dir / "postgres")
    server.start()
    engine = connect(server.url, pool_size=1)
    yield engine
    engine.dispose()
    server.stop()
