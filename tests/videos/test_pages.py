"""The page of a resident's video, in each of its states."""

import pytest
from sqlalchemy.orm import Session

from app.people.models import Person
from app.profiles.models import Review
from app.profiles.rules import KEEPS_VIDEO
from app.videos.refusals import OF_VOICE, REFUSALS
from app.videos.rules import WARNINGS
from app.videos.schemas import BREAKDOWNS, IN_USE, IN_USE_VOICE, STAYS
from app.videos.states import ORIGINAL_LOST
from tests.conftest import START, MovingClock, SignIn
from tests.factories import (
    give_consent,
    make_adviser,
    make_filled_profile,
    make_profile,
    make_recruiter,
    make_resident,
    make_video,
)
from tests.reading import words_of


def test_who_has_no_video_chooses_one_and_knows_the_limits(resident: Person, sign_in: SignIn) -> None:
    page = sign_in(resident).get("/moi/video").text
    assert "data-visavis-upload" in page
    assert 'accept="video/*"' in page
    assert page.index("au plus") < page.index('type="file"')


def test_who_films_here_finds_their_own_text_and_may_use_the_camera_on_this_page_alone(
    session: Session, sign_in: SignIn
) -> None:
    person = make_resident(session)
    give_consent(session, person)
    make_filled_profile(session, person)
    browser = sign_in(person)
    for path in ("/moi/video", "/moi/video/nouvelle"):
        answer = browser.get(path)
        assert 'data-title="Qui je suis">Bonjour, je m’appelle Aïcha' in answer.text
        assert "camera=(self), microphone=(self)" in answer.headers["permissions-policy"]
    assert "camera=()" in browser.get("/moi").headers["permissions-policy"]


def test_who_has_written_nothing_yet_is_led_to_the_text_and_films_all_the_same(
    resident: Person, sign_in: SignIn
) -> None:
    page = sign_in(resident).get("/moi/video").text
    assert "Écrire d’abord mon texte" in page
    assert 'data-visavis-films="video"' in page


def test_who_has_not_agreed_is_led_to_the_agreement(session: Session, sign_in: SignIn) -> None:
    page = sign_in(make_resident(session)).get("/moi/video").text
    assert "/moi/accord" in page
    assert 'type="file"' not in page


def test_somebody_under_age_reads_what_can_be_done_now(session: Session, sign_in: SignIn) -> None:
    page = sign_in(make_resident(session, age=16)).get("/moi/video").text
    assert "moins de 18 ans" in words_of(page)
    assert "/moi/texte" in page
    assert 'type="file"' not in page


def test_a_video_on_its_way_shows_where_it_is(session: Session, resident: Person, sign_in: SignIn) -> None:
    video = make_video(session, resident, ready=False, state="processing", step="ladder", percent=40)
    page = sign_in(resident).get("/moi/video").text
    assert f'data-events="/moi/video/{video.id}/progression"' in page
    assert 'aria-valuenow="40"' in page
    assert "on continue sans toi" in page


def test_a_preview_that_is_there_plays_without_script(
    session: Session, resident: Person, sign_in: SignIn
) -> None:
    video = make_video(session, resident, ready=False, state="processing", step="ladder")
    assert '<div data-part="preview" hidden>' in sign_in(resident).get("/moi/video").text
    video.preview_key = f"videos/{video.id}/preview.mp4"
    session.commit()
    page = sign_in(resident).get("/moi/video").text
    assert '<div data-part="preview">' in page
    assert f'src="https://testserver/media/{video.preview_key}?' in page


def test_a_ready_video_is_watched_then_sent_or_replaced(
    session: Session, resident: Person, sign_in: SignIn
) -> None:
    video = make_video(session, resident, warnings=["sans-son"])
    page = sign_in(resident).get("/moi/video").text
    assert f'data-source="/moi/video/{video.id}/lecture"' in page
    assert WARNINGS["sans-son"] in page
    assert "/moi/envoi" in page
    assert "/moi/video/nouvelle" in page
    assert 'type="file"' in sign_in(resident).get("/moi/video/nouvelle").text


@pytest.mark.parametrize("use", [*KEEPS_VIDEO, "judged"])
def test_a_video_that_the_profile_names_says_so_and_can_only_be_replaced(
    use: str, session: Session, sign_in: SignIn
) -> None:
    person = make_resident(session)
    profile = make_profile(session, person)
    if use == "judged":
        profile.proposed_video_id, profile.current_video_id = profile.current_video_id, None
    profile.state = "submitted" if use == "judged" else use
    session.flush()
    page = sign_in(person).get("/moi/video").text
    assert IN_USE[use].title in page
    assert "La remplacer" in page
    assert "supprimer" not in page.replace("Pour la supprimer", "")
    assert "je l’envoie à relire" not in page


