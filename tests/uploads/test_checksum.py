"""A checksum: all the bytes of a piece are what was sent, or none of them is kept."""

import hashlib
from base64 import b64encode

import pytest
from sqlalchemy.orm import Session

from app.settings import Settings
from app.uploads import service, spool
from app.uploads.models import Upload
from app.uploads.spool import SpoolFile
from tests.uploads.client import APPEND, Tus, id_of, video_bytes


def said(content: bytes, algorithm: str = "sha1") -> str:
    """Write the header that goes with these bytes."""
    return f"{algorithm} {b64encode(hashlib.new(algorithm, content).digest()).decode()}"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_that_add_up_are_kept(tus: Tus, session: Session, settings: Settings, algorithm: str) -> None:
    url, content = tus.begin(9000), video_bytes(9000)
    for start, end in ((0, 5000), (5000, 9000)):
        piece = content[start:end]
        answer = tus.append(url, start, piece, upload_checksum=said(piece, algorithm))
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(end))
    assert service.spool_path(settings, id_of(url)).read_bytes() == content
    assert session.get_one(Upload, id_of(url)).state == "complete"
    assert [path.name for path in settings.spool_dir.iterdir()] == [str(id_of(url))]


def test_bytes_that_do_not_add_up_are_discarded(tus: Tus, settings: Settings) -> None:
    url, content = tus.begin(9000), video_bytes(9000)
    tus.append(url, 0, content[:5000])
    answer = tus.append(url, 5000, b"x" * 4000, upload_checksum=said(content[5000:]))
    assert answer.status_code == 460
    assert answer.json()["type"].endswith("/problemes/somme-de-controle")
    assert tus.offset(url) == 5000
    assert tus.append(url, 5000, content[5000:], upload_checksum=said(content[5000:])).status_code == 204
    assert service.spool_path(settings, id_of(url)).read_bytes() == content


def test_a_creation_that_brings_bytes_may_say_their_sum(tus: Tus) -> None:
    headers = {"Upload-Length": "99", "Content-Type": APPEND, "Upload-Checksum": said(video_bytes(50))}
    assert tus.ask("POST", "/files/", headers, video_bytes(50)).headers["upload-offset"] == "50"
    assert tus.ask("POST", "/files/", headers, video_bytes(51)).status_code == 460


@pytest.mark.parametrize("header", ["md5 1B2M2Y8AsgTpgAmY7PhCfg==", "sha1 !", "sha1", "sha1 AAAA"])
def test_a_sum_that_cannot_be_checked_is_malformed(tus: Tus, header: str) -> None:
    url = tus.begin(10)
    assert tus.append(url, 0, video_bytes(10), upload_checksum=header).status_code == 400
    assert tus.offset(url) == 0


def test_what_a_process_left_unchecked_when_it_died_goes(tus: Tus, settings: Settings) -> None:
    url, content = tus.begin(9000), video_bytes(9000)
    tus.append(url, 0, content[:5000])
    dead = SpoolFile(settings.spool_dir, id_of(url))
    assert dead.hold()
    dead.doubt()
    dead.write([b"x" * 1000])
    dead.close()
    assert tus.offset(url) == 5000
    assert tus.append(url, 5000, content[5000:]).status_code == 204
    assert service.spool_path(settings, id_of(url)).read_bytes() == content


def test_a_mark_that_was_never_finished_takes_nothing_away(tus: Tus, settings: Settings) -> None:
    url = tus.begin(9000)
    tus.append(url, 0, video_bytes(5000))
    spool.mark_of(service.spool_path(settings, id_of(url))).touch()
    assert tus.offset(url) == 5000
