"""The page from which one sends: what it asks for, and what it offers first, wherever the presentation is."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.people.models import Organisation, Person
from app.people.rules import CONSENT_OF
from app.profiles import service, writing
from app.profiles.models import Profile
from app.profiles.rules import SCRIPT_PARTS, stage_of
from tests.conftest import START, MovingClock, SignIn
from tests.factories import give_consent, make_adviser, make_filled_profile, make_resident, make_video
from tests.profiles.conftest import who_of
from tests.reading import words_of

PAGE = {"accept": "text/html"}


def whole(session: Session, presentation: str = "video") -> Profile:
    """Make a profile that lacks nothing."""
    person = make_resident(session)
    profile = make_filled_profile(session, person, presentation=presentation)
    give_consent(session, person, CONSENT_OF[presentation])
    if presentation != "text":
        make_video(session, person, kind=presentation)
    return profile


def send_back(session: Session, profile: Profile, clock: MovingClock) -> None:
    """Have the presentation sent, and sent back."""
    service.submit(session, profile, clock.now())
    structure = session.get_one(Organisation, profile.structure_id)
    adviser = who_of(make_adviser(session, structure), structure)
    service.request_changes(session, adviser, profile, "Parle plus fort", [], clock.advance(hours=1))


def page_of(session: Session, sign_in: SignIn, profile: Profile) -> str:
    """Return the page as the owner of the profile sees it."""
    return sign_in(session.get_one(Person, profile.person_id)).get("/moi/envoi", headers=PAGE).text


def are_in_order(page: str, words: Sequence[str]) -> bool:
    """Tell whether all these words stand on a page, in this order."""
    places = [page.find(word) for word in words]
    return -1 not in places and places == sorted(places)


@pytest.mark.parametrize(
    ("presentation", "offers"),
    [
        ("video", ["Refaire ma vidéo", "Changer mon texte", "Renvoyer la même vidéo"]),
        ("voice", ["Refaire l’enregistrement", "Changer mon texte", "Renvoyer la même voix"]),
        ("text", ["Reprendre mon texte", "Changer mon profil", "Renvoyer le même texte"]),
    ],
)
def test_after_a_requested_change_doing_it_again_comes_first_and_sending_the_same_last(
    session: Session, sign_in: SignIn, clock: MovingClock, presentation: str, offers: list[str]
) -> None:
    profile = whole(session, presentation)
    send_back(session, profile, clock)
    page = page_of(session, sign_in, profile)
    assert are_in_order(page, ["Parle plus fort", *offers])
    assert page.partition("</main>")[0].count("button--primary") == 1  # a dialog has its own


def test_once_the_video_is_made_again_it_is_sent(
    session: Session, sign_in: SignIn, clock: MovingClock
) -> None:
    profile = whole(session)
    send_back(session, profile, clock)
    make_video(session, session.get_one(Person, profile.person_id), created_at=clock.now())
    page = page_of(session, sign_in, profile)
    assert "Envoyer à relire" in page
    assert "Refaire ma vidéo" not in page


def test_once_the_text_is_changed_it_is_sent(session: Session, sign_in: SignIn, clock: MovingClock) -> None:
    profile = whole(session, "text")
    send_back(session, profile, clock)
    words = {"who_i_am": "mot " * 40, "experience": "", "strengths": "", "conclusion": ""}
    writing.save_script(session, profile, words, clock.now() + timedelta(hours=1))
    assert "Renvoyer le même texte" not in page_of(session, sign_in, profile)


def test_what_was_sent_can_be_cancelled_in_words_that_say_so(session: Session, sign_in: SignIn) -> None:
    profile = whole(session)
    service.submit(session, profile, START)
    page = page_of(session, sign_in, profile)
    assert "Annuler l’envoi pour modifier" in page
    assert "Reprendre" not in page


@pytest.mark.parametrize(
    ("presentation", "offer"), [("video", "Envoyer celle d’avant"), ("voice", "Envoyer celui d’avant")]
)
def test_while_a_newer_one_is_prepared_the_page_says_that_the_one_before_would_leave(
    session: Session, sign_in: SignIn, clock: MovingClock, presentation: str, offer: str
) -> None:
    profile = whole(session, presentation)
    person = session.get_one(Person, profile.person_id)
    other = "voice" if presentation == "video" else "video"
    make_video(session, person, ready=False, kind=other, created_at=clock.advance(hours=1))
    assert offer not in page_of(session, sign_in, profile)
    make_video(session, person, ready=False, kind=presentation, created_at=clock.advance(hours=1))
    page = page_of(session, sign_in, profile)
    assert offer in page
    assert are_in_order(page, ["se prépare encore", 'action="/moi/envoi"'])


def test_a_newer_video_is_not_taken_for_the_one_that_is_being_read(
    session: Session, sign_in: SignIn, clock: MovingClock
) -> None:
    profile = whole(session)
    service.submit(session, profile, START)
    person = session.get_one(Person, profile.person_id)
    newer = make_video(session, person, created_at=clock.advance(hours=1))
    page = page_of(session, sign_in, profile)
    assert "Tu as une vidéo plus récente" in page
    assert f"/moi/video/{newer.id}/lecture" not in page
    assert f"/moi/video/{profile.proposed_video_id}/lecture" in page


def test_what_is_online_leads_somewhere(session: Session, sign_in: SignIn, profile: Profile) -> None:
    page = page_of(session, sign_in, profile)
    assert are_in_order(page, ["Ta présentation est en ligne", "Qui m’a vu ?", "Refaire ma vidéo"])


def test_a_text_that_came_back_beside_a_video_online_is_what_is_done_again(
    session: Session, sign_in: SignIn, profile: Profile, clock: MovingClock
) -> None:
    writing.save_script(session, profile, dict.fromkeys(SCRIPT_PARTS, "mot " * 10), clock.now())
    send_back(session, profile, clock)
    page = page_of(session, sign_in, profile)
    assert are_in_order(page, ["Reprendre mon texte", "Renvoyer le même texte"])
    writing.save_script(session, profile, dict.fromkeys(SCRIPT_PARTS, "oui " * 10), clock.advance(hours=1))
    page = page_of(session, sign_in, profile)
    assert are_in_order(page, ["Ta vidéo est déjà validée", 'action="/moi/envoi"'])


@pytest.mark.parametrize("kind", ["minor", "adult"])
def test_nobody_under_eighteen_is_told_to_do_what_they_cannot(
    session: Session, sign_in: SignIn, kind: str
) -> None:
    person = make_resident(session, age=16 if kind == "minor" else 20)
    profile = make_filled_profile(session, person, headline="")
    page = page_of(session, sign_in, profile)
    assert ("Tu as moins de 18 ans" in words_of(page)) is (kind == "minor")
    assert ("Donner ton accord" in page) is (kind == "adult")
    assert "Écrire ton titre" in page
    assert 'action="/moi/envoi"' not in page


@pytest.mark.parametrize(
    ("state", "facts", "stage"),
    [
        ("submitted", {"waiting": True}, "waiting"),
        ("published", {"waiting": True}, "waiting"),
        ("published", {"newest_is_shown": True}, "shown"),
        ("paused", {"newest_is_shown": True, "may_send": False}, "shown"),
        ("published", {}, "ready"),
        ("draft", {"newest_is_shown": True}, "ready"),
        ("draft", {"may_send": False}, "lacking"),
        ("changes_requested", {"came_back": True}, "came_back"),
        ("changes_requested", {"came_back": True, "may_send": False}, "lacking"),
    ],
)
def test_each_stage_of_sending(state: str, facts: dict[str, bool], stage: str) -> None:
    usual = {"waiting": False, "newest_is_shown": False, "may_send": True, "came_back": False}
    assert stage_of(state, **usual | facts) == stage
