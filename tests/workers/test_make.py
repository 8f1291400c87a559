"""What comes out: a preview at once, then renditions that play everywhere and tell nothing about anybody."""

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.videos.refusals import DamagedVideo
from app.videos.rules import Limits, Result
from tests.media import PLACE, TALK_S
from workers.pipeline import Work, check, ladder, listen, preview, storyboard, verify, waveform
from workers.runner import Interrupted

Bench = Callable[[str], Work]


def made(work: Work) -> Result:
    """Take every step from the source to what can be shipped."""
    probe = check(work)
    done = ladder(work, probe, listen(work, probe))
    result = waveform(work, verify(work, probe, done))
    return storyboard(work, probe, done, result)


def described(path: Path) -> Any:
    """Ask ffprobe about a file."""
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def tracks(path: Path) -> dict[str, Any]:
    """Describe the tracks by their kind."""
    return {stream["codec_type"]: stream for stream in described(path)["streams"]}


def key_frames(path: Path) -> list[float]:
    """List the times of the key frames."""
    command = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time,flags"]
    done = subprocess.run([*command, "-of", "csv=p=0", path], check=True, capture_output=True, text=True)
    lines = [line.split(",") for line in done.stdout.splitlines()]
    return [round(float(time), 2) for time, flags, *_ in lines if "K" in flags]


def mean_loudness(path: Path) -> float:
    """Measure the integrated loudness of a file."""
    command = [
        "ffmpeg",
        "-nostdin",
        "-i",
        str(path),
        "-vn",
        "-af",
        "ebur128=framelog=verbose",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])


def combed(path: Path) -> int:
    """Count the pictures that show two instants at once."""
    command = ["ffmpeg", "-nostdin", "-i", str(path), "-an", "-vf", "idet", "-f", "null", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    seen = re.findall(r"Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+)", said)[-1]
    return sum(map(int, seen))


def test_a_talk_becomes_everything_that_a_page_needs(bench: Bench) -> None:
    work = bench("talk.mp4")
    result = made(work)
    assert [(file.name, file.content_type, file.width_px, file.height_px) for file in result.files] == [
        ("master.m3u8", "application/vnd.apple.mpegurl", None, None),
        ("720p.m3u8", "application/vnd.apple.mpegurl", None, None),
        ("360p.m3u8", "application/vnd.apple.mpegurl", None, None),
        ("audio.m3u8", "application/vnd.apple.mpegurl", None, None),
        ("720p.mp4", "video/mp4", 1280, 720),
        ("360p.mp4", "video/mp4", 640, 360),
        ("audio.mp4", "audio/mp4", None, None),
        ("poster.jpg", "image/jpeg", 1280, 720),
        ("video.mp4", "video/mp4", 640, 360),
        ("peaks.json", "application/json", None, None),
        ("storyboard.jpg", "image/jpeg", 320, 90),
        ("storyboard.vtt", "text/vtt; charset=utf-8", None, None),
    ]
    assert result.duration_s == pytest.approx(4, abs=0.1)
    assert (result.is_partial, result.warnings) == (False, ())
    assert key_frames(work.room / "720p.mp4") == key_frames(work.room / "360p.mp4")
    picture = tracks(work.room / "720p.mp4")["video"]
    assert (picture["codec_name"], picture["pix_fmt"], picture["color_space"]) == ("h264", "yuv420p", "bt709")
    assert mean_loudness(work.room / "video.mp4") == pytest.approx(-16, abs=1)


def brightness(path: Path, *, crop: str = "null") -> float:
    """Return how bright a picture, or a part of it, is on average: 0 is black."""
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        str(path),
        "-vf",
        f"{crop},format=gray,scale=1:1",
        "-f",
        "rawvideo",
        "-",
    ]
    return float(subprocess.run(command, check=True, capture_output=True).stdout[0])


def test_the_poster_of_a_film_that_begins_in_the_dark_is_not_black(bench: Bench) -> None:
    work = bench("dark_beginning.mp4")
    made(work)
    assert brightness(work.room / "poster.jpg") > 60


