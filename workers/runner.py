"""Runs one tool to its end, or to ours: progress, last words, limits of time, interruption."""

import os
import select
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from workers.sandbox import Confinement

LAST_WORDS_BYTES = 8192
TICK_S = 0.2
STALL_S = 30.0
CHUNK_BYTES = 65_536
STOPPED_CODES = frozenset({-signal.SIGTERM, -signal.SIGINT, 255})  # 255: ffmpeg after a signal
ASKED_WITHIN_S = 2.0  # a service is signalled as a whole, and the worker may learn it after its tool
# How a file kills a decoder, or spends what one file may; any other signal comes from the machine.
CRASHES = frozenset({-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGFPE, -signal.SIGILL, -signal.SIGBUS})
SPENT = frozenset({-signal.SIGXCPU, -signal.SIGXFSZ})
LAUNCH_FAILED_CODE = 125  # workers/launch.py
DAMAGE = (b"corrupt decoded frame", b"Error while decoding stream")


class Interrupted(Exception):
    """The worker is asked to stop: the job goes back to the queue, and it is not the file's fault."""


class DiskFull(Exception):
    """There is no room left to work in."""


class LaunchFailed(Exception):
    """The tool could not be confined, and was therefore not started."""


class ToolEnded(Exception):
    """A tool did not do its work; `last_words` is the end of its standard error, kept on the job."""

    def __init__(self, what: str, last_words: str, code: int | None = None) -> None:
        super().__init__(f"{what}: {last_words[-500:]}")
        self.last_words = last_words
        self.code = code


class ToolFailed(ToolEnded):
    """The tool gave up by itself: that says something of the file.  `code` is how it ended."""


class ToolCutShort(ToolEnded):
    """The tool was ended from outside, by us or by the machine: that says nothing of the file."""


class ToolTooSlow(ToolCutShort):
    """The wall limit passed."""


class ToolStalled(ToolCutShort):
    """Nothing moved for too long."""


class ToolTooVerbose(ToolFailed):
    """More came out than any sound file gives."""


@dataclass(frozen=True)
class Watch:
    """How long a run may take, who hears of its progress (seconds of media) and who may stop it.

    `grace_s` is what the tool has for ending by itself, once asked.
    `output_bytes` None reads standard output as ffmpeg's progress; a number keeps that many bytes at most.
    """

    wall_s: float
    stall_s: float | None = STALL_S
    output_bytes: int | None = None
    on_time: Callable[[float], None] = lambda _time_s: None
    should_abort: Callable[[], bool] = lambda: False
    grace_s: float = 5.0


@dataclass
class Outcome:
    """What a run left: seconds and frames made, pictures that could not be decoded, output, last words."""

    time_s: float = 0.0
    frames: int = 0
    damaged: int = 0
    output: bytearray = field(default_factory=bytearray)
    last_words: bytes = b""

    @property
    def said(self) -> str:
        """The last words as text."""
        return self.last_words.decode(errors="replace")


def run(confinement: Confinement, arguments: list[str], watch: Watch) -> Outcome:
    """Run a tool; raise Interrupted, DiskFull, LaunchFailed, or a ToolEnded when it ends badly."""
    command = confinement.command(arguments)
    with _started(command, confinement, watch.grace_s) as process:
        outcome = _Listener(process, watch).listen()
        try:
            code = confinement.code_of(process.wait(watch.grace_s))
        except subprocess.TimeoutExpired:  # it closed its pipes and went on
            raise ToolStalled("still there", outcome.said) from None
    if code in STOPPED_CODES and _is_asked_soon(watch):
        raise Interrupted
    if code == LAUNCH_FAILED_CODE or (code and confinement.is_refusal(outcome.said)):
        raise LaunchFailed(outcome.said)
    if code:
        raise _reason_of(arguments[0], code, outcome.said)
    return outcome


def _is_asked_soon(watch: Watch) -> bool:
    """Tell whether the worker is asked to stop as its tool was: else somebody ended the tool alone."""
    limit_s = time.monotonic() + ASKED_WITHIN_S
    while not watch.should_abort():
        if time.monotonic() > limit_s:
            return False
        time.sleep(TICK_S)
    return True


