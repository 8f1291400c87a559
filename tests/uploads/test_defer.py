"""A length that is said later, since a page that films does not know it; bytes that a creation brings."""

import pytest
from sqlalchemy.orm import Session

from app.settings import Settings
from app.uploads import service
from app.uploads.models import Upload
from tests.uploads.client import APPEND, Tus, id_of, video_bytes


def begin_later(tus: Tus) -> str:
    """Announce a file of which nobody knows how long it will be."""
    answer = tus.create(0, upload_length=None, upload_defer_length="1")
    assert answer.status_code == 201
    return answer.headers["location"]


def test_an_upload_whose_length_is_said_later_says_so_until_then(tus: Tus, session: Session) -> None:
    url = begin_later(tus)
    tus.append(url, 0, video_bytes(100))
    headers = tus.ask("HEAD", url, {}).headers
    assert (headers["upload-offset"], headers["upload-defer-length"]) == ("100", "1")
    assert "upload-length" not in headers
    assert tus.append(url, 100, b"abc", upload_length="103").status_code == 204
    headers = tus.ask("HEAD", url, {}).headers
    assert (headers["upload-offset"], headers["upload-length"]) == ("103", "103")
    assert "upload-defer-length" not in headers
    assert session.get_one(Upload, id_of(url)).state == "complete"


def test_a_piece_of_nothing_may_say_that_all_is_there(tus: Tus, session: Session) -> None:
    url = begin_later(tus)
    tus.append(url, 0, video_bytes(100))
    assert tus.append(url, 100, b"", upload_length="100").status_code == 204
    assert session.get_one(Upload, id_of(url)).state == "complete"


def test_a_length_does_not_change_once_it_is_said(tus: Tus) -> None:
    known, later = tus.begin(100), begin_later(tus)
    assert tus.append(known, 0, video_bytes(10), upload_length="99").status_code == 400
    assert tus.append(known, 0, video_bytes(10), upload_length="100").status_code == 204
    tus.append(later, 0, video_bytes(10), upload_length="50")
    assert tus.append(later, 10, b"a", upload_length="51").status_code == 400
    assert tus.append(later, 10, b"a", upload_length="50").status_code == 204


@pytest.mark.parametrize(("length", "status"), [("9", 400), ("x", 400), ("-1", 400), ("1000000001", 413)])
def test_a_length_that_cannot_be_is_refused_and_changes_nothing(tus: Tus, length: str, status: int) -> None:
    url = begin_later(tus)
    tus.append(url, 0, video_bytes(10))
    assert tus.append(url, 10, b"a", upload_length=length).status_code == status
    assert tus.ask("HEAD", url, {}).headers["upload-defer-length"] == "1"
    assert tus.offset(url) == 10


def test_a_length_said_at_a_wrong_offset_is_not_noted(tus: Tus) -> None:
    url = begin_later(tus)
    assert tus.append(url, 5, b"a", upload_length="6").status_code == 409
    assert "upload-defer-length" in tus.ask("HEAD", url, {}).headers


def test_what_has_no_length_yet_is_bounded_all_the_same(
    tus: Tus, session: Session, settings: Settings
) -> None:
    url = begin_later(tus)
    session.get_one(Upload, id_of(url))
    spool = service.spool_path(settings, id_of(url))
    with spool.open("wb") as file:
        file.truncate(settings.upload_max_bytes)
    assert tus.append(url, settings.upload_max_bytes, b"a").status_code == 413


@pytest.mark.parametrize("value", ["0", "2", "", "x"])
def test_a_length_is_deferred_with_a_one(tus: Tus, value: str) -> None:
    assert tus.create(0, upload_length=None, upload_defer_length=value).status_code == 400


def test_a_creation_may_bring_the_first_bytes(tus: Tus, session: Session) -> None:
    answer = tus.ask("POST", "/files/", {"Upload-Length": "100", "Content-Type": APPEND}, video_bytes(60))
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "60")
    url = answer.headers["location"]
    assert tus.append(url, 60, video_bytes(100)[60:]).status_code == 204
    assert session.get_one(Upload, id_of(url)).state == "complete"


def test_a_creation_may_bring_the_whole_file(tus: Tus, session: Session) -> None:
    answer = tus.ask("POST", "/files/", {"Upload-Length": "100", "Content-Type": APPEND}, video_bytes(100))
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "100")
    assert "upload-expires" not in answer.headers
    assert session.get_one(Upload, id_of(answer.headers["location"])).state == "complete"


def test_bytes_of_a_creation_and_a_length_said_later_go_together(tus: Tus) -> None:
    said = {"Upload-Defer-Length": "1", "Content-Type": APPEND}
    answer = tus.ask("POST", "/files/", said, video_bytes(60))
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "60")


def test_a_creation_with_a_body_of_another_type_makes_nothing(tus: Tus, session: Session) -> None:
    answer = tus.ask("POST", "/files/", {"Upload-Length": "9", "Content-Type": "video/mp4"}, video_bytes(9))
    assert answer.status_code == 415
    assert session.query(Upload).count() == 0


def test_a_creation_with_more_than_it_announces_makes_nothing(tus: Tus, session: Session) -> None:
    answer = tus.ask("POST", "/files/", {"Upload-Length": "9", "Content-Type": APPEND}, video_bytes(10))
    assert answer.status_code == 413
    assert session.query(Upload).count() == 0


def test_a_creation_that_brings_no_video_is_refused_at_once(tus: Tus) -> None:
    answer = tus.ask("POST", "/files/", {"Upload-Length": "9000", "Content-Type": APPEND}, b"no video" * 1000)
    assert answer.status_code == 415
