"""Pure rules of videos: what is refused and why, and what is accepted with a word of warning."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from app.errors import Invalid, Refusal, Unsupported
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
HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})

DAMAGED_SHARE = 0.2
MOSTLY = 0.5
SHORTENED_MIN_S = 0.5
SHORTENED_SHARE = 0.02


class VideoRefused(Refusal):
    """What was sent cannot become a video; `advice` says what to do, unless the raiser knows better.

    `take` numbers, from 1, the one take of several that deserves it.
    """

    advice: ClassVar[str] = ""
    take: int | None = None

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.advice)


class NotAVideo(VideoRefused, Unsupported):
    """Nothing, noise, text, an archive or a program."""

    slug = "fichier-illisible"
    title = N_("Ce fichier n’est pas une vidéo lisible")
    advice = N_("Vérifie que tu as choisi la bonne vidéo, puis renvoie-la.")


class FormatNotAccepted(VideoRefused, Unsupported):
    """A playlist, a drawing, or a video of a kind that is not read here."""

    slug = "format-video-non-accepte"
    title = N_("Format non accepté")
    advice = N_("Envoie une vidéo MP4, MOV ou WebM.")


class PictureNotVideo(VideoRefused, Unsupported):
    """A photograph or an animated picture."""

    slug = "image-sans-video"
    title = N_("Envoie une vidéo, pas une image")
    advice = N_("C’est une image qui a été envoyée. Choisis une vidéo dans ta galerie.")


class NoPicture(VideoRefused, Invalid):
    """Sound without moving pictures, with or without cover art."""

    slug = "son-sans-image"
    title = N_("Aucune image vidéo trouvée")
    advice = N_("Tu peux l’envoyer comme présentation « voix seule ».")


class IncompleteRecording(VideoRefused, Invalid):
    """The end of the file is missing: the recording or its copy was cut."""

    slug = "enregistrement-incomplet"
    title = N_("L’enregistrement est incomplet")
    advice = N_("Reprends la vidéo ou renvoie-la.")


class DamagedVideo(VideoRefused, Invalid):
    """The file has its ends, but too little between them can be decoded."""

    slug = "video-endommagee"
    title = N_("La vidéo est endommagée")
    advice = N_("Renvoie-la depuis l’appareil qui l’a filmée, ou reprends-la.")


class DimensionsTooLarge(VideoRefused, Invalid):
    """More pixels than any phone films."""

    slug = "dimensions-trop-grandes"
    title = N_("Dimensions trop grandes")
    advice = N_("Filme en 1080p ou en 720p : c’est net et plus rapide à envoyer.")


class DimensionsTooSmall(VideoRefused, Invalid):
    """So few pixels that no face can be recognised."""

    slug = "dimensions-trop-petites"
    title = N_("Image trop petite")
    advice = N_("Filme en 480p ou plus.")


class VideoTooLong(VideoRefused, Invalid):
    """Longer than a video CV may be."""

    slug = "video-trop-longue"
    title = N_("Vidéo trop longue")


class VideoTooShort(VideoRefused, Invalid):
    """Too short to present anybody."""

    slug = "video-trop-courte"
    title = N_("Vidéo trop courte")


class VideoTooJerky(VideoRefused, Invalid):
    """Too few pictures a second to look like a video."""

    slug = "video-trop-saccadee"
    title = N_("Vidéo trop saccadée")
    advice = N_("Ferme les autres applications et filme de nouveau.")


class ProtectedVideo(VideoRefused, Invalid):
    """Encrypted (DRM)."""

    slug = "video-protegee"
    title = N_("Vidéo protégée : elle ne peut pas être lue")
    advice = N_("Envoie une vidéo que tu as filmée toi-même.")


REFUSALS: dict[str, type[VideoRefused]] = {
    refusal.slug: refusal
    for refusal in (
        *(NotAVideo, FormatNotAccepted, PictureNotVideo, NoPicture, IncompleteRecording, DamagedVideo),
        *(DimensionsTooLarge, DimensionsTooSmall, VideoTooLong, VideoTooShort, VideoTooJerky, ProtectedVideo),
    )
}

WARNINGS: dict[str, str] = {
    "image-noire": N_("L’image est noire presque tout le temps. Vérifie que rien ne cachait la caméra."),
    "sans-son": N_("Ta vidéo n’a pas de son. Vérifie que le micro était autorisé."),
    "presque-muette": N_("On n’entend presque rien dans ta vidéo. Vérifie que le micro était autorisé."),
    "raccourcie": N_("Ta vidéo est plus courte que ce que tu as envoyé : la fin n’a pas pu être lue."),
}


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
    `position` is the place of a take, from 1.  Of several takes as one (`joining.joined`), `takes` are these.
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
    position: int = 1
    takes: tuple["Probe", ...] = ()

    @property
    def duration_s(self) -> float:
        """How long it plays: until the longer of its two tracks ends."""
        return max(self.end_s, self.sound.end_s if self.sound else 0.0)

    @property
    def is_hdr(self) -> bool:
        """Tell whether it looks washed out unless its tones are mapped."""
        return self.transfer in HDR_TRANSFERS

    @property
    def short_side_px(self) -> int:
        """The side by which sizes are named, so that portrait works."""
        return min(self.width_px, self.height_px)


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
    """What is ready to be shipped; `warnings` are keys of WARNINGS, `lengths_s` those of the takes."""

    duration_s: float
    is_partial: bool
    warnings: tuple[str, ...]
    files: tuple[MediaFile, ...]
    lengths_s: tuple[float, ...]


def judge(probe: Probe, limits: Limits) -> None:
    """Raise the refusal that this file deserves, if any: what is readable first, then how it was filmed."""
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


def judge_duration(probe: Probe, limits: Limits) -> None:
    """Raise when it is too long or short; short of what the header claims means that the end is missing."""
    if probe.duration_s > limits.max_s + RECORDER_GRACE_S:
        raise VideoTooLong(N_("La durée maximum est de %(max_s)s.", max_s=spoken(limits.max_s)))
    if probe.duration_s < limits.min_s - ROUNDING_S:
        if probe.claimed_s and probe.claimed_s >= limits.min_s:
            raise IncompleteRecording
        raise VideoTooShort(N_("La durée minimum est de %(min_s)s.", min_s=spoken(limits.min_s)))


def spoken(duration_s: float) -> str:
    """Say a duration in French."""
    minutes, seconds = divmod(round(duration_s), 60)
    parts = [f"{minutes} min"] if minutes else []
    return " ".join([*parts, f"{seconds} s"] if seconds or not minutes else parts)


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
