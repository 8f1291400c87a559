"""What an adviser can watch before a video is ready for all."""

import pytest
from sqlalchemy.orm import Session

from app.people.models import Person
from app.people.queries import organisation, structure_of
from app.storage import Storage
from tests.conftest import SignIn
from tests.factories import give_consent, make_adviser, make_profile, make_resident, make_video


@pytest.fixture
def person(session: Session) -> Person:
    """Make somebody who agreed to be seen."""
    resident = make_resident(session)
    give_consent(session, resident)
    return resident


def adviser_of(session: Session, person: Person) -> Person:
    """Make an adviser of the structure that accompanies somebody."""
    structure_id = structure_of(session, person.id)
    return make_adviser(session, organisation(session, structure_id) if structure_id else None)


def test_the_adviser_watches_the_preview_as_soon_as_it_is_there(
    session: Session, person: Person, storage: Storage, sign_in: SignIn
) -> None:
    profile = make_profile(session, person, published=False)
    video = make_video(session, person, ready=False, state="processing")
    session.commit()
    browser, address = sign_in(adviser_of(session, person)), f"/relecture/{profile.id}/lecture"
    assert browser.get(address).status_code == 404
    video.preview_key = f"videos/{video.id}/1/preview.mp4"
    storage.put_bytes(video.preview_key, b"early", "video/mp4")
    session.commit()
    assert browser.get(browser.get(address).json()["mp4"]).content == b"early"
    assert "data-visavis-player" in browser.get(f"/relecture/{profile.id}").text


def test_the_adviser_watches_the_former_version_of_what_is_made_anew(
    session: Session, person: Person, sign_in: SignIn
) -> None:
    profile = make_profile(session, person, published=False)
    make_video(session, person, state="processing")
    session.commit()
    said = sign_in(adviser_of(session, person)).get(f"/relecture/{profile.id}/lecture").json()
    assert said["duration_s"] == 60


def test_a_refused_video_is_nothing_to_watch(session: Session, person: Person, sign_in: SignIn) -> None:
    profile = make_profile(session, person, published=False)
    make_video(session, person, ready=False, state="refused", reason="video-endommagee")
    session.commit()
    browser = sign_in(adviser_of(session, person))
    assert browser.get(f"/relecture/{profile.id}/lecture").status_code == 404
