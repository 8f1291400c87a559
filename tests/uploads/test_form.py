"""The form without script: a video in one plain post, by the same steps as one that is sent in pieces."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from select import select as select_ready

import pytest
from httpx2 import Client, Response
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.main import create_app
from app.people import consents
from app.people.models import Person
from app.settings import Settings
from app.uploads import spool
from app.uploads.bodies import FIELDS_MAX_BYTES
from app.uploads.models import Upload
from app.videos.models import Video
from app.web.security import read_flash
from tests.conftest import MovingClock, SignIn, make_resources
from tests.factories import give_consent, make_recruiter, make_resident
from tests.uploads.client import video_bytes
from tests.uploads.forms import CLOSING, TYPE, body, field, opening
from tests.uploads.machine import START_MAX_S, wait_for_bytes, wait_until
from tests.uploads.site import Site

MIB = 1024 * 1024
ADDRESS = "/moi/video/nouvelle"


def post(http: Client, content: bytes | Iterable[bytes]) -> Response:
    """Send a form as a browser does, without the header that scripts add."""
    http.headers.pop("X-CSRF-Token", None)
    return http.post(ADDRESS, content=content, headers={"Content-Type": TYPE, "Accept": "text/html"})


def said(answer: Response) -> str:
    """Return what the page that comes after a refusal will say."""
    assert (answer.status_code, answer.headers["location"]) == (303, ADDRESS)
    flash = read_flash(answer.cookies)
    return flash.texts["fr"] if flash else ""


def nothing_lies(session: Session, settings: Settings) -> bool:
    """Tell whether no video came of it, and no byte stayed."""
    return not session.scalars(select(Video)).all() and not list(spool.lying(settings.spool_dir))


@pytest.fixture
def token(phone: TestClient) -> str:
    return phone.headers["X-CSRF-Token"]


def test_a_file_of_a_plain_form_becomes_a_video(
    phone: TestClient, token: str, session: Session, settings: Settings, resident: Person
) -> None:
    content = video_bytes(3 * MIB)
    answer = post(phone, body(token, content))
    assert (answer.status_code, answer.headers["location"]) == (303, "/moi/video")
    assert session.scalars(select(Video.person_id)).all() == [resident.id]
    upload = session.scalars(select(Upload)).one()
    assert (upload.state, upload.length_bytes) == ("ingested", len(content))
    assert spool.path_of(settings.spool_dir, upload.id).read_bytes() == content


def test_a_form_whose_length_nobody_said_is_taken(phone: TestClient, token: str, session: Session) -> None:
    whole = body(token, video_bytes(MIB))
    pieces = (whole[start : start + 50_000] for start in range(0, len(whole), 50_000))
    assert post(phone, pieces).headers["location"] == "/moi/video"
    assert session.scalars(select(Upload)).one().length_bytes == MIB


@pytest.mark.parametrize("given_token", ["", "0" * 64])
def test_a_form_without_the_token_of_the_page_is_refused(
    phone: TestClient, session: Session, settings: Settings, given_token: str
) -> None:
    answer = post(phone, body(given_token, video_bytes(5000)))
    assert answer.status_code == 403
    assert "Cette page a expiré" in answer.text
    assert nothing_lies(session, settings)


def test_a_token_that_comes_after_the_file_comes_too_late(
    phone: TestClient, token: str, session: Session, settings: Settings
) -> None:
    late = opening() + video_bytes(5000) + b"\r\n" + field("csrf_token", token) + CLOSING.lstrip()
    assert post(phone, late).status_code == 403
    assert nothing_lies(session, settings)


def test_another_site_cannot_send_the_form(phone: TestClient, token: str) -> None:
    phone.headers["Sec-Fetch-Site"] = "cross-site"
    assert post(phone, body(token, video_bytes(5000))).status_code == 403


def test_nobody_signed_in_is_told_to_sign_in(client: TestClient) -> None:
    answer = post(client, body("", video_bytes(5000)))
    assert answer.status_code == 401
    assert 'href="/connexion"' in answer.text


def test_the_form_is_for_residents(sign_in: SignIn, session: Session) -> None:
    browser = sign_in(make_recruiter(session))
    assert post(browser, body(browser.headers["X-CSRF-Token"], video_bytes(5000))).status_code == 404


def test_without_an_agreement_nothing_is_taken_and_the_page_leads_to_it(
    sign_in: SignIn, session: Session, settings: Settings
) -> None:
    browser = sign_in(make_resident(session))
    answer = post(browser, body(browser.headers["X-CSRF-Token"], video_bytes(5000)))
    assert said(answer) == ""
    assert "/moi/accord" in browser.get(answer.headers["location"]).text
    assert nothing_lies(session, settings)


def test_a_file_that_is_no_video_is_refused_with_what_to_send(
    phone: TestClient, token: str, session: Session, settings: Settings
) -> None:
    answer = post(phone, body(token, b"%PDF-1.7 un vieux CV " * 100_000))
    assert "Choisis une vidéo MP4, MOV ou WebM" in said(answer)
    assert nothing_lies(session, settings)
    assert session.scalars(select(Upload.state)).all() == ["refused"]


@pytest.mark.parametrize("content", [b"", b"x"])
def test_a_file_with_hardly_a_byte_is_refused(
    phone: TestClient, token: str, session: Session, settings: Settings, content: bytes
) -> None:
    assert "Rien n’est gardé" in said(post(phone, body(token, content)))
    assert nothing_lies(session, settings)


@pytest.mark.parametrize("end", [opening("") + CLOSING, CLOSING.lstrip()])
def test_who_chose_no_file_is_asked_to(phone: TestClient, token: str, session: Session, end: bytes) -> None:
    assert said(post(phone, field("csrf_token", token) + end)) == "Choisis d’abord une vidéo."
    assert session.scalars(select(Upload)).all() == []


@pytest.fixture
def small(
    phone: TestClient, settings: Settings, clock: MovingClock, sessions: sessionmaker[Session]
) -> TestClient:
    """Open the same browser on a service that takes a megabyte at most."""
    limited = settings.model_copy(update={"upload_max_bytes": 1_000_000})
    application = create_app(limited, make_resources(limited, clock, sessions))
    return TestClient(
        application, base_url="https://testserver", cookies=phone.cookies, follow_redirects=False
    )


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_file_over_the_maximum_is_refused_with_the_maximum(
    small: TestClient, token: str, session: Session, settings: Settings, *, is_announced: bool
) -> None:
    whole = body(token, video_bytes(1_500_000))
    answer = post(small, whole if is_announced else iter([whole[:700_000], whole[700_000:]]))
    assert "1\u00a0Mo au plus" in said(answer)
    assert nothing_lies(session, settings)
    assert session.scalars(select(Upload)).all() == []


def test_a_file_of_exactly_the_maximum_is_taken(small: TestClient, token: str, session: Session) -> None:
    assert post(small, body(token, video_bytes(1_000_000))).headers["location"] == "/moi/video"
    assert session.scalars(select(Upload)).one().length_bytes == 1_000_000


def test_who_has_three_unfinished_uploads_cannot_begin_a_fourth_by_the_form(
    phone: TestClient, token: str, session: Session
) -> None:
    for _ in range(3):
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "X-CSRF-Token": token}
        assert phone.post("/files/", headers=headers).status_code == 201
    assert "plusieurs envois en cours" in said(post(phone, body(token, video_bytes(5000))))
    assert session.scalars(select(Video)).all() == []


def test_a_form_that_is_no_multipart_or_not_ours_is_not_read(phone: TestClient, token: str) -> None:
    plain = phone.post(ADDRESS, data={"csrf_token": token}, headers={"X-CSRF-Token": ""})
    assert plain.status_code == 400
    assert post(phone, b"no boundary at all").status_code == 400
    fields = field("csrf_token", token) + field("more", "x" * FIELDS_MAX_BYTES)
    assert post(phone, fields + opening() + video_bytes(5000) + CLOSING).status_code == 400


def open_form(site: Site, length_bytes: int) -> HTTPConnection:
    """Begin a form to a real server, and leave it open until the test ends."""
    connection = HTTPConnection("127.0.0.1", site.place.server.port, timeout=START_MAX_S)
    site.opened.callback(connection.close)
    connection.putrequest("POST", ADDRESS)
    headers = {"Cookie": site.headers["Cookie"], "Content-Type": TYPE, "Content-Length": str(length_bytes)}
    for name, value in (headers | {"Accept": "text/html"}).items():
        connection.putheader(name, value)
    connection.endheaders()
    return connection


def known(site: Site) -> list[Path]:
    """Return where the bytes of the resident's uploads lie, the first begun first."""
    with Session(site.place.database) as session:
        rows = select(Upload.id).filter_by(person_id=site.person_id).order_by(Upload.created_at)
        return [
            spool.path_of(site.place.settings.spool_dir, upload_id) for upload_id in session.scalars(rows)
        ]


