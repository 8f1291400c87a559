"""The states of a contact, who moves them, and what they open."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contacts.rules import (
    DETAILS_STATES,
    MOVES,
    OPEN_STATES,
    STATES,
    WAITING_STATES,
    are_details_open,
    day_around,
    moved,
)

ALL_MOVES = sorted({move for _, move in MOVES})
walks = st.lists(st.sampled_from(ALL_MOVES), max_size=12)


def walk(moves: list[str]) -> list[str]:
    """Return the states that a contact goes through; moves that the state forbids change nothing."""
    states = ["sent"]
    for move in moves:
        states.append(moved(states[-1], move) or states[-1])
    return states


def test_moves_lead_from_and_to_known_states() -> None:
    assert {state for state, _ in MOVES} | set(MOVES.values()) <= set(STATES)


def test_every_state_can_be_reached() -> None:
    reached = {"sent"}
    for _ in STATES:
        reached |= {after for (before, _), after in MOVES.items() if before in reached}
    assert reached == set(STATES)


@pytest.mark.parametrize("state", ["declined", "expired", "closed"])
def test_an_end_is_an_end(state: str) -> None:
    assert all(moved(state, move) is None for move in ALL_MOVES)


@given(walks)
def test_a_contact_never_comes_back_to_a_state_that_it_left(moves: list[str]) -> None:
    states = [
        state for state, before in zip(walk(moves), [None, *walk(moves)], strict=False) if state != before
    ]
    assert len(states) == len(set(states))


@given(walks)
def test_details_open_only_after_the_resident_accepts_and_stay_open(moves: list[str]) -> None:
    states = walk(moves)
    opened = [are_details_open(state) for state in states]
    assert opened == sorted(opened)
    if any(opened):
        assert states[opened.index(True)] == "accepted"


@given(walks)
def test_a_resident_answers_once(moves: list[str]) -> None:
    states = walk(moves)
    answers = [
        after
        for before, after in itertools.pairwise(states)
        if before != after and after in {"accepted", "declined"}
    ]
    assert len(answers) <= 1


def test_what_waits_for_an_answer_is_open_and_shows_no_details() -> None:
    assert set(WAITING_STATES) < set(OPEN_STATES)
    assert not set(WAITING_STATES) & set(DETAILS_STATES)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds of Hypothesis are naive
def test_a_day_holds_its_instant_and_begins_at_midnight_in_paris(now: datetime) -> None:
    start, end = day_around(now)
    assert start <= now < end
    for limit in (start, end):
        assert limit.astimezone(ZoneInfo("Europe/Paris")).strftime("%H:%M") == "00:00"
    length = end.astimezone(UTC) - start.astimezone(UTC)
    assert timedelta(hours=23) <= length <= timedelta(hours=25)