def _reason_of(tool: str, code: int, said: str) -> Exception:
    if "No space left on device" in said:
        return DiskFull(said)
    is_cut = code in STOPPED_CODES or (code < 0 and code not in CRASHES | SPENT)
    return (ToolCutShort if is_cut else ToolFailed)(f"{tool} {code}", said, code)


@contextmanager
def _started(
    command: list[str], confinement: Confinement, grace_s: float
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603  an argument list without a shell, confined
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **confinement.popen
    )
    with process:
        try:
            yield process
        finally:
            _stop(process, grace_s)
            if confinement.is_wrapped:
                _await_silence(process, grace_s)


def _stop(process: subprocess.Popen[bytes], grace_s: float) -> None:
    """End the whole process group: politely, then not."""
    if process.poll() is not None:
        return
    for kind, patience_s in ((signal.SIGTERM, grace_s), (signal.SIGKILL, None)):
        os.killpg(process.pid, kind)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            continue
        return


def _await_silence(process: subprocess.Popen[bytes], limit_s: float) -> None:
    """Wait until nobody holds the pipes: bubblewrap's tool ends an instant after it, and may still write."""
    for pipe in (process.stdout, process.stderr):
        while pipe and select.select([pipe], [], [], limit_s)[0] and os.read(pipe.fileno(), CHUNK_BYTES):
            pass


class _Listener:
    """Reads both pipes of one process without ever waiting on one of them alone."""

    def __init__(self, process: subprocess.Popen[bytes], watch: Watch) -> None:
        self.watch = watch
        self.outcome = Outcome()
        self.started_at = self.moved_at = time.monotonic()
        self.pending = {"out": b"", "err": b""}
        self.pipes = selectors.DefaultSelector()
        for name, pipe in (("out", process.stdout), ("err", process.stderr)):
            if pipe is not None:
                self.pipes.register(pipe, selectors.EVENT_READ, name)

    def listen(self) -> Outcome:
        """Read until both pipes close."""
        with self.pipes:
            while self.pipes.get_map():
                for key, _ in self.pipes.select(TICK_S):
                    pipe: IO[bytes] = key.fileobj  # type: ignore[assignment]  # registered above as such
                    chunk = os.read(pipe.fileno(), CHUNK_BYTES)
                    if not chunk:
                        self.pipes.unregister(pipe)
                    self.hear(key.data, chunk)
                self.check()
        return self.outcome

    def check(self) -> None:
        """Raise when the run has to end before its own end."""
        now = time.monotonic()
        if self.watch.should_abort():
            raise Interrupted
        if now - self.started_at > self.watch.wall_s:
            raise ToolTooSlow("wall limit", self.outcome.said)
        if self.watch.stall_s is not None and now - self.moved_at > self.watch.stall_s:
            raise ToolStalled("stalled", self.outcome.said)

    def hear(self, name: str, chunk: bytes) -> None:
        """Sort what came out of one pipe."""
        if name == "out" and self.watch.output_bytes is not None:
            self.outcome.output += chunk
            if len(self.outcome.output) > self.watch.output_bytes:
                raise ToolTooVerbose("output limit", self.outcome.said)
            return
        if name == "err":
            self.outcome.last_words = (self.outcome.last_words + chunk)[-LAST_WORDS_BYTES:]
        *lines, rest = (self.pending[name] + chunk).split(b"\n")
        self.pending[name] = rest[-LAST_WORDS_BYTES:]
        for line in lines:
            if name == "out":
                self.progress(line)
            elif any(words in line for words in DAMAGE):
                self.outcome.damaged += 1

    def progress(self, line: bytes) -> None:
        """Read one `key=value`; ffmpeg's `out_time_ms` is in microseconds, and may be N/A or negative."""
        key, _, value = line.partition(b"=")
        if key == b"frame" and value.strip().isdigit():
            frames = int(value)
            self.moved(is_forward=frames > self.outcome.frames)
            self.outcome.frames = frames
        elif key == b"out_time_ms" and value.strip().isdigit():
            time_s = int(value) / 1_000_000
            self.moved(is_forward=time_s > self.outcome.time_s)
            self.outcome.time_s = max(time_s, self.outcome.time_s)
            self.watch.on_time(self.outcome.time_s)

    def moved(self, *, is_forward: bool) -> None:
        """Remember when it last got on."""
        if is_forward:
            self.moved_at = time.monotonic()