def test_each_small_picture_shows_its_own_instant(bench: Bench) -> None:
    work = bench("dark_beginning.mp4")
    result = made(work)
    sheet = next(file for file in result.files if file.name == "storyboard.jpg")
    assert (sheet.width_px, sheet.height_px) == (240, 90)
    dark, light = (
        brightness(work.room / sheet.name, crop=f"crop=120:90:{left_px}:0") for left_px in (0, 120)
    )
    assert dark < 30
    assert light > 60


def test_the_waveform_shows_where_the_sound_begins(bench: Bench) -> None:
    work = bench("clap.mp4")
    made(work)
    found = json.loads((work.room / "peaks.json").read_text())
    assert found["step_s"] == 0.1
    assert len(found["peaks"]) == pytest.approx(40, abs=1)
    assert max(found["peaks"][:14]) == 0
    assert max(found["peaks"][15:]) > 5


def test_progress_goes_from_nothing_to_all_in_every_step(bench: Bench) -> None:
    heard: list[tuple[str, float]] = []
    work = replace(bench("small.mp4"), on_progress=lambda step, fraction: heard.append((step, fraction)))
    made(work)
    for step in ("check", "ladder", "verify"):
        fractions = [fraction for name, fraction in heard if name == step]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1.0


def test_a_portrait_stays_upright(bench: Bench) -> None:
    work = bench("portrait.mov")
    result = made(work)
    assert [(file.width_px, file.height_px) for file in result.files if file.name == "240p.mp4"] == [
        (240, 320)
    ]
    picture = tracks(work.room / "240p.mp4")["video"]
    assert (picture["width"], picture["height"]) == (240, 320)
    assert not picture.get("side_data_list")


def test_nothing_that_is_made_tells_the_place_or_the_phone(bench: Bench) -> None:
    work = bench("places.mov")
    source = work.sources[0].read_bytes()
    assert PLACE.encode() in source
    probe = check(work)
    names = [preview(work, probe).name]
    names += [file.name for file in verify(work, probe, ladder(work, probe, listen(work, probe))).files]
    for name in names:
        content = (work.room / name).read_bytes()
        for word in (PLACE[:-1].encode(), b"Apple", b"Ines", b"2026-11", b"\xa9xyz", b"quicktime.location"):
            assert word not in content, (name, word)


def test_a_recording_of_a_browser_plays_to_its_end(bench: Bench) -> None:
    work = bench("recorder.webm")
    result = made(work)
    assert result.duration_s == pytest.approx(4, abs=0.15)
    assert not result.is_partial


def test_hdr_comes_out_in_the_colours_of_every_screen(bench: Bench) -> None:
    work = bench("hlg.mov")
    made(work)
    picture = tracks(work.room / "180p.mp4")["video"]
    assert (picture["pix_fmt"], picture["color_transfer"], picture["color_primaries"]) == (
        "yuv420p",
        "bt709",
        "bt709",
    )


@pytest.mark.parametrize(("name", "pictures"), [("fast.mp4", 60), ("uneven.mp4", None)])
def test_the_rate_is_steady(bench: Bench, name: str, pictures: int | None) -> None:
    work = bench(name)
    made(work)
    picture = tracks(work.room / "video.mp4")["video"]
    assert picture["r_frame_rate"] == picture["avg_frame_rate"]
    assert pictures is None or int(picture["nb_frames"]) == pictures


def test_without_sound_there_is_no_audio_rendition(bench: Bench) -> None:
    work = bench("silent.mp4")
    result = made(work)
    assert result.warnings == ("sans-son",)
    assert not [file for file in result.files if file.name.startswith("audio")]
    assert "AUDIO" not in (work.room / "master.m3u8").read_text()


@pytest.mark.parametrize(
    ("name", "warning"), [("hushed.mp4", "presque-muette"), ("black.mp4", "image-noire")]
)
def test_nothing_to_hear_or_see_is_a_warning(bench: Bench, name: str, warning: str) -> None:
    assert warning in made(bench(name)).warnings


