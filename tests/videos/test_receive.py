"""A complete upload becomes a video, once, of somebody who agrees."""

from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.people.consents import ConsentMissing, GuardianNeeded, withdraw
from app.people.models import Person
from app.uploads.rules import Medium
from app.uploads.service import UploadIncomplete, UploadIngested, UploadNotFound
from app.videos import attempts, queries
from app.videos.service import receive
from tests.conftest import SignIn
from tests.factories import give_consent, make_resident, make_video
from tests.videos.conftest import NewUpload

JOBS = text("select task_name from jobs.procrastinate_jobs order by id")


def test_a_video_is_received_with_its_take_and_its_job(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    sent = upload()
    video = receive(session, resident.id, [sent.id], now)
    assert (video.state, video.step, sent.state) == ("received", "waiting", "ingested")
    assert [(take.position, take.upload_id, take.size_bytes) for take in video.takes] == [(1, sent.id, 4)]
    assert session.scalars(JOBS).all() == ["videos.preview"]


def test_how_long_each_take_was_filmed_for_is_kept_and_told_to_who_prepares_it(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    video = receive(session, resident.id, [upload().id, upload().id], now, filmed_s=[12.5, None])
    assert [take.filmed_s for take in video.takes] == [12.5, None]
    attempt = attempts.take(session, video.id, now)
    assert attempt
    assert attempt.filmed_s == (12.5, None)


def test_either_all_takes_were_timed_or_none(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    with pytest.raises(Invalid):
        receive(session, resident.id, [upload().id], now, filmed_s=[12.5, 3.0])


def test_nothing_is_received_without_the_agreement(
    session: Session, upload: NewUpload, now: datetime
) -> None:
    with pytest.raises(ConsentMissing):
        receive(session, make_resident(session).id, [upload().id], now)


def test_nothing_is_received_from_somebody_under_age(session: Session, now: datetime) -> None:
    minor = make_resident(session, age=16)
    give_consent(session, minor)
    with pytest.raises(GuardianNeeded):
        receive(session, minor.id, [uuid4()], now)


def test_the_upload_of_somebody_else_does_not_exist(
    session: Session, upload: NewUpload, now: datetime
) -> None:
    other = make_resident(session)
    give_consent(session, other)
    with pytest.raises(UploadNotFound):
        receive(session, other.id, [upload().id], now)


def test_an_upload_that_is_not_finished_is_no_video(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    sent = upload()
    sent.state = "receiving"
    with pytest.raises(UploadIncomplete):
        receive(session, resident.id, [sent.id], now)


def test_who_asks_twice_gets_the_same_video(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    sent = upload()
    video = receive(session, resident.id, [sent.id], now)
    assert receive(session, resident.id, [sent.id], now).id == video.id
    assert session.scalars(JOBS).all() == ["videos.preview"]


def test_an_upload_that_became_a_video_of_nobody_is_none(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    sent = upload()
    sent.state = "ingested"
    with pytest.raises(UploadIngested):
        receive(session, resident.id, [sent.id], now)


def test_four_takes_make_one_video_in_the_order_in_which_they_play(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    sent = sorted((upload() for _ in range(4)), key=lambda one: one.id, reverse=True)
    video = receive(session, resident.id, [one.id for one in sent], now)
    assert [(take.position, take.upload_id) for take in video.takes] == [
        (position, one.id) for position, one in enumerate(sent, start=1)
    ]
    assert {one.state for one in sent} == {"ingested"}
    assert session.scalars(JOBS).all() == ["videos.preview"]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ([], "Une vidéo est faite d’une à 4 prises."),
        ([0, 1, 2, 3, 4], "Une vidéo est faite d’une à 4 prises."),
        ([0, 1, 0], "La même prise est là deux fois : garde-la une fois."),
    ],
)
def test_other_takes_make_no_video_and_it_is_said_why(
    session: Session, resident: Person, upload: NewUpload, now: datetime, chosen: list[int], said: str
) -> None:
    sent = [upload() for _ in range(5)]
    with pytest.raises(Invalid) as refused:
        receive(session, resident.id, [sent[one].id for one in chosen], now)
    assert refused.value.errors == {"upload_ids": said}
    assert {one.state for one in sent} == {"complete"}


def test_all_takes_are_received_or_none(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    first, unfinished = upload(), upload()
    unfinished.state = "receiving"
    with pytest.raises(UploadIncomplete):
        receive(session, resident.id, [first.id, unfinished.id], now)
    assert first.state == "complete"
    assert queries.of_person(session, resident.id) == []


@pytest.mark.parametrize("again", [[1, 0], [0], [0, 1, 2]])
def test_takes_of_a_video_make_no_other_one(
    session: Session, resident: Person, upload: NewUpload, now: datetime, again: list[int]
) -> None:
    sent = [upload() for _ in range(3)]
    video = receive(session, resident.id, [sent[0].id, sent[1].id], now)
    with pytest.raises(UploadIngested):
        receive(session, resident.id, [sent[one].id for one in again], now)
    assert receive(session, resident.id, [sent[0].id, sent[1].id], now).id == video.id


def test_a_voice_alone_needs_its_own_agreement_and_no_other(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    sent = upload("voice")
    with pytest.raises(ConsentMissing):
        receive(session, resident.id, [sent.id], now, "voice")
    give_consent(session, resident, "voice")
    withdraw(session, resident.id, "image_and_voice", resident.id, now)
    assert receive(session, resident.id, [sent.id], now, "voice").kind == "voice"
    with pytest.raises(ConsentMissing):
        receive(session, resident.id, [upload().id], now)


def test_what_was_received_as_a_video_is_no_voice(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    give_consent(session, resident, "voice")
    sent = upload()
    receive(session, resident.id, [sent.id], now)
    with pytest.raises(UploadIngested):
        receive(session, resident.id, [sent.id], now, "voice")


@pytest.mark.parametrize("kinds", [("video", "voice"), ("voice", "video")])
def test_what_was_sent_under_one_agreement_serves_no_other(
    session: Session, resident: Person, upload: NewUpload, now: datetime, kinds: tuple[Medium, Medium]
) -> None:
    sent_as, asked_as = kinds
    give_consent(session, resident, "voice")
    sent = [upload(asked_as).id, upload(sent_as).id]
    with pytest.raises(Invalid) as refused:
        receive(session, resident.id, sent, now, asked_as)
    assert "enregistre-toi de nouveau" in refused.value.errors["kind"]
    assert queries.of_person(session, resident.id) == []


def test_a_new_video_takes_the_place_of_the_one_on_its_way_and_of_no_other(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    finished = make_video(session, resident)
    former = receive(session, resident.id, [upload().id], now)
    newest = receive(session, resident.id, [upload().id], now)
    assert {video.id for video in queries.of_person(session, resident.id)} == {finished.id, newest.id}
    assert queries.video(session, former.id) is None
    assert session.scalars(JOBS).all() == [
        *("videos.preview", "videos.forget_original", "videos.forget_objects", "videos.preview")
    ]


def test_the_page_that_sent_the_bytes_asks_for_the_video(
    session: Session, resident: Person, upload: NewUpload, sign_in: SignIn
) -> None:
    sent = upload()
    answer = sign_in(resident).post("/moi/video/envois", json={"upload_ids": [str(sent.id)]})
    assert answer.status_code == 201
    assert [str(video.id) for video in queries.of_person(session, resident.id)] == [answer.json()["id"]]


def test_the_page_says_that_it_sends_a_voice(
    session: Session, resident: Person, upload: NewUpload, sign_in: SignIn
) -> None:
    give_consent(session, resident, "voice")
    told = {"upload_ids": [str(upload("voice").id)], "kind": "voice"}
    browser = sign_in(resident)
    assert browser.post("/moi/video/envois", json=told | {"kind": "text"}).status_code == 422
    assert browser.post("/moi/video/envois", json=told).status_code == 201
    assert [video.kind for video in queries.of_person(session, resident.id)] == ["voice"]


def test_the_page_says_what_is_missing(session: Session, sign_in: SignIn) -> None:
    sent = {"upload_ids": [str(uuid4())]}
    answer = sign_in(make_resident(session)).post("/moi/video/envois", json=sent)
    assert (answer.status_code, answer.json()["title"]) == (409, "Il faut d’abord ton accord")