def test_a_video_that_came_back_is_made_again_first(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    profile = make_profile(session, person, published=False, state="changes_requested")
    give_consent(session, person)
    video = make_video(session, person)
    judged = {"profile_id": profile.id, "reviewer_id": make_adviser(session).id, "created_at": START}
    session.add(Review(video_id=video.id, verdict="changes_requested", **judged))
    session.flush()
    browser = sign_in(person)
    page = browser.get("/moi/video").text
    assert IN_USE["sent_back"].title in page
    assert page.index("Refaire ma vidéo") < page.index("Lire le mot")
    assert browser.post(f"/moi/video/{video.id}/supprimer").status_code == 303


def test_who_replaces_a_video_that_is_online_knows_that_it_stays(session: Session, sign_in: SignIn) -> None:
    person, waiting = make_resident(session), make_resident(session)
    make_profile(session, person)
    give_consent(session, waiting)
    make_video(session, waiting)
    assert IN_USE["published"].replacing in sign_in(person).get("/moi/video/nouvelle").text
    assert STAYS in sign_in(waiting).get("/moi/video/nouvelle").text


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_refused_video_says_why_and_what_to_do(
    reason: str, session: Session, resident: Person, sign_in: SignIn
) -> None:
    make_video(session, resident, ready=False, state="refused", reason=reason)
    page = sign_in(resident).get("/moi/video").text
    assert REFUSALS[reason].title in page
    assert "/moi/video/nouvelle" in page
    assert "reessayer" not in page


@pytest.mark.parametrize("reason", BREAKDOWNS)
def test_a_failed_video_can_be_tried_again_where_that_helps(
    reason: str, session: Session, resident: Person, sign_in: SignIn
) -> None:
    make_video(session, resident, ready=False, state="failed", reason=reason)
    page = sign_in(resident).get("/moi/video").text
    assert BREAKDOWNS[reason].title in page
    assert ("reessayer" in page) is (reason != ORIGINAL_LOST)


def test_who_keeps_the_video_from_before_finds_it_again(
    session: Session, resident: Person, sign_in: SignIn, clock: MovingClock
) -> None:
    make_video(session, resident)
    values = {"state": "refused", "reason": "video-trop-longue", "created_at": clock.advance(hours=1)}
    refused = make_video(session, resident, ready=False, **values)
    browser = sign_in(resident)
    assert "Garder ma vidéo d’avant" in browser.get("/moi/video").text
    browser.post(f"/moi/video/{refused.id}/supprimer")
    assert "Ta vidéo est prête" in browser.get("/moi/video").text


@pytest.mark.parametrize("use", IN_USE_VOICE)
def test_what_is_said_of_a_voice_speaks_of_no_video(use: str, session: Session, sign_in: SignIn) -> None:
    said = IN_USE_VOICE[use]
    assert not any("vidéo" in words for words in (said.title, said.lead, said.replacing, said.deleting))
    person = make_resident(session)
    make_profile(session, person, presentation="voice", state=use if use in KEEPS_VIDEO else "published")
    page = sign_in(person).get("/moi/video").text
    assert ("La remplacer" in page) is True
    assert "vidéo" not in page[page.index("<main") : page.index("</main")]


def test_a_voice_that_is_ready_is_heard_and_sent(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    make_profile(session, person, published=False, presentation="voice")
    video = make_video(session, person, kind="voice", warnings=["presque-muette"])
    page = sign_in(person).get("/moi/video").text
    main = page[page.index("<main") : page.index("</main")]
    assert "Ta voix est prête" in main
    assert WARNINGS["presque-muette"] in main
    assert f'data-source="/moi/video/{video.id}/lecture"' in main
    assert "vidéo" not in main.replace("/moi/video", "")


@pytest.mark.parametrize("reason", sorted({"aucun-son", *(refusal.slug for refusal in OF_VOICE.values())}))
def test_a_voice_that_is_refused_says_why_without_a_word_of_video(
    reason: str, session: Session, sign_in: SignIn
) -> None:
    person = make_resident(session)
    make_profile(session, person, published=False, presentation="voice")
    make_video(session, person, kind="voice", ready=False, state="refused", reason=reason)
    page = sign_in(person).get("/moi/video").text
    main = page[page.index("<main") : page.index("</main")]
    assert REFUSALS[reason].title in main
    assert "vidéo" not in main


def test_the_page_is_about_what_its_owner_chose(
    session: Session, sign_in: SignIn, clock: MovingClock
) -> None:
    person = make_resident(session)
    profile = make_profile(session, person, published=False)
    make_video(session, person)
    make_video(session, person, kind="voice", ready=False, created_at=clock.advance(hours=1))
    browser = sign_in(person)
    assert "Ta vidéo est prête" in browser.get("/moi/video").text
    profile.presentation = "voice"
    session.flush()
    assert "On prépare ta voix" in browser.get("/moi/video").text


@pytest.mark.parametrize("agrees", [True, False])
def test_who_changed_from_video_to_voice_still_finds_the_video_to_delete_it(
    session: Session, sign_in: SignIn, *, agrees: bool
) -> None:
    person = make_resident(session)
    make_profile(session, person, published=False, presentation="voice")
    if agrees:
        give_consent(session, person, "voice")
    video = make_video(session, person)
    browser = sign_in(person)
    assert f"/moi/video/{video.id}/supprimer" in browser.get("/moi/video").text
    voice = make_video(session, person, kind="voice")
    page = browser.get("/moi/video").text
    assert f"/moi/video/{video.id}/supprimer" in page
    assert f"/moi/video/{voice.id}/supprimer" in page
    browser.post(f"/moi/video/{video.id}/supprimer")
    assert str(video.id) not in browser.get("/moi/video").text


def test_a_video_that_the_profile_names_cannot_be_deleted_from_the_page_of_the_voice(
    session: Session, sign_in: SignIn
) -> None:
    person = make_resident(session)
    profile = make_profile(session, person)
    profile.presentation = "voice"
    session.flush()
    assert "supprimer" not in sign_in(person).get("/moi/video").text


def test_who_chose_the_voice_is_asked_for_its_agreement(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    make_profile(session, person, published=False, presentation="voice")
    give_consent(session, person)
    assert "Voir mon accord" in sign_in(person).get("/moi/video").text
    give_consent(session, person, "voice")
    assert "Voir mon accord" not in sign_in(person).get("/moi/video").text


def test_the_page_is_for_residents(session: Session, sign_in: SignIn) -> None:
    assert sign_in(make_recruiter(session)).get("/moi/video").status_code == 404
