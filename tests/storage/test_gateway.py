"""What S3 is trusted with, shown by a real one: who may write, its addresses, parts, TLS."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from pydantic import SecretStr

from app.settings import Settings
from app.storage import Storage, StorageUnavailable, open_storage
from tests.buckets import make_bucket, owner, s3_settings, variables
from tests.gateway import Gateway
from tests.network import relayed

KEY = "videos/1/film.mp4"
LARGE_BYTES = 20 << 20
TOO_MANY_PARTS_BYTES = 6 * (8 << 20)

WRITER = """
import sys
from pathlib import Path
from app.settings import Settings
from app.storage import open_storage
open_storage(Settings()).put_file(sys.argv[1], Path(sys.argv[2]), "video/mp4")
"""


@pytest.fixture
def settings(gateway: Gateway) -> Settings:
    return make_bucket(s3_settings(gateway))


@contextmanager
def opened(settings: Settings, **changes: Any) -> Iterator[Storage]:
    """Open the storage of these settings, and close it."""
    storage = open_storage(settings.model_copy(update=changes))
    yield storage
    storage.close()


def link(storage: Storage) -> str:
    """Return a link to the one object of these tests."""
    return storage.signed_url(KEY, 60, datetime.now(UTC))


def get(url: str, **headers: str) -> httpx2.Response:
    """Ask as a browser does."""
    with httpx2.Client(trust_env=False) as client:
        return client.get(url, headers=headers)


@pytest.fixture
def names_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every name under localhost be this machine, as browsers do (RFC 6761) and not every resolver."""
    resolve = socket.getaddrinfo

    def resolve_locally(host: str, *arguments: Any, **more: Any) -> Any:
        here = isinstance(host, str) and host.endswith(".localhost")
        return resolve("127.0.0.1" if here else host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_locally)


@pytest.fixture
def prepared(gateway: Gateway) -> Settings:
    """Prepare a bucket as an operator does, twice."""
    settings = s3_settings(gateway)
    with opened(settings) as storage:
        storage.prepare()
        storage.prepare()
    return settings


@pytest.mark.parametrize("change", ["s3_access_key", "s3_secret_key"])
def test_whoever_has_not_the_keys_can_neither_write_nor_read_nor_list(
    settings: Settings, change: str
) -> None:
    with opened(settings) as storage:
        storage.put_bytes(KEY, b"x", "video/mp4")
    with opened(settings, **{change: SecretStr("wrong")}) as stranger:
        for ask in (
            lambda: stranger.put_bytes("a", b"x", "text/plain"),
            lambda: stranger.read(KEY),
            lambda: stranger.head(KEY),
            lambda: list(stranger.list()),
            lambda: stranger.delete(KEY),
        ):
            with pytest.raises(StorageUnavailable):
                ask()
        assert get(link(stranger)).status_code == 403


def test_a_link_holds_for_the_address_that_browsers_reach_and_no_other(
    settings: Settings, gateway: Gateway
) -> None:
    with opened(settings) as storage:
        storage.put_bytes(KEY, b"0123456789", "video/mp4")
        url = link(storage)
    assert url.startswith(f"{gateway.public_url}/{settings.s3_bucket}/{KEY}?")
    assert get(url).content == b"0123456789"
    assert get(url.replace(gateway.public_url, gateway.internal_url)).status_code == 403


@pytest.mark.usefixtures("names_of_this_machine")
def test_a_bucket_may_be_a_host_of_its_own(settings: Settings, gateway: Gateway) -> None:
    inside = gateway.public_url  # a bucket has no name under a bare address
    with opened(settings, s3_path_style=False, s3_endpoint_url=inside) as storage:
        storage.put_bytes(KEY, b"0123456789", "video/mp4")
        assert storage.read(KEY, 2, 4) == b"23"
        assert [found.key for found in storage.list("videos/")] == [KEY]
        url = link(storage)
    assert urlsplit(url).netloc == f"{settings.s3_bucket}.localhost:{gateway.public_port}"
    assert get(url).content == b"0123456789"


