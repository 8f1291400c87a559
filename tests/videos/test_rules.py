"""The acceptance policy, at its edges."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.videos import refusals, rules
from app.videos.rules import Limits, Probe, Sound
from app.videos.schemas import explanation

LIMITS = Limits()
GOOD = Probe(
    container="mp4",
    size_bytes=9_000_000,
    claimed_s=30.0,
    index=0,
    codec="h264",
    pixel_format="yuv420p",
    transfer="bt709",
    matrix="bt709",
    width_px=1280,
    height_px=720,
    pictures=900,
    fps=30.0,
    end_s=30.0,
    sound=Sound(1, "aac", "LC", 30.0),
)


def test_an_ordinary_video_is_accepted() -> None:
    rules.judge(GOOD, LIMITS)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"codec": "vvc"}, refusals.FormatNotAccepted),
        ({"pictures": 1}, refusals.PictureNotVideo),
        ({"width_px": 8192, "height_px": 4321}, refusals.DimensionsTooLarge),
        ({"width_px": 4000, "height_px": 95}, refusals.DimensionsTooSmall),
        ({"end_s": 182.1}, refusals.VideoTooLong),
        ({"end_s": 4.8, "claimed_s": 4.8, "sound": None}, refusals.VideoTooShort),
        ({"end_s": 0.5, "claimed_s": 35.2, "sound": None}, refusals.IncompleteRecording),
        ({"fps": 4.9}, refusals.VideoTooJerky),
    ],
)
def test_what_passes_an_edge_is_refused_by_its_name(
    change: dict[str, object], refusal: type[refusals.VideoRefused]
) -> None:
    with pytest.raises(refusal):
        rules.judge(replace(GOOD, **change), LIMITS)  # type: ignore[arg-type]  # fields by name


def test_a_take_may_be_short_but_not_cut() -> None:
    short = replace(GOOD, end_s=0.6, claimed_s=0.7, sound=None)
    for whole in (short, replace(short, claimed_s=None), replace(short, claimed_s=143_165.0)):
        rules.judge_whole(whole, LIMITS)
    with pytest.raises(refusals.IncompleteRecording):
        rules.judge_whole(replace(short, claimed_s=20.0), LIMITS)


@pytest.mark.parametrize("end_s", [4.95, 181.9])
def test_a_recorder_may_stop_a_little_early_or_late(end_s: float) -> None:
    rules.judge(replace(GOOD, end_s=end_s, sound=None), LIMITS)


def test_the_voice_counts_in_the_length() -> None:
    assert replace(GOOD, end_s=3.0).duration_s == 30.0


@pytest.mark.parametrize(
    ("max_s", "words"),
    [(180.0, "3 min"), (90.0, "1 min 30 s"), (45.0, "45 s")],
)
def test_the_limit_is_said_in_minutes(max_s: float, words: str) -> None:
    with pytest.raises(refusals.VideoTooLong) as refused:
        rules.judge(replace(GOOD, end_s=999.0), Limits(max_s=max_s))
    assert refused.value.detail == f"La durée maximum est de {words}."


@pytest.mark.parametrize("refusal", refusals.REFUSALS.values())
def test_every_refusal_says_what_happened_and_what_to_do(refusal: type[refusals.VideoRefused]) -> None:
    assert refusal.title
    bounds = {refusals.VideoTooLong, refusals.VideoTooShort, refusals.VoiceTooLong, refusals.VoiceTooShort}
    assert refusal.advice or refusal in bounds
    assert explanation(refusal.slug, LIMITS).advice
    assert refusal().status in {415, 422}


def test_slugs_are_unique() -> None:
    assert len(refusals.REFUSALS) == len(refusals.VideoRefused.__subclasses__())


@given(
    duration_s=st.floats(1, 180),
    black=st.floats(0, 1),
    silent=st.none() | st.floats(0, 1),
    is_partial=st.booleans(),
)
def test_warnings_name_only_what_is_so(
    duration_s: float, black: float, silent: float | None, *, is_partial: bool
) -> None:
    silent_s = None if silent is None else silent * duration_s
    found = rules.warnings(duration_s, black_s=black * duration_s, silent_s=silent_s, is_partial=is_partial)
    assert set(found) <= set(rules.WARNINGS)
    assert ("raccourcie" in found) == is_partial
    assert ("sans-son" in found) == (silent is None)
    assert not {"sans-son", "presque-muette"} <= set(found)


@pytest.mark.parametrize(("made_s", "is_short"), [(29.6, False), (29.3, True)])
def test_rounding_is_not_a_loss(made_s: float, is_short: bool) -> None:  # noqa: FBT001  a case of the table
    assert rules.is_shortened(made_s, 30.0) is is_short


def test_some_bad_pictures_are_forgiven() -> None:
    assert not rules.is_damaged(20, 100)
    assert rules.is_damaged(21, 100)


@pytest.mark.parametrize(
    ("made_s", "filmed_s", "is_short"),
    [
        (30.0, 31.5, False),  # the camera woke a little after the timer
        (30.0, 32.5, True),
        (30.0, None, False),
        (30.0, 9_000.0, False),  # the phone slept
    ],
)
def test_what_was_filmed_and_is_not_there_is_missed(
    made_s: float,
    filmed_s: float | None,
    is_short: bool,  # noqa: FBT001  a case of the table
) -> None:
    film = replace(GOOD, filmed_s=filmed_s)
    assert rules.is_shorter_than_filmed(made_s, film, LIMITS) is is_short


def test_too_short_to_be_watched_is_incomplete_where_more_was_filmed() -> None:
    short = replace(GOOD, end_s=2.0, sound=None, claimed_s=None, filmed_s=20.0)
    with pytest.raises(refusals.IncompleteRecording):
        rules.judge_duration(short, LIMITS)
