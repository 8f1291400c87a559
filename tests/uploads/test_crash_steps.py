"""kill -9 of the web process around the steps that move no byte of the client's: begin, claim, join."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.uploads import service, spool
from tests.uploads import gates
from tests.uploads.client import Tus, video_bytes
from tests.uploads.gates import Point
from tests.uploads.machine import wait_until
from tests.uploads.site import Place, Site

MIB = 1024 * 1024
CONTENT = video_bytes(3 * MIB)


@pytest.fixture(scope="module")
def plane() -> str:
    """Choose one: no byte of the client's moves here."""
    return "splice"


@pytest.fixture(scope="module", autouse=True)
def gated(place: Place) -> None:
    gates.build(place.database)


def send_parts(tus: Tus, *contents: bytes) -> str:
    """Send parts of a file, and return the header that asks for it."""
    urls = []
    for content in contents:
        url = tus.create(len(content), upload_concat="partial").headers["location"]
        assert tus.append(url, 0, content).status_code == 204
        urls.append(url)
    return f"final;{' '.join(urls)}"


def join(tus: Tus, concat: str) -> str:
    """Ask for the file that parts make, and return its address."""
    answer = tus.create(0, upload_length=None, upload_concat=concat)
    assert answer.status_code == 201
    url: str = answer.headers["location"]
    return url


def test_of_a_beginning_that_was_not_committed_nothing_remains_after_an_hour(site: Site) -> None:
    server, settings = site.start(), site.place.settings
    lying = dict(spool.lying(settings.spool_dir))
    gates.die(server, site.place.database, ("before", "create"), lambda: site.tus(server).create(10))
    orphans = dict(spool.lying(settings.spool_dir)).keys() - lying.keys()
    assert len(orphans) == 1
    with Session(site.place.database) as session:
        service.sweep(session, settings, datetime.now(UTC) + timedelta(hours=1))
        session.commit()
    assert not orphans & dict(spool.lying(settings.spool_dir)).keys()


def test_of_a_beginning_whose_answer_was_lost_one_can_begin_again(site: Site) -> None:
    server = site.start()
    gates.die(server, site.place.database, ("after", "create"), lambda: site.tus(server).create(len(CONTENT)))
    lost_id, state = site.newest()
    assert state == "receiving"
    tus = site.tus(site.place.server)
    url = tus.begin(len(CONTENT))
    assert tus.append(url, 0, CONTENT).status_code == 204
    assert site.has_whole(url, CONTENT)
    assert tus.offset(f"/files/{lost_id}") == 0


@pytest.mark.parametrize("point", [("before", "claim"), ("after", "claim")])
def test_a_writer_that_dies_before_its_first_byte_stands_in_nobody_s_way(site: Site, point: Point) -> None:
    server = site.start()
    tus = site.tus(server)
    url = tus.begin(len(CONTENT))
    assert tus.append(url, 0, CONTENT[:MIB]).status_code == 204
    gates.die(server, site.place.database, point, lambda: tus.append(url, MIB, CONTENT[MIB:]))
    survivor, address = site.again(url)
    assert survivor.offset(address) == MIB
    assert survivor.append(address, MIB, CONTENT[MIB:]).status_code == 204
    assert site.has_whole(url, CONTENT)


@pytest.mark.parametrize("point", [("after", "create"), ("before", "complete"), ("after", "complete")])
def test_a_join_that_died_is_finished_by_who_asks_and_may_be_asked_for_again(
    site: Site, point: Point
) -> None:
    server = site.start()
    tus = site.tus(server)
    concat = send_parts(tus, CONTENT[:MIB], CONTENT[MIB:])
    gates.die(server, site.place.database, point, lambda: join(tus, concat))
    survivor, _ = site.again(concat)
    lost_id, _ = site.newest()
    assert survivor.offset(f"/files/{lost_id}") == len(CONTENT)
    assert site.has_whole(f"/files/{lost_id}", CONTENT)
    assert site.has_whole(join(survivor, concat), CONTENT)


def test_a_join_that_dies_while_bytes_are_copied_begins_them_again(site: Site) -> None:
    server, content = site.start(), video_bytes(96 * MIB)
    tus, spool_dir = site.tus(server), site.place.settings.spool_dir
    concat = send_parts(
        tus, *(content[start : start + 24 * MIB] for start in range(0, len(content), 24 * MIB))
    )
    parts = set(spool_dir.iterdir())
    with ThreadPoolExecutor(1) as client:
        asking = client.submit(gates.ask_in_vain, lambda: join(tus, concat))
        wait_until(lambda: any(path.stat().st_size for path in set(spool_dir.iterdir()) - parts), 0)
        server.kill()
        asking.result()
    lost_id, _ = site.newest()
    survivor, _ = site.again(concat)
    assert survivor.offset(f"/files/{lost_id}") == len(content)
    assert site.has_whole(f"/files/{lost_id}", content)
