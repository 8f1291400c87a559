"""Asking how far an upload came, what the server can do, and who may ask."""

import asyncio

import pytest
from sqlalchemy.orm import Session
from starlette.types import Message

from app.people.models import Person
from app.settings import Settings
from app.uploads import service
from app.uploads.bodies import Patience, UploadStalled, parts_of
from app.uploads.models import Upload
from tests.asynchronous import run
from tests.conftest import SignIn
from tests.factories import give_consent, make_adviser, make_resident
from tests.uploads.client import Tus, id_of, video_bytes


def test_a_status_says_offset_length_and_expiry_and_is_never_kept(tus: Tus) -> None:
    url = tus.begin(1000)
    tus.append(url, 0, video_bytes(100))
    headers = tus.ask("HEAD", url, {}).headers
    assert (headers["upload-offset"], headers["upload-length"]) == ("100", "1000")
    assert headers["upload-expires"] == "Mon, 07 Dec 2026 09:00:00 GMT"
    assert headers["cache-control"] == "no-store"
    assert "upload-metadata" not in headers


def test_an_unknown_upload_does_not_exist(tus: Tus) -> None:
    for name in ("00000000-0000-4000-8000-000000000000", "x"):
        for method in ("HEAD", "DELETE"):
            assert tus.ask(method, f"/files/{name}", {}).status_code == 404


def test_the_upload_of_somebody_else_does_not_exist(tus: Tus, sign_in: SignIn, session: Session) -> None:
    other = make_resident(session)
    give_consent(session, other)
    path = tus.begin(10).partition("?")[0]
    for person, url in ((other, path), (other, f"{path}?jeton=x"), (make_adviser(session), path)):
        foreign = Tus(sign_in(person))
        assert foreign.ask("HEAD", url, {}).status_code == 404
        assert foreign.append(url, 0, video_bytes(10)).status_code == 404
        assert foreign.ask("DELETE", url, {}).status_code == 404
    assert tus.offset(path) == 0


def test_the_signed_address_is_enough_to_send(tus: Tus, stranger: Tus) -> None:
    url = tus.begin(100)
    assert stranger.append(url, 0, video_bytes(60)).status_code == 204
    assert stranger.offset(url) == 60
    assert stranger.ask("DELETE", url, {}).status_code == 204


def test_the_address_without_its_signature_is_not(tus: Tus, stranger: Tus) -> None:
    url, other = tus.begin(100), tus.begin(100)
    path, borrowed = url.partition("?")[0], other.partition("?")[2]
    for address in (path, f"{path}?jeton=", f"{path}?{borrowed}"):
        assert stranger.ask("HEAD", address, {}).status_code == 401
        assert stranger.append(address, 0, video_bytes(10)).status_code == 401


def test_the_session_of_the_owner_is_enough_with_the_token_of_the_page(tus: Tus) -> None:
    path = tus.begin(100).partition("?")[0]
    assert tus.append(path, 0, video_bytes(10), x_csrf_token="").status_code == 403
    assert tus.append(path, 0, video_bytes(10)).status_code == 204
    assert tus.offset(path) == 10


def test_another_site_writes_nothing(tus: Tus) -> None:
    url = tus.begin(10)
    assert tus.append(url, 0, video_bytes(10), sec_fetch_site="cross-site").status_code == 403


def test_what_was_sent_is_never_given_back(tus: Tus) -> None:
    url = tus.begin(10)
    tus.append(url, 0, video_bytes(10))
    assert tus.ask("GET", url, {}).status_code == 405


def test_a_complete_upload_whose_row_does_not_know_it_yet_becomes_complete(
    tus: Tus, session: Session, settings: Settings
) -> None:
    url = tus.begin(100)
    service.spool_path(settings, id_of(url)).write_bytes(video_bytes(100))  # the web process died just here
    assert tus.offset(url) == 100
    assert session.get_one(Upload, id_of(url)).state == "complete"


def test_bytes_that_are_not_where_they_should_be_are_trouble_of_ours(tus: Tus, settings: Settings) -> None:
    url = tus.begin(100)
    service.forget_bytes(settings, id_of(url))
    for answer in (tus.ask("HEAD", url, {}), tus.append(url, 0, b"x")):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


def test_a_bug_of_ours_is_503_and_never_makes_a_client_start_again(tus: Tus, settings: Settings) -> None:
    url = tus.begin(100)
    service.forget_bytes(settings, id_of(url))
    service.spool_path(settings, id_of(url)).mkdir()
    assert tus.ask("HEAD", url, {}).status_code == 503


@pytest.mark.parametrize("path", ["/files", "/files/", "/files/x"])
def test_anybody_may_ask_what_the_server_can_do(stranger: Tus, settings: Settings, path: str) -> None:
    answer = stranger.ask("OPTIONS", path, {"Tus-Resumable": None})
    assert answer.status_code == 200
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"].split(",") == [
        *("creation", "creation-with-upload", "creation-defer-length"),
        *("expiration", "termination", "checksum", "concatenation"),
    ]
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"
    assert answer.headers["tus-max-size"] == str(settings.upload_max_bytes)


def test_a_script_of_our_own_address_reads_the_answers_and_no_other_does(stranger: Tus) -> None:
    ours = stranger.ask("OPTIONS", "/files/", {"Origin": "https://testserver"}).headers
    assert ours["access-control-allow-origin"] == "https://testserver"
    assert "Upload-Offset" in ours["access-control-expose-headers"]
    theirs = stranger.ask("OPTIONS", "/files/", {"Origin": "https://ailleurs.example"}).headers
    assert "access-control-allow-origin" not in theirs


def test_a_quiet_line_is_given_up_after_a_while() -> None:
    heard = []

    async def listen() -> None:
        said = [{"type": "http.request", "body": b"a", "more_body": True}]

        async def receive() -> Message:
            return said.pop() if said else await asyncio.Future()

        async for part in parts_of(receive, Patience(idle_max_s=0.03, rate_min_bytes_per_s=0, quiet_s=0.01)):
            heard.append(part)  # noqa: PERF401 - what came before the refusal matters

    with pytest.raises(UploadStalled):
        run(listen())
    assert heard[0] == b"a"
    assert set(heard[1:]) == {b""}


def test_an_upload_is_handed_over_once_and_only_when_it_is_whole(
    tus: Tus, session: Session, resident: Person
) -> None:
    url = tus.begin(100)
    upload_id = id_of(url)
    with pytest.raises(service.UploadIncomplete):
        service.completed(session, upload_id, resident.id)
    tus.append(url, 0, video_bytes(100))
    with pytest.raises(service.UploadNotFound):
        service.completed(session, upload_id, make_resident(session).id)
    service.mark_ingested(session, service.completed(session, upload_id, resident.id))
    with pytest.raises(service.UploadIngested):
        service.completed(session, upload_id, resident.id)
    session.commit()
    assert tus.offset(url) == 100
    assert tus.ask("DELETE", url, {}).status_code == 403
