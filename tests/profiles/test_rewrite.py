"""A text goes on being written beside the one that was approved; nobody outside reads it before a review."""

from datetime import datetime

import pytest
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Organisation, Person
from app.profiles import queries, service, writing
from app.profiles.models import Profile
from app.profiles.rules import SCRIPT_PARTS
from app.profiles.service import ProfileStateForbids
from app.search.asking import SearchQuery
from app.search.queries import find
from tests.conftest import MovingClock, SignIn
from tests.factories import (
    give_consent,
    make_adviser,
    make_filled_profile,
    make_profile,
    make_resident,
)
from tests.profiles.conftest import Readers, approve

PAGE = {"accept": "text/html"}
NEW = dict.fromkeys(SCRIPT_PARTS, "Je parle maintenant de plomberie et de chantier.")
OLD = "J’ai fait deux stages en boulangerie"


@pytest.fixture
def owner(session: Session, sign_in: SignIn, profile: Profile) -> TestClient:
    return sign_in(session.get_one(Person, profile.person_id))


@pytest.fixture
def adviser(session: Session, sign_in: SignIn, structure: Organisation) -> TestClient:
    return sign_in(make_adviser(session, structure))


@pytest.fixture
def written(session: Session, now: datetime, structure: Organisation) -> Profile:
    """Publish somebody who presents themselves in words."""
    person = make_resident(session, structure)
    give_consent(session, person, "text")
    profile = make_filled_profile(session, person, presentation="text")
    service.submit(session, profile, now)
    approve(session, profile, structure, now)
    return profile


def texts_read(readers: Readers, profile: Profile) -> list[str]:
    """Return all that a recruiter and a partner receive of the profile: a page, a profile, a list."""
    return [
        readers.recruiter.get(f"/candidats/{profile.slug}").text,
        readers.program.get(f"/api/v1/profiles/{profile.id}").text,
        readers.program.get("/api/v1/profiles").text,
    ]


def read(readers: Readers, profile: Profile) -> tuple[bool, bool]:
    """Tell whether all of them read the old text, and whether any reads the new one."""
    texts = texts_read(readers, profile)
    return all(OLD in text for text in texts), any(NEW["who_i_am"] in text for text in texts)


def test_what_is_written_beside_the_video_reaches_nobody(
    owner: TestClient, profile: Profile, readers: Readers
) -> None:
    assert owner.post("/moi/texte", data=NEW).status_code == 200
    assert read(readers, profile) == (True, False)


def test_what_is_written_is_not_searched_when_something_else_changes(
    session: Session, owner: TestClient, profile: Profile
) -> None:
    owner.post("/moi/texte", data=NEW)
    owner.post("/moi/profil", data={"headline": "Vendeuse"})
    session.expire_all()
    found = {words: find(session, SearchQuery(words=words)).ids for words in ("accueillir", "chantier")}
    assert found == {"accueillir": (profile.id,), "chantier": ()}


def test_a_recruiter_is_never_handed_what_is_being_written(session: Session, profile: Profile) -> None:
    session.expunge_all()
    shown = queries.from_outside(session, queries.published().where(Profile.id == profile.id))
    assert shown is not None
    with pytest.raises(InvalidRequestError):
        _ = shown.script


def test_a_new_text_is_shown_once_an_adviser_has_read_it(
    owner: TestClient, adviser: TestClient, profile: Profile, readers: Readers
) -> None:
    owner.post("/moi/texte", data=NEW)
    assert "Tu envoies à relire son nouveau texte" in owner.get("/moi/envoi", headers=PAGE).text
    assert owner.post("/moi/envoi").headers["location"] == "/moi"
    assert read(readers, profile) == (True, False)
    assert NEW["who_i_am"] in adviser.get(f"/relecture/{profile.id}", headers=PAGE).text
    assert adviser.post(f"/relecture/{profile.id}/accord").headers["location"] == "/relecture"
    assert read(readers, profile) == (False, True)
    assert readers.program.get(f"/api/v1/profiles/{profile.id}").json()["script"] == NEW


def test_a_written_presentation_changes_without_leaving_the_site(
    session: Session, now: datetime, written: Profile, structure: Organisation, readers: Readers
) -> None:
    writing.save_script(session, written, NEW, now)
    service.submit(session, written, now)
    page = readers.recruiter.get(f"/candidats/{written.slug}").text
    assert (OLD in page, NEW["who_i_am"] in page) == (True, False)
    approve(session, written, structure, now)
    page = readers.recruiter.get(f"/candidats/{written.slug}").text
    assert (OLD in page, NEW["who_i_am"] in page) == (False, True)


