"""The command lines themselves, word by word: `golden/*.txt` holds one argument a line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.videos.joining import joined, trimmed
from app.videos.rules import Cut, Limits, Probe, Sound
from app.videos.storyboard import storyboard_of
from tests.videos.test_rules import GOOD
from workers import ffmpeg, graphs

GOLDEN = Path(__file__).with_name("golden")
LIMITS = Limits()
HLG = replace(GOOD, codec="hevc", transfer="arib-std-b67", width_px=1080, height_px=1920, fps=59.94)
WEBM = replace(GOOD, container="webm", codec="vp8", matrix="unknown", width_px=640, height_px=480, fps=27.8)
HALVES = replace(GOOD, is_interlaced=True, fps=25.0)
MUTE = replace(GOOD, sound=None, width_px=480, height_px=360)
LATE_VOICE = replace(GOOD, sound=Sound(2, "aac", "LC", 33.25))
SHORT_VOICE = replace(GOOD, sound=Sound(1, "aac", "LC", 27.0))

TAKES = joined(
    [
        replace(GOOD, end_s=20.0, sound=Sound(1, "aac", "LC", 19.9)),
        replace(WEBM, position=2, index=1, end_s=10.0, sound=Sound(0, "opus", "unknown", 10.2)),
        replace(HLG, position=3, end_s=5.0, sound=None),
    ]
)

VOICE = replace(
    GOOD, index=1, width_px=0, height_px=0, pictures=0, fps=0.0, end_s=0.0, sound=Sound(1, "aac", "LC", 30.0)
)
VOICES = joined(
    [VOICE, replace(VOICE, container="webm", position=2, index=0, sound=Sound(0, "opus", "", 9.5))]
)

COMMANDS: dict[str, Callable[[], list[str]]] = {
    "remux": lambda: ffmpeg.remux(LIMITS),
    "taste": lambda: ffmpeg.taste(GOOD, 2.0),
    "copy": lambda: ffmpeg.copy(GOOD, LIMITS),
    "shrink": lambda: ffmpeg.shrink(WEBM, LIMITS),
    "listen": lambda: ffmpeg.listen(GOOD, LIMITS),
    "ladder": lambda: ffmpeg.ladder(GOOD, 7.4, LIMITS),
    "ladder_hlg": lambda: ffmpeg.ladder(HLG, 0.0, LIMITS),
    "ladder_webm": lambda: ffmpeg.ladder(WEBM, 0.0, LIMITS),
    "ladder_interlaced": lambda: ffmpeg.ladder(HALVES, 0.0, LIMITS),
    "ladder_trimmed": lambda: ffmpeg.ladder(trimmed(LATE_VOICE, Cut(4.02, 31.0)), 0.0, LIMITS),
    "ladder_takes_trimmed": lambda: ffmpeg.ladder(trimmed(TAKES, Cut(21.0)), 0.0, LIMITS),
    "ladder_voice_trimmed": lambda: ffmpeg.ladder(trimmed(VOICE, Cut(None, 12.5)), 0.0, LIMITS),
    "listen_trimmed": lambda: ffmpeg.listen(trimmed(GOOD, Cut(4.02, 31.0)), LIMITS),
    "ladder_mute": lambda: ffmpeg.ladder(MUTE, 0.0, LIMITS),
    "ladder_late_voice": lambda: ffmpeg.ladder(LATE_VOICE, 0.0, LIMITS),
    "ladder_short_voice": lambda: ffmpeg.ladder(SHORT_VOICE, 0.0, LIMITS),
    "ladder_takes": lambda: ffmpeg.ladder(TAKES, 3.0, LIMITS),
    "shrink_takes": lambda: ffmpeg.shrink(TAKES, LIMITS),
    "listen_takes": lambda: ffmpeg.listen(TAKES, LIMITS),
    "remux_third": lambda: ffmpeg.remux(LIMITS, 3),
    "copy_voice": lambda: ffmpeg.copy(VOICE, LIMITS),
    "ladder_voice": lambda: ffmpeg.ladder(VOICE, 7.4, LIMITS),
    "ladder_voices": lambda: ffmpeg.ladder(VOICES, 7.4, LIMITS),
    "shrink_voices": lambda: ffmpeg.shrink(VOICES, LIMITS),
    "storyboard": lambda: ffmpeg.storyboard("360p.mp4", storyboard_of(150.0, 640, 360), LIMITS),
    "poster": lambda: ffmpeg.poster("720p.mp4", 6, LIMITS),
    "speech": lambda: ffmpeg.speech("audio.mp4", 60.0),
    "mux": lambda: ffmpeg.mux(["360p.mp4", "audio.mp4"], LIMITS),
}
ALL = pytest.mark.parametrize("name", COMMANDS)


@ALL
def test_a_command_line_is_the_one_that_was_read_and_agreed(name: str) -> None:
    golden = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert COMMANDS[name]() == golden.splitlines()


@ALL
def test_every_input_is_behind_the_guards(name: str) -> None:
    words = COMMANDS[name]()
    inputs = [at for at, word in enumerate(words) if word == "-i"]
    starts = [0, *(at + 2 for at in inputs)]
    for start, at in zip(starts, inputs, strict=False):
        options = words[start:at]
        assert words[at + 1].startswith("file:")
        assert "/" not in words[at + 1]
        for guard, value in [*graphs.GUARDS.items(), ("t", None)]:
            assert f"-{guard}" in options
            assert value is None or options[options.index(f"-{guard}") + 1] == value


@ALL
def test_every_file_made_is_without_metadata(name: str) -> None:
    words = COMMANDS[name]()
    files = [word for word in words if word.endswith((".mp4", ".mkv", ".m3u8", ".jpg"))]
    made = [name for name in files if name in {*FINAL, "%v.m3u8"}]
    assert words.count("-map_metadata") == words.count("-map_chapters") == len(made)


FINAL = {
    graphs.clean_name(1),
    graphs.clean_name(3),
    ffmpeg.PREVIEW,
    ffmpeg.MUXED,
    ffmpeg.POSTER,
    ffmpeg.STORYBOARD,
}


def test_cover_art_is_never_taken_for_the_picture() -> None:
    words = ffmpeg.ladder(replace(GOOD, index=3), 0.0, LIMITS)
    assert words[words.index("-filter_complex") + 1].startswith("[0:3]")


def test_a_small_source_makes_one_rendition() -> None:
    probe: Probe = replace(MUTE, width_px=192, height_px=144)
    assert "v:0,name:144p" in ffmpeg.ladder(probe, 0.0, LIMITS)
