"""Nothing that a tool left in the room is believed."""

import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from app.videos.ladder import sizes
from app.videos.rules import Probe
from tests.media import Clips
from tests.workers.conftest import SHORT
from workers import outputs
from workers.measures import integrated_lufs, noted_s, peaks, spans_s
from workers.pipeline import Work, check, ladder
from workers.playlists import OutputBroken


@pytest.fixture(scope="session")
def whole(clips: Clips, tmp_path_factory: pytest.TempPathFactory) -> tuple[Work, Probe]:
    """Make one ladder that tests copy and break."""
    work = Work((clips["small.mp4"],), tmp_path_factory.mktemp("whole") / "room", SHORT)
    probe = check(work)
    ladder(work, probe, None)
    return work, probe


@pytest.fixture
def room(whole: tuple[Work, Probe], tmp_path: Path) -> Path:
    return shutil.copytree(whole[0].room, tmp_path / "room")


def files(room: Path, whole: tuple[Work, Probe]) -> int:
    return len(outputs.files(room, sizes(whole[1]), has_sound=True))


def test_a_whole_ladder_passes(room: Path, whole: tuple[Work, Probe]) -> None:
    assert files(room, whole) == 7


def edit(name: str, old: str, new: str) -> Callable[[Path], object]:
    """Change one word of a playlist."""
    return lambda room: (room / name).write_text((room / name).read_text().replace(old, new))


def shorten(name: str) -> Callable[[Path], object]:
    """Cut the end of a file off."""
    return lambda room: (room / name).write_bytes((room / name).read_bytes()[:-50])


def link(name: str) -> Callable[[Path], object]:
    """Put a link to another person's file in the place of an output."""

    def change(room: Path) -> None:
        (room / name).rename(room / "elsewhere")
        (room / name).symlink_to(room / "elsewhere")

    return change


@pytest.mark.parametrize(
    "change",
    [
        lambda room: (room / "poster.jpg").unlink(),
        lambda room: (room / "poster.jpg").write_bytes(b"not a picture"),
        lambda room: (room / "video.mp4").write_bytes(b""),
        link("poster.jpg"),
        link("video.mp4"),
        shorten("240p.mp4"),
        shorten("audio.mp4"),
        edit("240p.m3u8", "#EXT-X-ENDLIST", ""),
        edit("240p.m3u8", "@", "@1"),
        edit("240p.m3u8", "240p.mp4", "source"),
        edit("240p.m3u8", "240p.mp4\n", "file:///etc/passwd\n"),
        edit("master.m3u8", "240p.m3u8", "360p.m3u8"),
        edit("master.m3u8", "audio.m3u8", "other.m3u8"),
    ],
)
def test_what_is_not_as_it_was_asked_for_is_not_shipped(
    room: Path, whole: tuple[Work, Probe], change: Callable[[Path], object]
) -> None:
    change(room)
    with pytest.raises(OutputBroken):
        files(room, whole)


def test_spans_are_summed_and_the_last_may_stay_open() -> None:
    notes = "lavfi.black_start=0\nlavfi.black_end=1.5\nframe:3\nlavfi.black_start=3\n"
    assert spans_s(notes, 4.0) == 2.5
    assert spans_s("lavfi.silence_end: 3\nlavfi.silence_end=3", 4.0) == 0.0


def test_without_notes_nothing_was_noted(tmp_path: Path) -> None:
    assert noted_s(tmp_path / "none.txt", 4.0) == 0.0


@pytest.mark.parametrize(
    ("said", "lufs"),
    [
        ("Summary:\n\n  Integrated loudness:\n    I:         -23.4 LUFS\n", -23.4),
        ("  Integrated loudness:\n    I:         -inf LUFS\n", -70.0),
        ("nothing", -70.0),
    ],
)
def test_loudness_is_read_from_the_summary(said: str, lufs: float) -> None:
    assert integrated_lufs(said) == lufs


def test_the_loudest_of_each_moment_is_kept_whether_up_or_down() -> None:
    samples = struct.pack("<6h", 0, -32768, 16384, 100, 0, 0)
    assert peaks(samples, 2) == [100, 50, 0]
    assert peaks(samples + b"\1", 4) == [100, 0]
    assert peaks(b"", 4) == []
