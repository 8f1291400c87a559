"""Pure rules of videos: what a file holds and may hold, and what is accepted with a word of warning."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from app.videos.refusals import (
    DimensionsTooLarge,
    DimensionsTooSmall,
    FormatNotAccepted,
    IncompleteRecording,
    PictureNotVideo,
    VideoTooJerky,
    VideoTooLong,
    VideoTooShort,
)
from app.words import N_

BIGGEST_PX = 8192 * 4320
SMALLEST_SIDE_PX = 96
SLOWEST_FPS = 5.0
RECORDER_GRACE_S = 2.0  # a recorder that stops by itself at the limit stops a little late
ROUNDING_S = 0.1
TAKES_MAX = 4
READABLE_VIDEO = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "h263", "mjpeg"})
READABLE_AUDIO = frozenset(
    {"aac", "opus", "vorbis", "mp3", "amr_nb", "amr_wb", "alac", "ac3", "eac3", "flac"}
    | {"pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_f32le", "pcm_alaw", "pcm_mulaw"}
)
# As ffprobe says it of pictures that hold two halves, each of its own instant.
INTERLACED = frozenset({"tt", "bb", "tb", "bt"})
HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})

DAMAGED_SHARE = 0.2
MOSTLY = 0.5
SHORTENED_MIN_S = 0.5
SHORTENED_SHARE = 0.02
TIMER_LAG_S = 1.0  # a recorder's first picture comes a little after its timer has begun


WARNINGS: dict[str, str] = {
    "image-noire": N_("L’image est noire presque tout le temps. Vérifie que rien ne cachait la caméra."),
    "sans-son": N_("Ta vidéo n’a pas de son. Vérifie que le micro était autorisé."),
    "presque-muette": N_("On n’entend presque rien. Vérifie que le micro était autorisé."),
    "raccourcie": N_("C’est plus court que ce que tu as filmé : un morceau n’a pas pu être lu."),
}
# What is no fault of somebody who signs.
SOUND_WARNINGS = frozenset({"sans-son", "presque-muette"})


@dataclass(frozen=True)
class Limits:
    """What the service accepts, in seconds of video."""

    min_s: float = 5.0
    max_s: float = 180.0

    @property
    def read_s(self) -> float:
        """Seconds after which nothing more of a source is read: enough to see that it is too long."""
        return self.max_s + 20.0


@dataclass(frozen=True)
class Sound:
    """The audio track that is used; `end_s` is when its last packet ends."""

    index: int
    codec: str
    profile: str
    end_s: float


@dataclass(frozen=True)
class Probe:
    """What a file holds; sizes as shown (rotated, square pixels), times as counted from its packets.

    `claimed_s` is what the header says, None when it says nothing.  `end_s` is when the last picture ends.
    `filmed_s` is what the timer of the recorder says, None where nobody timed it.
    Of a voice there are no `pictures`, and `index` is its sound's.  `position` is the place of a take, from
    1; of several takes as one (`joining.joined`), `takes` are these.  Of a film of which a part was cut away
    (`joining.trimmed`), `whole` is the film before, and `kept_s` from where to where of it.
    """

    container: Literal["mp4", "webm"]
    size_bytes: int
    claimed_s: float | None
    index: int
    codec: str
    pixel_format: str
    transfer: str
    matrix: str
    width_px: int
    height_px: int
    pictures: int
    fps: float
    end_s: float
    sound: Sound | None
    filmed_s: float | None = None
    position: int = 1
    takes: tuple["Probe", ...] = ()
    is_interlaced: bool = False
    whole: "Probe | None" = None
    kept_s: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))

    @property
    def duration_s(self) -> float:
        """How long it plays: until the longer of its two tracks ends."""
        return max(self.end_s, self.sound.end_s if self.sound else 0.0)

    @property
    def has_picture(self) -> bool:
        """Tell whether there is more than sound to it."""
        return self.pictures > 0

    @property
    def is_hdr(self) -> bool:
        """Tell whether it looks washed out unless its tones are mapped."""
        return self.transfer in HDR_TRANSFERS

    @property
    def short_side_px(self) -> int:
        """The side by which sizes are named, so that portrait works."""
        return min(self.width_px, self.height_px)


@dataclass(frozen=True)
class Cut:
    """What is kept of a film, in seconds from its beginning; `end_s` None is as long as it lasts."""

    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True)
class MediaFile:
    """One file made of a video; `name` is relative to the room and keeps its place in storage."""

    name: str
    content_type: str
    size_bytes: int
    width_px: int | None = None
    height_px: int | None = None


@dataclass(frozen=True)
class Result:
    """What is ready to be shipped; `warnings` are keys of WARNINGS, `lengths_s` those of the takes.

    Of several of which not all could be read there are none: nobody knows where each begins.
    """

    duration_s: float
    is_partial: bool
    warnings: tuple[str, ...]
    files: tuple[MediaFile, ...]
    lengths_s: tuple[float, ...]


def judge(probe: Probe, limits: Limits) -> None:
    """Raise the refusal that this file deserves, if any: what is readable first, then how it was filmed."""
    if not probe.has_picture:
        judge_duration(probe, limits)
        return
    if probe.codec not in READABLE_VIDEO:
        raise FormatNotAccepted
    if probe.pictures <= 1:
        raise PictureNotVideo
    if probe.width_px * probe.height_px > BIGGEST_PX:
        raise DimensionsTooLarge
    if probe.short_side_px < SMALLEST_SIDE_PX:
        raise DimensionsTooSmall
    judge_duration(probe, limits)
    if probe.fps < SLOWEST_FPS:
        raise VideoTooJerky


def judge_whole(take: Probe, limits: Limits) -> None:
    """Raise when one of several takes holds less than its header claims: it may be short, but not cut."""
    if is_shortened(take.duration_s, promised_s(take, limits)):
        raise IncompleteRecording


def judge_duration(probe: Probe, limits: Limits) -> None:
    """Raise when it is too long or short; short of what was filmed means that the end is missing."""
    if probe.duration_s > limits.max_s + RECORDER_GRACE_S:
        raise VideoTooLong(N_("La durée maximum est de %(max_s)s.", max_s=spoken(limits.max_s)))
    if probe.duration_s < limits.min_s - ROUNDING_S:
        is_claimed = probe.claimed_s is not None and probe.claimed_s >= limits.min_s
        if is_claimed or is_shorter_than_filmed(probe.duration_s, probe, limits):
            raise IncompleteRecording
        raise VideoTooShort(N_("La durée minimum est de %(min_s)s.", min_s=spoken(limits.min_s)))


def spoken(duration_s: float) -> str:
    """Say a duration in French."""
    minutes, seconds = divmod(round(duration_s), 60)
    parts = [f"{minutes} min"] if minutes else []
    return " ".join([*parts, f"{seconds} s"] if seconds or not minutes else parts)


def promised_s(probe: Probe, limits: Limits) -> float:
    """Return how long a file says, or shows, that it is; a header that claims hours is not believed."""
    is_believed = probe.claimed_s is not None and probe.claimed_s <= limits.read_s
    return max(probe.duration_s, probe.claimed_s if is_believed and probe.claimed_s else 0.0)


def is_shorter_than_filmed(made_s: float, film: Probe, limits: Limits) -> bool:
    """Tell whether some of what the recorder timed is lacking; a timer that ran for hours is not believed."""
    if film.filmed_s is None or film.filmed_s > limits.read_s:
        return False
    return is_shortened(made_s, film.filmed_s - TIMER_LAG_S * max(1, len(film.takes)))


def is_shortened(made_s: float, sent_s: float) -> bool:
    """Tell whether what was made is shorter than what was sent, beyond rounding."""
    return made_s < sent_s - max(SHORTENED_MIN_S, SHORTENED_SHARE * sent_s)


def is_damaged(damaged: int, pictures: int) -> bool:
    """Tell whether so many pictures could not be decoded that nobody should be shown the rest."""
    return damaged > DAMAGED_SHARE * pictures


def warnings(
    duration_s: float, *, black_s: float, silent_s: float | None, is_partial: bool
) -> tuple[str, ...]:
    """List what the person should know although the video is accepted; `silent_s` None means no sound."""
    found = {
        "image-noire": black_s > MOSTLY * duration_s,
        "sans-son": silent_s is None,
        "presque-muette": silent_s is not None and silent_s > MOSTLY * duration_s,
        "raccourcie": is_partial,
    }
    return tuple(slug for slug, is_so in found.items() if is_so)


def heeded(slugs: Iterable[str], *, is_signed: bool) -> list[str]:
    """Leave out the warnings that mean nothing to somebody who signs."""
    return [slug for slug in slugs if not (is_signed and slug in SOUND_WARNINGS)]
