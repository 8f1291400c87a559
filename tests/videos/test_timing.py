"""Captions stand in the order in which they are said, and long enough to be read where there is time."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.videos.captions import READING_MAX_CPS, Cue
from app.videos.timing import STANDS_MIN_S, Found, Heard, Stray, proportional, readable, timed

TEXTS = ("un un un un", "deux deux de", "trois trois", "quatre quat")
WHOLE = (Found(0, 1.0, 3.0), Found(1, 3.0, 5.0), Found(2, 6.0, 8.0), Found(3, 9.0, 11.0))


@st.composite
def moments(draw: st.DrawFn) -> list[Cue]:
    """Draw captions that follow each other, with or without pauses."""
    lengths = draw(st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 8)), max_size=12))
    cues, at_s = [], 0.0
    for position, (pause_s, lasts_s) in enumerate(lengths):
        start_s = at_s + pause_s
        at_s = start_s + lasts_s
        cues.append(Cue(start_s, at_s, f"{position} " * draw(st.integers(1, 20))))
    return cues


@given(moments(), st.floats(0, 20), st.randoms(use_true_random=False))
def test_captions_follow_each_other_and_none_is_lost(cues: list[Cue], more_s: float, chance: object) -> None:
    duration_s = (cues[-1].end_s if cues else 0.0) + more_s
    mixed = sorted(cues, key=lambda _cue: chance.random())  # type: ignore[attr-defined]  # hypothesis gives a Random
    made = readable(mixed, duration_s)
    assert [cue.text for cue in made] == [cue.text for cue in cues]
    assert all(cue.start_s < cue.end_s <= duration_s for cue in made)
    assert all(before.end_s <= after.start_s for before, after in pairwise(made))


@given(moments(), st.floats(0, 20))
def test_a_caption_stands_long_enough_to_be_read_unless_the_next_one_begins(
    cues: list[Cue], more_s: float
) -> None:
    duration_s = (cues[-1].end_s if cues else 0.0) + more_s
    made = readable(cues, duration_s)
    nexts = [*(cue.start_s for cue in made[1:]), duration_s]
    for cue, next_s in zip(made, nexts, strict=bool(made)):
        needed_s = max(STANDS_MIN_S, len(cue.text) / READING_MAX_CPS)
        assert cue.end_s - cue.start_s >= needed_s - 1e-6 or cue.end_s == next_s


def test_a_gap_in_which_nothing_could_be_seen_is_closed() -> None:
    first, second = readable([Cue(0.0, 2.0, "un"), Cue(2.4, 4.0, "deux")], 10.0)
    assert first.end_s == second.start_s == 2.4


def test_a_pause_stays_without_captions() -> None:
    first, _ = readable([Cue(0.0, 2.0, "un"), Cue(5.0, 6.0, "deux")], 10.0)
    assert first.end_s == 2.0


def test_a_text_that_was_heard_whole_is_sure() -> None:
    cues, is_sure = timed(TEXTS, Heard(WHOLE, (), 1.0, 11.0), 12.0)
    assert is_sure
    assert [(cue.start_s, cue.text) for cue in cues] == list(zip((1.0, 3.0, 6.0, 9.0), TEXTS, strict=True))


def test_what_was_said_in_another_order_is_shown_in_that_order() -> None:
    found = (Found(2, 1.0, 3.0), Found(3, 3.0, 5.0), Found(0, 6.0, 8.0), Found(1, 9.0, 11.0))
    cues, is_sure = timed(TEXTS, Heard(found, (), 1.0, 11.0), 12.0)
    assert is_sure
    assert [cue.text for cue in cues] == [TEXTS[line] for line in (2, 3, 0, 1)]


def test_a_line_that_was_not_said_is_left_out_and_the_rest_is_to_check() -> None:
    found = tuple(each for each in WHOLE if each.line != 1)
    cues, is_sure = timed(TEXTS, Heard(found, (), 1.0, 11.0), 12.0)
    assert not is_sure
    assert [cue.text for cue in cues] == [TEXTS[0], TEXTS[2], TEXTS[3]]


@pytest.mark.parametrize("missing", [0, 1, 2, 3])
def test_a_line_that_was_not_made_out_stands_on_the_speech_left_over_in_its_place(missing: int) -> None:
    found = tuple(each for each in WHOLE if each.line != missing)
    lost = WHOLE[missing]
    stray = Stray(missing, lost.start_s, lost.end_s, 2.0)
    cues, is_sure = timed(TEXTS, Heard(found, (stray,), 1.0, 11.0), 12.0)
    assert not is_sure
    assert [cue.text for cue in cues] == list(TEXTS)
    assert cues[missing].start_s == lost.start_s


def test_lines_that_were_not_made_out_share_the_speech_left_over() -> None:
    found = (WHOLE[0], WHOLE[3])
    cues, _ = timed(TEXTS, Heard(found, (Stray(1, 4.0, 8.0, 3.5),), 1.0, 11.0), 12.0)
    assert [cue.text for cue in cues] == list(TEXTS)
    assert cues[1].start_s == 4.0
    assert 5.5 < cues[2].start_s < 6.5


def test_speech_that_is_not_in_the_text_is_to_check() -> None:
    _, is_sure = timed(TEXTS, Heard(WHOLE, (Stray(4, 11.0, 15.0, 3.0),), 1.0, 15.0), 16.0)
    assert not is_sure


def test_a_word_more_is_nothing_to_check() -> None:
    _, is_sure = timed(TEXTS, Heard(WHOLE, (Stray(2, 5.2, 5.9, 0.6),), 1.0, 11.0), 12.0)
    assert is_sure


def test_too_few_lines_that_were_found_may_be_chance() -> None:
    cues, is_sure = timed(TEXTS, Heard((Found(3, 1.0, 2.0),), (), 1.0, 11.0), 12.0)
    assert not is_sure
    assert cues == proportional(TEXTS, 1.0, 11.0, 12.0)


def test_in_proportion_a_long_caption_stands_longer() -> None:
    short, long = proportional(("a" * 10, "b" * 30), 0.0, 40.0, 40.0)
    assert (short.end_s, long.end_s) == (10.0, 40.0)
