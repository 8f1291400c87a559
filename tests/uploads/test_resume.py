"""Real web processes over a real database, that are killed, raced and cut: no byte is lost or mixed."""

import hashlib
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import which

import pytest

from tests.uploads.client import id_of, video_bytes
from tests.uploads.machine import wait_for_bytes
from tests.uploads.site import Site

MIB = 1024 * 1024
TUS_JS_CLIENT = Path(__file__).parents[2] / "app/web/node_modules/tus-js-client"


def sha256(content: bytes) -> str:
    """Return the digest of what should have come."""
    return hashlib.sha256(content).hexdigest()


def test_a_web_process_killed_in_mid_append_loses_nothing_that_was_acknowledged(site: Site) -> None:
    server, content = site.start(), video_bytes(40 * MIB)
    tus = site.tus(server)
    url = tus.begin(len(content))
    assert tus.append(url, 0, content[: 8 * MIB]).status_code == 204
    line = site.open_append(url, 8 * MIB, 32 * MIB)
    line.send(content[8 * MIB : 25 * MIB])
    wait_for_bytes(site.path(url), 24 * MIB)
    server.kill()
    server.start()
    offset = tus.offset(url)
    assert 24 * MIB <= offset <= 25 * MIB
    assert tus.append(url, offset, content[offset:]).status_code == 204
    assert site.state(url) == "complete"
    assert sha256(site.path(url).read_bytes()) == sha256(content)


def test_the_plane_of_the_settings_is_the_one_that_works(site: Site, plane: str) -> None:
    server = site.start()
    url, idle = site.tus(server).begin(8 * MIB), server.pipes()
    line = site.open_append(url, 0, 8 * MIB)
    line.send(video_bytes(4 * MIB))
    wait_for_bytes(site.path(url), 4 * MIB)
    assert server.pipes() - idle == {"portable": 0, "splice": 2}[plane]
    line.close()


def test_what_came_before_the_line_was_cut_is_kept(site: Site) -> None:
    tus, content = site.tus(site.place.server), video_bytes(5 * MIB)
    url = tus.begin(len(content))
    line = site.open_append(url, 0, len(content))
    line.send(content[: 3 * MIB])
    wait_for_bytes(site.path(url), 3 * MIB)
    line.close()
    assert tus.offset(url) == 3 * MIB
    assert tus.append(url, 3 * MIB, content[3 * MIB :]).status_code == 204
    assert sha256(site.path(url).read_bytes()) == sha256(content)


def test_a_writer_on_a_dead_line_gives_way_to_one_on_another_process(site: Site) -> None:
    first, second = site.place.server, site.start()
    content = video_bytes(5 * MIB)
    url = site.tus(first).begin(len(content))
    dead = site.open_append(url, 0, len(content))
    dead.send(content[: 2 * MIB])
    wait_for_bytes(site.path(url), 2 * MIB)
    address = url.replace(first.url, second.url)
    living = site.tus(second)
    assert living.offset(address) == 2 * MIB
    assert dead.status_code() == 423
    assert living.append(address, 2 * MIB, content[2 * MIB :]).status_code == 204
    assert sha256(site.path(url).read_bytes()) == sha256(content)


def test_a_slow_writer_gives_way_to_an_append_where_it_is(site: Site) -> None:
    tus, content = site.tus(site.place.server), video_bytes(3 * MIB)
    url = tus.begin(len(content))
    slow = site.open_append(url, 0, len(content))
    slow.send(content[:MIB])
    wait_for_bytes(site.path(url), MIB)
    assert tus.append(url, MIB, content[MIB:]).status_code == 204
    assert slow.status_code() == 423
    assert sha256(site.path(url).read_bytes()) == sha256(content)


def test_writers_that_race_at_one_offset_never_mix(site: Site) -> None:
    servers = (site.place.server, site.start())
    content = video_bytes(12 * MIB)
    url = site.tus(servers[0]).begin(len(content))
    piece_bytes = len(content) // 4

    def send(number: int) -> list[int]:
        tus = site.tus(servers[number % 2])
        address = url.replace(servers[0].url, servers[number % 2].url)
        said, offset = [], 0
        while offset < len(content):
            answer = tus.append(address, offset, content[offset : offset + piece_bytes])
            said.append(answer.status_code)
            while (status := tus.ask("HEAD", address, {})).status_code == 423:
                pass  # three others are at it
            offset = int(status.headers["upload-offset"])
        return said

    with ThreadPoolExecutor(4) as pool:
        said = {status for statuses in pool.map(send, range(4)) for status in statuses}
    assert said <= {204, 409, 423}
    assert sha256(site.path(url).read_bytes()) == sha256(content)
    assert site.state(url) == "complete"


def test_a_client_that_waits_to_be_asked_for_its_body_is_asked(site: Site) -> None:
    content = video_bytes(3 * MIB)
    url = site.tus(site.place.server).begin(len(content))
    line = site.open_append(url, 0, len(content), Expect="100-continue")
    assert line.is_invited()
    line.send(content)
    assert line.status_code() == 204
    assert site.has_whole(url, content)


def test_bytes_that_come_one_by_one_are_written_while_one_waits(site: Site) -> None:
    url = site.tus(site.place.server).begin(MIB)
    content = video_bytes(MIB)
    line = site.open_append(url, 0, len(content))
    for start in range(5000):
        line.send(content[start : start + 1])
    wait_for_bytes(site.path(url), 5000)
    line.send(content[5000:])
    assert line.status_code() == 204
    assert site.has_whole(url, content)


def test_a_large_body_takes_no_more_memory_than_a_small_one(site: Site) -> None:
    server = site.place.server
    tus = site.tus(server)
    url = tus.begin(128 * MIB)
    tus.append(url, 0, video_bytes(4 * MIB))
    before_bytes = server.peak_bytes()
    part = bytes(256 * 1024)
    assert tus.append(url, 4 * MIB, (part for _ in range(4 * 124))).status_code == 204
    assert server.peak_bytes() - before_bytes < 16 * MIB


@pytest.mark.skipif(not (which("node") and TUS_JS_CLIENT.exists()), reason="tus-js-client is not installed")
def test_tus_js_client_finishes_by_itself_although_the_server_is_killed(site: Site, tmp_path: Path) -> None:
    server, content = site.start(), video_bytes(24 * MIB)
    film = tmp_path / "film.mp4"
    film.write_bytes(content)
    script = Path(__file__).with_name("send.mjs")
    command = ["node", str(script), str(TUS_JS_CLIENT), f"{server.url}/files/", str(film)]
    with subprocess.Popen(
        [*command, *(f"{name}: {value}" for name, value in site.headers.items())],
        stdout=subprocess.PIPE,
        text=True,
    ) as sending:
        assert sending.stdout is not None
        assert sending.stdout.readline().startswith("sent ")
        server.kill()
        begun_id, state = site.newest()
        assert state == "receiving", "it was finished before the server was killed"
        server.start()
        said = sending.stdout.read().splitlines()
    assert sending.returncode == 0
    url = said[-1].removeprefix("finished ")
    assert id_of(url) == begun_id
    assert site.state(url) == "complete"
    assert sha256(site.path(url).read_bytes()) == sha256(content)
