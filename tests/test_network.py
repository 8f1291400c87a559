"""The network of the tests is as slow, as far, as broken and as dead as it says, and changes no byte."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from tests.network import Relay, relayed

CONTENT = Random(1).randbytes(300_000)  # noqa: S311 - content, not a secret
SHORT_S = 0.3


class Echo(StreamRequestHandler):
    """Sends back what comes, as it comes."""

    def handle(self) -> None:
        """Serve one connection."""
        with suppress(OSError):
            while part := self.request.recv(65_536):
                self.request.sendall(part)


@pytest.fixture
def relay() -> Iterator[Relay]:
    """Put a relay in front of a server that sends everything back."""
    with ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        with relayed(server.server_address[1]) as relay:
            yield relay
        server.shutdown()
        thread.join()


def connect(relay: Relay) -> socket.socket:
    """Open a connection through the relay."""
    return socket.create_connection(("127.0.0.1", relay.port), timeout=5)


def receive(line: socket.socket, count_bytes: int) -> bytes:
    """Read so many bytes, or what comes before the end."""
    came = b""
    while len(came) < count_bytes and (part := line.recv(65_536)):
        came += part
    return came


def echoed(relay: Relay, content: bytes) -> bytes:
    """Send bytes through the relay, and return what comes back."""
    with connect(relay) as line:
        sending = Thread(target=line.sendall, args=(content,))
        sending.start()
        came = receive(line, len(content))
        sending.join()
    return came


def duration_s(relay: Relay, content: bytes) -> float:
    """Measure how long bytes take there and back."""
    began_s = time.monotonic()
    assert echoed(relay, content) == content
    return time.monotonic() - began_s


def test_every_byte_gets_through_in_order(relay: Relay) -> None:
    assert echoed(relay, CONTENT) == CONTENT
    assert relay.up.passed_bytes == relay.down.passed_bytes == len(CONTENT)


def test_the_end_of_one_way_is_told_and_the_other_goes_on(relay: Relay) -> None:
    with connect(relay) as line:
        line.sendall(CONTENT[:1000])
        line.shutdown(socket.SHUT_WR)
        assert receive(line, len(CONTENT)) == CONTENT[:1000]


def test_a_slow_line_takes_its_time(relay: Relay) -> None:
    relay.slow_down(200_000)
    assert 0.25 < duration_s(relay, CONTENT[:60_000]) < 2


def test_connections_share_the_line(relay: Relay) -> None:
    relay.slow_down(200_000)
    began_s = time.monotonic()
    threads = [Thread(target=echoed, args=(relay, CONTENT[:30_000])) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began_s > 0.25


def test_a_far_server_answers_late_each_way(relay: Relay) -> None:
    relay.slow_down(None, latency_s=0.1)
    assert 0.2 <= duration_s(relay, b"?") < 2


def test_the_kernel_swallows_little_of_what_a_slow_line_has_not_carried(relay: Relay) -> None:
    relay.slow_down(10_000)
    with connect(relay) as line:
        line.settimeout(SHORT_S)
        swallowed = 0
        with suppress(TimeoutError):
            while swallowed < 1_000_000:
                swallowed += line.send(CONTENT[:8192])
    assert swallowed < 1_000_000


def test_a_cut_resets_what_is_open_and_lets_others_through(relay: Relay) -> None:
    with connect(relay) as line:
        line.sendall(b"?")
        assert receive(line, 1) == b"?"
        relay.cut()
        with pytest.raises(ConnectionResetError):
            line.recv(1)
    assert relay.cuts == 1
    assert echoed(relay, b"!") == b"!"


def test_the_line_is_cut_at_each_mark(relay: Relay) -> None:
    relay.cut_after(50_000, 120_000)
    for _ in range(2):
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            echoed_in_parts(relay)
    assert relay.cuts == 2
    assert 120_000 <= relay.up.passed_bytes < 140_000
    assert echoed(relay, CONTENT) == CONTENT


def echoed_in_parts(relay: Relay) -> None:
    """Send parts one after the other, each once the one before has come back."""
    with connect(relay) as line:
        for start in range(0, len(CONTENT), 4096):
            line.sendall(CONTENT[start : start + 4096])
            if not receive(line, 4096):
                raise ConnectionResetError("reset")


def test_a_lost_connection_stays_silent_and_others_get_through(relay: Relay) -> None:
    with connect(relay) as line:
        line.sendall(b"?")
        assert receive(line, 1) == b"?"
        relay.lose()
        line.sendall(b"!")
        line.settimeout(SHORT_S)
        with pytest.raises(TimeoutError):
            line.recv(1)
    assert relay.up.passed_bytes == 1
    assert echoed(relay, b"!") == b"!"


def test_a_dead_network_accepts_and_hands_nothing_on_until_it_lives_again(relay: Relay) -> None:
    relay.die()
    with connect(relay) as line:
        line.sendall(b"?")
        line.settimeout(SHORT_S)
        with pytest.raises(TimeoutError):
            line.recv(1)
        relay.revive()
        with pytest.raises(TimeoutError):
            line.recv(1)
    assert relay.up.passed_bytes == 0
    assert echoed(relay, b"!") == b"!"


def test_a_relay_with_nobody_behind_hangs_up(relay: Relay) -> None:
    relay.target_port = 1
    with pytest.raises(ConnectionResetError), connect(relay) as line:
        line.recv(1)
