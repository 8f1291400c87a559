"""A resident's own page: one path, one thing to do next, never a dead end."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.home.rules import STEPS, Progress, done, next_thing, states_of
from app.home.schemas import NEXT, STEP_LABELS
from app.profiles.models import Review
from app.profiles.rules import STATES, Draft
from app.videos.states import STATES as VIDEO_STATES
from tests.conftest import START, SignIn
from tests.factories import (
    give_consent,
    make_adviser,
    make_contact,
    make_filled_profile,
    make_profile,
    make_resident,
    make_video,
)
from tests.reading import words_of

PAGE = {"accept": "text/html"}
EMPTY = Draft(
    presentation="video",
    headline="",
    jobs=0,
    contracts=0,
    zones=0,
    script_words=0,
    video_ready=False,
    agreed=False,
)
WHOLE = Draft(
    presentation="video",
    headline="Vendeuse",
    jobs=1,
    contracts=1,
    zones=1,
    script_words=80,
    video_ready=True,
    agreed=True,
)
drafts = st.builds(
    Draft,
    presentation=st.sampled_from(("video", "voice", "text")),
    headline=st.sampled_from(("", "Vendeuse")),
    jobs=st.integers(0, 3),
    contracts=st.integers(0, 2),
    zones=st.integers(0, 2),
    script_words=st.integers(0, 100),
    video_ready=st.booleans(),
    agreed=st.booleans(),
)
walks = st.builds(
    Progress,
    state=st.sampled_from(sorted(set(STATES) - {"erased"})),
    draft=drafts,
    video_state=st.sampled_from(("", *VIDEO_STATES)),
    waiting=st.booleans(),
    blocked=st.booleans(),
    has_newer=st.booleans(),
    came_back=st.booleans(),
    may_return=st.booleans(),
)


@given(walks)
def test_there_is_always_something_to_read(progress: Progress) -> None:
    assert NEXT[next_thing(progress)].title


@given(walks)
def test_at_most_one_step_is_next_and_all_are_named(progress: Progress) -> None:
    states = states_of(progress)
    assert list(states) == list(STEPS) == list(STEP_LABELS)
    assert list(states.values()).count("current") <= 1


@given(walks)
def test_nobody_under_eighteen_is_led_to_what_they_may_not_do(progress: Progress) -> None:
    blocked = replace(progress, blocked=True, state="draft", waiting=False)
    filming = {"video", "voice", "processing", "processing_voice"}
    assert next_thing(blocked) not in {"agreement", "agreement_missing", "send"} | filming


@pytest.mark.parametrize(
    ("change", "thing"),
    [
        ({"draft": EMPTY}, "agreement"),
        ({"draft": replace(EMPTY, agreed=True)}, "headline"),
        ({"draft": replace(WHOLE, agreed=False)}, "agreement_missing"),
        ({"draft": replace(EMPTY, script_words=80)}, "agreement_missing"),
        ({"draft": replace(EMPTY, presentation="text")}, "agreement"),
        ({"draft": EMPTY, "state": "withdrawn"}, "agreement_missing"),
        ({"draft": replace(WHOLE, agreed=False), "state": "published"}, "agreement_missing"),
        ({"draft": replace(WHOLE, zones=0)}, "zones"),
        ({"draft": replace(WHOLE, script_words=3)}, "script"),
        ({"draft": replace(WHOLE, video_ready=False)}, "video"),
        ({"draft": replace(WHOLE, video_ready=False), "video_state": "checking"}, "processing"),
        ({"draft": replace(WHOLE, presentation="voice", video_ready=False)}, "voice"),
        (
            {"draft": replace(WHOLE, presentation="voice", video_ready=False), "video_state": "checking"},
            "processing_voice",
        ),
        ({"draft": replace(WHOLE, presentation="voice")}, "send"),
        ({}, "send"),
        ({"state": "submitted", "waiting": True}, "waiting"),
        ({"state": "changes_requested"}, "changes"),
        ({"state": "published"}, "published"),
        ({"state": "published", "has_newer": True}, "send_newer"),
        ({"state": "published", "has_newer": True, "came_back": True}, "changes"),
        ({"state": "published", "has_newer": True, "waiting": True}, "published"),
        ({"state": "placed"}, "placed"),
        ({"state": "placed", "may_return": True}, "return"),
        ({"state": "withdrawn"}, "send"),
    ],
)
def test_the_next_thing_follows_the_path(change: dict[str, object], thing: str) -> None:
    assert next_thing(replace(Progress(state="draft", draft=WHOLE), **change)) == thing  # type: ignore[arg-type]  # columns of the table above


def test_a_text_needs_no_video() -> None:
    text = replace(WHOLE, presentation="text", video_ready=False)
    assert "video" in done(Progress(state="draft", draft=text))


def test_the_page_leads_somebody_new_to_the_agreement(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    make_profile(session, person, published=False, headline="")
    page = sign_in(person).get("/moi", headers=PAGE)
    assert NEXT["agreement"].button in page.text


def test_the_page_leads_somebody_ready_to_sending(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    make_filled_profile(session, person)
    give_consent(session, person)
    make_video(session, person)
    page = sign_in(person).get("/moi", headers=PAGE)
    assert NEXT["send"].title in page.text


def test_the_page_offers_pause_and_withdrawal_to_who_is_online(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    make_profile(session, person)
    page = sign_in(person).get("/moi", headers=PAGE)
    assert 'action="/moi/pause"' in page.text
    assert 'action="/moi/retrait"' in page.text


def test_a_company_that_writes_comes_first_and_is_counted_on_every_page(
    session: Session, sign_in: SignIn
) -> None:
    person = make_resident(session)
    profile = make_profile(session, person)
    browser = sign_in(person)
    assert "tabs__count" not in browser.get("/moi", headers=PAGE).text
    make_contact(session, profile)
    page = browser.get("/moi", headers=PAGE).text
    assert page.index("Une entreprise t’écrit") < page.index(NEXT["published"].title)
    for path in ("/moi", "/moi/video", "/compte"):
        assert '<span class="tabs__count">1<' in browser.get(path, headers=PAGE).text
    make_contact(session, profile, state="declined", decline_reason="other")
    assert '<span class="tabs__count">1<' in browser.get("/moi", headers=PAGE).text


def test_who_is_paused_comes_back_from_the_first_card(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    make_profile(session, person, state="paused")
    page = sign_in(person).get("/moi", headers=PAGE).text
    assert page.count('action="/moi/reprise"') == 1
    assert page.index('action="/moi/reprise"') < page.index('class="steps"')


def test_having_found_is_undone_by_one_button(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    profile = make_profile(session, person)
    browser = sign_in(person)
    browser.post("/moi/trouve")
    assert "sans nouvelle relecture" in browser.get("/moi", headers=PAGE).text
    assert browser.post("/moi/reprise").headers["location"] == "/moi"
    session.refresh(profile)
    assert profile.state == "published"


def test_somebody_under_eighteen_reads_the_limit_whatever_is_next(session: Session, sign_in: SignIn) -> None:
    minor, unknown = make_resident(session, age=16), make_resident(session, born_on=None)
    for person in (minor, unknown):
        make_profile(session, person, published=False, headline="")
    assert "Tu as moins de 18 ans" in words_of(sign_in(minor).get("/moi", headers=PAGE).text)
    assert "On ne connaît pas ta date de naissance" in sign_in(unknown).get("/moi", headers=PAGE).text


def test_before_anything_was_shown_nothing_competes_with_the_next_step(
    session: Session, sign_in: SignIn
) -> None:
    person, online = make_resident(session), make_resident(session)
    make_profile(session, person, published=False)
    make_profile(session, online)
    before = sign_in(person).get("/moi", headers=PAGE).text
    assert "Brouillon" not in before
    assert "card--link" not in before
    assert '/moi/donnees"' in before
    assert "card--link" in sign_in(online).get("/moi", headers=PAGE).text


def test_who_presents_oneself_in_writing_has_no_step_called_video(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    make_profile(session, person, published=False, presentation="text")
    page = sign_in(person).get("/moi", headers=PAGE).text
    steps = page[page.index('class="steps"') :]
    assert "Sans vidéo" in steps[: steps.index("</nav>")]
    assert 'href="/moi/video"' not in steps[: steps.index("</nav>")]


def test_a_resident_without_a_profile_has_no_path(session: Session, sign_in: SignIn) -> None:
    assert sign_in(make_resident(session)).get("/moi").status_code == 404


@pytest.mark.parametrize(
    ("state", "verdict", "is_shown"),
    [
        ("published", "approved", True),
        ("paused", "approved", True),
        ("published", "changes_requested", True),  # of a newer video: the former stays online
        ("changes_requested", "changes_requested", True),
        ("submitted", "changes_requested", False),
    ],
)
def test_the_adviser_s_last_word_is_read_where_one_arrives(
    session: Session, sign_in: SignIn, state: str, verdict: str, *, is_shown: bool
) -> None:
    person = make_resident(session)
    profile = make_profile(session, person, state=state)
    word = "Un beau sourire, bravo."
    judged = {"profile_id": profile.id, "reviewer_id": make_adviser(session).id, "created_at": START}
    session.add(Review(verdict=verdict, word=word, notes=[], **judged))
    session.flush()
    assert (word in sign_in(person).get("/moi", headers=PAGE).text) is is_shown
