"""The caseload: own residents only, what to do next for each, what waits for the adviser first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.accompaniment.queries import caseload
from app.accompaniment.rules import FILTERS, Case, filter_of, is_named, next_thing
from app.accompaniment.schemas import FILTER_LABELS, NEXT_LABELS
from app.people.sessions import open_session
from app.profiles.rules import STATES
from app.videos.states import STATES as VIDEO_STATES
from tests.conftest import START, MovingClock, SignIn
from tests.factories import (
    make_adviser,
    make_filled_profile,
    make_organisation,
    make_profile,
    make_resident,
    make_structure,
    make_video,
)
from tests.reading import words_of
from tests.statements import statements

PAGE = {"accept": "text/html"}
CASE = Case(
    has_come=True,
    invited=False,
    state="draft",
    presentation="video",
    video_state="",
    replaces=False,
    minor=False,
)
LIVE = sorted(set(STATES) - {"erased"})


@given(
    st.builds(
        Case,
        has_come=st.booleans(),
        invited=st.booleans(),
        state=st.sampled_from(LIVE),
        presentation=st.sampled_from(("video", "voice", "text")),
        video_state=st.sampled_from(("", *VIDEO_STATES)),
        replaces=st.booleans(),
        minor=st.booleans(),
    )
)
def test_there_is_always_one_thing_to_say(case: Case) -> None:
    assert next_thing(case) in NEXT_LABELS
    assert filter_of(case.state, replaces=case.replaces) in FILTER_LABELS


@pytest.mark.parametrize(
    ("change", "thing"),
    [
        ({"has_come": False}, "invite_again"),
        ({"has_come": False, "invited": True}, "invited"),
        ({"video_state": "processing"}, "processing"),
        ({"video_state": "failed"}, "film_again"),
        ({"video_state": "ready"}, "send"),
        ({"presentation": "voice"}, "record"),
        ({"presentation": "voice", "video_state": "checking"}, "processing_voice"),
        ({"presentation": "voice", "video_state": "refused"}, "record_again"),
        ({"presentation": "text"}, "write"),
        ({"minor": True}, "guardian"),
        ({"state": "submitted"}, "review"),
        ({"state": "published", "replaces": True}, "review"),
        ({"state": "published"}, "published"),
        ({}, "film"),
    ],
)
def test_the_next_thing_follows_from_where_somebody_stands(change: dict[str, object], thing: str) -> None:
    assert next_thing(replace(CASE, **change)) == thing  # type: ignore[arg-type]  # columns of the table above


@pytest.mark.parametrize("state", LIVE)
def test_every_state_stands_under_one_filter(state: str) -> None:
    assert [name for name, states in FILTERS.items() if state in states] == [filter_of(state, replaces=False)]


def test_the_caseload_has_own_residents_and_what_waits_first(session: Session) -> None:
    structure = make_structure(session)
    quiet = make_resident(session, structure, family_name="Abel")
    make_profile(session, quiet, published=False)
    sent = make_resident(session, structure, family_name="Zidi")
    make_filled_profile(session, sent, state="submitted", submitted_at=START)
    make_profile(session, make_resident(session), published=False)
    found = caseload(session, (structure.id,), START)
    assert [one.person.id for one in found] == [sent.id, quiet.id]
    assert [one.next for one in found] == ["review", "invite_again"]


def test_the_caseload_is_one_query_whatever_its_length(session: Session) -> None:
    structure = make_structure(session)
    for _ in range(5):
        make_profile(session, make_resident(session, structure), published=False)
    with statements(session.connection()) as asked:
        assert len(caseload(session, (structure.id,), START)) == 5
    assert len(asked) == 1


def test_the_caseload_tells_of_the_voice_of_whoever_chose_it(session: Session) -> None:
    structure = make_structure(session)
    person = make_resident(session, structure)
    make_profile(session, person, published=False, presentation="voice")
    make_video(session, person, kind="voice", ready=False)
    make_video(session, person, created_at=START + timedelta(hours=1))
    open_session(session, person.id, "tests", START)
    (found,) = caseload(session, (structure.id,), START)
    assert (found.video_state, found.next) == ("received", "processing_voice")


def test_somebody_who_signed_in_has_come(session: Session) -> None:
    structure = make_structure(session)
    person = make_resident(session, structure)
    make_profile(session, person, published=False)
    make_video(session, person, ready=False)
    open_session(session, person.id, "tests", START)
    (found,) = caseload(session, (structure.id,), START)
    assert (found.has_come, found.video_state, found.next) == (True, "received", "processing")


def test_the_page_filters_by_state(session: Session, sign_in: SignIn) -> None:
    structure = make_structure(session)
    for name, state in (("Lina", "published"), ("Yanis", "draft")):
        make_profile(
            session, make_resident(session, structure, name=name), published=state == "published", state=state
        )
    browser = sign_in(make_adviser(session, structure))
    everybody = browser.get("/accompagnement", headers=PAGE).text
    online = browser.get("/accompagnement?etat=online", headers=PAGE).text
    assert ("Lina" in everybody, "Yanis" in everybody) == (True, True)
    assert ("Lina" in online, "Yanis" in online) == (True, False)


@pytest.mark.parametrize(
    ("words", "found"),
    [("", True), ("ines", True), ("BEN inès", True), ("nès", False), ("ines lina", False)],
)
def test_a_name_is_found_by_the_beginnings_of_its_words(words: str, *, found: bool) -> None:
    assert is_named("Inès Benali", words) is found


def test_somebody_is_searched_by_name_under_the_filter_that_is_chosen(
    session: Session, sign_in: SignIn
) -> None:
    structure = make_structure(session)
    for name, state in (("Lina", "published"), ("Lino", "draft"), ("Yanis", "draft")):
        make_profile(
            session, make_resident(session, structure, name=name), published=state == "published", state=state
        )
    browser = sign_in(make_adviser(session, structure))
    page = browser.get("/accompagnement?nom=lin&etat=preparing", headers=PAGE).text
    assert [name in page for name in ("Lina Benali", "Lino Benali", "Yanis Benali")] == [False, True, False]
    assert 'href="/accompagnement?etat=online&amp;nom=lin"' in page
    nobody = browser.get("/accompagnement?nom=zoe", headers=PAGE).text
    assert "Personne à ce nom" in nobody


def test_whose_link_is_out_is_waited_for_and_whose_link_is_dead_is_invited_again(
    session: Session, sign_in: SignIn, clock: MovingClock
) -> None:
    structure = make_structure(session)
    person = make_resident(session, structure)
    make_profile(session, person, published=False)
    adviser, address = make_adviser(session, structure), f"/accompagnement/{person.id}"
    browser = sign_in(adviser)
    browser.post(f"{address}/invitation", data={"way": "post"}, headers=PAGE)
    waiting = browser.get(address, headers=PAGE).text
    assert "Invitation donnée, pas encore ouverte" in waiting
    assert "30 novembre 2026" in waiting
    clock.advance(days=8)
    dead = sign_in(adviser).get(address, headers=PAGE).text
    assert "inviter de nouveau" in dead
    assert dead.index(f'action="{address}/invitation"') < dead.index("La personne")
    assert "/relecture/" not in dead


def test_an_adviser_with_nobody_is_shown_how_to_begin(session: Session, sign_in: SignIn) -> None:
    page = sign_in(make_adviser(session)).get("/accompagnement", headers=PAGE)
    assert "Invitez un premier jeune" in page.text


def test_a_resident_of_another_structure_does_not_exist(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    make_profile(session, person, published=False)
    browser = sign_in(make_adviser(session, make_structure(session, "Ailleurs")))
    assert browser.get(f"/accompagnement/{person.id}").status_code == 404
    assert browser.post(f"/accompagnement/{person.id}/invitation").status_code == 404


def test_the_page_of_a_resident_says_where_they_stand(session: Session, sign_in: SignIn) -> None:
    structure = make_structure(session)
    person = make_resident(session, structure, name="Lina")
    make_profile(session, person)
    page = sign_in(make_adviser(session, structure)).get(f"/accompagnement/{person.id}", headers=PAGE)
    assert "Lina" in page.text
    assert "Image et voix" in page.text


def test_advisers_of_a_structure_that_is_not_verified_see_nobody(session: Session, sign_in: SignIn) -> None:
    structure = make_organisation(session, "structure", "Nouvelle", state="pending")
    person = make_resident(session, structure, name="Lina")
    make_profile(session, person)
    browser = sign_in(make_adviser(session, structure))
    assert "Lina" not in words_of(browser.get("/accompagnement", headers=PAGE).text)
    assert browser.get(f"/accompagnement/{person.id}").status_code == 404
