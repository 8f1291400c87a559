"""Beginning an upload: what is announced, who may, how many, how much."""

from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.errors import StorageFull
from app.main import create_app
from app.people.models import Person
from app.settings import Settings
from app.uploads import queries, quotas, service, spool
from app.uploads.models import Upload
from app.uploads.quotas import NewUpload
from app.uploads.service import Asked
from tests.conftest import MovingClock, SignIn, make_resources
from tests.factories import give_consent, make_adviser, make_resident
from tests.statements import statements
from tests.uploads.client import Tus, id_of, video_bytes

NAME = "filename ZmlsbS5tcDQ="
TAKE = f"{NAME},take cHJpc2Ux"


def test_a_creation_gives_an_absolute_address_and_the_day_it_is_forgotten(
    tus: Tus, session: Session, resident: Person
) -> None:
    answer = tus.create(10)
    assert answer.status_code == 201
    assert answer.headers["location"].startswith("https://testserver/files/")
    assert answer.headers["upload-expires"] == "Mon, 07 Dec 2026 09:00:00 GMT"
    assert answer.headers["tus-resumable"] == "1.0.0"
    upload = session.get_one(Upload, id_of(answer.headers["location"]))
    assert (upload.person_id, upload.state, upload.length_bytes) == (resident.id, "receiving", 10)


def asked_by(heard: list[str]) -> list[str]:
    """Return the first words of what was asked, without the savepoints that stand for commits here."""
    verbs = [statement.split()[0] for statement in heard]
    return [verb for verb in verbs if verb in {"SELECT", "INSERT", "UPDATE", "DELETE"}]


def test_a_creation_asks_who_it_is_what_they_agree_to_and_what_they_have_and_begins(
    tus: Tus, engine: Engine
) -> None:
    with statements(engine) as heard:
        tus.begin(10)
    assert asked_by(heard) == ["SELECT"] * 4 + ["INSERT"]


def test_a_piece_is_one_claim_and_one_settling(tus: Tus, engine: Engine) -> None:
    url = tus.begin(10)
    with statements(engine) as heard:
        tus.append(url, 0, video_bytes(10))
    assert asked_by(heard) == ["UPDATE"] * 2


@pytest.mark.parametrize("path", ["/files", "/files/"])
def test_the_address_has_a_slash_or_not_without_a_redirect(tus: Tus, path: str) -> None:
    assert tus.ask("POST", path, {"Upload-Length": "10"}).status_code == 201


def test_a_file_of_no_bytes_is_complete_at_once(tus: Tus, session: Session) -> None:
    url = tus.begin(0)
    assert tus.offset(url) == 0
    assert session.get_one(Upload, id_of(url)).state == "complete"


@pytest.mark.parametrize("length", ["-1", "1.5", "x", "", " "])
def test_a_length_that_is_no_number_is_malformed(tus: Tus, length: str) -> None:
    answer = tus.ask("POST", "/files/", {"Upload-Length": length})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_creation_says_its_length_now_or_later_and_not_both(tus: Tus) -> None:
    assert tus.ask("POST", "/files/", {}).status_code == 400
    assert tus.create(1, upload_defer_length="1").status_code == 400


@pytest.mark.parametrize("more_bytes", [1, 10**30])
def test_a_file_over_the_maximum_is_refused(tus: Tus, settings: Settings, more_bytes: int) -> None:
    assert tus.create(settings.upload_max_bytes + more_bytes).status_code == 413
    assert tus.create(settings.upload_max_bytes).status_code == 201


@pytest.mark.parametrize("metadata", ["", "filename", "filename ZmlsbQ==,filetype dmlkZW8vbXA0,x"])
def test_metadata_come_back_as_they_were_written(tus: Tus, metadata: str) -> None:
    url = tus.create(1, upload_metadata=metadata).headers["location"]
    assert tus.ask("HEAD", url, {}).headers.get("upload-metadata", "") == metadata


@pytest.mark.parametrize("metadata", ["a b c", "a !!!!", ",", "a ZQ==,a ZQ==", "a" * 5000])
def test_malformed_metadata_are_refused(tus: Tus, metadata: str) -> None:
    assert tus.create(1, upload_metadata=metadata).status_code == 400


