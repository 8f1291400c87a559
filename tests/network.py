"""A network of our own in front of a server: slow, far away, cut or dead, when a test says so.

Every connection to a relay is handed on to one port.  They share its line, as those of a phone do; what a
test sets while they are open counts from the next bytes on.
"""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

# A phone's segments, and a reader that takes no more than it hands on.  Loopback's own, 64 KiB each, let the
# kernel of whoever sends swallow megabytes at once: they would count as sent, and no line would look slow.
SEGMENT_BYTES = 1400
WINDOW_BYTES = 16 * 1024
PART_BYTES = 8 * 1024
PARTS_ON_THE_WAY = 32
WITHOUT_FAREWELL = struct.pack("ii", 1, 0)  # struct linger: closing is a reset
TOLD_MAX_S = 5.0


@dataclass
class Way:
    """One way of the line: how fast it is (None: as fast as it goes), and what went through so far."""

    bytes_per_s: float | None = None
    passed_bytes: int = 0
    free_at_s: float = 0.0

    async def admit(self, count_bytes: int) -> None:
        """Wait until so many bytes went in, behind those that came before."""
        if self.bytes_per_s is not None:
            now_s = asyncio.get_running_loop().time()
            self.free_at_s = max(self.free_at_s, now_s) + count_bytes / self.bytes_per_s
            await asyncio.sleep(self.free_at_s - now_s)


@dataclass(eq=False)
class Link:
    """One connection through the line: its ends, and whether nothing comes out of it any more."""

    ends: list[asyncio.StreamWriter]
    is_lost: bool = False
    pumps: list[asyncio.Future[None]] = field(default_factory=list)

    def reset(self) -> None:
        """End it as a network does: what was on the way is gone, and both ends learn so."""
        for pump in self.pumps:
            pump.cancel()
        for end in (end for end in self.ends if not end.transport.is_closing()):
            end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, WITHOUT_FAREWELL)
            end.transport.abort()


class Relay:
    """Listens on a port of its own and hands on to `target_port` what the line lets through.

    `up` is the way to the server, `down` the way back; `latency_s` is added to each.
    """

    def __init__(self, target_port: int = 0) -> None:
        self.target_port = target_port
        self.up, self.down = Way(), Way()
        self.latency_s = 0.0
        self.is_dead = False
        self.cuts = 0
        self.connections = 0
        self._listening = listening_socket()
        self.port = int(self._listening.getsockname()[1])
        self._marks_bytes: deque[int] = deque()
        self._links: set[Link] = set()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def slow_down(self, bytes_per_s: float | None, latency_s: float = 0.0) -> None:
        """Let no more through than this, each way; None for as fast as it goes."""
        self.up.bytes_per_s = self.down.bytes_per_s = bytes_per_s
        self.latency_s = latency_s

    def cut(self) -> None:
        """Cut every connection; new ones get through."""
        self._tell(self._cut_all)

    def cut_after(self, *counts_bytes: int) -> None:
        """Cut every connection each time that so many bytes, counted from now, went up."""
        self._marks_bytes = deque(self.up.passed_bytes + count for count in sorted(counts_bytes))

    def lose(self) -> None:
        """Let nothing more through on the connections that are open, and tell neither end."""
        self._tell(self._lose_all)

    def die(self) -> None:
        """Lose every connection, and accept others without handing anything on."""
        self.is_dead = True
        self.lose()

    def revive(self) -> None:
        """Let other connections through again; those that were lost stay so."""
        self.is_dead = False

    def run(self, ready: Event) -> None:
        """Serve until `stop`, in a thread of its own; `ready` is set once it answers."""
        with asyncio.Runner() as runner:
            runner.run(self._serve(ready))

    def stop(self) -> None:
        """End, and cut what is still open."""
        self._loop.call_soon_threadsafe(self._ended.set)

    async def _serve(self, ready: Event) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._accept, sock=self._listening, limit=PART_BYTES)
        ready.set()
        await self._ended.wait()
        server.close()
        while self._links:
            self._cut_all()
            await asyncio.sleep(0)

    def _tell(self, order: Callable[[], None]) -> None:
        """Have an order carried out between two parts, and wait until it is."""
        done = Event()

        def carry_out() -> None:
            order()
            done.set()

        self._loop.call_soon_threadsafe(carry_out)
        assert done.wait(TOLD_MAX_S), "the relay does not answer"

    def _cut_all(self) -> None:
        self.cuts += 1
        for link in self._links:
            link.reset()

    def _lose_all(self) -> None:
        for link in self._links:
            link.is_lost = True

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand one connection on, until both ways of it have ended."""
        self.connections += 1
        link = Link([writer], is_lost=self.is_dead)
        self._links.add(link)
        try:
            onward_reader, onward = await asyncio.open_connection(
                "127.0.0.1", self.target_port, limit=PART_BYTES
            )
            link.ends.append(onward)
            ways = ((self.up, reader, onward), (self.down, onward_reader, writer))
            link.pumps += [asyncio.ensure_future(self._pump(link, *way)) for way in ways]
            await asyncio.wait(link.pumps)
        except OSError:  # nobody listens behind
            link.reset()
        finally:
            self._links.discard(link)
            for end in link.ends:
                end.close()

    async def _pump(
        self, link: Link, way: Way, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        """Carry one way of a connection until whoever sends says that this was all."""
        parts: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(PARTS_ON_THE_WAY)
        taking = asyncio.ensure_future(self._take(link, way, source, parts))
        try:
            while part := await self._arrived(link, parts):
                way.passed_bytes += len(part)
                sink.write(part)
                await sink.drain()
                self._pass_mark()
            sink.write_eof()
        except OSError:
            link.reset()
        finally:
            taking.cancel()

    async def _take(
        self,
        link: Link,
        way: Way,
        source: asyncio.StreamReader,
        parts: asyncio.Queue[tuple[float, bytes]],
    ) -> None:
        """Take parts in as fast as the line does, each with the instant when it arrives."""
        more = True
        try:
            while more and not link.is_lost:
                part = await source.read(PART_BYTES)
                await way.admit(len(part))
                await parts.put((asyncio.get_running_loop().time() + self.latency_s, part))
                more = bool(part)
        except OSError:
            link.reset()

    async def _arrived(self, link: Link, parts: asyncio.Queue[tuple[float, bytes]]) -> bytes:
        """Wait for the next part, for ever on a line that was lost; empty at the end."""
        at_s, part = await parts.get()
        await asyncio.sleep(max(0.0, at_s - asyncio.get_running_loop().time()))
        if link.is_lost:
            await asyncio.Event().wait()
        return part

    def _pass_mark(self) -> None:
        """Cut where a test wanted it."""
        if self._marks_bytes and self.up.passed_bytes >= self._marks_bytes[0]:
            self._marks_bytes.popleft()
            self._cut_all()


def listening_socket() -> socket.socket:
    """Return a socket on a free port whose connections take in no more at once than those of a phone."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW_BYTES)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
    return listening


@contextmanager
def relayed(target_port: int = 0) -> Iterator[Relay]:
    """Run a relay in a thread of its own; a test that knows the target only later says it then."""
    relay, ready = Relay(target_port), Event()
    thread = Thread(target=relay.run, args=(ready,), name="relay")
    thread.start()
    ready.wait()
    try:
        yield relay
    finally:
        relay.stop()
        thread.join()