def test_over_tls_all_goes_as_it_does_without(
    settings: Settings, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", gateway.certificate)
    source = tmp_path / "film.mp4"
    source.write_bytes(os.urandom(LARGE_BYTES))
    secure = {"s3_endpoint_url": gateway.tls_url, "s3_public_endpoint_url": None}
    with opened(settings, **secure) as storage:
        storage.put_file(KEY, source, "video/mp4")
        storage.put_bytes("videos/1/poster.jpg", b"picture", "image/jpeg")
        assert storage.read(KEY) == source.read_bytes()
        assert storage.read("videos/1/poster.jpg") == b"picture"
        url = link(storage)
        storage.delete_prefix("videos/1/")
        assert list(storage.list()) == []
    assert url.startswith(f"{gateway.tls_url}/")


def test_a_certificate_that_nobody_vouches_for_is_trouble_of_ours(
    settings: Settings, gateway: Gateway
) -> None:
    with (
        opened(settings, s3_endpoint_url=gateway.tls_url) as storage,
        pytest.raises(StorageUnavailable),
    ):
        storage.put_bytes(KEY, b"x", "video/mp4")


def test_a_large_file_goes_in_parts(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(os.urandom(LARGE_BYTES))
    with opened(settings) as storage, owner(settings) as client:
        storage.put_file(KEY, source, "video/mp4")
        assert storage.read(KEY) == source.read_bytes()
        said = client.head_object(Bucket=settings.s3_bucket, Key=KEY)
    assert said["ETag"].endswith('-3"')
    assert (said["ContentType"], said["CacheControl"]) == ("video/mp4", "private")


def test_the_parts_of_a_film_go_side_by_side(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(os.urandom(LARGE_BYTES))
    with relayed(urlsplit(settings.s3_endpoint_url or "").port or 0) as line:
        line.slow_down(20_000_000)
        with opened(settings.model_copy(update={"s3_endpoint_url": line.url})) as storage:
            storage.put_file(KEY, source, "video/mp4")
        assert line.connections > 1  # one by one, all would go by the first


def test_a_film_of_which_a_part_is_refused_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    with source.open("wb") as file:
        file.truncate(TOO_MANY_PARTS_BYTES)
    with opened(settings) as storage, owner(settings) as client:
        with pytest.raises(StorageUnavailable):
            storage.put_file(KEY, source, "video/mp4")
        assert "Uploads" not in client.list_multipart_uploads(Bucket=settings.s3_bucket)
        assert list(storage.list()) == []


def test_what_a_killed_writer_left_of_a_film_goes_with_the_sweep(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(os.urandom(LARGE_BYTES))
    with relayed(urlsplit(settings.s3_endpoint_url or "").port or 0) as line, owner(settings) as client:
        line.slow_down(4_000_000)
        told = variables(settings) | {"VISAVIS_S3_ENDPOINT_URL": line.url}
        command = [sys.executable, "-c", WRITER, KEY, str(source)]
        with subprocess.Popen(command, env=os.environ | told) as writer:
            while "Uploads" not in client.list_multipart_uploads(Bucket=settings.s3_bucket):
                assert writer.poll() is None
            writer.kill()
    with opened(settings) as storage:
        assert list(storage.list()) == []
        assert storage.forget_unfinished(datetime.now(UTC) + timedelta(minutes=1)) == 1
        with owner(settings) as client:
            assert "Uploads" not in client.list_multipart_uploads(Bucket=settings.s3_bucket)


def test_more_than_a_page_of_objects_is_listed_and_deleted(settings: Settings) -> None:
    keys = [f"videos/1/{number:04}" for number in range(1100)]
    with opened(settings) as storage:
        with ThreadPoolExecutor(8) as writers:
            for put in [writers.submit(storage.put_bytes, key, b"x", "text/plain") for key in keys]:
                put.result()
        storage.put_bytes("videos/2", b"x", "text/plain")
        assert [found.key for found in storage.list("videos/1/")] == keys
        storage.delete_prefix("videos/1/")
        assert [found.key for found in storage.list()] == ["videos/2"]


def test_a_bucket_is_made_where_there_is_none_and_what_it_holds_stays(prepared: Settings) -> None:
    with opened(prepared) as storage:
        storage.put_bytes(KEY, b"x", "video/mp4")
        storage.prepare()
        assert storage.read(KEY) == b"x"


def test_a_bucket_that_others_hold_is_not_taken(settings: Settings) -> None:
    with opened(settings, s3_secret_key=SecretStr("wrong")) as stranger, pytest.raises(StorageUnavailable):
        stranger.prepare()


def test_a_player_on_our_pages_reads_parts_and_no_other_page_does(prepared: Settings) -> None:
    with opened(prepared) as storage:
        storage.put_bytes(KEY, b"0123456789", "video/mp4")
        url = link(storage)
    ours, theirs = "https://testserver", "https://elsewhere.example"
    part = get(url, Origin=ours, Range="bytes=2-4")
    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["access-control-allow-origin"] == ours
    assert "content-range" in part.headers["access-control-expose-headers"].lower()
    assert "access-control-allow-origin" not in get(url, Origin=theirs).headers


@pytest.mark.parametrize(
    ("origin", "method", "status"),
    [
        ("https://testserver", "GET", 200),
        ("https://testserver", "PUT", 403),
        ("https://elsewhere.example", "GET", 403),
    ],
)
def test_a_browser_that_asks_before_is_told_who_may_what(
    prepared: Settings, origin: str, method: str, status: int
) -> None:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "range",
    }
    with opened(prepared) as storage, httpx2.Client(trust_env=False) as client:
        assert client.options(link(storage), headers=asked).status_code == status
