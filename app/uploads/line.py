"""The socket under a request: what lets the kernel move a body into a file without a way through Python.

`LineProtocol` is uvicorn's own HTTP protocol; its requests offer, in their ASGI scope, to hand their socket
over.  Plain HTTP alone: bytes under TLS are not those of the file.
"""

import asyncio
import os
import select
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

EXTENSION = "visavis.line"
LINGER_S = 2.0
DISCARD_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Line:
    """A socket of our own on a connection, and the part of the body that had come before we took it."""

    early: bytes
    socket_fd: int

    def close(self) -> None:
        """Let go of the socket; the connection stays the server's, which answers on it."""
        os.close(self.socket_fd)

    def linger(self) -> None:
        """Let what still comes go by for a moment: a reset would take our answer away from the client."""
        poller, limit_s = select.poll(), time.monotonic() + LINGER_S
        poller.register(self.socket_fd, select.POLLIN)
        with suppress(OSError):
            while (left_s := limit_s - time.monotonic()) > 0 and poller.poll(left_s * 1000):
                if not os.read(self.socket_fd, DISCARD_BYTES):
                    break
        self.close()


TakeLine = Callable[[], Line | None]


class LineProtocol(HttpToolsProtocol):
    """HTTP/1.1 whose requests can take their line over; the connection ends with that request's answer."""

    def on_message_begin(self) -> None:
        """Begin a request, and let it ask for its line."""
        super().on_message_begin()
        scope = cast("Scope", self.scope)
        if self.scheme == "http":
            scope["extensions"] = {EXTENSION: {"take": partial(self.hand_over, scope)}}

    def hand_over(self, scope: Scope) -> Line | None:
        """Stop reading and give what came with the socket; None where there is nothing left to read."""
        cycle = self.cycle
        if cast("Scope", cycle.scope) is not scope or not cycle.more_body or cycle.disconnected:
            return None
        self.flow.pause_reading()
        early, cycle.body = bytes(cycle.body), bytearray()
        # The parser will never see the end of this body: no other request can follow on the connection.
        cycle.keep_alive = False
        return Line(early, os.dup(_socket(self.transport).fileno()))


def _socket(transport: asyncio.Transport) -> Any:
    return transport.get_extra_info("socket")


def line_of(scope: Scope) -> TakeLine | None:
    """Return what takes the line of a request over, None where the server offers nothing of the kind."""
    take: TakeLine | None = scope.get("extensions", {}).get(EXTENSION, {}).get("take")
    return take
