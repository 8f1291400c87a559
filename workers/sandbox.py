"""How a media tool is confined: what stands before its command line, and how its process is started (ADR 14).

First layer, everywhere: ceilings on CPU, memory and file size, an empty environment, a private room as
working directory, no new privileges, death with the worker; and another user when the worker is root.
Second: Landlock leaves it the room and the programs of the system, seccomp the calls that it needs.
Third, around both: bubblewrap, with namespaces of its own in which nothing else exists.
`workers/layers.py` finds out which of them this machine gives.
"""

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER_ID = 59_321  # in no passwd file: owns nothing but the rooms of this service
MEMORY_BYTES = 6 * 1024**3  # address space, of which threads reserve much and use little
LAUNCHER = Path(__file__).with_name("launch.py")
PYTHON = Path(sys.executable).resolve()  # it loads the standard library alone
SOURCE = "source"
ROOM_INSIDE, LAUNCHER_INSIDE = "/room", "/launch.py"  # bubblewrap's
PROGRAMS = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
READABLE = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts")
FIRST_INSIDE = 1  # the process that bubblewrap leaves to wait for its tool
ROOT_UNSHARES = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")
# bubblewrap says that its tool died of a signal as shells do.
SIGNALLED_CODES = range(129, 160)


class ToolMissing(Exception):
    """A program that the service needs is not installed."""


@dataclass(frozen=True)
class Ceilings:
    """What one run of a tool may use up."""

    cpu_s: int
    file_bytes: int
    memory_bytes: int = MEMORY_BYTES


@dataclass(frozen=True)
class Sandbox:
    """What stands between a tool and the machine, beside the first layer.

    `landlock` is the version of its interface, 0 without; `calls` the filter of system calls, empty without;
    `bubblewrap` its program, None without.
    """

    landlock: int = 0
    calls: bytes = b""
    bubblewrap: str | None = None

    @property
    def layer(self) -> str:
        """Name what was reached, for operators."""
        parts = {"bubblewrap": self.bubblewrap, "landlock": self.landlock, "seccomp": self.calls}
        return "+".join(name for name, part in parts.items() if part) or FIRST_LAYER


FIRST_LAYER = "limits"
FIRST = Sandbox()


@dataclass(frozen=True)
class Confinement:
    """A command prefix, and the arguments for Popen."""

    prefix: tuple[str, ...]
    popen: dict[str, Any]
    is_wrapped: bool = False

    def command(self, arguments: list[str]) -> list[str]:
        """Put the prefix before a tool's command line, with the tool's full path: it will have no PATH."""
        tool = shutil.which(arguments[0])
        if tool is None:
            raise ToolMissing(arguments[0])
        return [*self.prefix, tool, *arguments[1:]]

    def code_of(self, code: int) -> int:
        """Return the exit code of a process as its tool's own: negative where a signal ended it."""
        return 128 - code if self.is_wrapped and code in SIGNALLED_CODES else code

    def is_refusal(self, said: str) -> bool:
        """Tell whether bubblewrap itself gave up; no tool speaks before it has come that far."""
        return self.is_wrapped and said.startswith("bwrap: ")


def confine(room: Path, ceilings: Ceilings, sandbox: Sandbox = FIRST) -> Confinement:
    """Describe how a tool runs in a room that `open_room` made.

    Relative paths alone are to be used inside: another user may not cross the directories above the room.
    """
    wrapped = _wrapped(room, sandbox.bubblewrap) if sandbox.bubblewrap else ()
    user_id = USER_ID if os.geteuid() == 0 else 0
    parent_id = FIRST_INSIDE if wrapped else os.getpid()
    numbers = (parent_id, user_id, ceilings.cpu_s, ceilings.memory_bytes, ceilings.file_bytes)
    launcher = LAUNCHER_INSIDE if wrapped else str(LAUNCHER)
    words = (*map(str, numbers), str(sandbox.landlock), sandbox.calls.hex())
    return Confinement(
        prefix=(*wrapped, str(PYTHON), "-I", "-S", launcher, *words),
        popen={"cwd": room, "env": {}, "start_new_session": True, "stdin": subprocess.DEVNULL},
        is_wrapped=bool(wrapped),
    )


def _wrapped(room: Path, bubblewrap: str) -> tuple[str, ...]:
    """Spell bubblewrap's part: what exists inside, and that all else is unshared.

    Root keeps its user namespace: in another one it could not become the user who owns nothing.
    """
    words = [bubblewrap, "--die-with-parent", "--new-session"]
    words += ROOT_UNSHARES if os.geteuid() == 0 else ["--unshare-all"]
    for place in (Path("/", name) for name in PROGRAMS):
        if place.is_symlink():
            words += ["--symlink", str(place.readlink()), str(place)]
        else:
            words += ["--ro-bind-try", str(place), str(place)]
    words += ["--dir", "/etc"]  # or it would be closed to another user
    own = Path(sys.base_prefix)
    for path in (*READABLE, *(() if own.is_relative_to("/usr") else (str(own),))):
        words += ["--ro-bind-try", path, path]
    words += ["--proc", "/proc", "--dev", "/dev", "--ro-bind", str(LAUNCHER), LAUNCHER_INSIDE]
    words += ["--bind", str(room), ROOM_INSIDE, "--chdir", ROOM_INSIDE]
    for source in room.glob(f"{SOURCE}*"):  # may be the very file that was sent, under a second name
        if not source.is_symlink():  # or a tool could leave one for the next to follow out of the room
            words += ["--ro-bind", str(source), f"{ROOM_INSIDE}/{source.name}"]
    return (*words, "--")


def name_of(what: str = SOURCE, position: int = 1) -> str:
    """Name a take in its room: `source`, then `source2` and so on."""
    return what if position == 1 else f"{what}{position}"


def open_room(room: Path, *sources: Path) -> None:
    """Make a private directory with the sources in it, named by `name_of`, readable by the tools and no more.

    The sources themselves are never touched, nor are their owner and mode: a link would share them.
    """
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.geteuid():
        os.chown(room, USER_ID, USER_ID)
    for position, source in enumerate(sources, start=1):
        inside = room / name_of(position=position)
        inside.unlink(missing_ok=True)
        _lay(source, inside)


def _lay(source: Path, inside: Path) -> None:
    if os.geteuid() or source.stat().st_mode & stat.S_IROTH:
        _link_or_copy(source, inside)
        return
    shutil.copyfile(source, inside)
    os.chown(inside, USER_ID, USER_ID)


def _link_or_copy(source: Path, inside: Path) -> None:
    try:
        os.link(source, inside)
    except OSError:  # another file system, or one that is read-only
        shutil.copyfile(source, inside)
