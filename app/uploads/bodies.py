"""Bodies as they come: their parts, with every silence told, and the one file of a plain HTML form."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.types import Message, Receive

from app.errors import Unavailable
from app.settings import Settings
from app.web.text import Undecodable
from app.words import N_

QUIET_S = 1.0
# A page's own fields are a token and little else: more than this is no form of ours.
FIELDS_MAX_BYTES = 4096
BATCH_MAX_BYTES = 1024 * 1024
BATCH_MIN_BYTES = 64 * 1024
BUDGET_BYTES = 24 * 1024 * 1024  # of all bodies of this process together


class UploadStalled(Unavailable):
    """No byte, or next to none, came for so long that the line is given up; what came is kept."""


class LineCut(Unavailable):
    """The line ended before the body did; what came is kept, and nobody is there to hear so."""


class Budget:
    """Memory that all bodies of a process share: the more there are, the smaller the batches of each."""

    def __init__(self) -> None:
        self.bodies = 0
        self.splices = 0

    @property
    def batch_bytes(self) -> int:
        """How much one body gathers before it is written; as much again may be read, and under way."""
        fair = BUDGET_BYTES // (3 * max(1, self.bodies))
        return min(BATCH_MAX_BYTES, max(BATCH_MIN_BYTES, fair))


BUDGET = Budget()


class Patience:
    """How long a body may keep us waiting; only waiting counts, not the time that we take to write.

    Without any byte, or with fewer than the slowest rate brings, it is `idle_max_s`.
    """

    def __init__(self, idle_max_s: float, rate_min_bytes_per_s: int, quiet_s: float = QUIET_S) -> None:
        self.quiet_s = quiet_s
        self._idle_max_s = idle_max_s
        self._rate_min_bytes_per_s = rate_min_bytes_per_s
        self._idle_s = 0.0
        self._window_s = 0.0
        self._window_bytes = 0

    def waited(self, duration_s: float) -> None:
        """Note that nothing came for a while; raise UploadStalled when that is too long."""
        self._idle_s += duration_s
        self._window_s += duration_s
        if self._idle_s >= self._idle_max_s:
            raise UploadStalled(N_("La connexion ne donne plus rien."), retry_after_s=1)
        if self._window_s >= self._idle_max_s:
            if self._window_bytes < self._rate_min_bytes_per_s * self._window_s:
                raise UploadStalled(N_("La connexion est trop lente."), retry_after_s=1)
            self._window_s, self._window_bytes = 0.0, 0

    def came(self, count_bytes: int) -> None:
        """Note that bytes came."""
        if count_bytes:
            self._idle_s = 0.0
            self._window_bytes += count_bytes


def patience_of(settings: Settings) -> Patience:
    """Return the patience that the operator wants, for one body."""
    return Patience(settings.upload_idle_max_s, settings.upload_rate_min_bytes_per_s)


@dataclass(frozen=True)
class Fetched:
    """Parts of a body, uncopied; whether they are its last, and whether the line ended behind them.

    Whoever hears a part takes it out: those that stay in go with the line, when it is taken.
    """

    parts: deque[bytes]
    is_last: bool
    is_cut: bool


class Basket(Protocol):
    """Where a server gathers the parts of a body as it reads them, beside the usual way of ASGI."""

    def invite(self) -> None:
        """Ask for the body, where the client waits for that."""
        ...

    @property
    def heard(self) -> asyncio.Event:
        """What is set when enough came to be worth a look, when the body is whole, or the line ends."""
        ...

    def fetch(self) -> Fetched:
        """Take what came, and let the server read on."""
        ...


async def parts_of(receive: Receive, patience: Patience) -> AsyncGenerator[bytes]:
    """Yield the body's parts as they come, and an empty one after each second without any.

    End at the end of the body; raise LineCut where the line ends before, UploadStalled when patience does.
    """
    waiting: asyncio.Future[Message] | None = None
    try:
        more = True
        while more:
            # Waiting never cancels `receive`: a part that came at that instant would be lost.
            waiting, began_s = waiting or asyncio.ensure_future(receive()), time.monotonic()
            done, _ = await asyncio.wait({waiting}, timeout=patience.quiet_s)
            waited_s = time.monotonic() - began_s
            if not done:
                patience.waited(waited_s)
                yield b""
                continue
            message, waiting = waiting.result(), None
            if message["type"] != "http.request":
                raise LineCut(retry_after_s=1)
            part: bytes = message.get("body", b"")
            patience.came(len(part))
            more = bool(message.get("more_body"))
            yield part
            patience.waited(waited_s)
    finally:
        if waiting is not None:
            waiting.cancel()


async def parts_in(basket: Basket, patience: Patience) -> AsyncGenerator[bytes]:
    """Yield what comes into a basket; end, and raise, as `parts_of` does."""
    basket.invite()
    while True:
        began_s = time.monotonic()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience.quiet_s):
                await basket.heard.wait()
        waited_s, is_silent = time.monotonic() - began_s, not basket.heard.is_set()
        basket.heard.clear()
        fetched = basket.fetch()
        while fetched.parts:
            part = fetched.parts.popleft()
            patience.came(len(part))
            yield part
        patience.waited(waited_s)
        if fetched.is_last:
            return
        if fetched.is_cut:
            raise LineCut(retry_after_s=1)
        if is_silent:
            yield b""


class PlainForm:
    """A multipart/form-data body under way: its fields first, then the stream of its one file.

    A browser sends a form in the order of the page: the token is known before the file comes, and what stands
    after the file is skipped.  `is_whole` tells whether the closing boundary has come; a form that ends
    without it was cut.  Source: RFC 7578.
    """

    def __init__(self, content_type: str, parts: AsyncGenerator[bytes]) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Undecodable(N_("Le formulaire doit être en multipart/form-data."))
        self.is_whole = False
        self.has_file = False
        self._parts = parts
        self._fields: dict[str, bytearray] = {}
        self._fields_bytes = 0
        self._header = (bytearray(), bytearray())
        self._field: bytearray | None = None
        self._in_file = False
        self._came = bytearray()
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._note_header,
                "on_part_data": self._add,
                "on_end": self._end,
            },
        )

    async def fields(self) -> dict[str, str]:
        """Read as far as the file, or the end without one, and return the fields that stand before."""
        async for part in self._parts:
            self._read(part)
            if self.has_file or self.is_whole:
                break
        return {name: value.decode("utf-8", "replace") for name, value in self._fields.items()}

    async def file(self) -> AsyncGenerator[bytes]:
        """Yield the file's bytes as they come, and empty parts where others or none did."""
        yield self._taken()
        async for part in self._parts:
            self._read(part)
            yield self._taken()

    async def skip(self, most_bytes: int) -> None:
        """Let the rest come, up to `most_bytes`: a browser reads no answer before it has sent all."""
        skipped_bytes = 0
        async for part in self._parts:
            skipped_bytes += len(part)
            if skipped_bytes > most_bytes:
                break

    def _read(self, part: bytes) -> None:
        try:
            self._parser.write(part)
        except FormParserError as wrong:
            raise Undecodable(N_("Le formulaire n’est pas lisible.")) from wrong

    def _taken(self) -> bytes:
        came, self._came = bytes(self._came), bytearray()
        return came

    def _begin(self) -> None:
        self._header = (bytearray(), bytearray())
        self._field, self._in_file = None, False

    def _note_header(self) -> None:
        """Learn from Content-Disposition what the part is; the first part with a file's name is the file."""
        (name, value), self._header = self._header, (bytearray(), bytearray())
        if name.lower() != b"content-disposition":
            return
        _, options = parse_options_header(value.decode("latin-1"))
        if b"filename" in options:
            self._in_file = bool(options[b"filename"]) and not self.has_file
            self.has_file = self.has_file or self._in_file
        elif not self.has_file:
            self._field = self._fields.setdefault(options.get(b"name", b"").decode("latin-1"), bytearray())

    def _add(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._came += data[start:end]
        elif self._field is not None:
            self._fields_bytes += end - start
            if self._fields_bytes > FIELDS_MAX_BYTES:
                raise Undecodable(N_("Le formulaire a trop de champs."))
            self._field += data[start:end]

    def _end(self) -> None:
        self.is_whole = True
