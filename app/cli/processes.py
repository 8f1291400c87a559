"""Processes that a command starts: apart from its terminal, and gone when it leaves."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from app.cli import stopping

STOP_LIMIT_S = 30

Process = subprocess.Popen[bytes]


def own(*arguments: str) -> list[str]:
    """Return the command line of another of our verbs: this process loads nothing that it only starts."""
    return [sys.executable, "-m", "app.cli", *arguments]


@contextmanager
def running(
    *commands: Sequence[str], environment: Mapping[str, str], stop_limit_s: float | None = STOP_LIMIT_S
) -> Iterator[list[Process]]:
    """Run commands with these additions to the environment, and end them together with the block.

    Those that do not end within `stop_limit_s` are killed; None waits for as long as they take.
    """
    processes: list[Process] = []
    try:
        with stopping.held():
            for command in commands:
                # A group of its own: Ctrl-C reaches this command alone, which then stops the others.
                process = subprocess.Popen(command, env=os.environ | environment, start_new_session=True)  # noqa: S603 - ours
                processes.append(process)
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            end(process, stop_limit_s)


def end(process: Process, limit_s: float | None) -> None:
    """Wait for a process that was told to end."""
    try:
        process.wait(limit_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
