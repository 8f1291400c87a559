"""Looks at the bones of a file in pure Python, before any tool opens it: magic bytes and MP4 boxes."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from app.videos.refusals import (
    DamagedVideo,
    FormatNotAccepted,
    IncompleteRecording,
    NoPicture,
    NotAVideo,
    PictureNotVideo,
    ProtectedVideo,
    VideoRefused,
)

HEAD_BYTES = 4096
BOXES_MAX = 20_000
INDEX_MAX_BYTES = 32 * 1024**2
DEPTH_MAX = 8
TS_PACKET_BYTES = 188

EBML = b"\x1a\x45\xdf\xa3"
PICTURE_BRANDS = frozenset({b"heic", b"heix", b"heim", b"mif1", b"msf1", b"avif", b"avis", b"crx "})
KNOWN = frozenset(
    {b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"free", b"skip", b"wide", b"uuid", b"meta"}
    | {b"pdin", b"sidx", b"ssix", b"prft", b"emsg", b"udta", b"pnot", b"PICT", b"pssh"}
)
OPENING = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp"})
PARENTS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
ENCRYPTED = frozenset({b"encv", b"enca", b"drmi", b"drms", b"pssh", b"senc", b"sinf"})
SAMPLE_ENTRIES_AT = 16  # in `stsd`: its own header, version and count

SIGNATURES: tuple[tuple[re.Pattern[bytes], type[VideoRefused]], ...] = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), refusal)
    for pattern, refusal in (
        (rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF.{4}WEBP|BM.{4}\x00{4}|II\*\x00|MM\x00\*|8BPS", PictureNotVideo),
        (rb"ID3|\xff[\xf2\xf3\xfb\xf1\xf9]|RIFF.{4}WAVE|fLaC|OggS|#!AMR|MThd|FORM.{4}AIF", NoPicture),
        (rb"\s*#EXTM3U|\s*ffconcat|v=0\r?\n|RIFF.{4}AVI ", FormatNotAccepted),
        (rb"FLV\x01|0\x26\xb2\x75|\x00\x00\x01[\xba\xb3]", FormatNotAccepted),
        (rb"(\xef\xbb\xbf)?\s*(<[?!][^>]{0,999}>\s*){0,9}<(svg|MPD|smil|SmoothS)", FormatNotAccepted),
    )
)


@dataclass(frozen=True)
class Box:
    """One box of an MP4: where it starts, how many bytes it takes with its header."""

    kind: bytes
    offset_bytes: int
    size_bytes: int
    header_bytes: int

    @property
    def end_bytes(self) -> int:
        """First byte after it."""
        return self.offset_bytes + self.size_bytes


def examine(path: Path) -> Literal["mp4", "webm"]:
    """Name the container, or raise the refusal that the bones of the file deserve; takes a millisecond."""
    size_bytes = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if head.startswith(EBML):
            if b"webm" not in head[:64] and b"matroska" not in head[:64]:
                raise FormatNotAccepted
            return "webm"
        if head[4:8] not in OPENING:
            raise _refusal_of(head)
        if head[4:8] == b"ftyp" and head[8:12] in PICTURE_BRANDS:
            raise PictureNotVideo
        kinds = {_sound(file, box, size_bytes).kind for box in boxes(file, 0, size_bytes)}
    if b"moov" not in kinds:
        raise IncompleteRecording
    return "mp4"


def _refusal_of(head: bytes) -> VideoRefused:
    for pattern, refusal in SIGNATURES:
        if pattern.match(head):
            return refusal()
    marks = head[0 : 3 * TS_PACKET_BYTES : TS_PACKET_BYTES]
    if len(head) >= 3 * TS_PACKET_BYTES and marks == b"GGG":
        return FormatNotAccepted()
    return NotAVideo()


def boxes(file: BinaryIO, start_bytes: int, end_bytes: int) -> Iterator[Box]:
    """Walk the boxes between two places, the last one possibly reaching beyond; zero padding ends the walk.

    Raise DamagedVideo where no box can stand: bytes of something else behind the video.
    """
    offset_bytes = start_bytes
    for _ in range(BOXES_MAX):
        if offset_bytes >= end_bytes:
            return
        file.seek(offset_bytes)
        header = file.read(min(16, end_bytes - offset_bytes))
        if not any(header[:8]):
            return
        box = _box(header, offset_bytes, end_bytes)
        yield box
        offset_bytes = box.end_bytes
    raise DamagedVideo


def _box(header: bytes, offset_bytes: int, end_bytes: int) -> Box:
    size_bytes, kind, header_bytes = int.from_bytes(header[:4]), header[4:8], 8
    if size_bytes == 1:
        size_bytes, header_bytes = int.from_bytes(header[8:16]), 16
    elif size_bytes == 0:
        size_bytes = end_bytes - offset_bytes
    fits = header_bytes <= size_bytes <= end_bytes - offset_bytes
    is_word = len(kind) == 4 and all(0x20 <= letter < 0x7F or letter == 0xA9 for letter in kind)  # noqa: PLR2004  printable ASCII and QuickTime's ©
    if size_bytes < header_bytes or not (is_word and (fits or kind in KNOWN)):
        raise DamagedVideo
    return Box(kind, offset_bytes, size_bytes, header_bytes)


def _sound(file: BinaryIO, box: Box, file_bytes: int) -> Box:
    """Give the box back, unless it is cut, encrypted, or an index that no phone writes."""
    if box.end_bytes > file_bytes:
        raise IncompleteRecording
    if box.kind == b"pssh":
        raise ProtectedVideo
    if box.kind in PARENTS:
        if box.size_bytes > INDEX_MAX_BYTES:
            raise DamagedVideo
        with suppress(DamagedVideo):  # real phones write worse inside; whether it plays is for the decoder
            _refuse_encrypted(file, box, DEPTH_MAX)
    return box


def _refuse_encrypted(file: BinaryIO, parent: Box, depth: int) -> None:
    header_bytes = SAMPLE_ENTRIES_AT if parent.kind == b"stsd" else parent.header_bytes
    for box in boxes(file, parent.offset_bytes + header_bytes, parent.end_bytes):
        if box.kind in ENCRYPTED:
            raise ProtectedVideo
        if depth and (box.kind in PARENTS or box.kind == b"stsd"):
            _refuse_encrypted(file, box, depth - 1)


def is_whole_segment(path: Path, offset_bytes: int, size_bytes: int) -> bool:
    """Tell whether a byte range of an MP4 is boxes from first byte to last: as a playlist promises."""
    end_bytes = offset_bytes + size_bytes
    if size_bytes <= 0 or end_bytes > path.lstat().st_size:
        return False
    with path.open("rb") as file:
        try:
            found = list(boxes(file, offset_bytes, end_bytes))
        except DamagedVideo:
            return False
    return bool(found) and found[-1].end_bytes == end_bytes
