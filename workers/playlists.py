"""Reads HLS playlists back and holds every entry against the bytes that it promises."""

import re
from dataclasses import dataclass
from pathlib import Path

from workers.boxes import is_whole_segment

PLAYLIST_MAX_BYTES = 256 * 1024
ENTRY = re.compile(
    r'#EXT-X-MAP:URI="(?P<head>[^"]+)",BYTERANGE="(?P<head_size>\d+)@(?P<head_at>\d+)"'
    r"|#EXTINF:(?P<length>[\d.]+),[^\n]*\n#EXT-X-BYTERANGE:(?P<size>\d+)@(?P<at>\d+)\n(?P<name>[^#\n]+)"
)
CHILD = re.compile(r'^([^#\n]+\.m3u8)$|URI="([^"]+\.m3u8)"', re.MULTILINE)


class OutputBroken(Exception):
    """A tool ended well and left something else than it should have."""


@dataclass(frozen=True)
class Playlist:
    """One rendition: its media file, and how long its segments play together."""

    name: str
    media: str
    duration_s: float


def read_text(path: Path) -> str:
    """Read a playlist that a tool wrote, which is not to be believed."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(PLAYLIST_MAX_BYTES)


def children(room: Path, master: str) -> tuple[str, ...]:
    """List the playlists that a master names, each once, in its order."""
    names = ["".join(pair) for pair in CHILD.findall(read_text(room / master))]
    return tuple(dict.fromkeys(names))


def check(room: Path, name: str) -> Playlist:
    """Hold a playlist against its media file; raise OutputBroken."""
    text = read_text(room / name)
    entries = list(ENTRY.finditer(text))
    lengths_s = [float(entry["length"]) for entry in entries if entry["length"]]
    if not lengths_s or "#EXT-X-ENDLIST" not in text or text.count("#EXTINF") != len(lengths_s):
        raise OutputBroken(name)
    media = Path(name).with_suffix(".mp4").name
    for entry in entries:
        target = entry["name"] or entry["head"]
        at, size = int(entry["at"] or entry["head_at"] or 0), int(entry["size"] or entry["head_size"])
        if target != media or not is_whole_segment(room / media, at, size):
            raise OutputBroken(f"{name}: {size}@{at}")
    return Playlist(name, media, sum(lengths_s))
