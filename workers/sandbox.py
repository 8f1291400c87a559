"""How a media tool is confined: what stands before its command line, and how its process is started.

First layer, everywhere: ceilings on CPU, memory and file size, an empty environment, a private room as
working directory, no new privileges, death with the worker; and another user when the worker is root.
Further layers (Landlock, bubblewrap) extend `confine` and `workers/launch.py`.
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
SOURCE = "source"


class ToolMissing(Exception):
    """A program that the service needs is not installed."""


@dataclass(frozen=True)
class Ceilings:
    """What one run of a tool may use up."""

    cpu_s: int
    file_bytes: int
    memory_bytes: int = MEMORY_BYTES


@dataclass(frozen=True)
class Confinement:
    """A command prefix, and the arguments for Popen."""

    prefix: tuple[str, ...]
    popen: dict[str, Any]

    def command(self, arguments: list[str]) -> list[str]:
        """Put the prefix before a tool's command line, with the tool's full path: it will have no PATH."""
        tool = shutil.which(arguments[0])
        if tool is None:
            raise ToolMissing(arguments[0])
        return [*self.prefix, tool, *arguments[1:]]


def confine(room: Path, ceilings: Ceilings) -> Confinement:
    """Describe how a tool runs in a room that `open_room` made.

    Relative paths alone are to be used inside: another user may not cross the directories above the room.
    """
    user_id = USER_ID if os.geteuid() == 0 else 0
    numbers = (os.getpid(), user_id, ceilings.cpu_s, ceilings.memory_bytes, ceilings.file_bytes)
    return Confinement(
        prefix=(sys.executable, "-I", "-S", str(LAUNCHER), *map(str, numbers)),
        popen={"cwd": room, "env": {}, "start_new_session": True, "stdin": subprocess.DEVNULL},
    )


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
