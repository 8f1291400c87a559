"""Holds what a confined tool left in a room against what was asked for, believing none of it."""

import os
import stat
from pathlib import Path

from app.videos.ladder import Size
from app.videos.rules import MediaFile
from workers import playlists
from workers.ffmpeg import AUDIO, MASTER, MUXED, POSTER
from workers.graphs import POSTER_HEIGHT_PX, POSTER_WIDTH_PX
from workers.playlists import OutputBroken

VIDEO_TYPE, AUDIO_TYPE = "video/mp4", "audio/mp4"
CONTENT_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mp4": VIDEO_TYPE,
    ".jpg": "image/jpeg",
    ".vtt": "text/vtt; charset=utf-8",
    ".json": "application/json",
}
JPEG = b"\xff\xd8\xff"
GAP_S = 0.1
DRAWN_PX = (POSTER_WIDTH_PX, POSTER_HEIGHT_PX)


def described(room: Path, name: str, width_px: int | None = None, height_px: int | None = None) -> MediaFile:
    """Describe a file of the room; raise OutputBroken unless it is a plain file with something in it."""
    size_bytes = plain_bytes(room, name)
    content_type = CONTENT_TYPES[Path(name).suffix]
    if content_type == VIDEO_TYPE and width_px is None:
        content_type = AUDIO_TYPE
    return MediaFile(name, content_type, size_bytes, width_px, height_px)


def plain_bytes(room: Path, name: str) -> int:
    """Return the size of a file of the room; raise OutputBroken unless it is plain and not empty.

    A link in its place could make the worker, who may read more than the tool, ship somebody else's file.
    """
    try:
        facts = (room / name).lstat()
    except FileNotFoundError:
        raise OutputBroken(name) from None
    if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1 or not facts.st_size:
        raise OutputBroken(name)
    return facts.st_size


def write_plain(room: Path, name: str, text: str) -> None:
    """Write a file of our own into a room where a tool has been, following no link that it left there."""
    path = room / name
    path.unlink(missing_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
        os.fchmod(file.fileno(), 0o644)


def files(room: Path, rungs: tuple[Size, ...], *, has_sound: bool) -> tuple[MediaFile, ...]:
    """Describe all that a ladder makes, master playlist first; raise OutputBroken where it is not so.

    Without rungs it is that of a voice.
    """
    renditions = [*(rung.name for rung in rungs), *([AUDIO] if has_sound else [])]
    poster_px = (rungs[0].width_px, rungs[0].height_px) if rungs else DRAWN_PX
    muxed_px = (rungs[-1].width_px, rungs[-1].height_px) if rungs else ()
    found = (
        described(room, MASTER),
        *(described(room, f"{name}.m3u8") for name in renditions),
        *(described(room, f"{rung.name}.mp4", rung.width_px, rung.height_px) for rung in rungs),
        *([described(room, f"{AUDIO}.mp4")] if has_sound else []),
        picture(room, POSTER, *poster_px),
        described(room, MUXED, *muxed_px),
    )
    if set(playlists.children(room, MASTER)) != {f"{name}.m3u8" for name in renditions}:
        raise OutputBroken(MASTER)
    lengths_s = [playlists.check(room, f"{name}.m3u8").duration_s for name in renditions][: len(rungs) or 1]
    if max(lengths_s) - min(lengths_s) > GAP_S:
        raise OutputBroken(f"{lengths_s}")
    return found


def picture(room: Path, name: str, width_px: int, height_px: int) -> MediaFile:
    """Describe a picture of the room; raise OutputBroken unless it is a JPEG."""
    found = described(room, name, width_px, height_px)
    with (room / name).open("rb") as content:
        if content.read(len(JPEG)) != JPEG:
            raise OutputBroken(name)
    return found
