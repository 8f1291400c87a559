"""What only the directory does: links of our own, and coming through a crash."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.settings import Settings
from app.storage import LinkExpired, LinkForged, LocalStorage, ObjectNotFound, StorageUnavailable
from app.storage.objects import InvalidKey, valid_key
from app.web import media, problems

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY = "videos/1/film.mp4"
WRITER = """
import sys, time
from pathlib import Path
from app.storage import LocalStorage
storage = LocalStorage(Path(sys.argv[1]), "http://testserver", b"secret")
storage.put_file("videos/1/film.mp4", Path(sys.argv[2]), "video/mp4")
"""


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    storage = LocalStorage(tmp_path / "storage", "http://testserver/", b"secret")
    storage.put_bytes(KEY, b"0123456789", "video/mp4")
    return storage


@pytest.fixture
def client(storage: LocalStorage) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(media.router)
    settings = Settings(environment="test", public_url="http://testserver")
    clock = SimpleNamespace(now=lambda: NOW)
    app.state.resources = SimpleNamespace(storage=storage, clock=clock, settings=settings)
    problems.install(app)
    with TestClient(app) as client:
        yield client


def link(storage: LocalStorage, key: str = KEY, life_s: int = 300) -> str:
    return storage.signed_url(key, life_s, NOW)


def proof(url: str) -> tuple[str, str]:
    expires, _, signature = url.partition("?expires=")[2].partition("&signature=")
    return expires, signature


def test_a_link_lasts_as_long_as_it_says_and_no_longer(storage: LocalStorage) -> None:
    expires, signature = proof(link(storage))
    for seconds in (0, 299, 300):
        found = storage.follow_link(KEY, expires, signature, NOW + timedelta(seconds=seconds))
        assert found.life_left_s == 300 - seconds
    with pytest.raises(LinkExpired):
        storage.follow_link(KEY, expires, signature, NOW + timedelta(seconds=301))


def test_a_link_cannot_be_prolonged_or_turned_to_another_object(storage: LocalStorage) -> None:
    storage.put_bytes("videos/2/film.mp4", b"other", "video/mp4")
    expires, signature = proof(link(storage))
    for key, when, mark in (
        (KEY, str(int(expires) + 1), signature),
        (KEY, f"{expires}0", signature),
        ("videos/2/film.mp4", expires, signature),
        ("videos/2/../1/film.mp4", expires, signature),
        (KEY, expires, signature[:-1]),
        (KEY, expires, f"{signature}é"),
        (KEY, "", ""),
    ):
        with pytest.raises(LinkForged):
            storage.follow_link(key, when, mark, NOW)


def test_a_link_of_another_secret_is_refused(storage: LocalStorage, tmp_path: Path) -> None:
    stranger = LocalStorage(tmp_path / "storage", "http://testserver", b"another secret")
    with pytest.raises(LinkForged):
        storage.follow_link(KEY, *proof(link(stranger)), NOW)


def test_a_link_to_an_object_that_was_deleted_finds_nothing(storage: LocalStorage) -> None:
    expires, signature = proof(link(storage))
    storage.delete(KEY)
    with pytest.raises(ObjectNotFound):
        storage.follow_link(KEY, expires, signature, NOW)


def test_the_route_answers_with_the_object_closed_to_caches_and_scripts(
    client: TestClient, storage: LocalStorage
) -> None:
    answer = client.get(link(storage))
    assert (answer.status_code, answer.content) == (200, b"0123456789")
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["cache-control"] == "private, max-age=300"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == 'inline; filename="film.mp4"'
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("span", "status", "content"),
    [
        ("bytes=0-0", 206, b"0"),
        ("bytes=4-", 206, b"456789"),
        ("bytes=-3", 206, b"789"),
        ("bytes=8-99", 206, b"89"),
        ("bytes=10-", 416, b""),
    ],
)
def test_the_route_answers_with_a_part(
    client: TestClient, storage: LocalStorage, span: str, status: int, content: bytes
) -> None:
    answer = client.get(link(storage), headers={"Range": span})
    assert (answer.status_code, answer.content if status == 206 else b"") == (status, content)
    if status == 416:
        assert answer.headers["content-range"] == "bytes */10"


def test_the_route_tells_the_size_without_the_bytes(client: TestClient, storage: LocalStorage) -> None:
    answer = client.head(link(storage))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "10"


def test_a_stored_page_is_saved_rather_than_shown(client: TestClient, storage: LocalStorage) -> None:
    storage.put_bytes("scans/1.html", b"<script>alert(1)</script>", "text/html")
    answer = client.get(link(storage, "scans/1.html"))
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("url", "status", "slug"),
    [
        (f"/media/{KEY}", 403, "lien-invalide"),
        (f"/media/{KEY}?expires=9999999999&signature=x", 403, "lien-invalide"),
        ("/media/../../etc/passwd?expires=1&signature=x", 404, "introuvable"),
        ("/media/..%2F..%2Fetc%2Fpasswd?expires=1&signature=x", 403, "lien-invalide"),
    ],
)
def test_the_route_refuses_what_was_not_signed(client: TestClient, url: str, status: int, slug: str) -> None:
    answer = client.get(url)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, slug)


def test_the_route_says_that_a_link_is_over(client: TestClient, storage: LocalStorage) -> None:
    answer = client.get(storage.signed_url(KEY, 300, NOW - timedelta(seconds=301)))
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (410, "lien-expire")


def test_a_writer_that_is_killed_leaves_the_old_object_and_no_trace(
    storage: LocalStorage, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "storage"), str(pipe)])
    with suppress(BrokenPipeError), pipe.open("wb", buffering=0) as half:
        half.write(b"x" * 100_000)  # more than a pipe holds: the writer has begun its draft
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    drafts = tmp_path / "storage" / "drafts"
    assert len(list(drafts.iterdir())) == 1
    assert storage.read(KEY) == b"0123456789"
    assert [found.key for found in storage.list()] == [KEY]
    LocalStorage(tmp_path / "storage", "http://testserver", b"secret")
    assert list(drafts.iterdir()) == []


def test_opening_the_storage_spares_the_draft_of_a_living_writer(tmp_path: Path) -> None:
    directory = tmp_path / "storage"
    storage = LocalStorage(directory, "http://testserver", b"secret")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([sys.executable, "-c", WRITER, str(directory), str(pipe)]) as writer:
        with pipe.open("wb", buffering=0) as source:
            source.write(b"x" * 100_000)
            LocalStorage(directory, "http://testserver", b"secret")
        assert writer.wait() == 0
    assert storage.head(KEY).size_bytes == 100_000


def test_a_directory_where_nothing_is_left_is_removed(storage: LocalStorage, tmp_path: Path) -> None:
    storage.delete_prefix("videos/")
    assert list((tmp_path / "storage" / "objects").iterdir()) == []


def test_a_disk_that_refuses_is_trouble_of_ours(storage: LocalStorage, tmp_path: Path) -> None:
    (tmp_path / "storage" / "drafts").rmdir()
    with pytest.raises(StorageUnavailable):
        storage.put_bytes("a", b"x", "text/plain")


@given(st.text(alphabet="ab./~-_A\n\0é", max_size=20))
def test_no_key_leaves_its_directory(text: str) -> None:
    top = Path("/storage/objects")
    with suppress(InvalidKey):
        place = Path(os.path.normpath(top / valid_key(text)))
        assert place.is_relative_to(top)
        assert place != top
