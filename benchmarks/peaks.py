"""The most memory that tools and workers take, as the kernel counts it (VmHWM)."""

import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from types import TracebackType
from typing import Self

from app.cli import accounts, story
from app.cli.demo import started
from app.cli.visitor import Visitor

LOOK_EVERY_S = 0.05


def peak_mb(process: Path) -> float:
    """Return the most memory that a process of /proc has had, 0 when it is gone."""
    with suppress(OSError, IndexError, ValueError):
        status = (process / "status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return 0.0


def processes() -> Iterator[tuple[Path, list[str]]]:
    """Yield every process of this machine with its command line."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield process, (process / "cmdline").read_bytes().decode(errors="replace").split("\0")


class ToolPeak:
    """Watches ffmpeg while a block lasts; `mb` is the most that one process of it took."""

    def __init__(self) -> None:
        self.mb = 0.0
        self._over = Event()
        self._watching = Thread(target=self._watch)

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._watching.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Watch no more."""
        self._over.set()
        self._watching.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            found = [peak_mb(process) for process, words in processes() if Path(words[0]).name == "ffmpeg"]
            self.mb = max(self.mb, *found, 0.0)


def worker_peak_mb(film: Path) -> float:
    """Have a whole service make a video of a film, and return the most memory that its worker took."""
    with TemporaryDirectory() as name, started(Path(name) / "data") as url:
        cast = story.Cast(*(Visitor(role, url) for role in ("La conseillère", "La jeune", "Le recruteur")))
        story.sign_in(cast.adviser, accounts.ADVISER)
        story.invite(cast, secrets.token_hex(3))
        story.follow(cast.resident, story.send_video(cast.resident, film))
        time.sleep(LOOK_EVERY_S)
        for visitor in (cast.adviser, cast.resident, cast.recruiter):
            visitor.http.close()
        return max(peak_mb(process) for process, words in processes() if works_in(process, words, name))


def works_in(process: Path, words: list[str], folder: str) -> bool:
    """Tell whether a process is a worker of the service whose data lie in a folder."""
    with suppress(OSError):
        return "workers" in words and folder.encode() in (process / "environ").read_bytes()
    return False
