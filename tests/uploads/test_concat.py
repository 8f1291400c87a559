"""Concatenation: parts sent apart, at once if one likes, become one file."""

from datetime import timedelta

import pytest
from httpx2 import Response
from sqlalchemy.orm import Session

from app.people.models import Person
from app.settings import Settings
from app.uploads import service
from app.uploads.models import Upload
from tests.conftest import MovingClock, SignIn
from tests.factories import give_consent, make_resident
from tests.uploads.client import APPEND, Tus, id_of, video_bytes

CONTENT = video_bytes(9000)


def send_part(tus: Tus, content: bytes) -> str:
    """Send one part and return its address."""
    answer = tus.create(len(content), upload_concat="partial")
    url: str = answer.headers["location"]
    assert tus.append(url, 0, content).status_code == 204
    return url


def put_together(tus: Tus, *urls: str, **said: str) -> Response:
    """Ask for the file that these parts make."""
    return tus.create(0, upload_length=None, upload_concat=f"final;{' '.join(urls)}", **said)


@pytest.fixture
def parts(tus: Tus) -> list[str]:
    return [send_part(tus, CONTENT[start : start + 3000]) for start in (0, 3000, 6000)]


def test_parts_become_one_file_in_the_order_that_is_asked(
    tus: Tus, session: Session, settings: Settings, resident: Person, parts: list[str]
) -> None:
    answer = put_together(tus, *parts, upload_metadata="filename ZmlsbQ==")
    assert answer.status_code == 201
    url = answer.headers["location"]
    headers = tus.ask("HEAD", url, {}).headers
    assert (headers["upload-offset"], headers["upload-length"]) == ("9000", "9000")
    assert headers["upload-concat"] == f"final;{' '.join(parts)}"
    assert headers["upload-metadata"] == "filename ZmlsbQ=="
    assert service.spool_path(settings, id_of(url)).read_bytes() == CONTENT
    assert service.completed(session, id_of(url), resident.id).kind == "final"


def test_a_part_says_that_it_is_one_and_is_no_video_by_itself(
    tus: Tus, session: Session, resident: Person, parts: list[str]
) -> None:
    assert tus.ask("HEAD", parts[1], {}).headers["upload-concat"] == "partial"
    with pytest.raises(service.UploadIncomplete):
        service.completed(session, id_of(parts[1]), resident.id)


def test_parts_may_be_named_without_their_host(tus: Tus, parts: list[str]) -> None:
    paths = [f"/files/{id_of(url)}" for url in parts]
    assert put_together(tus, *paths).status_code == 201


@pytest.mark.parametrize(
    ("agreed", "metadata", "status"),
    [
        ("voice", "kind dm9pY2U=", 201),
        ("voice", "", 409),
        ("image_and_voice", "", 201),
        ("image_and_voice", "kind dm9pY2U=", 409),
    ],
)
def test_parts_need_either_agreement_and_what_they_make_needs_its_own(
    session: Session, sign_in: SignIn, agreed: str, metadata: str, status: int
) -> None:
    person = make_resident(session)
    give_consent(session, person, agreed)
    tus = Tus(sign_in(person))
    assert put_together(tus, send_part(tus, CONTENT), upload_metadata=metadata).status_code == status


def test_parts_need_an_agreement_to_be_heard_at_least(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    give_consent(session, person, "text")
    assert Tus(sign_in(person)).create(10, upload_concat="partial").status_code == 409


def test_an_unfinished_part_is_malformed(tus: Tus, parts: list[str]) -> None:
    unfinished = tus.create(10, upload_concat="partial").headers["location"]
    assert put_together(tus, *parts, unfinished).status_code == 400


def test_a_whole_file_is_no_part(tus: Tus, parts: list[str]) -> None:
    whole = tus.begin(10)
    tus.append(whole, 0, video_bytes(10))
    assert put_together(tus, parts[0], whole).status_code == 400


def test_the_part_of_somebody_else_does_not_exist(
    session: Session, sign_in: SignIn, parts: list[str]
) -> None:
    other = make_resident(session)
    give_consent(session, other)
    assert put_together(Tus(sign_in(other)), *parts).status_code == 404


def test_an_unknown_part_does_not_exist(tus: Tus, parts: list[str]) -> None:
    assert put_together(tus, *parts, "/files/00000000-0000-4000-8000-000000000000").status_code == 404


def test_a_file_of_parts_says_no_length_and_brings_no_bytes(tus: Tus, parts: list[str]) -> None:
    concat = f"final;{' '.join(parts)}"
    assert tus.create(9000, upload_concat=concat).status_code == 400
    assert tus.create(0, upload_length=None, upload_defer_length="1", upload_concat=concat).status_code == 400
    answer = tus.ask("POST", "/files/", {"Upload-Concat": concat, "Content-Type": APPEND}, b"a")
    assert answer.status_code == 400


def test_a_file_of_parts_takes_no_more_bytes(tus: Tus, parts: list[str]) -> None:
    url = put_together(tus, *parts).headers["location"]
    answer = tus.append(url, 9000, b"")
    assert (answer.status_code, answer.json()["type"]) == (
        403,
        "https://testserver/problemes/envoi-assemble",
    )


def test_parts_that_make_no_video_are_refused(tus: Tus) -> None:
    answer = put_together(tus, send_part(tus, b"no video" * 1000))
    assert answer.status_code == 415


def test_parts_together_are_bounded(tus: Tus, session: Session, settings: Settings, parts: list[str]) -> None:
    for url in parts:
        session.get_one(Upload, id_of(url)).length_bytes = settings.upload_max_bytes // 2
    session.flush()
    assert put_together(tus, *parts).status_code == 413


def test_parts_go_an_hour_after_their_file_is_made_and_not_before(
    tus: Tus, session: Session, settings: Settings, clock: MovingClock, parts: list[str]
) -> None:
    first = put_together(tus, *parts)
    assert put_together(tus, *parts).status_code == 201  # its answer was lost
    later = clock.advance(hours=1)
    for _ in range(2):
        service.sweep(session, settings, later + timedelta(seconds=1))
        session.commit()
    assert [service.spool_path(settings, id_of(url)).exists() for url in parts] == [False] * 3
    assert service.spool_path(settings, id_of(first.headers["location"])).read_bytes() == CONTENT


def test_a_join_that_a_crash_interrupted_is_finished_by_who_asks(
    tus: Tus, session: Session, settings: Settings, parts: list[str]
) -> None:
    url = put_together(tus, *parts).headers["location"]
    upload = session.get_one(Upload, id_of(url))
    upload.state, upload.completed_at = "receiving", None
    session.commit()
    service.spool_path(settings, id_of(url)).write_bytes(CONTENT[:4000])
    assert tus.offset(url) == 9000
    assert service.spool_path(settings, id_of(url)).read_bytes() == CONTENT
    session.refresh(upload)
    assert upload.state == "complete"


def test_a_join_whose_parts_are_gone_is_gone(
    tus: Tus, session: Session, settings: Settings, parts: list[str]
) -> None:
    url = put_together(tus, *parts).headers["location"]
    session.get_one(Upload, id_of(url)).state = "receiving"
    session.commit()
    service.forget_bytes(settings, id_of(parts[2]))
    assert tus.ask("HEAD", url, {}).status_code == 410
    assert tus.ask("HEAD", url, {}).status_code == 410


def test_a_client_that_sends_in_parallel_opens_more_parts_than_files(tus: Tus) -> None:
    for _ in range(8):
        assert tus.create(10, upload_concat="partial").status_code == 201
    for _ in range(3):
        assert tus.create(10).status_code == 201
    assert tus.create(10).status_code == 429
