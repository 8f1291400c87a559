"""A disk that is really full: what went in is kept, and the upload goes on once there is room."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from app.postgres import EmbeddedPostgres
from tests.disk import small_disk
from tests.uploads.client import video_bytes
from tests.uploads.site import Place, Site, opened

MIB = 1024 * 1024
KEEP_FREE_BYTES = 2 * MIB
DISK_BYTES = 32 * MIB


@pytest.fixture(scope="module")
def place(
    postgres: EmbeddedPostgres, engine: Engine, tmp_path_factory: pytest.TempPathFactory, plane: str
) -> Iterator[Place]:
    """Open a place whose data lie on a small disk of their own."""
    engine.dispose()
    url = postgres.create_database(f"{plane}_full", template="visavis")
    said = {
        "VISAVIS_UPLOAD_SPLICE": str(plane == "splice"),
        "VISAVIS_UPLOAD_FREE_DISK_MIN_BYTES": str(KEEP_FREE_BYTES),
    }
    with small_disk(tmp_path_factory.mktemp("disk"), DISK_BYTES) as disk, opened(url, disk, said) as place:
        yield place


def test_a_disk_that_fills_up_keeps_what_went_in_and_the_upload_resumes_when_there_is_room(
    site: Site,
) -> None:
    tus, content = site.tus(site.place.server), video_bytes(16 * MIB)
    url = tus.begin(len(content))
    ballast = site.place.settings.data_dir / "ballast"
    ballast.write_bytes(bytes(DISK_BYTES - 6 * MIB))
    full = tus.append(url, 0, content)
    assert (full.status_code, full.json()["type"].rpartition("/")[2]) == (507, "plus-de-place")
    offset = tus.offset(url)
    assert 4 * MIB < offset <= 6 * MIB
    assert tus.append(url, offset, content[offset:]).status_code == 507
    ballast.unlink()
    offset = tus.offset(url)
    assert tus.append(url, offset, content[offset:]).status_code == 204
    assert site.has_whole(url, content)
    assert tus.ask("DELETE", url, {}).status_code == 204


def test_room_that_is_promised_to_others_is_not_given_again(site: Site) -> None:
    tus = site.tus(site.place.server)
    first = tus.begin(20 * MIB)
    assert tus.create(12 * MIB).status_code == 507
    assert tus.ask("DELETE", first, {}).status_code == 204
    url = tus.begin(12 * MIB)
    assert tus.ask("DELETE", url, {}).status_code == 204
