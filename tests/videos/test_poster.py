"""The page where the picture of a video is chosen, by its owner or by an adviser."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.people.models import Person
from app.people.queries import organisation, structure_of
from app.videos.models import Video
from tests.conftest import SignIn
from tests.factories import (
    give_files,
    make_adviser,
    make_profile,
    make_resident,
    make_video,
)

JOBS = text("select args ->> 'video_id' from jobs.procrastinate_jobs where task_name = 'videos.poster'")


@pytest.fixture
def video(session: Session, resident: Person) -> Video:
    """Make a ready video of a minute, with its thirty small pictures."""
    found = give_files(session, make_video(session, resident))
    session.commit()
    return found


def test_every_small_picture_can_be_chosen_and_says_when_it_is_seen(
    video: Video, resident: Person, sign_in: SignIn
) -> None:
    page = sign_in(resident).get(f"/moi/video/{video.id}/image").text
    assert page.count('name="tile"') == 30
    assert 'viewBox="90 160 90 160"' in page
    assert "à 1\u00a0min" not in page
    assert "à 12\u00a0s" in page
    assert "on l’a choisie pour toi" in page


def test_the_page_of_the_video_leads_to_its_pictures(video: Video, resident: Person, sign_in: SignIn) -> None:
    assert f"/moi/video/{video.id}/image" in sign_in(resident).get("/moi/video").text


def test_what_is_chosen_is_kept_and_said_to_be_on_its_way(
    video: Video, resident: Person, session: Session, sign_in: SignIn
) -> None:
    browser, address = sign_in(resident), f"/moi/video/{video.id}/image"
    assert browser.post(address, data={"tile": "7"}, follow_redirects=False).status_code == 303
    assert session.scalars(JOBS).all() == [str(video.id)]
    page = browser.get(address).text
    assert "arrive dans quelques secondes" in page
    assert 'value="7" aria-describedby="tile-hint" checked' in " ".join(page.split())
    session.refresh(video)
    video.poster_key = f"{video.storage_prefix}poster-7.jpg"
    session.commit()
    assert "arrive dans quelques secondes" not in browser.get(address).text


@pytest.mark.parametrize("data", [{}, {"tile": "30"}, {"tile": "-1"}, {"tile": "x"}])
def test_without_a_picture_the_page_asks_for_one(
    data: dict[str, str], video: Video, resident: Person, session: Session, sign_in: SignIn
) -> None:
    answer = sign_in(resident).post(f"/moi/video/{video.id}/image", data=data)
    assert answer.status_code == 422
    assert "Choisis une des images." in answer.text
    assert session.scalars(JOBS).all() == []


def test_a_voice_has_no_picture_to_choose(session: Session, resident: Person, sign_in: SignIn) -> None:
    voice = make_video(session, resident, kind="voice")
    session.commit()
    assert sign_in(resident).get(f"/moi/video/{voice.id}/image").status_code == 404


def test_what_is_not_ready_shows_no_pictures(session: Session, resident: Person, sign_in: SignIn) -> None:
    video = make_video(session, resident, ready=False)
    session.commit()
    assert sign_in(resident).get(f"/moi/video/{video.id}/image").status_code == 409


def test_nobody_chooses_for_somebody_else(video: Video, session: Session, sign_in: SignIn) -> None:
    browser = sign_in(make_resident(session))
    assert browser.get(f"/moi/video/{video.id}/image").status_code == 404
    assert browser.post(f"/moi/video/{video.id}/image", data={"tile": "1"}).status_code == 404
    assert session.scalars(JOBS).all() == []


def test_the_adviser_chooses_too_even_once_it_is_online(
    session: Session, resident: Person, sign_in: SignIn
) -> None:
    structure_id = structure_of(session, resident.id)
    structure = organisation(session, structure_id) if structure_id else None
    profile = make_profile(session, resident)
    give_files(session, session.get_one(Video, profile.current_video_id))
    session.commit()
    browser, address = sign_in(make_adviser(session, structure)), f"/relecture/{profile.id}/image"
    assert address in browser.get(f"/relecture/{profile.id}").text
    assert browser.get(address).text.count('name="tile"') == 30
    assert browser.post(address, data={}).status_code == 422
    assert browser.post(address, data={"tile": "4"}, follow_redirects=False).status_code == 303
    assert session.scalars(JOBS).all() == [str(profile.current_video_id)]
    assert sign_in(make_adviser(session)).get(address).status_code == 404
