"""What every object storage keeps to: a directory of ours, and a real S3, over HTTP."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from app.settings import Settings
from app.storage import InvalidKey, ObjectNotFound, Storage, StorageUnavailable, open_storage
from app.web import media, problems
from tests.buckets import make_bucket, owner, s3_settings
from tests.gateway import Gateway

NOW = datetime.now(UTC)
LARGE_BYTES = 20 << 20  # parts of S3: two of 8 MiB, and one of the rest


@pytest.fixture(params=["local", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "local":
        return Settings(environment="test", data_dir=tmp_path / "data", public_url="http://testserver")
    return make_bucket(s3_settings(request.getfixturevalue("gateway")))


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


def test_preparing_it_again_changes_nothing(storage: Storage) -> None:
    storage.put_bytes("a", b"x", "text/plain")
    storage.prepare()
    storage.prepare()
    assert storage.read("a") == b"x"


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


def test_many_are_deleted_together_whether_they_are_there_or_not(storage: Storage) -> None:
    for key in ("a", "b", "b/c", "d"):
        storage.put_bytes(key, b"x", "text/plain")
    storage.delete_all(["a", "b/c", "none", "a"])
    storage.delete_all([])
    assert [found.key for found in storage.list()] == ["b", "d"]
    with pytest.raises(InvalidKey):
        storage.delete_all(["b", "../d"])


def leave_unfinished(settings: Settings) -> None:
    """Leave what a writer leaves that is killed in the middle of an object."""
    if settings.storage == "local":
        (settings.storage_dir / "drafts" / "1").write_bytes(b"half")
        return
    with owner(settings) as client:
        begun = client.create_multipart_upload(Bucket=settings.s3_bucket, Key="half")
        client.upload_part(
            Bucket=settings.s3_bucket, Key="half", UploadId=begun["UploadId"], PartNumber=1, Body=b"half"
        )


def test_what_a_writer_left_unfinished_is_forgotten_once_it_is_old(
    storage: Storage, settings: Settings
) -> None:
    storage.put_bytes("whole", b"x", "text/plain")
    leave_unfinished(settings)
    now = datetime.now(UTC)
    assert [storage.forget_unfinished(now + timedelta(hours=hours)) for hours in (-1, 1, 1)] == [0, 1, 0]
    assert [found.key for found in storage.list()] == ["whole"]


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


@pytest.fixture
def reader(storage: Storage, settings: Settings) -> Iterator[httpx2.Client]:
    """Open a client that reaches S3 by itself, and the directory through our route."""
    if settings.storage == "s3":
        with httpx2.Client(trust_env=False) as client:
            yield client
        return
    app = FastAPI()
    app.include_router(media.router)
    clock = SimpleNamespace(now=lambda: datetime.now(UTC))
    app.state.resources = SimpleNamespace(storage=storage, clock=clock, settings=settings)
    problems.install(app)
    with TestClient(app) as client:
        yield client


def changed(url: str, name: str, change: Callable[[str], str]) -> str:
    """Change one parameter of a link; those of both storages have the same meaning under other names."""
    parts = urlsplit(url)
    names = {"signature": ("signature", "X-Amz-Signature"), "life": ("expires", "X-Amz-Expires")}[name]
    said = {key: change(value) if key in names else value for key, value in parse_qsl(parts.query)}
    return parts._replace(query=urlencode(said)).geturl()


def test_a_link_opens_the_object_and_its_parts(storage: Storage, reader: httpx2.Client) -> None:
    storage.put_bytes("videos/1/film.mp4", b"0123456789", "video/mp4")
    url = storage.signed_url("videos/1/film.mp4", 60, datetime.now(UTC))
    whole = reader.get(url)
    assert (whole.status_code, whole.content) == (200, b"0123456789")
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["cache-control"].startswith("private")
    for span, content, said in (
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ):
        part = reader.get(url, headers={"Range": span})
        assert (part.status_code, part.content, part.headers["content-range"]) == (206, content, said)
    assert reader.get(url, headers={"Range": "bytes=10-"}).status_code == 416


def test_a_link_is_over_when_its_time_is(storage: Storage, reader: httpx2.Client) -> None:
    storage.put_bytes("a", b"x", "text/plain")
    url = storage.signed_url("a", 1, datetime.now(UTC))
    assert reader.get(url).status_code == 200
    time.sleep(2.1)  # both count whole seconds
    assert reader.get(url).status_code in {403, 410}


def test_a_link_that_was_changed_opens_nothing(storage: Storage, reader: httpx2.Client) -> None:
    for key in ("videos/1/film.mp4", "videos/2/film.mp4"):
        storage.put_bytes(key, b"x", "video/mp4")
    url = storage.signed_url("videos/1/film.mp4", 60, datetime.now(UTC))
    forged = (
        changed(url, "signature", lambda mark: mark[::-1]),
        changed(url, "life", lambda end: str(int(end) + 60)),
        url.replace("videos/1/", "videos/2/"),
        url.partition("?")[0],
    )
    assert [reader.get(address).status_code for address in forged] == [403] * 4
    assert reader.get(url).status_code == 200


def test_a_link_to_what_is_deleted_finds_nothing(storage: Storage, reader: httpx2.Client) -> None:
    storage.put_bytes("a", b"x", "text/plain")
    url = storage.signed_url("a", 60, datetime.now(UTC))
    storage.delete("a")
    assert reader.get(url).status_code == 404


def test_a_link_of_another_secret_opens_nothing(
    storage: Storage, settings: Settings, reader: httpx2.Client
) -> None:
    storage.put_bytes("a", b"x", "text/plain")
    other = SecretStr("another secret")
    stranger = open_storage(settings.model_copy(update={"secret_key": other, "s3_secret_key": other}))
    url = stranger.signed_url("a", 60, datetime.now(UTC))
    stranger.close()
    assert reader.get(url).status_code == 403


def test_a_storage_that_is_away_is_trouble_of_ours(tmp_path: Path) -> None:
    nowhere = Gateway(1, 1, 1, "")
    storage = open_storage(s3_settings(nowhere))
    with pytest.raises(StorageUnavailable):
        storage.put_bytes("a", b"x", "text/plain")
    with pytest.raises(StorageUnavailable):
        list(storage.list())
    storage.close()
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable):
        open_storage(Settings(environment="test", data_dir=tmp_path / "file"))