def test_of_a_form_that_is_cut_nothing_stays(site: Site) -> None:
    whole = body(site.headers["X-CSRF-Token"], video_bytes(4 * MIB))
    line = open_form(site, len(whole))
    line.send(whole[: 3 * MIB])
    wait_until(lambda: bool(known(site)))
    (path,) = known(site)
    wait_for_bytes(path, 2 * MIB)
    line.close()
    wait_until(lambda: not known(site) and not path.exists())


def test_a_large_form_takes_no_more_memory_than_a_small_one(site: Site) -> None:
    server, token = site.place.server, site.headers["X-CSRF-Token"]
    small = body(token, video_bytes(4 * MIB))
    line = open_form(site, len(small))
    line.send(small)
    assert line.getresponse().status == 303
    before_bytes, part, digest = server.peak_bytes(), video_bytes(MIB), hashlib.sha256()
    line = open_form(site, len(body(token, b"")) + 128 * MIB)
    line.send(field("csrf_token", token) + opening())
    for _ in range(128):
        line.send(part)
        digest.update(part)
    line.send(CLOSING)
    assert line.getresponse().headers["Location"] == "/moi/video"
    assert server.peak_bytes() - before_bytes < 16 * MIB
    with known(site)[-1].open("rb") as received:
        assert hashlib.file_digest(received, "sha256").digest() == digest.digest()