@pytest.mark.parametrize("name", ["voice_goes_on.mp4", "voice_stops.mp4"])
def test_both_tracks_end_together(bench: Bench, name: str) -> None:
    work = bench(name)
    result = made(work)
    ends = [float(stream["duration"]) for stream in tracks(work.room / "video.mp4").values()]
    assert max(ends) - min(ends) <= 0.1
    assert result.duration_s == pytest.approx(4, abs=0.2)
    assert not result.is_partial


@pytest.mark.parametrize("name", ["quiet.mp4", "loud.mp4", "clipped.mp4", "voice_stops.mp4"])
def test_whatever_the_microphone_gave_all_sound_comes_out_as_loud(bench: Bench, name: str) -> None:
    work = bench(name)
    made(work)
    for output in ("audio.mp4", "video.mp4"):
        assert mean_loudness(work.room / output) == pytest.approx(-16, abs=1), output


def test_halves_of_pictures_are_made_whole(bench: Bench) -> None:
    work = bench("interlaced.mp4")
    assert combed(work.sources[0]) == 100
    made(work)
    assert combed(work.room / "240p.mp4") < 20


def test_pictures_of_halves_are_not_copied_for_the_preview(bench: Bench) -> None:
    work = bench("interlaced.mp4")
    preview(work, check(work))
    assert combed(work.room / "preview.mp4") < 20


def test_sound_of_many_channels_becomes_stereo(bench: Bench) -> None:
    work = bench("surround.mp4")
    made(work)
    sound = tracks(work.room / "audio.mp4")["audio"]
    assert (sound["channels"], sound["sample_rate"], sound["codec_name"]) == (2, "48000", "aac")


def test_odd_sides_become_even(bench: Bench) -> None:
    work = bench("odd.webm")
    made(work)
    picture = tracks(work.room / "video.mp4")["video"]
    assert (picture["width"], picture["height"]) == (320, 180)


def test_a_preview_is_a_copy_where_browsers_play_it(bench: Bench) -> None:
    work = bench("talk.mp4")
    file = preview(work, check(work))
    assert (file.name, file.width_px, file.height_px) == ("preview.mp4", 1280, 720)
    content = (work.room / file.name).read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert set(tracks(work.room / file.name)) == {"video", "audio"}


def test_a_preview_is_encoded_where_they_may_not(bench: Bench) -> None:
    work = bench("recorder.webm")
    file = preview(work, check(work))
    assert (file.width_px, file.height_px) == (320, 240)
    assert tracks(work.room / file.name)["video"]["codec_name"] == "h264"


def test_a_video_damaged_in_the_middle_is_refused(bench: Bench) -> None:
    with pytest.raises(DamagedVideo):
        made(bench("scratched.mp4"))


def test_a_result_shorter_than_what_was_sent_says_so(bench: Bench) -> None:
    result = made(bench("boasting.mp4"))
    assert result.is_partial
    assert "raccourcie" in result.warnings


def test_a_result_shorter_than_what_the_recorder_timed_says_so(bench: Bench) -> None:
    result = made(replace(bench("small.mp4"), filmed_s=(TALK_S + 3,)))
    assert result.is_partial
    assert "raccourcie" in result.warnings


def test_a_header_that_claims_hours_is_not_believed(bench: Bench) -> None:
    result = made(bench("boasting_hours.mp4"))
    assert not result.is_partial
    assert result.duration_s == pytest.approx(TALK_S, abs=0.2)


def test_no_more_is_read_than_the_limit_and_a_little(bench: Bench) -> None:
    work = replace(bench("small.mp4"), limits=Limits(min_s=1.0, max_s=3.0))
    assert work.limits.read_s == 23.0


def test_an_interrupted_ladder_leaves_the_source_alone(bench: Bench) -> None:
    work = bench("small.mp4")
    before = work.sources[0].read_bytes()
    probe = check(work)
    with pytest.raises(Interrupted):
        ladder(replace(work, should_abort=lambda: True), probe, None)
    assert work.sources[0].read_bytes() == before
