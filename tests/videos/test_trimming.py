"""The page where a beginning and an end are cut away, and what is said when that is not possible."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.people.models import Person
from app.profiles.models import Review
from app.videos.models import Video
from tests.conftest import START, SignIn
from tests.factories import (
    give_files,
    make_adviser,
    make_profile,
    make_resident,
    make_video,
)

JOBS = text("select args ->> 'video_id' from jobs.procrastinate_jobs where task_name = 'videos.prepare'")


@pytest.fixture
def video(session: Session, resident: Person) -> Video:
    """Make a ready video of a minute, whose original is still there."""
    found = give_files(session, make_video(session, resident))
    session.commit()
    return found


def address(video: Video, verb: str = "couper") -> str:
    """Return where something is done with a video."""
    return f"/moi/video/{video.id}/{verb}"


def test_the_page_says_first_how_much_has_to_stay(video: Video, resident: Person, sign_in: SignIn) -> None:
    browser = sign_in(resident)
    assert address(video) in browser.get("/moi/video").text
    page = browser.get(address(video)).text
    assert page.index("1\u00a0s au moins") < page.index('name="start_s"')
    assert 'max="60.0"' in page
    assert page.count("<image ") == 8


@pytest.mark.parametrize(
    ("data", "cut"),
    [
        ({"start_s": "2.5", "end_s": "57"}, (2.5, 57.0)),
        ({"start_s": "2,5", "end_s": "60"}, (2.5, None)),
        ({"start_s": "0", "end_s": "12,3"}, (None, 12.3)),
        ({"start_s": "2"}, (2.0, None)),
    ],
)
def test_what_is_cut_is_made_anew_and_the_former_video_stays(
    data: dict[str, str],
    cut: tuple[float | None, float | None],
    video: Video,
    resident: Person,
    session: Session,
    sign_in: SignIn,
) -> None:
    browser = sign_in(resident)
    assert browser.post(address(video), data=data).status_code == 303
    page = browser.get("/moi/video").text
    assert "On refait ta vidéo" in page
    assert '<div data-part="preview" hidden>' not in page
    session.refresh(video)
    assert (video.state, video.cut_start_s, video.cut_end_s) == ("received", *cut)
    assert session.scalars(JOBS).all() == [str(video.id)]
    assert browser.get(address(video, "lecture")).json()["duration_s"] == 60


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"start_s": "50", "end_s": "50.9"}, "Il faut garder 1\u00a0s au moins."),
        ({"start_s": "9", "end_s": "3"}, "Il faut garder 1\u00a0s au moins."),
        ({"start_s": "0", "end_s": "60"}, "Déplace d’abord le début ou la fin."),
        ({"start_s": "un", "end_s": "60"}, "À corriger."),
        ({"start_s": "-1", "end_s": "60"}, "0 au moins."),
        ({"start_s": "nan", "end_s": "60"}, "À corriger."),
    ],
)
def test_what_cannot_be_cut_is_said_beside_what_was_typed(
    data: dict[str, str], said: str, video: Video, resident: Person, session: Session, sign_in: SignIn
) -> None:
    answer = sign_in(resident).post(address(video), data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{data["start_s"]}"' in answer.text
    session.refresh(video)
    assert video.state == "ready"


def test_a_cut_is_stopped_or_undone_with_one_button(
    video: Video, resident: Person, session: Session, sign_in: SignIn
) -> None:
    browser = sign_in(resident)
    browser.post(address(video), data={"start_s": "2"})
    assert address(video, "garder") in browser.get("/moi/video").text
    browser.post(address(video, "garder"))
    assert "Ta vidéo est prête" in browser.get("/moi/video").text
    assert browser.post(address(video, "garder")).status_code == 409
    assert browser.post(address(video, "entiere")).status_code == 409
    session.refresh(video)
    video.trim_start_s = video.cut_start_s = 2.0
    session.commit()
    assert "Remettre la vidéo entière" in browser.get(address(video)).text
    browser.post(address(video, "entiere"))
    session.refresh(video)
    assert video.state == "received"
    assert video.cut_start_s is None


def test_a_cut_that_did_not_work_is_told_beside_the_video(
    video: Video, resident: Person, session: Session, sign_in: SignIn
) -> None:
    assert "La coupe n’a pas marché" not in sign_in(resident).get("/moi/video").text
    video.reason = "preparation-en-panne"
    session.commit()
    assert "La coupe n’a pas marché" in sign_in(resident).get("/moi/video").text


def test_what_is_in_review_is_not_cut_and_what_came_back_is(
    video: Video, resident: Person, session: Session, sign_in: SignIn
) -> None:
    profile = make_profile(
        session, resident, published=False, state="submitted", proposed_video_id=video.id, submitted_at=START
    )
    session.commit()
    browser = sign_in(resident)
    assert address(video) not in browser.get("/moi/video").text
    assert browser.post(address(video), data={"start_s": "2"}).status_code == 409
    profile.state, profile.proposed_video_id = "changes_requested", None
    review = Review(
        profile_id=profile.id,
        video_id=video.id,
        reviewer_id=make_adviser(session).id,
        verdict="changes_requested",
        word="La fin est longue.",
        notes=[],
        created_at=START,
    )
    session.add(review)
    session.commit()
    assert address(video) in browser.get("/moi/video").text
    assert browser.get(address(video)).status_code == 200


def test_once_it_is_approved_the_page_says_why_nothing_can_be_cut(
    session: Session, resident: Person, sign_in: SignIn
) -> None:
    profile = make_profile(session, resident)
    shown = give_files(session, session.get_one(Video, profile.current_video_id))
    shown.original_deleted_at = START
    session.commit()
    browser = sign_in(resident)
    page = browser.get("/moi/video").text
    assert "ne peuvent plus être coupés" in page
    assert address(shown) not in page
    answer = browser.get(address(shown), headers={"accept": "text/html"})
    assert answer.status_code == 409
    assert "ne peut plus être coupée" in answer.text


@pytest.mark.parametrize("verb", ["couper", "entiere", "garder"])
def test_nobody_cuts_what_is_somebody_elses(
    verb: str, video: Video, session: Session, sign_in: SignIn
) -> None:
    browser = sign_in(make_resident(session))
    assert browser.post(address(video, verb), data={"start_s": "2"}).status_code == 404
    session.refresh(video)
    assert video.state == "ready"
