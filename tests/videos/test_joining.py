"""Takes as if they were one file: its shape, its rate, its length, where each stands."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.videos.joining import fitted, joined, lengths_s, trimmed
from app.videos.ladder import is_copyable, shrunk, sizes
from app.videos.refusals import VideoTooLong, VideoTooShort
from app.videos.rules import Cut, Limits, Probe, Sound, judge_duration
from tests.videos.test_rules import GOOD

WIDE = replace(GOOD, width_px=640, height_px=480, fps=27.8, end_s=10.02, sound=Sound(1, "opus", "", 10.0))
HIGH = replace(GOOD, width_px=1080, height_px=1920, fps=59.94, end_s=4.0, sound=None)
SIDES = st.integers(96, 4320)


def test_one_take_is_its_own_film() -> None:
    assert joined([GOOD]) is GOOD


@pytest.mark.parametrize(
    ("takes", "shape"),
    [
        ([WIDE, GOOD], (1280, 720)),
        ([GOOD, WIDE], (1280, 720)),
        ([WIDE, HIGH], (640, 480)),
        ([HIGH, WIDE, GOOD], (1080, 1920)),
    ],
)
def test_the_canvas_is_the_largest_take_held_as_the_first(takes: list[Probe], shape: tuple[int, int]) -> None:
    film = joined(takes)
    assert (film.width_px, film.height_px) == shape


@pytest.mark.parametrize(("takes", "fps"), [([WIDE, HIGH], 30), ([WIDE, replace(GOOD, fps=25)], 28)])
def test_the_rate_is_that_of_the_quickest_and_at_most_thirty(takes: list[Probe], fps: int) -> None:
    assert joined(takes).fps == fps


def test_a_film_has_sound_as_soon_as_one_take_has() -> None:
    assert joined([HIGH, GOOD]).sound is not None
    assert joined([HIGH, HIGH]).sound is None


def test_each_take_plays_whole_pictures() -> None:
    film = joined([WIDE, HIGH])
    assert lengths_s(film) == (Fraction(301, 30), Fraction(4))
    assert film.end_s == pytest.approx(301 / 30 + 4)
    assert film.sound is not None
    assert film.sound.end_s == film.end_s


@given(ends_s=st.lists(st.floats(0.1, 60), min_size=2, max_size=4), fps=st.floats(5, 120))
def test_a_film_is_as_long_as_its_takes(ends_s: list[float], fps: float) -> None:
    takes = [replace(GOOD, end_s=end_s, sound=None, fps=fps) for end_s in ends_s]
    assert joined(takes).duration_s == pytest.approx(sum(ends_s), abs=len(ends_s) * 0.1 + 0.001)


@given(width_px=SIDES, height_px=SIDES, canvas_px=st.tuples(SIDES, SIDES))
def test_every_take_stands_inside_the_canvas_and_touches_it(
    width_px: int, height_px: int, canvas_px: tuple[int, int]
) -> None:
    canvas = sizes(replace(GOOD, width_px=canvas_px[0], height_px=canvas_px[1]))[0]
    size = fitted(replace(GOOD, width_px=width_px, height_px=height_px), canvas)
    assert size.width_px % 2 == size.height_px % 2 == 0
    assert 2 <= size.width_px <= canvas.width_px
    assert 2 <= size.height_px <= canvas.height_px
    assert canvas.width_px - size.width_px <= 2 or canvas.height_px - size.height_px <= 2


@pytest.mark.parametrize(("count", "refusal"), [(1, VideoTooShort), (4, VideoTooLong)])
def test_the_length_of_all_takes_counts(count: int, refusal: type[VideoTooShort | VideoTooLong]) -> None:
    film = joined([replace(GOOD, end_s=2.0, sound=None, claimed_s=2.0)] * count)
    with pytest.raises(refusal):
        judge_duration(film, Limits(min_s=3.0, max_s=5.0))


def test_a_film_of_several_takes_is_no_copy() -> None:
    assert not is_copyable(joined([GOOD, GOOD]))
    assert shrunk(joined([GOOD, GOOD]), 360).name == "360p"


@pytest.mark.parametrize(
    ("timers_s", "filmed_s"), [((None, None), None), ((12.0, 5.0), 17.0), ((12.0, None), 12.0 + HIGH.end_s)]
)
def test_takes_were_filmed_for_as_long_as_their_timers_say(
    timers_s: tuple[float | None, ...], filmed_s: float | None
) -> None:
    takes = [replace(take, filmed_s=timer_s) for take, timer_s in zip((WIDE, HIGH), timers_s, strict=True)]
    assert joined(takes).filmed_s == filmed_s


def test_what_is_cut_away_is_not_missed() -> None:
    assert trimmed(replace(GOOD, filmed_s=GOOD.duration_s), Cut(end_s=8.0)).filmed_s is None
