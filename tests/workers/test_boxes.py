"""The bones of a file, before any tool opens it."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.videos.refusals import IncompleteRecording, ProtectedVideo, VideoRefused
from tests.media import Clips, box
from workers.boxes import examine, is_whole_segment

FTYP = box(b"ftyp", b"isom\0\0\0\0isom")
MOOV = box(b"moov", box(b"mvhd", bytes(100)))
MDAT = box(b"mdat", bytes(500))
OPENINGS = (b"", FTYP, FTYP + MOOV, FTYP + MDAT, b"\x1a\x45\xdf\xa3", b"RIFF", b"<?xml", b"\0\0\0\0", b"G")


def file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(opening=st.sampled_from(OPENINGS), rest=st.binary(max_size=2000))
def test_any_bytes_give_a_container_or_a_refusal(tmp_path: Path, opening: bytes, rest: bytes) -> None:
    path = file(tmp_path, opening + rest)
    with suppress(VideoRefused):
        assert examine(path) in {"mp4", "webm"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_cut_anywhere_in_the_last_box_is_seen(tmp_path: Path, data: st.DataObject) -> None:
    whole = FTYP + MOOV + MDAT
    end = data.draw(st.integers(len(FTYP + MOOV) + 8, len(whole) - 1))
    with pytest.raises(IncompleteRecording):
        examine(file(tmp_path, whole[:end]))


@pytest.mark.parametrize(
    "content",
    [
        FTYP + MOOV + MDAT,
        FTYP + MDAT + MOOV,
        MOOV + MDAT,
        FTYP + MOOV + b"\0\0\0\1mdat" + (16 + 20).to_bytes(8) + bytes(20),
        FTYP + MOOV + b"\0\0\0\0mdat" + bytes(500),
        FTYP + MOOV + MDAT + box(b"SEFT", b"a phone's own"),
        FTYP + MOOV + MDAT + bytes(4),
        FTYP + MOOV + MDAT + bytes(4096),
    ],
    ids=["faststart", "as filmed", "old", "large", "to the end", "own box", "terminator", "padding"],
)
def test_what_phones_write_is_whole(tmp_path: Path, content: bytes) -> None:
    assert examine(file(tmp_path, content)) == "mp4"


def test_encryption_is_found_however_deep(tmp_path: Path) -> None:
    stsd = box(b"stsd", bytes(7) + b"\1" + box(b"enca", bytes(40)))
    moov = box(b"moov", box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", stsd)))))
    with pytest.raises(ProtectedVideo):
        examine(file(tmp_path, FTYP + moov + MDAT))


def test_boxes_without_end_are_not_followed_for_ever(tmp_path: Path) -> None:
    with pytest.raises(VideoRefused):
        examine(file(tmp_path, FTYP + box(b"free", b"") * 30_000 + MOOV))


def test_a_segment_is_whole_boxes(clips: Clips) -> None:
    path = clips["faststart.mp4"]
    size_bytes = path.stat().st_size
    assert is_whole_segment(path, 0, size_bytes)
    assert not is_whole_segment(path, 0, size_bytes - 1)
    assert not is_whole_segment(path, 1, size_bytes - 1)
    assert not is_whole_segment(path, 0, size_bytes + 1)
    assert not is_whole_segment(path, 0, 0)
