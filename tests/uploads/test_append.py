"""Adding bytes: where they go, how many, of what kind, and what is kept of each."""

import resource
import signal
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from app.settings import Settings
from app.uploads import service
from app.uploads.models import Upload
from tests.conftest import MovingClock
from tests.uploads.client import Tus, id_of, video_bytes


def test_pieces_make_the_file(tus: Tus, session: Session, settings: Settings) -> None:
    content = video_bytes(3_000_000)
    url = tus.begin(len(content))
    for start, end in ((0, 10), (10, 2_000_000), (2_000_000, 3_000_000)):
        answer = tus.append(url, start, content[start:end])
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(end))
    upload = session.get_one(Upload, id_of(url))
    assert (upload.state, upload.completed_at is not None) == ("complete", True)
    assert service.spool_path(settings, upload.id).read_bytes() == content


def test_a_body_of_unknown_length_is_taken(tus: Tus, settings: Settings) -> None:
    content = video_bytes(2_500_000)
    url = tus.begin(len(content))
    pieces = (content[start : start + 100_000] for start in range(0, len(content), 100_000))
    assert tus.append(url, 0, pieces).headers["upload-offset"] == "2500000"
    assert service.spool_path(settings, id_of(url)).read_bytes() == content


@pytest.mark.parametrize("offset", [0, 50, 101])
def test_another_offset_is_a_conflict_that_says_the_right_one(tus: Tus, offset: int) -> None:
    url = tus.begin(1000)
    tus.append(url, 0, video_bytes(100))
    answer = tus.append(url, offset, b"x" * 10)
    assert (answer.status_code, answer.headers["upload-offset"]) == (409, "100")
    assert tus.offset(url) == 100


@pytest.mark.parametrize("offset", ["", "-1", "x", "0x0"])
def test_an_offset_that_is_no_number_is_malformed(tus: Tus, offset: str) -> None:
    assert tus.append(tus.begin(10), offset, b"x").status_code == 400


def test_an_offset_must_be_said(tus: Tus) -> None:
    assert tus.append(tus.begin(10), 0, b"x", upload_offset=None).status_code == 400


@pytest.mark.parametrize("kind", ["video/mp4", "application/octet-stream", None])
def test_a_body_of_another_type_is_refused(tus: Tus, kind: str | None) -> None:
    assert tus.append(tus.begin(10), 0, b"x", content_type=kind).status_code == 415


def test_more_than_was_announced_is_refused_before_it_comes(tus: Tus) -> None:
    url = tus.begin(100)
    assert tus.append(url, 0, video_bytes(101)).status_code == 413
    assert tus.offset(url) == 0


def test_of_a_body_that_turns_out_too_long_nothing_is_kept(tus: Tus) -> None:
    url = tus.begin(2_000_000)
    tus.append(url, 0, video_bytes(100))

    def endless() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 100_000

    assert tus.append(url, 100, endless()).status_code == 413
    assert tus.offset(url) == 100


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0"])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_of_the_protocol_is_refused(tus: Tus, method: str, version: str | None) -> None:
    url = "/files/" if method == "POST" else tus.begin(10)
    answer = tus.ask(method, url, {"Tus-Resumable": version})
    assert (answer.status_code, answer.headers["tus-version"]) == (412, "1.0.0")


def test_a_file_that_is_no_video_is_refused_at_once_and_gone(
    tus: Tus, session: Session, settings: Settings
) -> None:
    url = tus.begin(10_000_000)
    answer = tus.append(url, 0, b"%PDF-1.7" + b"x" * 5000)
    assert (answer.status_code, answer.json()["title"]) == (
        415,
        "Ce fichier n’est pas une vidéo que nous savons lire",
    )
    assert tus.ask("HEAD", url, {}).status_code == 410
    assert session.get_one(Upload, id_of(url)).refusal == "pas-une-video"
    assert not service.spool_path(settings, id_of(url)).exists()


def test_a_short_file_is_looked_at_when_it_is_whole(tus: Tus) -> None:
    url = tus.begin(100)
    assert tus.append(url, 0, b"x" * 99).status_code == 204
    assert tus.append(url, 99, b"x").status_code == 415


@pytest.mark.parametrize("head", [b"\x1a\x45\xdf\xa3", b"\x00\x00\x00\x08wide", b"\x00\x00\x01\x00moov"])
def test_what_the_worker_may_read_is_let_through(tus: Tus, head: bytes) -> None:
    assert tus.append(tus.begin(10_000), 0, head.ljust(5000, b"\0")).status_code == 204


def test_each_byte_puts_the_end_of_the_upload_off(tus: Tus, clock: MovingClock) -> None:
    url = tus.begin(10)
    for count in range(4):
        clock.advance(days=13)
        answer = tus.append(url, count, video_bytes(10)[count : count + 1])
        assert answer.status_code == 204
    assert answer.headers["upload-expires"] == "Thu, 28 Jan 2027 09:00:00 GMT"
    clock.advance(days=14)
    assert tus.append(url, 4, b"x").status_code == 410
    assert tus.ask("HEAD", url, {}).status_code == 410


def test_nothing_is_added_to_a_complete_upload(tus: Tus) -> None:
    url = tus.begin(100)
    tus.append(url, 0, video_bytes(100))
    assert tus.append(url, 100, b"").headers["upload-offset"] == "100"
    assert tus.append(url, 50, b"x").status_code == 409
    assert tus.append(url, 100, b"x").status_code == 413
    assert tus.append(url, 100, iter([b"", b"x"])).status_code == 413


def test_a_post_stands_for_a_method_that_a_network_refuses(tus: Tus) -> None:
    url = tus.begin(100)
    said: dict[str, str | None] = {
        "X-HTTP-Method-Override": "PATCH",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    assert tus.ask("POST", url, said, video_bytes(50)).headers["upload-offset"] == "50"


def test_a_full_file_system_keeps_what_went_in(tus: Tus, settings: Settings) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    url = tus.begin(10_000_000)
    # The kernel refuses to write beyond this length, as it does on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, hard))
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        answer = tus.append(url, 0, video_bytes(10_000_000))
    finally:
        signal.signal(signal.SIGXFSZ, ignored)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert answer.status_code == 507
    assert tus.offset(url) == 3_000_000
    assert tus.append(url, 3_000_000, video_bytes(10_000_000)[3_000_000:]).status_code == 204
    assert service.spool_path(settings, id_of(url)).read_bytes() == video_bytes(10_000_000)