def test_a_form_may_send_a_voice_alone(session: Session, sign_in: SignIn, settings: Settings) -> None:
    person = make_resident(session)
    give_consent(session, person, "voice")
    browser = sign_in(person)
    token = browser.headers["X-CSRF-Token"]
    assert said(post(browser, body(token, video_bytes(100)))) == ""
    assert nothing_lies(session, settings)
    sent = (
        field("csrf_token", token)
        + field("kind", "voice")
        + opening("voix.webm")
        + video_bytes(100)
        + CLOSING
    )
    assert post(browser, sent).headers["location"] == "/moi/video"
    assert session.scalars(select(Video.kind)).all() == ["voice"]


def test_an_agreement_withdrawn_while_the_bytes_come_leaves_nothing(site: Site) -> None:
    whole = body(site.headers["X-CSRF-Token"], video_bytes(4 * MIB))
    line = open_form(site, len(whole))
    line.send(whole[: 2 * MIB])
    wait_until(lambda: bool(known(site)))
    (path,) = known(site)
    with Session(site.place.database) as session:
        consents.withdraw(session, site.person_id, "image_and_voice", site.person_id, datetime.now(UTC))
        session.commit()
    line.send(whole[2 * MIB :])
    assert line.getresponse().headers["Location"] == ADDRESS
    assert not known(site)
    assert not path.exists()


def test_a_refusal_waits_until_the_browser_has_sent_all_and_can_read_it(site: Site) -> None:
    whole = body(site.headers["X-CSRF-Token"], b"%PDF-1.7 " * 1_000_000)
    line = open_form(site, len(whole))
    line.send(whole[:MIB])
    wait_until(lambda: bool(known(site)) and not known(site)[0].exists())
    assert not select_ready([line.sock], [], [], 0.5)[0]
    line.send(whole[MIB:])
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (303, ADDRESS)
