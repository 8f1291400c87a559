"""A published profile as recruiters see it: what the person can do, then the video, to those alone."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Person
from app.profiles import service
from app.profiles.models import Profile
from app.storage import Storage
from app.videos.models import Captions, Rendition, Video
from app.videos.playback import MUXED
from tests.conftest import START, SignIn
from tests.directory.conftest import make_found
from tests.factories import (
    give_consent,
    make_adviser,
    make_company,
    make_profile,
    make_recruiter,
    make_resident,
    make_video,
)
from tests.reading import words_of

SAID = {
    "who_i_am": "Bonjour, je m’appelle Aïcha.",
    "experience": "",
    "strengths": "Je suis ponctuelle.",
    "conclusion": "Je cherche un contrat.",
}

# What the page says elsewhere, in words, or what no player of a profile reads.
BESIDE_THE_PLAYER = ("transcript", "storyboard", "peaks", "expires_at")


@pytest.fixture
def profile(session: Session, storage: Storage) -> Profile:
    """Publish somebody who says everything, with a video whose one file lies in storage."""
    person = make_resident(session)
    video = make_video(session, person)
    key = f"{video.storage_prefix}/{MUXED}"
    storage.put_bytes(key, b"film", "video/mp4")
    session.add(Rendition(video_id=video.id, name=MUXED, key=key, content_type="video/mp4", size_bytes=4))
    return make_found(
        session,
        "Vendeuse en boulangerie",
        person=person,
        about="J’ai grandi derrière un comptoir.",
        skills=["Encaissement"],
        competences=["teamwork"],
        contract_types=["cdi", "alternance"],
        education_level="cap_bep",
        available_on=START.date() + timedelta(days=7),
        current_video_id=video.id,
        current_script=SAID,
    )


def test_the_page_says_all_that_the_person_says(recruiter: TestClient, profile: Profile) -> None:
    words = words_of(recruiter.get(f"/candidats/{profile.slug}").text)
    for fact in (
        *("Vendeuse en boulangerie", "Aïcha B.", "Vente en alimentation", "Marseille et 20 km autour"),
        *("Disponible le 30 novembre 2026", "CDI, Alternance", "CAP ou BEP", "Anglais (B1)"),
        *("Encaissement", "Travailler en équipe", "J’ai grandi derrière un comptoir."),
    ):
        assert fact in words


def test_skills_are_read_before_a_face_is_seen(recruiter: TestClient, profile: Profile) -> None:
    page = recruiter.get(f"/candidats/{profile.slug}").text
    assert 0 < page.index("Encaissement") < page.index("<video")


def test_the_text_of_the_video_has_the_parts_that_say_something(
    recruiter: TestClient, profile: Profile
) -> None:
    page = recruiter.get(f"/candidats/{profile.slug}").text
    transcript = words_of(page[page.index("Le texte de la vidéo") :])
    assert "Qui je suis Bonjour, je m’appelle Aïcha." in transcript
    assert "Ce que j’ai déjà fait" not in transcript


def test_what_is_said_stands_there_once_with_the_parts_of_the_text_as_chapters(
    session: Session, recruiter: TestClient, profile: Profile
) -> None:
    video = session.get_one(Video, profile.current_video_id)
    captions = session.get_one(Captions, video.id)
    captions.shown_cues = [
        {"start_s": 5.0 * at, "end_s": 5.0 * at + 4, "text": text}
        for at, text in enumerate(filter(None, SAID.values()))
    ]
    session.commit()
    page = recruiter.get(f"/candidats/{profile.slug}").text
    assert page.count("Je suis ponctuelle.") == 1
    assert "Lire ce qui est dit" in page
    chapters = recruiter.get(f"/candidats/{profile.slug}/lecture").json()["chapters"]
    assert chapters == [
        {"start_s": 0.0, "title": "Qui je suis"},
        {"start_s": 5.0, "title": "Mes points forts"},
        {"start_s": 10.0, "title": "Ce que je cherche"},
    ]


def test_the_video_plays_without_script_and_is_asked_for_by_nobody_else(
    recruiter: TestClient, profile: Profile
) -> None:
    page = recruiter.get(f"/candidats/{profile.slug}").text
    player = page[page.index("<video") : page.index("</video>")]
    source = re.search(r'src="([^"]+)"', player)
    assert source
    assert recruiter.get(source[1].replace("&amp;", "&")).content == b"film"
    assert "autoplay" not in player
    assert 'preload="none"' in player
    assert f'data-source="/candidats/{profile.slug}/lecture"' in page


def test_what_the_player_asks_for_is_the_file_for_five_minutes(
    recruiter: TestClient, profile: Profile
) -> None:
    shown = recruiter.get(f"/candidats/{profile.slug}/lecture").json()
    assert (shown["duration_s"], shown["expires_at"]) == (60.0, "2026-11-23T09:05:00Z")
    assert recruiter.get(shown["mp4"]).content == b"film"


def test_the_page_itself_has_the_links_that_the_player_needs_first(
    recruiter: TestClient, profile: Profile
) -> None:
    page = recruiter.get(f"/candidats/{profile.slug}").text
    found = re.search(r'data-known="([^"]*)"', page)
    assert found
    known = json.loads(unescape(found[1]))
    asked = recruiter.get(f"/candidats/{profile.slug}/lecture").json()
    assert known == {name: value for name, value in asked.items() if name not in BESIDE_THE_PLAYER}
    assert known["life_s"] == 300


def test_a_written_presentation_is_read_and_has_nothing_to_play(
    session: Session, recruiter: TestClient
) -> None:
    person = make_resident(session)
    give_consent(session, person, "text")
    profile = make_profile(session, person, presentation="text", current_video_id=None, current_script=SAID)
    session.commit()
    page = recruiter.get(f"/candidats/{profile.slug}").text
    assert "Je suis ponctuelle." in words_of(page)
    assert "<video" not in page
    assert recruiter.get(f"/candidats/{profile.slug}/lecture").status_code == 404


@pytest.mark.parametrize("path", ["", "/lecture", "/contact"])
def test_nobody_but_a_recruiter_of_a_verified_company_finds_the_address(
    session: Session, sign_in: SignIn, client: TestClient, profile: Profile, path: str
) -> None:
    address = f"/candidats/{profile.slug}{path}"
    others = [
        session.get_one(Person, profile.person_id),
        make_adviser(session),
        make_recruiter(session, make_company(session, "pending")),
        make_recruiter(session, make_company(session, "suspended")),
    ]
    assert [sign_in(person).get(address).status_code for person in others] == [404] * len(others)
    assert client.get(address).status_code == 401


@pytest.mark.parametrize("verb", ["pause", "withdraw", "place"])
def test_a_profile_that_left_has_no_page_and_nothing_to_play(
    session: Session, recruiter: TestClient, profile: Profile, verb: str
) -> None:
    own = service.own(session, profile.person_id)
    leave = {
        "pause": lambda: service.pause(session, own),
        "withdraw": lambda: service.withdraw(session, own, START),
        "place": lambda: service.place(session, own, START),
    }
    leave[verb]()
    session.commit()
    for path in ("", "/lecture", "/contact"):
        assert recruiter.get(f"/candidats/{profile.slug}{path}").status_code == 404


def test_an_address_that_was_never_given_is_no_profile(recruiter: TestClient) -> None:
    assert recruiter.get("/candidats/aucun").status_code == 404
