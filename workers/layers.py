"""Finds out which layers of the sandbox hold on this machine, by trying to get out of each (ADR 14).

`python -m workers.layers` prints what a worker would reach here, for `visavis doctor`.
"""

import ctypes
import logging
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.settings import Settings
from workers.runner import LaunchFailed, ToolEnded, Watch, run
from workers.sandbox import FIRST, Ceilings, Confinement, Sandbox, ToolMissing, confine, open_room
from workers.seccomp import program

CEILINGS = Ceilings(cpu_s=10, file_bytes=1_000_000)
PATIENCE = Watch(wall_s=20.0, output_bytes=10_000)
# Source: include/uapi/linux/landlock.h of Linux.
CREATE_RULESET = 444
ASK_VERSION = 1
# What a tool needs must work, what it must not do must fail; the code says which was wrong.
ERRANDS = """
cat source > copy && cat copy > /dev/null || exit 3
! cat "$1" || exit 4
! echo out > "$2" || exit 5
"""
OUT_OF_REACH = (
    "VISAVIS_SANDBOX=required : ni Landlock et seccomp (Linux 5.13 ou plus récent, x86_64 ou aarch64), ni "
    "bubblewrap n’isolent ffmpeg sur cette machine. Tapez : sudo apt-get install bubblewrap — ou permettez "
    "Landlock dans ce conteneur. VISAVIS_SANDBOX=auto démarre avec ce qu’il y a."
)

logger = logging.getLogger("visavis.workers.sandbox")


class SandboxMissing(Exception):
    """The operator asks for a sandbox, and none holds on this machine."""


class GotOut(Exception):
    """A tool did what it must not, or could not do what it must."""


@dataclass(frozen=True)
class Grounds:
    """Where a trial takes place: a room, a secret that everybody may read, and a place open to all."""

    room: Path
    secret: Path
    outside: Path


def reach(settings: Settings) -> Sandbox:
    """Return the strongest sandbox that holds here, as far as the settings want one.

    Raise SandboxMissing when one is required and none does.
    """
    if settings.sandbox == "off":
        logger.warning("VISAVIS_SANDBOX=off: files of strangers are read with the first layer alone")
        return FIRST
    for sandbox in candidates():
        try:
            prove(sandbox, settings.work_dir.resolve())
        except (GotOut, LaunchFailed, ToolEnded, ToolMissing, OSError) as trouble:
            logger.warning("sandbox %s does not hold here: %s", sandbox.layer, str(trouble).strip())
        else:
            logger.info("sandbox reached: %s", sandbox.layer)
            return sandbox
    if settings.sandbox == "required":
        raise SandboxMissing(OUT_OF_REACH)
    logger.warning("no sandbox beyond the first layer: install bubblewrap, or allow Landlock")
    return FIRST


def candidates() -> Iterator[Sandbox]:
    """Yield what this machine may offer, strongest first; Landlock and seccomp go together."""
    version, calls = landlock_version(), program(os.uname().machine)
    bubblewrap = shutil.which("bwrap")
    if version and calls:
        if bubblewrap:
            yield Sandbox(version, calls, bubblewrap)
        yield Sandbox(version, calls)
    if bubblewrap:
        yield Sandbox(bubblewrap=bubblewrap)


def landlock_version() -> int:
    """Ask the kernel for its version of Landlock; 0 where there is none, or where it is not allowed."""
    libc = ctypes.CDLL(None)
    return max(0, int(libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)))


def prove(sandbox: Sandbox, work_dir: Path) -> None:
    """Try to get out as ffmpeg might; raise GotOut when that works, or what the runner raises."""
    with grounds(work_dir) as here, socket.create_server(("127.0.0.1", 0)) as listener:
        confinement = confine(here.room, CEILINGS, sandbox)
        run_errands(confinement, here)
        if shutil.which("ffmpeg"):  # or there is nobody yet to call
            call_home(confinement, listener)


@contextmanager
def grounds(work_dir: Path) -> Iterator[Grounds]:
    """Lay out a room where workers have theirs, and what is to stay out of reach; leave nothing."""
    work_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as around, tempfile.TemporaryDirectory(dir=work_dir) as inside:
        outside = Path(around)
        outside.chmod(0o777)  # open to all: the layers alone are to refuse
        secret = outside / "secret"
        secret.write_text("secret", encoding="utf-8")
        secret.chmod(0o644)
        room = Path(inside) / "room"
        open_room(room, secret)
        yield Grounds(room, secret, outside / "written")


def run_errands(confinement: Confinement, here: Grounds) -> None:
    """Read and write inside, then try to outside."""
    run(confinement, ["sh", "-c", ERRANDS, "sh", str(here.secret), str(here.outside)], PATIENCE)
    if here.outside.exists():
        raise GotOut("it wrote outside")


def call_home(confinement: Confinement, listener: socket.socket) -> None:
    """Start the tool itself, then have it call a listener on this machine, which is not to be reached."""
    run(confinement, ["ffmpeg", "-version"], PATIENCE)
    port = listener.getsockname()[1]
    listener.settimeout(0)
    with suppress(ToolEnded):
        address = f"tcp://127.0.0.1:{port}?timeout=1000000"
        run(confinement, ["ffmpeg", "-nostdin", "-v", "error", "-i", address], PATIENCE)
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return
    raise GotOut("it reached the network")


def main() -> None:
    """Print what is reached here."""
    try:
        sys.stdout.write(f"{reach(Settings()).layer}\n")
    except SandboxMissing as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