def test_a_text_sent_back_leaves_the_one_that_is_shown(
    owner: TestClient, adviser: TestClient, profile: Profile, readers: Readers
) -> None:
    owner.post("/moi/texte", data=NEW)
    owner.post("/moi/envoi")
    adviser.post(f"/relecture/{profile.id}/reprise", data={"word": "Presque"})
    assert read(readers, profile) == (True, False)
    assert owner.post("/moi/texte", data=NEW | {"conclusion": "Merci"}).status_code == 200


def test_what_an_adviser_is_reading_stays_as_it_was_sent(owner: TestClient) -> None:
    owner.post("/moi/texte", data=NEW)
    owner.post("/moi/envoi")
    refused = owner.post("/moi/texte", data=NEW | {"conclusion": "Autre"})
    assert (refused.status_code, refused.json()["type"].endswith("/texte-en-relecture")) == (409, True)
    assert 'name="who_i_am"' not in owner.get("/moi/texte", headers=PAGE).text
    owner.post("/moi/envoi/reprise")
    assert owner.post("/moi/texte", data=NEW | {"conclusion": "Autre"}).status_code == 200


def test_an_approval_shows_what_was_sent_whatever_became_of_the_draft(
    session: Session, now: datetime, structure: Organisation, profile: Profile
) -> None:
    writing.save_script(session, profile, NEW, now)
    service.submit(session, profile, now)
    assert profile.script is not None
    profile.script.who_i_am = "Jamais relu"
    approve(session, profile, structure, now)
    assert profile.current_script == NEW


def test_a_verdict_on_what_was_sent_again_since_is_refused(
    owner: TestClient, adviser: TestClient, profile: Profile, clock: MovingClock, readers: Readers
) -> None:
    owner.post("/moi/texte", data=NEW)
    owner.post("/moi/envoi")
    seen = {"sent_at": clock.now().isoformat()}
    assert (
        f'name="sent_at" value="{seen["sent_at"]}"'
        in adviser.get(f"/relecture/{profile.id}", headers=PAGE).text
    )
    owner.post("/moi/envoi/reprise")
    clock.advance(seconds=1)
    owner.post("/moi/texte", data=NEW | {"conclusion": "Jamais relu"})
    owner.post("/moi/envoi")
    for verb, word in (("accord", {}), ("reprise", {"word": "Presque"})):
        assert adviser.post(f"/relecture/{profile.id}/{verb}", data=seen | word).status_code == 409
    assert read(readers, profile) == (True, False)


def test_nothing_new_is_nothing_to_send(session: Session, now: datetime, written: Profile) -> None:
    writing.save_script(session, written, queries.script_of(written), now)
    with pytest.raises(ProfileStateForbids):
        service.submit(session, written, now)


def test_a_new_text_waits_in_the_queue_of_the_adviser(
    session: Session, now: datetime, written: Profile, structure: Organisation
) -> None:
    assert queries.awaiting_review(session, (structure.id,)) == []
    writing.save_script(session, written, NEW, now)
    service.submit(session, written, now)
    (waiting,) = queries.awaiting_review(session, (structure.id,))
    assert (waiting.profile_id, waiting.replaces) == (written.id, True)


def test_who_presents_in_words_is_led_to_sending_the_new_ones(
    session: Session, sign_in: SignIn, now: datetime, written: Profile
) -> None:
    browser = sign_in(session.get_one(Person, written.person_id))
    assert "Tu es en ligne" in browser.get("/moi", headers=PAGE).text
    writing.save_script(session, written, NEW, now)
    session.commit()
    assert "Ta nouvelle présentation est prête" in browser.get("/moi", headers=PAGE).text


def test_the_draft_of_a_next_video_is_nothing_to_send_at_once(owner: TestClient) -> None:
    owner.post("/moi/texte", data=NEW)
    assert "Tu es en ligne" in owner.get("/moi", headers=PAGE).text
    page = owner.get("/moi/texte", headers=PAGE).text
    assert 'href="/moi/envoi"' in page
    assert OLD in page


def test_what_leaves_the_site_leaves_no_text_behind(
    session: Session, now: datetime, profile: Profile
) -> None:
    shown = profile.current_script
    service.withdraw(session, profile, now)
    assert shown
    assert (profile.current_script, profile.proposed_script) == (None, None)


def test_a_video_without_a_text_shows_none(
    session: Session, structure: Organisation, partner: Organisation, readers: Readers
) -> None:
    profile = make_profile(session, make_resident(session, structure))
    give_consent(session, session.get_one(Person, profile.person_id), "partner", partner)
    session.commit()
    assert "Le texte de la vidéo" not in readers.recruiter.get(f"/candidats/{profile.slug}").text
    assert readers.program.get(f"/api/v1/profiles/{profile.id}").json()["script"] is None
