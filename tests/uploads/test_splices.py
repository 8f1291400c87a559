"""How many lines the kernel moves at once: never more than there are threads that wait for it."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import ExitStack
from pathlib import Path
from socket import socketpair
from threading import Event
from typing import Any
from uuid import uuid4

from app.uploads import spool
from app.uploads.bodies import BUDGET, LineCut, Patience
from app.uploads.line import Offer
from app.uploads.sinks import SPLICES_MAX, Body, Pouring
from app.uploads.spool import SpoolFile
from tests.asynchronous import run
from tests.uploads.client import video_bytes
from tests.uploads.test_line import MIB, Reader


class SlowFile(SpoolFile):
    """A file on a disk that is busy until `is_free`."""

    is_free = Event()

    def write(self, parts: Iterable[bytes]) -> None:
        """Write once the disk lets us."""
        assert self.is_free.wait(10)
        super().write(list(parts))


async def parts_of_a_slow_phone() -> AsyncGenerator[bytes]:
    """Yield little, then nothing for a second, then enough to see what comes; the rest never does."""
    content = video_bytes(6000)
    for part in (content[:1000], b"", content[1000:]):
        yield part
    raise LineCut(retry_after_s=1)


async def watch() -> None:
    """Let the writer go on."""


async def pour(file: SpoolFile, offer: Offer) -> None:
    """Write a body whose line may be taken, and which is cut."""
    body = Body(parts_of_a_slow_phone(), 2 * MIB, Patience(idle_max_s=5, rate_min_bytes_per_s=0), offer)
    await Pouring(file, body, watch).pour(2 * MIB)


async def pour_at_once(directory: Path, count: int) -> tuple[int, list[Any]]:
    """Pour bodies while the disk is busy; return how many lines were taken, and how each ended."""
    with ExitStack() as opened:
        pouring, readers = [], []
        for _ in range(count):
            ours, theirs = socketpair()
            theirs.close()
            reader: Any = Reader(opened.enter_context(ours), [])
            upload_id = uuid4()
            spool.make(directory, upload_id)
            file = SlowFile(directory, upload_id)
            opened.callback(file.close)
            assert file.hold()
            readers.append(reader)
            pouring.append(asyncio.ensure_future(pour(file, Offer(reader, reader.cycle))))
        await asyncio.sleep(0.1)
        taken = sum(not reader.cycle.keep_alive for reader in readers)
        SlowFile.is_free.set()
        return taken, await asyncio.gather(*pouring, return_exceptions=True)


def test_no_line_is_taken_that_no_thread_could_move_yet(tmp_path: Path) -> None:
    taken, ends = run(pour_at_once(tmp_path, SPLICES_MAX + 3))
    assert taken == SPLICES_MAX
    assert {type(end) for end in ends} == {LineCut}
    assert BUDGET.splices == 0
