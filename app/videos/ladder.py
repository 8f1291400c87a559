"""Pure arithmetic of renditions: sizes by short side, steady rates, loudness; what may be copied as it is."""

from dataclasses import dataclass
from fractions import Fraction

from app.videos.rules import Probe, Sound
from app.videos.storyboard import KEY_FRAME_S

COPY_MAX_SIDE_PX = 1080
COPY_MAX_FPS = 60.5
COPY_MAX_BPS = 20_000_000  # iPhones film 1080p in H.264 at 17 Mb/s

LADDER_MAX_FPS = 30.0
LADDER_TOP_PX = 720
LADDER_LOW_PX = 360
LADDER_SPREAD = 4 / 3  # under this ratio a second rendition saves nobody any data
KBPS_BY_SIDE = ((360, 800), (480, 1400), (720, 2800))
KBPS_ABOVE = 5000
COMMON_RATES = (Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30))

LOUDNESS_TARGET_LUFS = -16.0
LOUDNESS_FLOOR_LUFS = -60.0  # quieter than this there is nothing to raise but noise
GAIN_MAX_DB = 20.0


@dataclass(frozen=True)
class Size:
    """One rendition: even sides, and the bit rate that it never exceeds for long."""

    width_px: int
    height_px: int
    max_kbps: int

    @property
    def name(self) -> str:
        """Name by the short side: `720p`."""
        return f"{min(self.width_px, self.height_px)}p"


def is_copyable(probe: Probe) -> bool:
    """Tell whether browsers play it as it is, so that its preview is a copy."""
    if probe.size_bytes * 8 > COPY_MAX_BPS * probe.duration_s or probe.takes:
        return False
    if not probe.has_picture:
        return probe.sound is not None and is_plain(probe.sound)
    return (
        probe.container == "mp4"
        and probe.codec == "h264"
        and probe.pixel_format in {"yuv420p", "yuvj420p"}
        and (probe.sound is None or is_plain(probe.sound))
        and probe.short_side_px <= COPY_MAX_SIDE_PX
        and probe.fps <= COPY_MAX_FPS
        and not probe.is_interlaced
    )


def is_plain(sound: Sound) -> bool:
    """Tell whether every browser plays a sound as it is, in an MP4: older iPhones play no Opus there."""
    return (sound.codec, sound.profile) == ("aac", "LC")


def sizes(probe: Probe) -> tuple[Size, ...]:
    """Choose the renditions, largest first: 720 and 360 by short side, one alone for a small source."""
    top_px = min(LADDER_TOP_PX, probe.short_side_px)
    sides_px = [top_px, LADDER_LOW_PX] if top_px >= LADDER_LOW_PX * LADDER_SPREAD else [top_px]
    return tuple(shrunk(probe, side_px) for side_px in sides_px)


def shrunk(probe: Probe, side_px: int) -> Size:
    """Scale to a short side, never up, with even sides as 4:2:0 needs."""
    ratio = min(1.0, side_px / probe.short_side_px)
    width_px, height_px = (max(2, round(edge * ratio / 2) * 2) for edge in (probe.width_px, probe.height_px))
    if ratio == 1.0:
        width_px, height_px = probe.width_px // 2 * 2, probe.height_px // 2 * 2
    return Size(width_px, height_px, _max_kbps(min(width_px, height_px)))


def _max_kbps(side_px: int) -> int:
    """Source: Apple HLS authoring specification, H.264 at 30 fps, rounded for talking heads."""
    return next((kbps for limit_px, kbps in KBPS_BY_SIDE if side_px <= limit_px), KBPS_ABOVE)


def steady_fps(fps: float) -> Fraction:
    """Choose the constant rate of the renditions: at most 30, a common rate when one is near, else whole."""
    if fps > LADDER_MAX_FPS:
        return Fraction(30)
    nearest = min(COMMON_RATES, key=lambda rate: abs(float(rate) - fps))
    if abs(float(nearest) - fps) <= 0.005 * fps:
        return nearest
    return Fraction(max(5, round(fps)))


def key_frame_pictures(fps: float) -> int:
    """Return how many pictures of the renditions follow from one key frame to the next."""
    return round(KEY_FRAME_S * steady_fps(fps))


def key_frame_s(fps: float) -> float:
    """Return the exact seconds from one key frame of the renditions to the next."""
    return float(key_frame_pictures(fps) / steady_fps(fps))


def gain_db(loudness_lufs: float) -> float:
    """Give the gain that brings speech to -16 LUFS; near silence is left alone."""
    if loudness_lufs < LOUDNESS_FLOOR_LUFS:
        return 0.0
    return round(min(GAIN_MAX_DB, LOUDNESS_TARGET_LUFS - loudness_lufs), 1)
