"""The servers that uploads are sent to: ours on both planes, @tus/server, nginx."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from os import sysconf
from pathlib import Path

from app.cli import accounts, story
from app.cli.demo import free_port, started
from app.cli.visitor import Visitor
from benchmarks.senders import Answer, ask

PEERS = Path(__file__).with_name("peers")
TICKS_A_S = sysconf("SC_CLK_TCK")
START_MAX_S = 20
TUS = {"Tus-Resumable": "1.0.0"}
APPEND = TUS | {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
NGINX = """
daemon off; master_process off; error_log stderr crit; pid {folder}/pid;
events {{ worker_connections 512; }}
http {{
  access_log off; client_max_body_size 0; client_body_temp_path {folder}/body;
  server {{
    listen 127.0.0.1:{port};
    location / {{ root {folder}/files; dav_methods PUT DELETE; }}
  }}
}}
"""


class Refused(Exception):
    """A server did not take what was sent."""


@dataclass(frozen=True)
class Server:
    """A server under measure: its process, and how one file goes there; it returns the file's address."""

    pid: int
    send: Callable[[int, Path], str]

    def remove(self, url: str) -> None:
        """Take a file away again."""
        expect(ask("DELETE", url, TUS).status, 204)

    def cpu_s(self) -> float:
        """Count the CPU-seconds that its process has spent."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_S

    def rss_mb(self, name: str = "VmRSS") -> float:
        """Return its memory now, or the most that it had (`VmHWM`)."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition(f"{name}:")[2].split()[0]) / 1024

    def forget_peak(self) -> None:
        """Begin a new count of the most memory that it had."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="ascii")


@contextmanager
def ours(folder: Path, *, splice: bool) -> Iterator[Server]:
    """Run the whole product on one plane, with a resident who may send.

    They send parts of files (tus concatenation): of whole files, nobody has more than three under way.
    """
    with ExitStack() as opened:
        url = opened.enter_context(started(folder, VISAVIS_UPLOAD_SPLICE=str(splice)))
        who = opened.enter_context(resident(url))

        def send(_: int, film: Path) -> str:
            said = {**TUS, **who, "Upload-Length": str(film.stat().st_size), "Upload-Concat": "partial"}
            return deliver(ask("POST", f"{url}/files/", said), film)

        yield Server(pid_of("web", url.rpartition(":")[2]), send)


@contextmanager
def resident(url: str) -> Iterator[Mapping[str, str]]:
    """Have somebody invited who agrees, and give the headers of their browser."""
    cast = story.Cast(*(Visitor(name, url) for name in ("La conseillère", "La jeune", "Le recruteur")))
    story.sign_in(cast.adviser, accounts.ADVISER)
    story.invite(cast, "mesure")
    who = cast.resident
    yield {
        "Cookie": "; ".join(f"{name}={value}" for name, value in who.cookies.items()),
        "X-CSRF-Token": who.token,
    }
    for visitor in (cast.adviser, cast.resident, cast.recruiter):
        visitor.http.close()


@contextmanager
def tus_server(folder: Path) -> Iterator[Server]:
    """Run @tus/server with its file store."""
    port = free_port()
    folder.mkdir()
    with process(["node", "tus.mjs", str(folder), str(port)], port, cwd=PEERS) as pid:
        url = f"http://127.0.0.1:{port}/files"

        def send(_: int, film: Path) -> str:
            return deliver(ask("POST", url, TUS | {"Upload-Length": str(film.stat().st_size)}), film)

        yield Server(pid, send)


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """Run nginx as a WebDAV server: no resumption, no permission, the least that a server does."""
    port = free_port()
    (folder / "files").mkdir(parents=True)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port), encoding="utf-8")
    binary = shutil.which("nginx", path="/usr/sbin:/usr/bin") or "nginx"
    with process([binary, "-c", str(folder / "nginx.conf")], port) as pid:

        def send(number: int, film: Path) -> str:
            url = f"http://127.0.0.1:{port}/{number}"
            expect(ask("PUT", url, {}, film).status, 201)
            return url

        yield Server(pid, send)


def pid_of(verb: str, port: str) -> int:
    """Return the process of ours that serves on a port."""
    for process_dir in Path("/proc").glob("[0-9]*"):
        words = (process_dir / "cmdline").read_bytes().decode().split("\0")
        if words[2:6] == ["app.cli", verb, "--port", port]:
            return int(process_dir.name)
    raise Refused(port)


def deliver(created: Answer, film: Path) -> str:
    """Send a whole file to an upload that was just created, and return its address."""
    expect(created.status, 201)
    expect(ask("PATCH", created.location, APPEND, film).status, 204)
    return created.location


def expect(status: int, wanted: int) -> None:
    """Raise Refused for any other answer."""
    if status != wanted:
        raise Refused(str(status))


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def process(command: list[str], port: int, cwd: Path | None = None) -> Iterator[int]:
    """Run a server until the block ends, and give its process once it listens."""
    running = subprocess.Popen(command, cwd=cwd)
    try:
        limit_s = time.monotonic() + START_MAX_S
        while not listens(port):
            if running.poll() is not None or time.monotonic() > limit_s:
                raise Refused(" ".join(command))
            time.sleep(0.05)
        yield running.pid
    finally:
        running.terminate()
        running.wait()
