"""`visavis web --workers 2`: whichever process answers, there is one writer, one count, one file."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.uploads.client import video_bytes
from tests.uploads.machine import WebServer, wait_for_bytes
from tests.uploads.site import Place, Site, enter

MIB = 1024 * 1024
CONTENT = video_bytes(8 * MIB)


@pytest.fixture(scope="module")
def plane() -> str:
    """Choose one: which process answers has nothing to do with it."""
    return "splice"


@pytest.fixture(scope="module")
def pair(place: Place) -> Iterator[WebServer]:
    """Serve with two processes, for all tests of this file."""
    with enter(place) as site:
        yield site.start(workers=2)


def test_a_writer_that_dies_is_followed_by_another_process(site: Site, pair: WebServer) -> None:
    url = site.tus(pair).begin(len(CONTENT))
    line = site.open_append(url, 0, len(CONTENT))
    line.send(CONTENT[: 2 * MIB])
    wait_for_bytes(site.path(url), 2 * MIB)
    os.kill(pair.writer_of(site.path(url)), signal.SIGKILL)
    other = site.tus(pair)  # on a line of its own: the first may have ended with the dead
    offset = other.offset(url)
    assert offset == 2 * MIB
    assert other.append(url, offset, CONTENT[offset:]).status_code == 204
    assert site.has_whole(url, CONTENT)


def test_a_line_that_hangs_in_one_process_gives_way_to_whoever_comes_next(
    site: Site, pair: WebServer
) -> None:
    url = site.tus(pair).begin(len(CONTENT))
    hanging, offset = [], 0
    for _ in range(3):  # new connections each: both processes have their turn, as the kernel likes
        line = site.open_append(url, offset, len(CONTENT) - offset)
        line.send(CONTENT[offset : offset + MIB])
        offset += MIB
        wait_for_bytes(site.path(url), offset)
        hanging.append(line)
        assert site.tus(pair).offset(url) == offset
    assert [line.status_code() for line in hanging] == [423] * 3
    assert site.tus(pair).append(url, offset, CONTENT[offset:]).status_code == 204
    assert site.has_whole(url, CONTENT)


def test_of_two_writers_at_one_offset_one_wins(site: Site, pair: WebServer) -> None:
    url = site.tus(pair).begin(len(CONTENT))
    with ThreadPoolExecutor(6) as writers:
        sending = [writers.submit(site.tus(pair).append, url, 0, CONTENT) for _ in range(6)]
        said = sorted(answer.result().status_code for answer in sending)
    assert said[0] == 204
    assert set(said[1:]) <= {204, 409, 413, 423}
    assert site.has_whole(url, CONTENT)


def test_of_many_beginnings_at_once_three_stand(site: Site, pair: WebServer) -> None:
    with ThreadPoolExecutor(8) as beginners:
        begun = [beginners.submit(site.tus(pair).create, 10) for _ in range(8)]
        said = sorted(answer.result().status_code for answer in begun)
    assert said == [201] * 3 + [429] * 5
