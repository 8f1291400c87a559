"""PostgreSQL really stopped while uploads go on: everybody is told to wait, and goes on afterwards."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from app.db import connect
from app.postgres import EmbeddedPostgres
from app.tables import upgrade
from tests.uploads.client import Tus, video_bytes
from tests.uploads.machine import wait_for_bytes
from tests.uploads.site import Place, Site, opened

MIB = 1024 * 1024
CONTENT = video_bytes(8 * MIB)
CONNECTIONS = 5  # as many as the pool of the place has


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """Start a server that a test may stop."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("outage"), durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def place(cluster: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, plane: str) -> Iterator[Place]:
    database = connect(cluster.url, pool_size=1)
    upgrade(database)
    database.dispose()
    said = {"VISAVIS_UPLOAD_SPLICE": str(plane == "splice")}
    with opened(cluster.url, tmp_path_factory.mktemp("data"), said) as place:
        yield place


def ask_all_at_once(tus: Tus, url: str) -> list[int]:
    """Ask as often as there are connections, so that each of them is used."""
    with ThreadPoolExecutor(CONNECTIONS) as askers:
        answers = askers.map(lambda _: tus.ask("HEAD", url, {}).status_code, range(CONNECTIONS))
        return list(answers)


def test_while_the_database_is_away_everybody_waits_and_then_goes_on_where_the_bytes_ended(
    site: Site, cluster: EmbeddedPostgres
) -> None:
    tus = site.tus(site.place.server)
    idle, url = tus.begin(len(CONTENT)), tus.begin(len(CONTENT))
    assert set(ask_all_at_once(tus, idle)) <= {200, 423}
    line = site.open_append(url, 0, len(CONTENT))
    line.send(CONTENT[: 4 * MIB])
    wait_for_bytes(site.path(url), 4 * MIB)
    cluster.stop()
    try:
        with suppress(ConnectionError):
            line.send(CONTENT[4 * MIB :])
        assert line.status_code() == 503
        for answer in (
            tus.ask("HEAD", url, {}),
            tus.ask("HEAD", url.partition("?")[0], {}),
            tus.append(idle, 0, CONTENT),
            tus.create(10),
            tus.ask("DELETE", url, {}),
        ):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    finally:
        cluster.start()
    assert set(ask_all_at_once(tus, idle)) <= {200, 423}
    offset = tus.offset(url)
    assert offset >= 4 * MIB
    assert tus.append(url, offset, CONTENT[offset:]).status_code == 204
    assert site.has_whole(url, CONTENT)
