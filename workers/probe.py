"""Asks ffprobe what a file holds, and counts its packets: headers claim, packets are there."""

import math
import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from app.videos.refusals import (
    DamagedVideo,
    DimensionsTooLarge,
    FormatNotAccepted,
    IncompleteRecording,
    NoPicture,
    NoSound,
    NotAVideo,
    VideoRefused,
)
from app.videos.rules import INTERLACED, READABLE_AUDIO, Limits, Probe, Sound
from workers.ffmpeg import arguments_of
from workers.graphs import GUARDS
from workers.runner import Outcome, ToolFailed, Watch

WALL_S = 10.0
SLOW_DISK_BYTES_PER_S = 10 * 1024**2  # counting reads the whole file, from a disk that others use too
HEADERS_MAX_BYTES = 1024**2
PACKETS_MAX_BYTES = 16 * 1024**2
QUARTER_TURN = 90
HALF_TURN = 180
HEADERS = (
    "format=duration:stream=index,codec_type,codec_name,profile,pix_fmt,width,height,"
    "sample_aspect_ratio,color_transfer,color_space,field_order,channels:"
    "stream_disposition=attached_pic:stream_side_data=rotation"
)
SAYINGS: tuple[tuple[str, type[VideoRefused]], ...] = (
    ("moov atom not found", IncompleteRecording),
    ("not on whitelist", FormatNotAccepted),
    ("exceeds specified max pixel count", DimensionsTooLarge),
)

Run = Callable[[list[str], Watch], Outcome]


class SideData(BaseModel):
    """Of interest: the display matrix."""

    rotation: int | None = None


class Disposition(BaseModel):
    """Of interest: cover art calls itself a video track."""

    attached_pic: int = 0


class Track(BaseModel):
    """One stream as ffprobe describes it, before rotation."""

    index: int
    codec_type: str = "data"
    codec_name: str = "unknown"
    profile: str = "unknown"
    pix_fmt: str = "unknown"
    width: int = 0
    height: int = 0
    sample_aspect_ratio: str = "1:1"
    color_transfer: str = "unknown"
    color_space: str = "unknown"
    field_order: str = "unknown"
    channels: int = 0
    disposition: Disposition = Disposition()
    side_data_list: list[SideData] = Field(default_factory=list)

    def shown_px(self) -> tuple[int, int]:
        """Give width and height as shown: square pixels, rotated; one real file is turned by INT64_MIN."""
        width, height = self.width, self.height
        aspect = _ratio(self.sample_aspect_ratio)
        if aspect > 1:
            width = round(width * aspect)
        elif aspect > 0:
            height = round(height / aspect)
        turns = [side.rotation for side in self.side_data_list if side.rotation is not None]
        is_lying = bool(turns) and abs(turns[0]) <= 2 * HALF_TURN and turns[0] % HALF_TURN == QUARTER_TURN
        return (height, width) if is_lying else (width, height)


class Header(BaseModel):
    """What the container says of itself."""

    duration: float | None = None


class Description(BaseModel):
    """The whole answer of ffprobe."""

    streams: list[Track] = Field(default_factory=list)
    format: Header = Header()

    def picture(self) -> Track:
        """Choose the first track of moving pictures, or raise what its absence means."""
        moving = [t for t in self.streams if t.codec_type == "video" and not t.disposition.attached_pic]
        if moving:
            return moving[0]
        if any(track.codec_type in {"audio", "video"} for track in self.streams):
            raise NoPicture
        raise NotAVideo

    def voice(self) -> Track:
        """Choose the sound of what was sent as a voice, whatever pictures come with it."""
        track = self.sound()
        if track is None:
            raise NoSound
        return track

    def sound(self) -> Track | None:
        """Choose the first audio track that can be decoded; a broken one counts as none."""
        tracks = (t for t in self.streams if t.codec_type == "audio" and t.codec_name in READABLE_AUDIO)
        return next((track for track in tracks if track.channels), None)


class Count(BaseModel):
    """The packets of one track: how many, from when to when on the file's own clock."""

    packets: int = 0
    first_s: float = 0.0
    last_s: float = 0.0
    end_s: float = 0.0


def _ratio(text: str) -> Fraction:
    over, _, under = text.partition(":")
    try:
        return Fraction(int(over), int(under))
    except (ValueError, ZeroDivisionError):
        return Fraction(1)


