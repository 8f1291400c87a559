"""Sizes, rates and gains of renditions."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.videos.ladder import gain_db, is_copyable, shrunk, sizes, steady_fps
from app.videos.rules import Sound
from tests.videos.test_rules import GOOD

SIDES = st.integers(96, 4320)


@pytest.mark.parametrize(
    ("width_px", "height_px", "made"),
    [
        (1920, 1080, ["1280x720", "640x360"]),
        (1080, 1920, ["720x1280", "360x640"]),
        (2160, 3840, ["720x1280", "360x640"]),
        (640, 480, ["640x480", "480x360"]),
        (640, 360, ["640x360"]),
        (480, 420, ["480x420"]),
        (192, 144, ["192x144"]),
        (161, 121, ["160x120"]),
        (3026, 1386, ["1572x720", "786x360"]),
    ],
)
def test_renditions_are_named_by_the_short_side(width_px: int, height_px: int, made: list[str]) -> None:
    found = sizes(replace(GOOD, width_px=width_px, height_px=height_px))
    assert [f"{size.width_px}x{size.height_px}" for size in found] == made


@given(width_px=SIDES, height_px=SIDES)
def test_no_rendition_is_larger_than_its_source_nor_odd(width_px: int, height_px: int) -> None:
    found = sizes(replace(GOOD, width_px=width_px, height_px=height_px))
    assert len({size.name for size in found}) == len(found)
    for size in found:
        assert size.width_px % 2 == size.height_px % 2 == 0
        assert 2 <= size.width_px <= width_px
        assert 2 <= size.height_px <= height_px


@given(width_px=SIDES, height_px=SIDES, side_px=st.sampled_from([360, 720]))
def test_the_shape_is_kept(width_px: int, height_px: int, side_px: int) -> None:
    size = shrunk(replace(GOOD, width_px=width_px, height_px=height_px), side_px)
    error = abs(size.width_px / size.height_px - width_px / height_px)
    assert error <= 0.03 * max(1.0, width_px / height_px)


@pytest.mark.parametrize(
    ("fps", "steady"),
    [
        *((30, "30"), (59.94, "30"), (1000, "30"), (29.97, "30000/1001"), (23.98, "24000/1001"), (25, "25")),
        *((14.76, "15"), (7.2, "7"), (4.0, "5"), (30.02, "30"), (24.36, "24")),
    ],
)
def test_the_rate_is_steady_and_at_most_thirty(fps: float, steady: str) -> None:
    assert steady_fps(fps) == Fraction(steady)


@given(st.floats(0.1, 100_000))
def test_any_rate_gives_one_that_cuts_into_seconds(fps: float) -> None:
    assert 5 <= steady_fps(fps) <= 30


@pytest.mark.parametrize(
    ("loudness_lufs", "gain"), [(-16.0, 0.0), (-23.4, 7.4), (-10.0, -6.0), (-50.0, 20.0), (-70.0, 0.0)]
)
def test_speech_is_brought_to_the_same_loudness(loudness_lufs: float, gain: float) -> None:
    assert gain_db(loudness_lufs) == gain


def test_a_phone_video_in_h264_is_copied_for_the_preview() -> None:
    assert is_copyable(GOOD)
    assert is_copyable(replace(GOOD, sound=None))
    assert is_copyable(replace(GOOD, size_bytes=50_000_000))


@pytest.mark.parametrize(
    "change",
    [
        {"container": "webm"},
        {"codec": "hevc"},
        {"pixel_format": "yuv422p"},
        {"sound": Sound(1, "aac", "HE-AAC", 30.0)},
        {"sound": Sound(1, "amr_nb", "unknown", 30.0)},
        {"width_px": 2560, "height_px": 1440},
        {"fps": 120.0},
        {"size_bytes": 80_000_000},
    ],
)
def test_what_a_browser_may_not_play_is_encoded_for_the_preview(change: dict[str, object]) -> None:
    assert not is_copyable(replace(GOOD, **change))  # type: ignore[arg-type]  # fields by name
