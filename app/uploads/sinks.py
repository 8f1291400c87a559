"""Where the bytes of a body go: two ways into the spool behind one verb, `pour`.

The portable one is always there: parts of the body gather in batches that a thread writes.  The other one
lets the kernel splice the socket into the file; it takes over in mid-body, once the first bytes have been
looked at, where the server offers the line, the length is known and nothing has to be added up.
"""

import asyncio
import fcntl
import hashlib
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import TypeVar

from app.uploads import rules
from app.uploads.bodies import BUDGET, LineCut, Patience
from app.uploads.line import Line, Offer
from app.uploads.service import NotAVideoFile
from app.uploads.spool import SpoolFile
from app.words import N_

WATCH_EVERY_S = 1.0
SPLICE_FROM_BYTES = 1024 * 1024  # what a new connection afterwards costs is nothing beside the rest
SPLICES_MAX = 32
SPLICERS = ThreadPoolExecutor(SPLICES_MAX, "splice")  # not one of those that pages wait for
PIPE_BYTES = 1024 * 1024

Result = TypeVar("Result")
Watch = Callable[[], Awaitable[None]]


async def in_thread(work: Callable[[], Result]) -> Result:
    """Run file work off the event loop, in the threads that write."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


def look(file: SpoolFile, *, complete: bool) -> None:
    """Raise NotAVideoFile as soon as enough bytes are there to see that they never make a video."""
    enough = complete or file.size_bytes >= rules.SNIFF_BYTES
    if enough and file.size_bytes and not rules.could_be_video(file.head(rules.SNIFF_BYTES)):
        raise NotAVideoFile(N_("Rien n’est gardé. Choisis une vidéo MP4, MOV ou WebM."))


@dataclass(frozen=True)
class Body:
    """A body under way: its parts, its length if anybody said it, how long it may keep us waiting, its hash.

    The parts are empty after each second without bytes, and end with the body.  `content_hash` is None when
    nothing has to be added up, `offer` where the kernel cannot help.
    """

    parts: AsyncGenerator[bytes]
    length_bytes: int | None
    patience: Patience
    offer: Offer | None = None
    content_hash: "hashlib._Hash | None" = None


class Pouring:
    """Writes a body in batches: one is written by a thread while the next gathers, so memory stays flat.

    `watch()` is asked every second, and raises when this writer has to stop.  What `is_start` begins a file,
    and is looked at; the part of one may begin anywhere.
    """

    def __init__(self, file: SpoolFile, body: Body, watch: Watch, *, is_start: bool = True) -> None:
        self._file = file
        self._body = body
        self._watch = watch
        self._sniff_bytes = rules.SNIFF_BYTES if is_start else 0
        self._batch: list[bytes] = []
        self._batch_bytes = 0
        self._writing: asyncio.Future[None] | None = None
        self._watched_at_s = time.monotonic()
        self._came_bytes = 0
        self._line: Line | None = None

    async def pour(self, room_bytes: int) -> None:
        """Write everything that comes; raise TooLarge, and keep nothing, over `room_bytes`."""
        start_bytes = self._file.size_bytes
        try:
            await self._gather_all(start_bytes, room_bytes)
            if self._line is not None:
                await self._splice(self._line)
        except BaseException:
            if self._line is not None:
                asyncio.get_running_loop().run_in_executor(None, self._line.linger)
            raise
        finally:
            BUDGET.splices -= self._line is not None
        if self._line is not None:
            self._line.close()

    async def _splice(self, line: Line) -> None:
        """Write what has gathered and let the kernel move the rest."""
        left_bytes = (self._body.length_bytes or 0) - self._came_bytes
        first = partial(self._write, self._taken())
        await Splicing(self._file, line, self._body.patience, self._watch).pour(first, left_bytes)

    async def _gather_all(self, start_bytes: int, room_bytes: int) -> None:
        """Write what comes by parts: everything, or as far as the line that the kernel goes on with."""
        BUDGET.bodies += 1
        try:
            await self._gather(start_bytes, room_bytes)
        finally:
            BUDGET.bodies -= 1
            if self._came_bytes > room_bytes:
                self._taken()
                await self._land()
                await in_thread(partial(self._file.cut_back, start_bytes))
            elif self._line is None:
                await self._flush()
            await self._land()

    async def _gather(self, start_bytes: int, room_bytes: int) -> None:
        async with aclosing(self._body.parts) as parts:
            async for part in parts:
                self._came_bytes += len(part)
                if self._came_bytes > room_bytes:
                    raise rules.too_large(start_bytes + room_bytes)
                self._batch.append(part)
                self._batch_bytes += len(part)
                if self._takes_line():
                    return
                await self._write_enough(is_silence=not part)

    def _takes_line(self) -> bool:
        """Take the line over once that is worth it and the first bytes can be looked at.

        What is taken counts from here on: what has gathered may take a while to be written, and no line waits
        for a thread, where nobody is impatient.
        """
        body, known_bytes = self._body, self._file.size_bytes + self._batch_bytes
        if body.offer is None or body.length_bytes is None or body.content_hash is not None:
            return False
        is_worth_it = body.length_bytes - self._came_bytes >= SPLICE_FROM_BYTES
        if is_worth_it and known_bytes >= self._sniff_bytes and BUDGET.splices < SPLICES_MAX:
            self._line = body.offer.take()
            BUDGET.splices += self._line is not None
        return self._line is not None

    async def _write_enough(self, *, is_silence: bool) -> None:
        """Write what has gathered once it is enough, or nothing comes; see whether we are still to write."""
        is_known = self._file.size_bytes >= self._sniff_bytes
        if self._batch_bytes >= (BUDGET.batch_bytes if is_known else self._sniff_bytes) or is_silence:
            await self._flush()
        if (now_s := time.monotonic()) - self._watched_at_s >= WATCH_EVERY_S:
            self._watched_at_s = now_s
            await self._watch()

    async def _flush(self) -> None:
        """Hand the batch to a thread, once the last one is written."""
        await self._land()
        if self._batch_bytes:
            loop = asyncio.get_running_loop()
            self._writing = loop.run_in_executor(None, self._write, self._taken())

    async def _land(self) -> None:
        """Wait for the batch under way; after a failure nothing more is written, or there would be a hole."""
        writing, self._writing = self._writing, None
        if writing is not None:
            try:
                await writing
            except BaseException:
                self._taken()
                raise

    def _taken(self) -> list[bytes]:
        """Take what has gathered."""
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        return batch

    def _write(self, batch: Sequence[bytes]) -> None:
        self._file.write(batch)
        if self._body.content_hash is not None:
            for part in batch:
                self._body.content_hash.update(part)
        if self._sniff_bytes:
            look(self._file, complete=False)


class Splicing:
    """Lets the kernel move the rest of a body from its line into the file, from one thread that waits."""

    def __init__(self, file: SpoolFile, line: Line, patience: Patience, watch: Watch) -> None:
        self._file = file
        self._line = line
        self._patience = patience
        self._watch = watch
        self._stop = Event()

    async def pour(self, first: Callable[[], None], left_bytes: int) -> None:
        """Do `first`, then write `left_bytes`, which are all the line will give.

        Raise LineCut or UploadStalled before the end.
        """
        moving = asyncio.get_running_loop().run_in_executor(SPLICERS, self._move, first, left_bytes)
        try:
            while not (await asyncio.wait({moving}, timeout=WATCH_EVERY_S))[0]:
                await self._watch()
        finally:
            self._stop.set()
            with suppress(asyncio.CancelledError):
                await asyncio.wait({moving})
        await moving

    def _move(self, first: Callable[[], None], left_bytes: int) -> None:
        first()
        self._file.write(self._line.early)
        left_bytes -= sum(map(len, self._line.early))
        with pipe() as (inlet, outlet):
            while left_bytes and not self._stop.is_set():
                count = self._step(inlet, outlet, min(left_bytes, PIPE_BYTES))
                if count:
                    self._patience.came(count)
                    left_bytes -= count
                    continue
                began_s = time.monotonic()
                self._line.has_more(self._patience.quiet_s)
                self._patience.waited(time.monotonic() - began_s)

    def _step(self, inlet: int, outlet: int, most_bytes: int) -> int:
        """Move what the line has now, and return how many bytes that was; raise LineCut at its end."""
        try:
            count = os.splice(self._line.fileno(), outlet, most_bytes, flags=os.SPLICE_F_NONBLOCK)
        except BlockingIOError:
            return 0
        except ConnectionError as cut:
            raise LineCut(retry_after_s=1) from cut
        if not count:
            raise LineCut(retry_after_s=1)
        self._file.take(inlet, count)
        return count


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """Open a pipe for one splice: the end that is read, and the one that is written."""
    inlet, outlet = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        with suppress(OSError):  # a user may have as many pages in pipes as the machine lets them
            fcntl.fcntl(outlet, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        yield inlet, outlet
    finally:
        os.close(inlet)
        os.close(outlet)
