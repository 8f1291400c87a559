"""Pure rules of profiles: where verbs lead, what is missing, what texts may say."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db import new_id
from app.people.rules import Belonging, Who
from app.profiles.rules import (
    STATES,
    TRANSITIONS,
    Draft,
    Note,
    awaits_review,
    gives_contact,
    may_choose_presentation,
    may_review,
    missing,
    next_state,
    read_note,
    shown_name,
    split_skills,
    words_in,
)

WHOLE = Draft(
    presentation="video",
    headline="Vendeuse en boulangerie",
    jobs=1,
    contracts=1,
    zones=1,
    script_words=80,
    video_ready=True,
    agreed=True,
)
verbs = st.sampled_from(sorted(TRANSITIONS))


def walk(moves: list[str]) -> list[tuple[str, str, str]]:
    """Return (state, verb, next state) of the moves that are possible from an empty profile."""
    state, taken = "draft", []
    for verb in moves:
        led = next_state(state, verb)
        if led is not None:
            taken.append((state, verb, led))
            state = led
    return taken


@given(st.lists(verbs, max_size=20))
def test_nothing_is_shown_for_the_first_time_without_an_approval(moves: list[str]) -> None:
    taken = walk(moves)
    shown = [place for place, (_, _, led) in enumerate(taken) if led == "published"]
    if shown:
        assert "approve" in [verb for _, verb, _ in taken[: shown[0] + 1]]


@given(st.lists(verbs, max_size=20))
def test_what_was_withdrawn_comes_back_only_through_a_new_approval(moves: list[str]) -> None:
    taken = walk(moves)
    for place, (_, verb, _) in enumerate(taken):
        if verb == "withdraw":
            after = [(verb, led) for _, verb, led in taken[place + 1 :]]
            shown = next((i for i, (_, led) in enumerate(after) if led == "published"), None)
            assert shown is None or "approve" in [verb for verb, _ in after[: shown + 1]]


@given(verbs)
def test_what_is_erased_stays_so(verb: str) -> None:
    assert next_state("erased", verb) in {None, "erased"}


@pytest.mark.parametrize("state", sorted(set(STATES) - {"erased", "withdrawn"}))
def test_a_profile_can_be_withdrawn_from_anywhere(state: str) -> None:
    assert next_state(state, "withdraw") == "withdrawn"


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_reached(state: str) -> None:
    reached = {"draft"}
    while (
        grown := {led for leads in TRANSITIONS.values() for start, led in leads.items() if start in reached}
        - reached
    ):
        reached |= grown
    assert state in reached


@pytest.mark.parametrize("state", ["published", "paused"])
def test_a_new_video_leaves_the_old_one_shown_until_it_is_judged(state: str) -> None:
    for verb in ("submit", "take_back", "approve", "request_changes"):
        assert next_state(state, verb) == state


@given(st.sampled_from(STATES), st.booleans())
def test_only_what_was_sent_awaits_review(state: str, replacing: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    assert awaits_review(state, replacing=replacing) == (
        state == "submitted" or (replacing and state in {"published", "paused"})
    )


@pytest.mark.parametrize("state", ["submitted", "published", "paused"])
def test_the_kind_of_presentation_stays_while_it_is_shown_or_judged(state: str) -> None:
    assert not may_choose_presentation(state)


def test_an_adviser_judges_own_residents_and_never_themselves() -> None:
    structure, other, resident = new_id(), new_id(), new_id()
    adviser = Who(new_id(), new_id(), "Claire", (Belonging("adviser", structure, "ML", "verified"),))
    assert may_review(adviser, structure, resident)
    assert not may_review(adviser, other, resident)
    assert not may_review(adviser, None, resident)
    assert not may_review(adviser, structure, adviser.person_id)


def test_a_whole_profile_misses_nothing() -> None:
    assert missing(WHOLE) == ()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"agreed": False}, "agreement"),
        ({"headline": " "}, "headline"),
        ({"jobs": 0}, "jobs"),
        ({"contracts": 0}, "contracts"),
        ({"zones": 0}, "zones"),
        ({"video_ready": False}, "video"),
    ],
)
def test_each_thing_missing_is_named(change: dict[str, object], name: str) -> None:
    assert missing(replace(WHOLE, **change)) == (name,)  # type: ignore[arg-type]  # columns of the table above


def test_a_text_needs_words_and_no_video() -> None:
    text = replace(WHOLE, presentation="text", video_ready=False)
    assert missing(text) == ()
    assert missing(replace(text, script_words=10)) == ("script",)


@pytest.mark.parametrize(
    "text",
    [
        "Appelle le 06 12 34 56 78",
        "+33612345678",
        "06.12.34.56.78",
        "écris à lina@courrier.test",
        "lina @ x.fr",
    ],
)
def test_a_phone_number_or_an_address_is_seen(text: str) -> None:
    assert gives_contact(text)


@pytest.mark.parametrize("text", ["CAP en 2025", "Code 13055", "3 ans, 10 mois", "De 8 h à 16 h 30"])
def test_plain_figures_are_no_phone_number(text: str) -> None:
    assert not gives_contact(text)


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("0:12 Parle plus fort", Note(12.0, "Parle plus fort")),
        (" 1:05  Trop loin ", Note(65.0, "Trop loin")),
        ("7 Regarde l’objectif", Note(7.0, "Regarde l’objectif")),
        ("12s Oui", Note(12.0, "Oui")),
    ],
)
def test_a_note_begins_with_its_instant(line: str, note: Note) -> None:
    assert read_note(line) == note


@pytest.mark.parametrize("line", ["Parle plus fort", "0:75 non", "0:12", ""])
def test_a_line_without_an_instant_is_no_note(line: str) -> None:
    assert read_note(line) is None


@given(st.integers(0, 99), st.integers(0, 59))
def test_an_instant_is_read_as_players_show_it(minutes: int, seconds: int) -> None:
    assert read_note(f"{minutes}:{seconds:02d} mot") == Note(minutes * 60.0 + seconds, "mot")


@given(st.text())
def test_skills_are_each_there_once_and_never_empty(text: str) -> None:
    skills = split_skills(text)
    assert all(skill.strip() == skill != "" for skill in skills)
    assert len({skill.casefold() for skill in skills}) == len(skills)


def test_skills_are_read_from_lines_or_commas() -> None:
    assert split_skills("Caisse, accueil\nCAISSE ;  hygiène  alimentaire") == (
        "Caisse",
        "accueil",
        "hygiène alimentaire",
    )


def test_words_are_counted_without_marks() -> None:
    assert words_in("Bonjour !", "Je m’appelle Lina – 19 ans") == 6


def test_the_shown_name_is_a_first_name_and_an_initial() -> None:
    assert shown_name("Aïcha", "benali") == "Aïcha B."
    assert shown_name("Aïcha", " ") == "Aïcha"
