"""Owners take their videos away, whatever state they are in, unless a profile needs them."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.people.consents import withdraw
from app.people.models import Consent, Person
from app.uploads.models import Upload
from app.videos import queries, service
from app.videos.models import Take, Video
from app.videos.service import VideoInUse, VideoNotFound, VideoStateForbids
from tests.conftest import MovingClock, SignIn
from tests.factories import give_consent, make_profile, make_resident, make_video
from tests.videos.conftest import NewUpload

JOBS = text("select task_name, args from jobs.procrastinate_jobs order by id")


def test_a_removed_video_is_gone_with_its_takes_and_jobs_delete_the_rest(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    sent = upload()
    video = service.receive(session, resident.id, [sent.id], now)
    service.remove(session, resident.id, video.id)
    assert [session.scalars(select(table)).all() for table in (Video, Take, Upload)] == [[], [], []]
    assert [tuple(job) for job in session.execute(JOBS)][1:] == [
        ("videos.forget_original", {"upload_id": str(sent.id)}),
        ("videos.forget_objects", {"video_id": str(video.id)}),
    ]


def test_the_video_of_somebody_else_does_not_exist(session: Session, resident: Person) -> None:
    video = make_video(session, resident)
    with pytest.raises(VideoNotFound):
        service.remove(session, make_resident(session).id, video.id)


def test_a_video_that_a_profile_shows_stays(session: Session) -> None:
    profile = make_profile(session)
    with pytest.raises(VideoInUse):
        service.remove(session, profile.person_id, profile.current_video_id or profile.id)
    assert queries.of_person(session, profile.person_id)


def test_only_a_failed_video_is_tried_again(session: Session, resident: Person, sign_in: SignIn) -> None:
    video = make_video(session, resident)
    with pytest.raises(VideoStateForbids):
        service.retry(session, resident.id, video.id)
    video.state, video.reason, video.tries = "failed", "preparation-en-panne", 3
    answer = sign_in(resident).post(f"/moi/video/{video.id}/reessayer")
    assert (answer.status_code, answer.headers["location"]) == (303, "/moi/video")
    assert session.execute(select(Video.state, Video.reason, Video.tries)).one() == ("received", None, 0)


def test_the_page_removes(session: Session, resident: Person, sign_in: SignIn) -> None:
    video = make_video(session, resident)
    answer = sign_in(resident).post(f"/moi/video/{video.id}/supprimer")
    assert answer.status_code == 303
    assert queries.of_person(session, resident.id) == []


def test_an_approved_original_is_forgotten_once(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    video = service.receive(session, resident.id, [upload().id], now)
    service.forget_original(session, video.id, now)
    assert video.original_deleted_at is None
    video.state = "ready"
    for _ in range(2):
        service.forget_original(session, video.id, now)
    assert video.original_deleted_at == now
    assert [job.task_name for job in session.execute(JOBS)] == ["videos.preview", "videos.forget_original"]


def test_a_withdrawn_agreement_takes_away_what_is_on_its_way_and_what_is_finished(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    finished = service.receive(session, resident.id, [upload().id], now)
    finished.state = "ready"
    make_video(session, resident, ready=False, state="refused", reason="fichier-illisible")
    service.receive(session, resident.id, [upload().id], now)
    service.end_agreement(session, resident.id)
    assert len(queries.of_person(session, resident.id)) == 3
    withdraw(session, resident.id, "image_and_voice", resident.id, now)
    service.end_agreement(session, resident.id)
    assert [session.scalars(select(table)).all() for table in (Video, Take, Upload)] == [[], [], []]


@pytest.mark.parametrize(
    ("ended", "left"), [("image_and_voice", ["voice"]), ("voice", ["video", "unfinished"]), ("text", ["all"])]
)
def test_a_withdrawn_agreement_takes_away_what_was_sent_with_it_and_is_no_video_yet(
    session: Session, resident: Person, upload: NewUpload, now: datetime, ended: str, left: list[str]
) -> None:
    for kind in ("voice", "text"):
        give_consent(session, resident, kind)
    sent = {"video": upload(), "voice": upload("voice"), "unfinished": upload(), "part": upload()}
    sent["unfinished"].state, sent["part"].kind = "receiving", "partial"
    session.flush()
    names = {upload.id: name for name, upload in sent.items()}
    withdraw(session, resident.id, ended, resident.id, now)
    service.end_agreement(session, resident.id)
    kept = {names[upload_id] for upload_id in session.scalars(select(Upload.id))}
    assert kept == set(sent if left == ["all"] else left)
    forgotten = [job.args["upload_id"] for job in session.execute(JOBS) if "upload_id" in job.args]
    assert {names[UUID(one)] for one in forgotten} == set(sent) - kept


def test_a_withdrawn_agreement_leaves_a_video_that_a_profile_still_names(
    session: Session, now: datetime
) -> None:
    profile = make_profile(session)
    withdraw(session, profile.person_id, "image_and_voice", profile.person_id, now)
    service.end_agreement(session, profile.person_id)
    assert [video.id for video in queries.of_person(session, profile.person_id)] == [profile.current_video_id]


def test_another_agreement_withdrawn_under_a_new_text_takes_no_video_away(
    session: Session, resident: Person, now: datetime
) -> None:
    video = make_video(session, resident)
    session.execute(update(Consent).values(text_version="2020-01"))
    give_consent(session, resident, "text")
    withdraw(session, resident.id, "text", resident.id, now)
    service.end_agreement(session, resident.id)
    assert [kept.id for kept in queries.of_person(session, resident.id)] == [video.id]


@pytest.mark.parametrize(("ended", "left"), [("voice", []), ("image_and_voice", ["voice"])])
def test_only_what_is_no_longer_agreed_to_stops(
    session: Session, resident: Person, upload: NewUpload, now: datetime, ended: str, left: list[str]
) -> None:
    give_consent(session, resident, "voice")
    service.receive(session, resident.id, [upload("voice").id], now, "voice")
    withdraw(session, resident.id, ended, resident.id, now)
    service.end_agreement(session, resident.id)
    assert [video.kind for video in queries.of_person(session, resident.id)] == left


def test_a_video_gives_way_to_a_voice_that_came_after_it(
    session: Session, resident: Person, clock: MovingClock
) -> None:
    make_video(session, resident)
    voice = make_video(session, resident, kind="voice", created_at=clock.advance(hours=1))
    assert service.expire(session, clock.advance(days=60)) == 1
    assert [video.id for video in queries.of_person(session, resident.id)] == [voice.id]


def test_refused_videos_are_deleted_after_a_month(
    session: Session, resident: Person, clock: MovingClock
) -> None:
    make_video(session, resident, ready=False, state="refused", reason="fichier-illisible")
    kept = make_video(session, resident)
    assert service.expire(session, clock.advance(days=30)) == 0
    assert service.expire(session, clock.advance(days=1)) == 1
    assert [video.id for video in queries.of_person(session, resident.id)] == [kept.id]


def test_everything_of_a_person_is_given_to_them_and_erased(
    session: Session, resident: Person, upload: NewUpload, now: datetime
) -> None:
    make_video(session, resident)
    sent = service.receive(session, resident.id, [upload().id], now)
    sent.refused_take, sent.warnings = 1, ["sans-son"]
    session.flush()
    given = queries.export_person(session, resident.id)["videos"]
    assert isinstance(given, list)
    assert sorted((video["state"], video["sent_bytes"]) for video in given) == [("ready", 0), ("received", 4)]
    told = ("is_partial", "warnings", "refused_take", "takes")
    assert [{name: video[name] for name in told} for video in given if video["state"] == "received"] == [
        {
            "is_partial": False,
            "warnings": ["sans-son"],
            "refused_take": 1,
            "takes": [{"position": 1, "filmed_s": None, "starts_s": None, "duration_s": None}],
        }
    ]
    service.erase_person(session, resident.id, now)
    assert queries.of_person(session, resident.id) == []


def test_a_video_that_gave_way_is_kept_a_month_and_longer_only_where_it_is_shown(
    session: Session, resident: Person, clock: MovingClock
) -> None:
    profile = make_profile(session)
    owner = session.get_one(Person, profile.person_id)
    let_go = make_video(session, resident, created_at=clock.now())
    clock.advance(hours=1)
    newest = [make_video(session, one, created_at=clock.now()) for one in (resident, owner)]
    for video in newest:
        video.ready_at = clock.now()
    session.flush()
    assert service.expire(session, clock.advance(days=29)) == 0
    assert service.expire(session, clock.advance(days=2)) == 1
    assert queries.video(session, let_go.id) is None
    assert {video.id for video in queries.of_person(session, owner.id)} == {
        newest[1].id,
        profile.current_video_id,
    }
