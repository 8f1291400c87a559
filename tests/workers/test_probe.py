"""What ffprobe says, and what is made of it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.videos.refusals import NoPicture, NotAVideo
from workers.pipeline import Work, check
from workers.probe import Description, Track, count

Bench = Callable[[str], Work]


@pytest.mark.parametrize(
    ("rotation", "shown"),
    [
        (None, (640, 480)),
        (0, (640, 480)),
        (90, (480, 640)),
        (-90, (480, 640)),
        (270, (480, 640)),
        (180, (640, 480)),
        (-9223372036854775, (640, 480)),
    ],
)
def test_a_quarter_turn_swaps_the_sides(rotation: int | None, shown: tuple[int, int]) -> None:
    side_data = [{}, {"rotation": rotation}] if rotation is not None else []
    track = Track.model_validate({"index": 0, "width": 640, "height": 480, "side_data_list": side_data})
    assert track.shown_px() == shown


@pytest.mark.parametrize(
    ("aspect", "shown"),
    [
        ("1:1", (176, 144)),
        ("12:11", (192, 144)),
        ("11:12", (176, 157)),
        ("0:1", (176, 144)),
        ("N/A", (176, 144)),
    ],
)
def test_pixels_are_made_square(aspect: str, shown: tuple[int, int]) -> None:
    assert Track(index=0, width=176, height=144, sample_aspect_ratio=aspect).shown_px() == shown


def test_packets_are_counted_on_one_clock() -> None:
    lines = [
        "0,0.000,-0.033,0.033,K_",
        "0,0.066,0.0,0.033,__",
        "1,0.500,0.500,0.020,K_",
        "0,0.033,0.033,0.033,__",
    ]
    counts = count(lines)
    assert (counts[0].packets, counts[0].first_s, counts[0].last_s) == (3, 0.0, 0.066)
    assert counts[0].end_s == pytest.approx(0.099)
    assert counts[1].end_s == pytest.approx(0.52)


def test_packets_without_time_or_cut_away_do_not_count() -> None:
    assert count(["0,N/A,N/A,N/A,K_", "0,-0.1,-0.1,0.033,KD", "", "side data", "0,nan,nan,nan,K_"]) == {}


@given(st.lists(st.text()))
def test_any_lines_can_be_counted(lines: list[str]) -> None:
    count(lines)


def test_sound_alone_has_no_picture() -> None:
    cover = {"index": 0, "codec_type": "video", "disposition": {"attached_pic": 1}}
    voice = {"index": 1, "codec_type": "audio", "codec_name": "aac", "channels": 2}
    with pytest.raises(NoPicture):
        Description.model_validate({"streams": [cover, voice]}).picture()
    with pytest.raises(NotAVideo):
        Description.model_validate({"streams": []}).picture()


def test_a_track_of_cover_art_is_passed_over() -> None:
    cover = {"index": 0, "codec_type": "video", "disposition": {"attached_pic": 1}}
    picture = {"index": 1, "codec_type": "video"}
    assert Description.model_validate({"streams": [cover, picture]}).picture().index == 1


def test_a_broken_track_of_sound_is_none() -> None:
    broken = {"index": 1, "codec_type": "audio", "codec_name": "unknown", "channels": 0}
    assert Description.model_validate({"streams": [broken]}).sound() is None


def test_a_recorder_that_gives_no_length_is_measured(bench: Bench) -> None:
    probe = check(bench("recorder.webm"))
    assert probe.container == "webm"
    assert probe.duration_s == pytest.approx(4, abs=0.2)
    assert probe.fps == pytest.approx(30, abs=1)


def test_a_phone_held_upright_is_portrait(bench: Bench) -> None:
    probe = check(bench("portrait.mov"))
    assert (probe.width_px, probe.height_px) == (240, 320)


def test_uneven_pictures_have_a_mean_rate(bench: Bench) -> None:
    probe = check(bench("uneven.mp4"))
    assert 12 < probe.fps < 24


def test_hdr_is_recognised(bench: Bench) -> None:
    assert check(bench("hlg.mov")).is_hdr
