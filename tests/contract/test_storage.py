"""What every object storage keeps to: a directory of ours, and S3 (moto's, over HTTP).

Moto accepts wrong secrets and old links: who may read is shown in tests/storage, for the directory alone.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import boto3
import httpx2
import pytest
from fastapi import FastAPI
from moto.server import ThreadedMotoServer
from pydantic import SecretStr
from starlette.testclient import TestClient

from app.settings import Settings
from app.storage import InvalidKey, ObjectNotFound, Storage, StorageUnavailable, open_storage
from app.storage.s3 import client_options
from app.web.media import object_response

NOW = datetime.now(UTC)
LARGE_BYTES = 12 << 20


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def s3_settings(endpoint_url: str) -> Settings:
    return Settings(
        environment="test",
        storage="s3",
        s3_bucket=f"bucket-{uuid4().hex}",
        s3_endpoint_url=endpoint_url,
        s3_access_key=SecretStr("key"),
        s3_secret_key=SecretStr("secret"),
    )


@pytest.fixture(params=["local", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "local":
        return Settings(environment="test", data_dir=tmp_path / "data", public_url="http://testserver")
    settings = s3_settings(request.getfixturevalue("s3_url"))
    owner = boto3.client("s3", endpoint_url=settings.s3_endpoint_url, **client_options(settings))
    owner.create_bucket(Bucket=settings.s3_bucket)
    owner.close()
    return settings


@pytest.fixture
def storage(settings: Settings) -> Iterator[Storage]:
    storage = open_storage(settings)
    yield storage
    storage.close()


def test_bytes_come_back_with_their_type(storage: Storage) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    storage.put_bytes("videos/1/poster.webp", b"picture", "image/webp")
    info = storage.head("videos/1/poster.webp")
    assert storage.read("videos/1/poster.webp") == b"picture"
    assert (info.key, info.size_bytes, info.content_type) == ("videos/1/poster.webp", 7, "image/webp")
    assert before < info.modified_at < datetime.now(UTC) + timedelta(seconds=2)


def test_a_large_file_comes_back_whole(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(os.urandom(LARGE_BYTES))
    storage.put_file("videos/1/film.mp4", source, "video/mp4")
    digest = sha256()
    for piece in storage.stream("videos/1/film.mp4"):
        digest.update(piece)
    assert digest.digest() == sha256(source.read_bytes()).digest()
    assert storage.head("videos/1/film.mp4").content_type == "video/mp4"
    assert source.exists()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 4, b"0123"),
        (3, 7, b"3456"),
        (7, None, b"789"),
        (7, 100, b"789"),
        (5, 5, b""),
        (10, None, b""),
        (50, 60, b""),
    ],
)
def test_a_part_is_read_without_the_rest(
    storage: Storage, start: int, end: int | None, expected: bytes
) -> None:
    storage.put_bytes("ten", b"0123456789", "text/plain")
    assert storage.read("ten", start, end) == expected


def test_an_empty_object_is_an_object(storage: Storage) -> None:
    storage.put_bytes("empty", b"", "text/plain")
    assert storage.read("empty") == b""
    assert storage.head("empty").size_bytes == 0


def test_a_new_object_takes_the_place_of_the_old_one(storage: Storage) -> None:
    storage.put_bytes("a", b"old", "text/plain")
    storage.put_bytes("a", b"newer", "text/vtt")
    assert storage.read("a") == b"newer"
    assert storage.head("a").content_type == "text/vtt"


def test_what_is_not_there_is_said_to_be_absent(storage: Storage) -> None:
    for ask in (storage.read, storage.head, lambda key: storage.read(key, 5, 5)):
        with pytest.raises(ObjectNotFound):
            ask("videos/1/none.mp4")


def test_deleting_twice_is_deleting_once(storage: Storage) -> None:
    storage.put_bytes("a/b", b"x", "text/plain")
    storage.delete("a/b")
    storage.delete("a/b")
    with pytest.raises(ObjectNotFound):
        storage.read("a/b")
    assert list(storage.list()) == []


def test_deleting_a_prefix_spares_its_neighbours(storage: Storage) -> None:
    for key in ("videos/1/a", "videos/1/b/c", "videos/10/a", "videos/1"):
        storage.put_bytes(key, b"x", "text/plain")
    storage.delete_prefix("videos/1/")
    storage.delete_prefix("videos/1/")
    assert [found.key for found in storage.list()] == ["videos/1", "videos/10/a"]


def test_a_list_is_in_the_order_of_the_keys(storage: Storage) -> None:
    keys = ["a", "a-b", "a.b", "a/b", "a/b/c", "a0", "b/z"]
    for key in reversed(keys):
        storage.put_bytes(key, key.encode(), "text/plain")
    assert [(found.key, found.size_bytes) for found in storage.list()] == [(key, len(key)) for key in keys]
    assert [found.key for found in storage.list("a/")] == ["a/b", "a/b/c"]
    assert list(storage.list("nothing/")) == []


@pytest.mark.parametrize(
    "key", ["", "/a", "a/", "a//b", "../a", "a/../b", "a/.b", "A", "é", "a b", "a\n", "a~", "a" * 501]
)
def test_a_strange_key_is_a_bug_of_ours(storage: Storage, key: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.touch()
    for ask in (
        storage.head,
        storage.read,
        storage.delete,
        lambda key: storage.put_bytes(key, b"", "text/plain"),
        lambda key: storage.put_file(key, source, "text/plain"),
        lambda key: storage.signed_url(key, 60, NOW),
    ):
        with pytest.raises(InvalidKey):
            ask(key)


@pytest.mark.parametrize("prefix", ["", "/", "videos", "../", "a//"])
def test_a_prefix_that_means_too_much_is_a_bug_of_ours(storage: Storage, prefix: str) -> None:
    with pytest.raises(InvalidKey):
        storage.delete_prefix(prefix)


def test_writers_of_one_key_leave_one_whole_object(storage: Storage) -> None:
    versions = [bytes([letter]) * 300_000 for letter in b"abcdefgh"]
    with ThreadPoolExecutor(8) as writers:
        for put in [writers.submit(storage.put_bytes, "same", data, "text/plain") for data in versions]:
            put.result()
    assert storage.read("same") in versions
    assert [found.key for found in storage.list()] == ["same"]


def test_a_link_opens_the_object_and_its_parts(storage: Storage, settings: Settings) -> None:
    storage.put_bytes("videos/1/film.mp4", b"0123456789", "video/mp4")
    url = storage.signed_url("videos/1/film.mp4", 60, datetime.now(UTC))
    with browser(storage, settings) as client:
        whole, part = client.get(url), client.get(url, headers={"Range": "bytes=2-4"})
        beyond = client.get(url, headers={"Range": "bytes=10-"})
    assert (whole.status_code, whole.content) == (200, b"0123456789")
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["cache-control"].startswith("private")
    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["content-range"] == "bytes 2-4/10"
    assert beyond.status_code == 416


def browser(storage: Storage, settings: Settings) -> httpx2.Client:
    """Return a client that reaches S3 by itself, and the directory through our route."""
    if settings.storage == "s3":
        return httpx2.Client(trust_env=False)
    app = FastAPI()

    @app.get("/media/{key:path}")
    def media(key: str, expires: str, signature: str) -> object:
        return object_response(storage, key, (expires, signature), datetime.now(UTC))

    return TestClient(app)


def test_a_storage_that_is_away_is_trouble_of_ours(tmp_path: Path) -> None:
    nowhere = s3_settings("http://127.0.0.1:1")
    storage = open_storage(nowhere)
    with pytest.raises(StorageUnavailable):
        storage.put_bytes("a", b"x", "text/plain")
    with pytest.raises(StorageUnavailable):
        list(storage.list())
    storage.close()
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable):
        open_storage(Settings(environment="test", data_dir=tmp_path / "file"))
