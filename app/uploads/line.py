"""The line under a request: what spares a body its copies in Python, or the whole way through it.

`LineProtocol` is uvicorn's own HTTP protocol; each request offers, in its ASGI scope, the parts of its body
as the server reads them, and to hand its socket over.  The socket in plain HTTP alone: bytes under TLS are
not those of the file.
"""

import asyncio
import os
import select
import socket
import time
from collections import deque
from contextlib import suppress
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.uploads.bodies import BUDGET, Fetched

EXTENSION = "visavis.line"
LINGER_S = 2.0
DISCARD_BYTES = 1024 * 1024


class Line:
    """A socket of our own on a connection, and the parts of the body that had come before we took it."""

    def __init__(self, early: list[bytes], connection: socket.socket) -> None:
        self.early = early
        self._socket = connection
        self._poller = select.poll()
        self._poller.register(connection, select.POLLIN)

    def fileno(self) -> int:
        """Return what the kernel knows the socket by."""
        return self._socket.fileno()

    def has_more(self, limit_s: float) -> bool:
        """Wait until something is there, or the line ends; tell whether that was within the limit."""
        return bool(self._poller.poll(limit_s * 1000))

    def close(self) -> None:
        """Let go of the socket; the connection stays the server's, which answers on it."""
        self._socket.close()

    def linger(self) -> None:
        """Let what still comes go by for a moment: a reset would take our answer away from the client."""
        limit_s = time.monotonic() + LINGER_S
        with suppress(OSError):
            while (left_s := limit_s - time.monotonic()) > 0 and self.has_more(left_s):
                if not os.read(self._socket.fileno(), DISCARD_BYTES):
                    break
        self.close()


class Offer:
    """What the server lets one request do with its body, beside the usual way of ASGI."""

    def __init__(self, protocol: "LineProtocol", cycle: RequestResponseCycle) -> None:
        self.cycle = cycle
        self._protocol = protocol
        self._came: list[bytes] = []
        self._came_bytes = 0
        self._handed: deque[bytes] = deque()

    def invite(self) -> None:
        """Ask for the body, where the client waits for that (Expect: 100-continue)."""
        if self.cycle.waiting_for_100_continue and not self._protocol.transport.is_closing():
            self._protocol.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.cycle.waiting_for_100_continue = False

    @property
    def heard(self) -> asyncio.Event:
        """What is set when a batch is there, when the body is whole, or the line ended."""
        return self.cycle.message_event

    def fetch(self) -> Fetched:
        """Take what came, and let the server read on; from now on it puts the parts here."""
        is_last, is_cut = not self.cycle.more_body, self.cycle.disconnected
        self._handed = deque(self._taken())
        self._protocol.gathering = self
        if not is_cut:
            self._protocol.flow.resume_reading()
        return Fetched(self._handed, is_last, is_cut)

    def add(self, part: bytes) -> None:
        """Keep a part as it came; stop reading, and tell, once there is a batch."""
        self._came.append(part)
        self._came_bytes += len(part)
        if self._came_bytes >= BUDGET.batch_bytes:
            self._protocol.flow.pause_reading()
            self.heard.set()

    def take(self) -> Line | None:
        """Stop reading and give what came and was not heard, with the socket; None where nothing is left."""
        cycle, transport = self.cycle, self._protocol.transport
        if self._protocol.scheme != "http" or not cycle.more_body or cycle.disconnected:
            return None
        self._protocol.flow.pause_reading()
        # The parser will never see the end of this body: no other request can follow on the connection.
        cycle.keep_alive = False
        own = socket.socket(fileno=os.dup(_socket(transport).fileno()))
        return Line([*self._handed, *self._taken()], own)

    def _taken(self) -> list[bytes]:
        came, self._came, self._came_bytes = [bytes(self.cycle.body), *self._came], [], 0
        self.cycle.body = bytearray()  # where the server puts what comes before we ask
        return came if came[0] else came[1:]


class LineProtocol(HttpToolsProtocol):
    """HTTP/1.1 whose requests may fetch their body uncopied, or take their line over.

    A connection whose line was taken ends with that request's answer.
    """

    gathering: Offer | None = None

    def on_headers_complete(self) -> None:
        """Begin a request, and make it the offer."""
        super().on_headers_complete()
        scope = cast("Scope", self.scope)
        if self.cycle is not None and cast("Scope", self.cycle.scope) is scope:
            scope["extensions"] = {EXTENSION: Offer(self, self.cycle)}

    def on_body(self, body: bytes) -> None:
        """Give a part of a body to whoever gathers it."""
        if self.gathering is None or self.gathering.cycle is not self.cycle or self.cycle.response_complete:
            super().on_body(body)
            return
        self.gathering.add(body)


def _socket(transport: asyncio.Transport) -> Any:
    return transport.get_extra_info("socket")


def offer_of(scope: Scope) -> Offer | None:
    """Return what the server offers a request, None where it offers nothing of the kind."""
    offer: Offer | None = scope.get("extensions", {}).get(EXTENSION)
    return offer
