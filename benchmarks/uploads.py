"""Claim: our uploads are faster than @tus/server and cost less, and fifty at once need hardly more memory.

Every server writes to the same file system in memory, so that the disk is no part of the figures; each gets
the same bytes from the same client.  nginx shows what a server does that knows no resumption, no permission.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.frame import Claim, Missing, take_turns
from benchmarks.servers import PEERS, Server, nginx, ours, tus_server

ROUNDS = 5
MIB = 1024 * 1024
GIB = 1024 * MIB
MEMORY = Path("/dev/shm")  # noqa: S108 - a file system, where a directory of our own is made
# A video's first bytes; what follows is never looked at.
FTYP = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
GROWTH_MAX_MB = 40.0
TUS = "@tus/server, @tus/file-store"
WORDS = {"mb_per_s": ("débit", "Mo/s"), "cpu_s_per_gib": ("CPU", "s/Gio"), "peak_mb": ("mémoire", "Mo")}
PLANES = (("noyau", 2.0, 0.4), ("portable", 1.4, 0.7))


@dataclass(frozen=True)
class Load:
    """How much is sent: files of one size, some at once."""

    name: str
    files: int
    size_bytes: int
    at_once: int


MANY = Load("50 à la fois", 50, 8 * MIB, 50)
LOADS = (Load("1 × 256 Mio", 1, 256 * MIB, 1), Load("16 × 16 Mio", 16, 16 * MIB, 8))


@dataclass(frozen=True)
class Figures:
    """What one round cost: throughput, CPU of the server, its peak of memory."""

    mb_per_s: float
    cpu_s_per_gib: float
    peak_mb: float


def run() -> list[Claim]:
    """Send both loads to every server by turns, then fifty films at once to ours."""
    install_peers()
    with (
        TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
        servers(Path(folder)) as all_of,
    ):
        claims = []
        for load in LOADS:
            film = make_film(Path(folder) / "film.mp4", load.size_bytes)
            measures = [partial(send_all, server, load, film) for server in all_of]
            claims += compare(load, take_turns(measures, ROUNDS))
        film = make_film(Path(folder) / "film.mp4", MANY.size_bytes)
        for (plane, _, _), server in zip(PLANES, all_of, strict=False):
            claims.append(memory(plane, server, film))
        return claims


def install_peers() -> None:
    """Fetch @tus/server, locked, beside our own; raise Missing where there is no npm or no nginx."""
    for program, package in (("npm", "npm"), ("node", "nodejs"), ("nginx", "nginx-light")):
        if not (shutil.which(program) or shutil.which(program, path="/usr/sbin")):
            raise Missing(package)
    if not (PEERS / "node_modules").is_dir():
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
        subprocess.run(words, cwd=PEERS, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def servers(folder: Path) -> Iterator[tuple[Server, ...]]:
    """Run ours on both planes, in the order of `PLANES`, then the peers."""
    with ExitStack() as opened:
        yield tuple(
            opened.enter_context(server)
            for server in (
                ours(folder / "noyau", splice=True),
                ours(folder / "portable", splice=False),
                tus_server(folder / "tus"),
                nginx(folder / "nginx"),
            )
        )


def make_film(path: Path, size_bytes: int) -> Path:
    """Make a file that begins like a video."""
    path.write_bytes(FTYP)
    with path.open("r+b") as film:
        film.truncate(size_bytes)
    return path


def send_all(server: Server, load: Load, film: Path) -> Figures:
    """Send the whole load, and say what it cost."""
    server.forget_peak()
    cpu_s, began_s = server.cpu_s(), time.monotonic()
    sent = send_at_once(server, load, film)
    took_s, spent_s = time.monotonic() - began_s, server.cpu_s() - cpu_s
    for url in sent:
        server.remove(url)
    sent_bytes = load.files * load.size_bytes
    return Figures(sent_bytes / 1e6 / took_s, spent_s * GIB / sent_bytes, server.rss_mb("VmHWM"))


def send_at_once(server: Server, load: Load, film: Path) -> list[str]:
    """Send every file of a load, so many at once, and return their addresses."""
    with ThreadPoolExecutor(load.at_once) as senders:
        return list(senders.map(lambda number: server.send(number, film), range(load.files)))


def compare(load: Load, figures: list[list[Figures]]) -> list[Claim]:
    """Hold both planes against @tus/server, and nginx beside them."""
    *planes, tus, bare = figures
    claims = []
    for (plane, faster, cheaper), our in zip(PLANES, planes, strict=True):
        name = f"{load.name}, {plane}"
        claims += [
            claim(name, "mb_per_s", tus, our, faster),
            claim(name, "cpu_s_per_gib", tus, our, cheaper),
            claim(name, "peak_mb", tus, our, None),
        ]
    return [*claims, claim(f"{load.name}, nginx", "mb_per_s", tus, bare, None)]


def claim(name: str, figure: str, theirs: list[Figures], our: list[Figures], bar: float | None) -> Claim:
    """Claim one figure of every round, beside @tus/server's."""
    peer_figures, our_figures = (tuple(getattr(one, figure) for one in side) for side in (theirs, our))
    word, unit = WORDS[figure]
    return Claim(f"{name} : {word}", unit, TUS, peer_figures, our_figures, bar, is_cost=figure != "mb_per_s")


def memory(plane: str, server: Server, film: Path) -> Claim:
    """Send fifty films at once, and see by how much the process grows over its idle self."""
    server.forget_peak()
    idle_mb = server.rss_mb()
    for url in send_at_once(server, MANY, film):
        server.remove(url)
    growth_mb = max(server.rss_mb("VmHWM") - idle_mb, 0.0)
    promise = f"{GROWTH_MAX_MB:.0f} Mo de plus qu’au repos"
    return Claim(f"{MANY.name}, {plane}", "Mo", promise, (GROWTH_MAX_MB,), (growth_mb,), 1)
