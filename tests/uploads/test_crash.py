"""kill -9 of the web process around the bytes of an upload, on both planes: it resumes to the same file."""

from contextlib import suppress
from random import Random
from threading import Timer

import pytest
from httpx2 import TransportError

from tests.uploads import gates
from tests.uploads.client import Tus, video_bytes
from tests.uploads.gates import Point
from tests.uploads.site import Place, Site

MIB = 1024 * 1024
KILLS = 3


@pytest.fixture(scope="module", autouse=True)
def gated(place: Place) -> None:
    gates.build(place.database)


@pytest.mark.parametrize(
    ("point", "state"), [(("before", "complete"), "receiving"), (("after", "complete"), "complete")]
)
def test_a_process_that_dies_around_the_commit_of_the_last_byte_has_lost_none(
    site: Site, point: Point, state: str
) -> None:
    server, content = site.start(), video_bytes(6 * MIB)
    tus = site.tus(server)
    url = tus.begin(len(content))
    assert tus.append(url, 0, content[: 2 * MIB]).status_code == 204
    gates.die(server, site.place.database, point, lambda: tus.append(url, 2 * MIB, content[2 * MIB :]))
    assert site.state(url) == state
    survivor, address = site.again(url)
    assert survivor.offset(address) == len(content)
    assert site.has_whole(url, content)


def test_whenever_the_process_is_killed_the_upload_goes_on_from_what_was_acknowledged(site: Site) -> None:
    moments, server, content = Random(19), site.start(), video_bytes(32 * MIB)  # noqa: S311 - no secret
    tus = site.tus(server)
    url = tus.begin(len(content))
    for _ in range(KILLS):
        killing = Timer(moments.uniform(0, 0.15), server.kill)
        offset = tus.offset(url)
        killing.start()
        acknowledged = send_pieces(tus, url, offset, content)
        killing.join()
        server.start()
        assert tus.offset(url) >= acknowledged
    send_pieces(tus, url, tus.offset(url), content)
    assert site.has_whole(url, content)


def send_pieces(tus: Tus, url: str, offset: int, content: bytes) -> int:
    """Send what is missing in pieces until all is there, or the line lost; return what was acknowledged."""
    with suppress(TransportError):
        while offset < len(content):
            answer = tus.append(url, offset, content[offset : offset + 4 * MIB])
            assert answer.status_code == 204
            offset = int(answer.headers["upload-offset"])
    return offset