def probe(run: Run, name: str, container: Literal["mp4", "webm"], size_bytes: int, limits: Limits) -> Probe:
    """Describe a file of the room, or raise the refusal for a file that cannot be described."""
    description = _describe(run, name)
    picture, sound = description.picture(), description.sound()
    counts = _count(run, name, WALL_S + size_bytes / SLOW_DISK_BYTES_PER_S, limits)
    if picture.index not in counts:
        raise DamagedVideo
    pictures, sounds = counts[picture.index], counts.get(sound.index) if sound else None
    start_s = min(count.first_s for count in (pictures, sounds) if count)
    span_s = pictures.last_s - pictures.first_s
    width_px, height_px = picture.shown_px()
    return Probe(
        container=container,
        size_bytes=size_bytes,
        claimed_s=description.format.duration,
        index=picture.index,
        codec=picture.codec_name,
        pixel_format=picture.pix_fmt,
        transfer=picture.color_transfer,
        matrix=picture.color_space,
        width_px=width_px,
        height_px=height_px,
        pictures=pictures.packets,
        fps=(pictures.packets - 1) / span_s if span_s > 0 else 0.0,
        end_s=pictures.end_s - start_s,
        sound=_sound(sound, sounds, start_s),
        is_interlaced=picture.field_order in INTERLACED,
    )


def probe_voice(
    run: Run, name: str, container: Literal["mp4", "webm"], size_bytes: int, limits: Limits
) -> Probe:
    """Describe the sound alone of a file of the room, or raise the refusal for one that has none."""
    description = _describe(run, name)
    track = description.voice()
    counts = _count(run, name, WALL_S + size_bytes / SLOW_DISK_BYTES_PER_S, limits)
    sounds = counts.get(track.index)
    sound = _sound(track, sounds, sounds.first_s if sounds else 0.0)
    if sound is None:
        raise DamagedVideo
    return Probe(
        container=container,
        size_bytes=size_bytes,
        claimed_s=description.format.duration,
        index=track.index,
        codec="none",
        pixel_format="none",
        transfer="unknown",
        matrix="unknown",
        width_px=0,
        height_px=0,
        pictures=0,
        fps=0.0,
        end_s=0.0,
        sound=sound,
    )


def _sound(track: Track | None, count: Count | None, start_s: float) -> Sound | None:
    if track is None or count is None:
        return None
    return Sound(track.index, track.codec_name, track.profile, count.end_s - start_s)


def _ask(run: Run, name: str, entries: list[str], watch: Watch) -> bytes:
    command = ["ffprobe", "-hide_banner", "-v", "error", *arguments_of(GUARDS), *entries, f"file:{name}"]
    try:
        return bytes(run(command, watch).output)
    except ToolFailed as failure:
        raise _refusal_of(failure.last_words) from failure


def _refusal_of(last_words: str) -> VideoRefused:
    return next((refusal() for saying, refusal in SAYINGS if saying in last_words), DamagedVideo())


def _describe(run: Run, name: str) -> Description:
    watch = Watch(WALL_S, stall_s=None, output_bytes=HEADERS_MAX_BYTES)
    answer = _ask(run, name, ["-show_entries", HEADERS, "-of", "json"], watch)
    try:
        return Description.model_validate_json(answer)
    except ValidationError as trouble:
        raise DamagedVideo from trouble


def _count(run: Run, name: str, wall_s: float, limits: Limits) -> dict[int, Count]:
    """Count the packets of each track in what may be read of the file."""
    entries = "packet=stream_index,pts_time,dts_time,duration_time,flags"
    interval = f"%+{limits.read_s:g}"
    wanted = ["-read_intervals", interval, "-show_entries", entries, "-of", "csv=p=0"]
    answer = _ask(run, name, wanted, Watch(wall_s, stall_s=None, output_bytes=PACKETS_MAX_BYTES))
    return count(answer.decode(errors="replace").splitlines())


def count(lines: Iterable[str]) -> dict[int, Count]:
    """Sum up `stream,pts,dts,duration,flags` lines, but for packets without time or cut by an edit list."""
    counts: dict[int, Count] = {}
    for line in lines:
        words = re.match(r"(\d+),([^,]*),([^,]*),([^,]*),([^,]*)", line)
        if words is None or "D" in words[5]:
            continue
        at_s = _seconds(words[2], _seconds(words[3], None))
        if at_s is None:
            continue
        known = counts.setdefault(int(words[1]), Count(first_s=at_s, last_s=at_s, end_s=at_s))
        known.packets += 1
        known.first_s, known.last_s = min(known.first_s, at_s), max(known.last_s, at_s)
        known.end_s = max(known.end_s, at_s + (_seconds(words[4], 0.0) or 0.0))
    return counts


def _seconds(word: str, otherwise: float | None) -> float | None:
    try:
        number = float(word)
    except ValueError:
        return otherwise
    return number if math.isfinite(number) else otherwise
