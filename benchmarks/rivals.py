"""How two well-known services call ffmpeg for a film: one process for each size, each decoding anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PEERTUBE_SIDES_PX = (1080, 720, 480, 360)
MEDIACMS_SIDES_PX = (1080, 720, 480, 360, 240)
PEERTUBE_BITS_PER_PIXEL = {1080: 0.10, 720: 0.11, 480: 0.12, 360: 0.15}
MEDIACMS_KBPS = {1080: 4500, 720: 2500, 480: 1000, 360: 500, 240: 300}
MEDIACMS_RATE_MARGIN = 1.5
MEDIACMS_TALL_PX = 720  # from here on another preset
WIDE = 16 / 9


@dataclass(frozen=True)
class Rival:
    """A service: its name, the sizes that it makes, and the command for one of them."""

    name: str
    sides_px: Sequence[int]
    command: Callable[[Path, int, int], list[str]]


def peertube(film: Path, side_px: int, fps: int) -> list[str]:
    """Give PeerTube's command for one resolution of an HLS playlist; sound in AAC is copied.

    Source: its packages ffmpeg (default transcoding profile, presets, vod) and core-utils (bitrate), 7.x.
    """
    bps = int(side_px * side_px * WIDE * fps * PEERTUBE_BITS_PER_PIXEL[side_px])
    return [
        *("ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(film)),
        *("-max_muxing_queue_size", "1024", "-map_metadata", "-1", "-pix_fmt", "yuv420p"),
        *("-c:a", "copy", "-c:v", "libx264", "-vf", f"scale=w=-2:h={side_px}"),
        *("-preset", "veryfast", "-maxrate:v", str(bps), "-bufsize:v", str(2 * bps)),
        *("-b_strategy", "1", "-bf", "16", "-r", str(fps), "-g:v", str(2 * fps)),
        *("-hls_time", "4", "-hls_list_size", "0", "-hls_playlist_type", "vod"),
        *("-hls_segment_filename", f"{side_px}.mp4", "-hls_segment_type", "fmp4", "-f", "hls"),
        *("-hls_flags", "single_file", f"{side_px}.m3u8"),
    ]


def mediacms(film: Path, side_px: int, fps: int) -> list[str]:
    """Give MediaCMS's command for one H.264 profile of a film that is longer than two seconds.

    Source: its files/helpers.py, 7.x; the profiles are the active ones of its fixtures.
    """
    most = f"{int(MEDIACMS_KBPS[side_px] * MEDIACMS_RATE_MARGIN)}k"
    preset = "faster" if side_px >= MEDIACMS_TALL_PX else "medium"
    return [
        *("ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(film), "-c:v", "libx264"),
        *("-filter:v", f"scale=-2:{side_px},fps=fps={fps}", "-pix_fmt", "yuv420p", "-crf", "23"),
        *("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-maxrate", most, "-bufsize", most),
        *("-force_key_frames", "expr:gte(t,n_forced*4)"),
        *("-x264-params", f"keyint={8 * fps}:keyint_min={4 * fps}", "-preset", preset),
        *("-profile:v", "main", "-level", "4.2", "-strict", "-2"),
        *("-movflags", "+faststart", f"{side_px}.mp4"),
    ]


PEERTUBE = Rival("PeerTube", PEERTUBE_SIDES_PX, peertube)
MEDIACMS = Rival("MediaCMS", MEDIACMS_SIDES_PX, mediacms)