@pytest.mark.parametrize(
    ("agreed", "metadata", "status"),
    [
        ("voice", "kind dm9pY2U=", 201),
        ("voice", "filename YS53ZWJt,kind dm9pY2U=", 201),
        ("voice", "", 409),
        ("voice", "kind dmlkZW8=", 409),
        ("voice", "kind", 409),
        ("image_and_voice", "kind dm9pY2U=", 409),
        ("image_and_voice", "kind dmlkZW8=", 201),
        ("text", "kind dm9pY2U=", 409),
    ],
)
def test_sound_alone_needs_the_agreement_to_be_heard_and_all_else_to_be_seen(
    session: Session, sign_in: SignIn, agreed: str, metadata: str, status: int
) -> None:
    person = make_resident(session)
    give_consent(session, person, agreed)
    assert Tus(sign_in(person)).create(1, upload_metadata=metadata).status_code == status


def test_nobody_signed_in_is_sent_to_sign_in(stranger: Tus) -> None:
    assert stranger.create(1).status_code == 401


def test_a_creation_needs_the_token_of_the_page(tus: Tus) -> None:
    assert tus.create(1, x_csrf_token="").status_code == 403


def test_an_adviser_has_no_uploads(sign_in: SignIn, session: Session) -> None:
    assert Tus(sign_in(make_adviser(session))).create(1).status_code == 404


def test_without_an_agreement_nothing_is_sent(sign_in: SignIn, session: Session) -> None:
    answer = Tus(sign_in(make_resident(session))).create(1)
    assert (answer.status_code, answer.json()["type"]) == (
        409,
        "https://testserver/problemes/accord-manquant",
    )


@pytest.mark.parametrize("age", [14, 16])
def test_a_minor_sends_nothing_whatever_was_agreed(sign_in: SignIn, session: Session, age: int) -> None:
    minor = make_resident(session, age=age)
    give_consent(session, minor)
    assert Tus(sign_in(minor)).create(1).status_code == 409


def test_a_fourth_unfinished_upload_is_refused_until_one_ends(tus: Tus) -> None:
    urls = [tus.begin(10) for _ in range(3)]
    assert tus.create(10).status_code == 429
    tus.append(urls[0], 0, video_bytes(10))
    assert tus.create(10).status_code == 201


def test_announcements_whose_answer_was_lost_keep_nobody_from_sending(tus: Tus) -> None:
    lost = [tus.create(10, upload_metadata=NAME).headers["location"] for _ in range(3)]
    url = tus.create(10, upload_metadata=NAME).headers["location"]
    assert [tus.ask("HEAD", one, {}).status_code for one in lost] == [404] * 3
    assert tus.append(url, 0, video_bytes(10)).status_code == 204


@pytest.mark.parametrize(("length_bytes", "metadata"), [(11, NAME), (10, "filename YQ=="), (10, "")])
def test_another_file_takes_no_place_of_one_that_is_announced(
    tus: Tus, length_bytes: int, metadata: str
) -> None:
    for _ in range(3):
        tus.create(10, upload_metadata=NAME)
    assert tus.create(length_bytes, upload_metadata=metadata).status_code == 429


def test_what_has_begun_to_arrive_keeps_its_place(tus: Tus) -> None:
    for _ in range(3):
        tus.append(tus.create(10, upload_metadata=NAME).headers["location"], 0, video_bytes(5))
    assert tus.create(10, upload_metadata=NAME).status_code == 429


@pytest.mark.parametrize(
    ("before", "metadata", "status"),
    [
        ({"Upload-Defer-Length": "1"}, TAKE, 201),
        ({"Upload-Defer-Length": "1"}, NAME, 429),
        ({"Upload-Length": "10"}, TAKE, 429),
    ],
)
def test_a_film_under_way_is_known_again_by_its_take_alone(
    tus: Tus, before: dict[str, str | None], metadata: str, status: int
) -> None:
    for _ in range(3):
        tus.ask("POST", "/files/", {**before, "Upload-Metadata": metadata})
    again = {"Upload-Defer-Length": "1", "Upload-Metadata": metadata}
    assert tus.ask("POST", "/files/", again).status_code == status


def test_a_take_whose_length_is_known_by_now_is_the_one_under_way(tus: Tus) -> None:
    for _ in range(3):
        tus.ask("POST", "/files/", {"Upload-Defer-Length": "1", "Upload-Metadata": TAKE})
    assert tus.create(10, upload_metadata=f"{NAME},take cHJpc2Uy").status_code == 429
    assert tus.create(10, upload_metadata=TAKE).status_code == 201


def test_what_got_no_byte_for_five_minutes_gives_way_and_begins_anew(tus: Tus, clock: MovingClock) -> None:
    heard, unheard = tus.begin(10), tus.begin(10)
    tus.append(heard, 0, video_bytes(1))
    clock.advance(seconds=1)
    young = tus.begin(10)
    clock.advance(seconds=298)
    assert tus.create(10).status_code == 429
    clock.advance(seconds=1)
    assert tus.create(10).status_code == 201
    assert tus.ask("HEAD", unheard, {}).status_code == 404
    assert (tus.offset(heard), tus.offset(young)) == (1, 0)


