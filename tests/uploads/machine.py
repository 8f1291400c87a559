"""Web servers in processes of their own, that a test kills as the power or the kernel would."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

START_MAX_S = 60


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class WebServer:
    """One `visavis web` over a database and a data directory that others may share."""

    environment: dict[str, str]
    workers: int = 1
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "WebServer":
        """Start, and return once it answers."""
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "app.cli",
                "web",
                "--port",
                str(self.port),
                "--workers",
                str(self.workers),
            ],
            env=os.environ | {"VISAVIS_PUBLIC_URL": self.url} | self.environment,
            cwd=Path(__file__).parents[2],
        )
        deadline_s = time.monotonic() + START_MAX_S
        while not self.answers():
            assert self.process.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline_s, "the server does not answer"
            time.sleep(0.05)
        return self

    def answers(self) -> bool:
        """Tell whether somebody listens."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def freeze(self) -> None:
        """Stop it where it is: it holds what it holds, and does nothing more."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        stat = Path(f"/proc/{self.process.pid}/stat")
        wait_until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T")

    def writer_of(self, path: Path) -> int:
        """Return which of its processes has a file open."""
        assert self.process is not None
        parent = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in (self.process.pid, *map(int, parent.read_text().split())):
            with suppress(FileNotFoundError):
                if any(fd.readlink() == path for fd in Path(f"/proc/{pid}/fd").iterdir()):
                    return pid
        raise AssertionError("nobody writes")

    def kill(self) -> None:
        """End it as a crash would: nothing is flushed, nobody is told."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it, if it still runs."""
        self._end(signal.SIGTERM)

    def peak_bytes(self) -> int:
        """Return the most memory that it ever had."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])

    def pipes(self) -> int:
        """Count the ends of pipes that it has open: the kernel moves bytes through two of them."""
        assert self.process is not None
        links = [fd.readlink() for fd in Path(f"/proc/{self.process.pid}/fd").iterdir()]
        return sum(str(link).startswith("pipe:") for link in links)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(20)


@dataclass
class OpenAppend:
    """A PATCH whose body comes when the test says so."""

    url: str
    offset_bytes: int
    length_bytes: int
    more: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        self.connection = HTTPConnection(parts.netloc, timeout=20)
        self.connection.putrequest("PATCH", f"{parts.path}?{parts.query}")
        for name, value in {
            "Tus-Resumable": "1.0.0",
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(self.offset_bytes),
            "Content-Length": str(self.length_bytes),
            **self.more,
        }.items():
            self.connection.putheader(name, value)
        self.connection.endheaders()
        self.socket = self.connection.sock.dup()

    def send(self, content: bytes) -> None:
        """Send a part of the body."""
        self.connection.send(content)

    def close(self) -> None:
        """Cut the line."""
        self.connection.close()
        self.socket.close()

    def has_answer(self, limit_s: float) -> bool:
        """Tell whether the server says something within the limit."""
        return bool(select.select([self.socket], [], [], limit_s)[0])

    def is_dropped(self) -> bool:
        """Tell whether the server, which has answered, lets go of the line."""
        self.socket.settimeout(5)
        with suppress(TimeoutError):
            while self.socket.recv(65_536):
                pass  # the rest of the answer
            return True
        return False

    def is_invited(self) -> bool:
        """Tell whether the server asks for the body, which was announced with Expect: 100-continue."""
        self.socket.settimeout(5)
        return self.socket.recv(65_536).startswith(b"HTTP/1.1 100 ")

    def status_code(self) -> int:
        """Wait for the answer."""
        with self.connection.getresponse() as answer:
            return answer.status


def wait_for_bytes(path: Path, count_bytes: int) -> None:
    """Wait until a file has so many bytes."""
    wait_until(lambda: path.stat().st_size >= count_bytes)


def wait_until(holds: Callable[[], bool], pause_s: float = 0.02) -> None:
    """Wait until something holds; look again after a pause."""
    deadline_s = time.monotonic() + START_MAX_S
    while not holds():
        assert time.monotonic() < deadline_s, "waited in vain"
        time.sleep(pause_s)
