"""How far a video is: percentages that only grow, and times that make sense."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.videos.schemas import END_SENTENCES, News, left, sentence_of
from app.videos.states import SPANS, STATES, STEPS, TRIES_MAX, is_last_try, percent_at, remaining_s

steps = st.sampled_from(STEPS)
fractions = st.floats(-1, 2)


@given(steps, fractions, fractions)
def test_more_of_a_step_is_never_less_of_the_whole(step: str, one: float, other: float) -> None:
    first, second = sorted((one, other))
    assert 0 <= percent_at(step, first) <= percent_at(step, second) <= 100


def test_each_step_begins_where_the_one_before_ends() -> None:
    bounds = [SPANS[step] for step in STEPS]
    assert all(before[1] == after[0] for before, after in pairwise(bounds))


@given(st.integers(0, 100), st.floats(0, 10_000))
def test_what_remains_is_foreseen_once_the_pace_is_known(percent: int, ladder_for_s: float) -> None:
    found = remaining_s(percent, ladder_for_s)
    assert found is None if percent <= 12 else found is not None and found >= 0


@given(st.integers(0, 100))
def test_a_try_after_the_last_is_the_last_too(tries: int) -> None:
    assert is_last_try(tries) == (tries >= TRIES_MAX)


@given(st.integers(0, 4000))
def test_the_time_left_is_said_without_false_precision(remaining: int) -> None:
    said = left(remaining)
    assert said.endswith(".")
    number = [int(word) for word in said.split() if word.isdigit()]
    assert not number or number[0] % 10 == 0 or "minute" in said


def test_every_state_and_step_has_its_words() -> None:
    for state in STATES:
        for step in STEPS[:-1]:
            news = News.model_validate(
                {"state": state, "step": step, "percent": 1, "remaining_s": None, "preview": True}
            )
            assert sentence_of(news).endswith(".")
    assert set(END_SENTENCES) == {"ready", "refused", "failed"}