def begin_to_send(tus: Tus) -> str:
    """Announce a file, and send its first byte."""
    url = tus.begin(10)
    tus.append(url, 0, video_bytes(1))
    return url


def test_an_upload_that_nobody_goes_on_with_gives_way_after_a_day(tus: Tus, clock: MovingClock) -> None:
    quiet = begin_to_send(tus)
    clock.advance(hours=23)
    busy = [begin_to_send(tus) for _ in range(2)]
    assert tus.create(10).status_code == 429
    clock.advance(hours=1)
    assert tus.create(10).status_code == 201
    assert tus.ask("HEAD", quiet, {}).status_code == 410
    assert tus.offset(busy[0]) == 1


def test_a_person_sends_so_much_a_day_and_what_is_deleted_does_not_count(
    session: Session, settings: Settings, resident: Person, clock: MovingClock
) -> None:
    small = settings.model_copy(update={"upload_day_max_bytes": 1000})
    begun = service.create(session, NewUpload(resident.id, 600, ""), small, clock.now())
    now = clock.advance(hours=1)
    with pytest.raises(quotas.DayQuotaReached) as refused:
        service.create(session, NewUpload(resident.id, 401, ""), small, now)
    assert refused.value.retry_after_s == 23 * 3600
    service.cancel(session, Asked(begun.id, None), now)
    assert service.create(session, NewUpload(resident.id, 401, ""), small, now)


def test_announcements_whose_answer_was_lost_do_not_count_in_the_day(
    session: Session, settings: Settings, resident: Person, now: datetime
) -> None:
    small = settings.model_copy(update={"upload_day_max_bytes": 1000})
    for _ in range(4):
        last = service.create(session, NewUpload(resident.id, 300, NAME), small, now)
    assert [upload.id for upload in session.query(Upload)] == [last.id]


def test_a_day_s_quota_says_when_it_ends(
    phone: TestClient, settings: Settings, clock: MovingClock, sessions: sessionmaker[Session]
) -> None:
    small = settings.model_copy(update={"upload_day_max_bytes": 1000})
    application = create_app(small, make_resources(small, clock, sessions))
    client = TestClient(application, base_url="https://testserver", cookies=phone.cookies)
    tus = Tus(client)
    token = phone.headers["x-csrf-token"]
    assert tus.create(600, x_csrf_token=token).status_code == 201
    clock.advance(hours=1)
    refused = tus.create(401, x_csrf_token=token)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, str(23 * 3600))
    assert tus.create(400, x_csrf_token=token).status_code == 201


def test_an_upload_that_got_a_byte_meanwhile_does_not_give_way(
    tus: Tus, session: Session, settings: Settings, resident: Person, clock: MovingClock
) -> None:
    urls = []
    for _ in range(3):
        urls.append(begin_to_send(tus))
        clock.advance(seconds=1)
    now = clock.advance(hours=24)
    seen = queries.begun_by(session, resident.id, now)
    tus.append(urls[0], 1, video_bytes(2)[1:])
    with pytest.raises(quotas.TooManyUploads):
        quotas.make_place(session, seen, NewUpload(resident.id, 10, ""), settings, now)
    assert tus.offset(urls[0]) == 2


def test_a_disk_that_must_stay_free_takes_nothing_more(
    phone: TestClient, settings: Settings, clock: MovingClock, sessions: sessionmaker[Session]
) -> None:
    full = settings.model_copy(update={"upload_free_disk_min_bytes": 2**62})
    application = create_app(full, make_resources(full, clock, sessions))
    client = TestClient(application, base_url="https://testserver", cookies=phone.cookies)
    answer = Tus(client).create(10, x_csrf_token=phone.headers["x-csrf-token"])
    assert answer.status_code == 507


def test_what_others_have_still_to_send_counts_as_taken(
    tus: Tus, session: Session, settings: Settings, resident: Person, now: datetime
) -> None:
    url = tus.begin(settings.upload_max_bytes)
    free_bytes = spool.free_bytes(settings.spool_dir)
    tight = settings.model_copy(update={"upload_free_disk_min_bytes": free_bytes - settings.upload_max_bytes})
    with pytest.raises(StorageFull):
        service.create(session, NewUpload(resident.id, 10**6, ""), tight, now)
    tus.ask("DELETE", url, {})
    assert service.create(session, NewUpload(resident.id, 10**6, ""), tight, now)
