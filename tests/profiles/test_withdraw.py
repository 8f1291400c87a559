"""Whoever took the video away shows no video again: not by page, not by API, and may delete it."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from app.people import consents
from app.people.models import Organisation, Person
from app.profiles import service, writing
from app.profiles.models import Profile
from app.profiles.service import ProfileStateForbids
from app.videos import queries as videos
from tests.conftest import SignIn
from tests.factories import give_consent, make_adviser
from tests.profiles.conftest import Readers, approve

PROGRAM = {"accept": "application/json"}


def turn_to_words(session: Session, profile: Profile, structure: Organisation, now: datetime) -> None:
    """Have the person present themselves in words, once nothing else is shown."""
    give_consent(session, session.get_one(Person, profile.person_id), "text")
    writing.choose_presentation(session, profile, "text")
    service.submit(session, profile, now)
    approve(session, profile, structure, now)


def assert_words_alone(readers: Readers, profile: Profile) -> None:
    """Check that the profile is shown to those who may see it, and that none of them gets a video."""
    address = f"/candidats/{profile.slug}"
    page = readers.recruiter.get(address)
    assert page.status_code == 200
    assert "<video" not in page.text
    assert readers.recruiter.get(f"{address}/lecture").status_code == 404
    assert readers.recruiter.post("/lectures", json={"profile": profile.slug}).status_code == 404
    alone = readers.program.get(f"/api/v1/profiles/{profile.id}").json()
    listed = readers.program.get("/api/v1/profiles").json()["data"]
    assert (alone["presentation"], alone["video"]) == ("text", None)
    assert [one["video"] for one in listed] == [None]


def test_who_stops_agreeing_to_the_video_and_publishes_words_shows_no_video(
    session: Session, now: datetime, profile: Profile, structure: Organisation, readers: Readers
) -> None:
    consents.withdraw(session, profile.person_id, "image_and_voice", profile.person_id, now)
    service.end_agreement(session, profile.person_id, now)
    turn_to_words(session, profile, structure, now)
    assert_words_alone(readers, profile)


def test_who_found_a_job_and_comes_back_in_words_shows_no_video(
    session: Session, now: datetime, profile: Profile, structure: Organisation, readers: Readers
) -> None:
    service.place(session, profile, now)
    turn_to_words(session, profile, structure, now)
    assert_words_alone(readers, profile)


def test_a_video_that_a_written_profile_still_names_reaches_nobody(
    session: Session, profile: Profile, readers: Readers
) -> None:
    give_consent(session, session.get_one(Person, profile.person_id), "text")
    profile.presentation = "text"
    session.flush()
    assert profile.current_video_id is not None
    assert_words_alone(readers, profile)


def test_a_video_of_another_kind_than_the_presentation_shows_no_profile(
    session: Session, profile: Profile, readers: Readers
) -> None:
    videos.of_person(session, profile.person_id)[0].kind = "voice"
    session.flush()
    assert readers.recruiter.get(f"/candidats/{profile.slug}").status_code == 404


def test_an_approval_of_words_forgets_a_video_that_was_left_behind(
    session: Session, now: datetime, profile: Profile, structure: Organisation
) -> None:
    left = profile.current_video_id
    service.withdraw(session, profile, now)
    profile.current_video_id = left
    turn_to_words(session, profile, structure, now)
    assert (profile.state, profile.current_video_id) == ("published", None)


@pytest.mark.parametrize("found", [False, True])
def test_a_video_is_deleted_from_its_page_once_the_profile_is_withdrawn(
    session: Session,
    sign_in: SignIn,
    profile: Profile,
    found: bool,  # noqa: FBT001 - a case of the table
) -> None:
    browser = sign_in(session.get_one(Person, profile.person_id))
    (video,) = videos.of_person(session, profile.person_id)
    removal = f"/moi/video/{video.id}/supprimer"
    if found:
        browser.post("/moi/trouve")
    assert browser.post(removal, headers=PROGRAM).json()["type"].endswith("/video-utilisee")
    assert 'action="/moi/retrait"' in browser.get("/moi").text
    browser.post("/moi/retrait")
    assert browser.post(removal).headers["location"] == "/moi/video"
    session.expire_all()
    assert videos.of_person(session, profile.person_id) == []


def test_who_found_and_stops_agreeing_keeps_nothing_to_come_back_with(
    session: Session, now: datetime, profile: Profile
) -> None:
    service.place(session, profile, now)
    consents.withdraw(session, profile.person_id, "image_and_voice", profile.person_id, now)
    service.end_agreement(session, profile.person_id, now)
    assert (profile.state, profile.current_video_id, profile.current_script) == ("placed", None, None)


def test_who_found_and_turned_to_words_does_not_come_back_unread(
    session: Session, now: datetime, profile: Profile
) -> None:
    give_consent(session, session.get_one(Person, profile.person_id), "text")
    service.place(session, profile, now)
    for kind in ("text", "video"):
        writing.choose_presentation(session, profile, kind)
        with pytest.raises(ProfileStateForbids):
            service.resume(session, profile, now)


def test_an_adviser_no_longer_watches_who_stopped_agreeing(
    session: Session, sign_in: SignIn, now: datetime, profile: Profile, structure: Organisation
) -> None:
    adviser = sign_in(make_adviser(session, structure))
    page = f"/relecture/{profile.id}"
    assert "<video" in adviser.get(page).text
    consents.withdraw(session, profile.person_id, "image_and_voice", profile.person_id, now)
    session.commit()
    assert "<video" not in adviser.get(page).text
    assert adviser.get(f"{page}/lecture").status_code == 404


def test_a_pause_keeps_what_comes_back_with_it(session: Session, now: datetime, profile: Profile) -> None:
    shown = profile.current_video_id
    service.pause(session, profile)
    assert profile.current_video_id == shown
    service.resume(session, profile, now)
    assert (profile.state, profile.current_video_id) == ("published", shown)


def test_who_stops_agreeing_during_a_pause_shows_nothing_any_more(
    session: Session, now: datetime, profile: Profile
) -> None:
    service.pause(session, profile)
    consents.withdraw(session, profile.person_id, "image_and_voice", profile.person_id, now)
    service.end_agreement(session, profile.person_id, now)
    assert (profile.state, profile.current_video_id) == ("withdrawn", None)
