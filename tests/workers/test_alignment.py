"""The script finds its times in what is said, whoever says it, or it is to be checked."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles

import pytest

from app.settings import Settings
from benchmarks.speech import (
    IMPROVISED,
    LINES,
    LONG_PAUSES_S,
    OTHER,
    REORDERED,
    SCRIPT,
    SHORT_PAUSES_S,
    SKIPPED,
    SPEAKERS,
    Speaker,
    Talk,
    errors_s,
    record,
    silence,
)
from workers.alignment import Aligned, align
from workers.layers import reach
from workers.runner import Interrupted
from workers.sandbox import open_room

MEDIAN_S = 0.25
NINETIETH_S = 0.6
MEDIA = "talk.m4a"
needs_voice = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
everybody = pytest.mark.parametrize("speaker", SPEAKERS.values(), ids=SPEAKERS)


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Open a room to work in."""
    place = tmp_path / "room"
    open_room(place)
    return place


@pytest.fixture
def say(room: Path) -> Callable[..., Talk]:
    """Return `say(lines, speaker, pauses)`: records a talk in the room."""

    def said(lines: Sequence[str], speaker: Speaker, pauses_s: Sequence[float] = SHORT_PAUSES_S) -> Talk:
        talk = record(room / MEDIA, lines, speaker, pauses_s)
        talk.path.chmod(0o644)
        return talk

    return said


def assert_near(aligned: Aligned, talk: Talk) -> None:
    errors = errors_s(aligned.cues, talk)
    assert median(errors) <= MEDIAN_S
    assert quantiles(errors, n=10)[-1] <= NINETIETH_S


@needs_voice
@everybody
def test_a_script_that_is_read_as_it_is_written_is_found_whole(
    room: Path, say: Callable[..., Talk], speaker: Speaker
) -> None:
    talk = say(LINES, speaker)
    aligned = align(room, MEDIA, SCRIPT, talk.duration_s)
    assert_near(aligned, talk)
    assert aligned.is_sure


@needs_voice
@everybody
def test_pauses_move_nothing(room: Path, say: Callable[..., Talk], speaker: Speaker) -> None:
    talk = say(LINES, speaker, LONG_PAUSES_S)
    aligned = align(room, MEDIA, SCRIPT, talk.duration_s)
    assert_near(aligned, talk)
    assert aligned.is_sure


@needs_voice
@everybody
def test_another_order_is_followed(room: Path, say: Callable[..., Talk], speaker: Speaker) -> None:
    talk = say(REORDERED, speaker)
    aligned = align(room, MEDIA, SCRIPT, talk.duration_s)
    assert_near(aligned, talk)
    assert [cue.text.replace("\n", " ") for cue in aligned.cues] == list(REORDERED)


@needs_voice
@everybody
def test_lines_that_are_not_said_are_left_out_and_the_rest_is_to_check(
    room: Path, say: Callable[..., Talk], speaker: Speaker
) -> None:
    talk = say(SKIPPED, speaker)
    aligned = align(room, MEDIA, SCRIPT, talk.duration_s)
    assert_near(aligned, talk)
    assert not aligned.is_sure
    assert [cue.text.replace("\n", " ") for cue in aligned.cues] == list(SKIPPED)


@needs_voice
def test_a_script_is_found_in_the_strongest_sandbox_that_this_machine_has(
    room: Path, say: Callable[..., Talk], settings: Settings
) -> None:
    talk = say(LINES, SPEAKERS["woman"])
    aligned = align(room, MEDIA, SCRIPT, talk.duration_s, sandbox=reach(settings))
    assert_near(aligned, talk)
    assert aligned.is_sure


@needs_voice
def test_what_is_improvised_is_no_line_of_the_script_and_is_to_check(
    room: Path, say: Callable[..., Talk]
) -> None:
    talk = say((*LINES[:4], IMPROVISED, *LINES[4:]), SPEAKERS["woman"])
    aligned = align(room, MEDIA, SCRIPT, talk.duration_s)
    assert_near(aligned, talk)
    assert not aligned.is_sure


@needs_voice
def test_something_else_that_is_said_is_to_check(room: Path, say: Callable[..., Talk]) -> None:
    talk = say(OTHER, SPEAKERS["woman"])
    aligned = align(room, MEDIA, SCRIPT, talk.duration_s)
    assert not aligned.is_sure


@needs_voice
@pytest.mark.parametrize("source", ["anullsrc=r=48000", "anoisesrc=amplitude=0.1:seed=3", "sine=f=300"])
def test_without_a_voice_the_script_is_shared_out_and_to_check(room: Path, source: str) -> None:
    silence(room / MEDIA, 60, source).chmod(0o644)
    aligned = align(room, MEDIA, SCRIPT, 60.0)
    assert not aligned.is_sure
    assert [cue.text.replace("\n", " ") for cue in aligned.cues] == list(LINES)
    assert aligned.cues[-1].end_s == pytest.approx(60.0, abs=0.2)


def test_what_has_no_sound_at_all_is_shared_out(room: Path) -> None:
    (room / MEDIA).write_bytes(b"nothing that could be decoded")
    (room / MEDIA).chmod(0o644)
    aligned = align(room, MEDIA, SCRIPT, 60.0)
    assert not aligned.is_sure
    assert len(aligned.cues) == len(LINES)


def test_without_espeak_the_script_is_shared_out(
    room: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    aligned = align(room, MEDIA, SCRIPT, 30.0)
    assert not aligned.is_sure
    assert len(aligned.cues) == len(LINES)


def test_an_empty_script_has_no_captions(room: Path) -> None:
    assert align(room, MEDIA, " \n", 30.0) == Aligned((), is_sure=False, is_found=False)


@needs_voice
def test_a_text_that_looks_like_an_option_is_only_said(room: Path, say: Callable[..., Talk]) -> None:
    talk = say(LINES[:2], SPEAKERS["woman"])
    aligned = align(room, MEDIA, "--path=/etc\n-w /tmp/x", talk.duration_s)
    assert [cue.text for cue in aligned.cues] == ["--path=/etc", "-w /tmp/x"]


def test_a_worker_that_is_asked_to_stop_stops(room: Path) -> None:
    silence(room / MEDIA, 30, "sine=f=300").chmod(0o644)
    with pytest.raises(Interrupted):
        align(room, MEDIA, SCRIPT, 30.0, lambda: True)


def test_the_worker_never_loads_what_only_its_children_need() -> None:
    words = "import sys, workers.__main__, workers.alignment; print({'numpy', 'scipy'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout
    assert said == "set()\n"
