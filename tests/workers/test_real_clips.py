"""Clips of real phones and browsers, in the folder VISAVIS_REAL_CLIPS: what each has to become, whole way."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.videos.ladder import is_copyable
from app.videos.refusals import DamagedVideo, FormatNotAccepted, VideoRefused
from app.videos.rules import Limits, Result
from workers.pipeline import Work, check, ladder, listen, preview, storyboard, verify, waveform

FOLDER = Path(os.environ.get("VISAVIS_REAL_CLIPS", Path(__file__).parents[3] / "shared" / "media"))
SHORT = Limits(min_s=0.1)  # some of them last a tenth of a second, and are hard all the same


@dataclass(frozen=True)
class Expected:
    """What a clip has to become: upright, in this size and length, with these warnings."""

    width_px: int
    height_px: int
    duration_s: float
    warnings: tuple[str, ...] = ()


OUTCOMES: dict[str, Expected | type[VideoRefused]] = {
    "MOV00006.3gp": Expected(192, 144, 15.2),
    # It claims 35 s, and half a second of it can be read.
    "annex-b.mp4": Expected(1280, 720, 0.55, ("sans-son", "raccourcie")),
    "bear-vp9-odd-dimensions.webm": Expected(160, 120, 1.0, ("sans-son",)),
    "chrome57.webm": Expected(640, 480, 7.62),
    "cursed-vfr.mp4": Expected(1572, 720, 8.78, ("sans-son",)),
    "dolbyVision-hdr.MOV": Expected(720, 1280, 0.13),
    "firefox55nightly.webm": Expected(640, 480, 8.61, ("presque-muette",)),
    "hdr10-av1.mp4": Expected(720, 1280, 4.24),
    "no_duration.webm": Expected(1280, 720, 4.93, ("image-noire", "presque-muette")),
    # Turned by INT64_MIN degrees.
    "no_timescale.mp4": Expected(320, 240, 6.03, ("sans-son",)),
    "portrait_4k60.mp4": Expected(720, 1280, 0.3),
    "rotate-buck-bunny.mp4": Expected(720, 1280, 1.96),
    # It claims 143,165 s.
    "sample_fragmented.mp4": Expected(1080, 720, 1.07, ("presque-muette",)),
    "sample_missing_stsd.mp4": Expected(1080, 720, 1.0, ("sans-son",)),
    "sample_rotate_and_reflect.mp4": Expected(720, 1080, 1.1, ("presque-muette",)),
    "sample_vvc.mp4": FormatNotAccepted,
    "sample_with_color_info.mp4": Expected(720, 1280, 0.3),
}
Outcome = Callable[[str], tuple[Work, Result | VideoRefused]]
# A fifth of its pictures is damaged, give or take what the threads of the decoder lose: it may be refused.
EDGE = "no_timescale.mp4"
HDR = ("dolbyVision-hdr.MOV", "hdr10-av1.mp4", "sample_with_color_info.mp4")
PLACED = (
    *("dolbyVision-hdr.MOV", "sample_with_color_info.mp4"),
    *("sample_missing_stsd.mp4", "sample_rotate_and_reflect.mp4"),
)
# How phones write a place: QuickTime's own tag, Android's atom, 3GPP's.
PLACE_TAGS = (b"ISO6709", b"\xa9xyz", b"loci")

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no real clips in {FOLDER}")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Return `outcome(name)`: a clip on the bench and what became of it, worked on once whoever asks."""

    @cache
    def work_on(name: str) -> tuple[Work, Result | VideoRefused]:
        work = Work((FOLDER / name,), tmp_path_factory.mktemp("clip") / "room", SHORT)
        return work, tried(work)

    return work_on


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_real_clip_becomes_what_it_has_to(name: str, outcome: Outcome) -> None:
    expected = OUTCOMES[name]
    _, result = outcome(name)
    if isinstance(result, VideoRefused):
        assert type(result) is (DamagedVideo if name == EDGE else expected)
        assert result.title
        assert result.detail
        return
    assert isinstance(expected, Expected)
    films = [file for file in result.files if file.width_px and file.name.endswith(".mp4")]
    top = max(films, key=lambda file: file.width_px or 0)
    assert (top.width_px, top.height_px) == (expected.width_px, expected.height_px)
    assert result.duration_s == pytest.approx(expected.duration_s, abs=0.1)
    assert result.warnings == expected.warnings
    assert result.is_partial is ("raccourcie" in expected.warnings)


def test_every_real_clip_has_its_outcome() -> None:
    assert {path.name for path in FOLDER.glob("*.*")} - {"README.md"} == set(OUTCOMES)


@pytest.mark.parametrize("name", PLACED)
def test_nothing_that_is_served_of_a_real_clip_tells_where_it_was_filmed(name: str, outcome: Outcome) -> None:
    places = coordinates_in(FOLDER / name)
    assert places
    work, result = outcome(name)
    assert isinstance(result, Result)
    served = {file.name for file in result.files} | {path.name for path in work.room.glob("preview.mp4")}
    for path in (work.room / file for file in served):
        content = path.read_bytes()
        assert not [place for place in (*places, *PLACE_TAGS) if place in content], path.name
        assert path.suffix != ".mp4" or not coordinates_in(path)


@pytest.mark.parametrize("name", HDR)
def test_hdr_of_a_real_phone_is_tone_mapped(name: str, outcome: Outcome) -> None:
    work, result = outcome(name)
    assert isinstance(result, Result)
    picture = described(work.room / "video.mp4")["streams"][0]
    assert (picture["color_transfer"], picture["color_primaries"]) == ("bt709", "bt709")
    assert picture["pix_fmt"] == "yuv420p"


def described(path: Path) -> Any:
    """Ask ffprobe about a file."""
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def coordinates_in(source: Path) -> set[bytes]:
    """Return where a clip says that it was filmed, as its tags write it (`+48.85+002.35/`)."""
    tags = described(source)["format"].get("tags", {})
    return {value.encode() for name, value in tags.items() if "location" in name.lower()}


def tried(work: Work) -> Result | VideoRefused:
    """Return what became of a clip."""
    try:
        return made(work)
    except VideoRefused as refusal:
        return refusal


def made(work: Work) -> Result:
    """Take every step; the preview only where it is a copy, for encoding is tried by the ladder."""
    probe = check(work)
    if is_copyable(probe):
        assert preview(work, probe).size_bytes > 0
    laddered = ladder(work, probe, listen(work, probe))
    result = waveform(work, verify(work, probe, laddered))
    return storyboard(work, probe, laddered, result)
