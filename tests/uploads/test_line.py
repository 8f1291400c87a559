"""A line that is taken over in mid-body: its bytes are all there, in order, none lost and none twice."""

import asyncio
import time
from contextlib import aclosing
from hashlib import sha256
from socket import socket, socketpair
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.uploads.bodies import Patience, parts_in
from app.uploads.line import Offer
from tests.asynchronous import run
from tests.uploads.client import video_bytes
from tests.uploads.site import Site

MIB = 1024 * 1024
CONTENT = video_bytes(3 * MIB)


class Reader:
    """A server that reads a body from `connection`; the parts come when a test says so."""

    def __init__(self, connection: socket, parts: list[bytes]) -> None:
        self.cycle: Any = SimpleNamespace(
            body=bytearray(),
            more_body=True,
            disconnected=False,
            keep_alive=True,
            waiting_for_100_continue=False,
            message_event=asyncio.Event(),
        )
        self.scheme = "http"
        self.flow = SimpleNamespace(pause_reading=lambda: None, resume_reading=lambda: None)
        self.transport = SimpleNamespace(get_extra_info=lambda _name: connection)
        self.gathering: Offer | None = None
        self.coming = parts

    def read(self, count: int) -> None:
        """Let some parts come."""
        came, self.coming = self.coming[:count], self.coming[count:]
        for part in came:
            if self.gathering is None:
                self.cycle.body += part
            else:
                self.gathering.add(part)


async def take_over(connection: socket, parts: list[bytes], comings: list[int]) -> bytes:
    """Hear one part after each of the comings, take the line, and return all bytes as they then stand."""
    reader: Any = Reader(connection, parts)
    offer, heard = Offer(reader, reader.cycle), []
    patience = Patience(idle_max_s=60, rate_min_bytes_per_s=0, quiet_s=0)
    async with aclosing(parts_in(offer, patience)) as stream:
        for count in comings:
            reader.read(count)
            heard.append(await anext(stream))
        reader.read(comings[0])
        line = offer.take()
    assert line is not None
    line.close()
    return b"".join([*heard, *line.early, *reader.coming])


@given(
    parts=st.lists(st.binary(min_size=1, max_size=9), max_size=30),
    comings=st.lists(st.integers(0, 5), min_size=1, max_size=20),
)
def test_however_a_body_is_cut_and_whenever_its_line_is_taken_it_stays_the_same(
    parts: list[bytes], comings: list[int]
) -> None:
    ours, theirs = socketpair()
    with ours, theirs:
        assert run(take_over(ours, parts, comings)) == b"".join(parts)


def test_a_phone_that_sends_little_at_first_and_much_later_loses_nothing(site: Site) -> None:
    tus = site.tus(site.place.server)
    url = tus.begin(len(CONTENT))
    line = site.open_append(url, 0, len(CONTENT))
    line.send(CONTENT[:1000])
    time.sleep(0.3)
    for start in range(1000, 101_000, 5000):
        line.send(CONTENT[start : start + 5000])
        time.sleep(0.1)
    line.send(CONTENT[101_000:])
    assert line.status_code() == 204
    assert sha256(site.path(url).read_bytes()).digest() == sha256(CONTENT).digest()
