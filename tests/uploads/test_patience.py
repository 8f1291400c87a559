"""Lines that give nothing, or next to nothing: they are dropped, and their bytes are kept."""

import time

from tests.uploads.client import video_bytes
from tests.uploads.site import Site

MIB = 1024 * 1024
ENVIRONMENT = {"VISAVIS_UPLOAD_IDLE_MAX_S": "2", "VISAVIS_UPLOAD_RATE_MIN_BYTES_PER_S": "1000"}


def test_a_line_that_gives_nothing_any_more_is_dropped_and_its_bytes_are_kept(site: Site) -> None:
    tus, content = site.tus(site.place.server), video_bytes(5 * MIB)
    url = tus.begin(len(content))
    line = site.open_append(url, 0, len(content))
    line.send(content[: 3 * MIB])
    assert line.status_code() == 503
    assert line.is_dropped()
    assert tus.offset(url) == 3 * MIB
    assert tus.append(url, 3 * MIB, content[3 * MIB :]).status_code == 204
    assert site.has_whole(url, content)


def test_a_line_that_gives_next_to_nothing_is_dropped_and_its_bytes_are_kept(site: Site) -> None:
    tus, content = site.tus(site.place.server), video_bytes(5 * MIB)
    url = tus.begin(len(content))
    line = site.open_append(url, 0, len(content))
    sent = 3 * MIB
    line.send(content[:sent])
    while not line.has_answer(0.25):
        line.send(content[sent : sent + 100])
        sent += 100
    assert line.status_code() == 503
    assert 3 * MIB < tus.offset(url) <= sent
    offset = tus.offset(url)
    assert tus.append(url, offset, content[offset:]).status_code == 204
    assert site.has_whole(url, content)


def test_a_line_that_is_slow_but_gives_enough_is_heard_to_its_end(site: Site) -> None:
    tus, content = site.tus(site.place.server), video_bytes(2 * MIB)
    url = tus.begin(len(content))
    line = site.open_append(url, 0, len(content))
    line.send(content[: 2 * MIB - 20_000])
    for start in range(2 * MIB - 20_000, 2 * MIB, 2_000):
        time.sleep(0.3)
        line.send(content[start : start + 2_000])
    assert line.status_code() == 204
    assert site.has_whole(url, content)
