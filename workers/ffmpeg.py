"""Builds command lines of ffmpeg, with ffmpeg-python: pure functions, run by `workers/runner.py`.

Every name is relative to the room.  The guards stand before each input: given as global options they would
land behind the outputs and be ignored.
"""

from typing import Any

import ffmpeg

from app.videos.ladder import LADDER_LOW_PX, Size, shrunk, sizes, steady_fps
from app.videos.rules import BIGGEST_PX, Limits, Probe
from workers.sandbox import SOURCE

CLEAN = "clean.mkv"
PREVIEW = "preview.mp4"
MASTER = "master.m3u8"
POSTER = "poster.jpg"
MUXED = "video.mp4"
AUDIO = "audio"
BLACKS = "blacks.txt"
SILENCES = "silences.txt"

HEAD = ("ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-progress", "pipe:1", "-y", "-v")
DECODERS = (
    *("h264", "hevc", "vp8", "libvpx", "vp9", "libvpx-vp9", "av1", "libdav1d", "libaom-av1"),
    *("mpeg4", "h263", "mjpeg", "aac", "opus", "libopus", "vorbis", "libvorbis", "mp3", "mp3float"),
    *("amrnb", "libopencore_amrnb", "amrwb", "libopencore_amrwb", "alac", "ac3", "eac3", "flac"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_f32le", "pcm_alaw", "pcm_mulaw"),
)
GUARDS: dict[str, str] = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm",
    "codec_whitelist": ",".join(DECODERS),
    "max_pixels": str(BIGGEST_PX),
}
# What identifies a person or a place stays in the source: tags, chapters, subtitles, data tracks.
ANONYMOUS: dict[str, Any] = {"map_metadata": -1, "map_chapters": -1, "sn": None, "dn": None}
GOP_S = 2
SEGMENT_S = 4
CRF = 23
SD_SIDE_PX = 720
EVEN_S = 0.05
FROZEN_S = 0.3
X264: dict[str, Any] = {
    "c:v": "libx264",
    "preset": "veryfast",
    "crf": CRF,
    "pix_fmt": "yuv420p",
    "sc_threshold": 0,
    "flags": "+cgop",
}
AAC: dict[str, Any] = {"c:a": "aac", "b:a": "96k"}


def arguments_of(options: dict[str, str]) -> list[str]:
    """Spell options for a tool that ffmpeg-python does not build for."""
    return [word for key, value in options.items() for word in (f"-{key}", value)]


def input_name(probe: Probe) -> str:
    """Name what is read: recorders' WebM is read from its clean copy."""
    return CLEAN if probe.container == "webm" else SOURCE


def remux(limits: Limits) -> list[str]:
    """Copy a recorder's WebM, which has no duration, into a file that has one."""
    source = _opened(SOURCE, limits.read_s)
    copied = source["V:0?"], source["a:0?"]
    return _compiled(ffmpeg.output(*copied, CLEAN, f="matroska", c="copy", **ANONYMOUS))


def taste(probe: Probe, length_s: float) -> list[str]:
    """Decode the beginning of the picture and throw it away."""
    source = _opened(input_name(probe), length_s)
    return _compiled(ffmpeg.output(source[str(probe.index)], "-", f="null"))


def copy(probe: Probe, limits: Limits) -> list[str]:
    """Copy both tracks into a preview; one of them alone would drift from the other by seconds."""
    tracks = _tracks(_opened(input_name(probe), limits.read_s), probe)
    return _compiled(ffmpeg.output(*tracks, PREVIEW, f="mp4", c="copy", movflags="+faststart", **ANONYMOUS))


def shrink(probe: Probe, limits: Limits) -> list[str]:
    """Encode a small preview of what browsers may not play."""
    picture, *sound = _tracks(_opened(input_name(probe), limits.read_s), probe)
    size = shrunk(probe, LADDER_LOW_PX)
    shown = [_pictured(picture, probe, size), *(_stereo(track) for track in sound)]
    options = (
        X264 | (AAC if sound else {}) | {"maxrate": f"{size.max_kbps}k", "bufsize": f"{size.max_kbps * 2}k"}
    )
    return _compiled(ffmpeg.output(*shown, PREVIEW, f="mp4", movflags="+faststart", **options, **ANONYMOUS))


def listen(probe: Probe, limits: Limits) -> list[str]:
    """Measure loudness (the summary is in the last words) and note silences, without touching the picture."""
    *_, track = _tracks(_opened(input_name(probe), limits.read_s), probe)
    heard = (
        _stereo(track)
        .filter("silencedetect", noise="-50dB", duration=1)
        .filter("ametadata", mode="print", file=SILENCES)
        .filter("ebur128", framelog="verbose")
    )
    return _compiled(ffmpeg.output(heard, "-", f="null"), level="repeat+info")


def ladder(probe: Probe, gain_db: float, limits: Limits) -> list[str]:
    """Make all renditions, the audio rendition and the poster in one pass: decode once, split, scale."""
    picture, *sound = _tracks(_opened(input_name(probe), limits.read_s), probe)
    rungs = sizes(probe)
    shown = _pictured(picture, probe, rungs[0]).filter_multi_output("split", len(rungs) + 1)
    *scaled, low = (shown[n] if n == 0 else _scaled(shown[n], size) for n, size in enumerate(rungs))
    low = low.filter("blackdetect", d=1).filter("metadata", mode="print", file=BLACKS)
    heard = [_levelled(track, probe, gain_db) for track in sound]
    return _compiled(
        ffmpeg.merge_outputs(
            ffmpeg.output(*scaled, low, *heard, "%v.m3u8", **_hls(probe, rungs), **ANONYMOUS),
            _poster(shown[len(rungs)], probe),
        )
    )


def mux(names: list[str], limits: Limits) -> list[str]:
    """Copy the smallest rendition and the sound into one file, for players without scripts."""
    tracks = [_opened(name, limits.read_s)["0"] for name in names]
    return _compiled(ffmpeg.output(*tracks, MUXED, f="mp4", c="copy", movflags="+faststart", **ANONYMOUS))


def _opened(name: str, length_s: float) -> Any:
    return ffmpeg.input(f"file:{name}", **GUARDS, t=f"{length_s:g}")


def _compiled(outputs: Any, level: str = "repeat+warning") -> list[str]:
    return list(ffmpeg.compile(outputs, cmd=[*HEAD, level]))


def _tracks(source: Any, probe: Probe) -> list[Any]:
    """Take the tracks by their number: `v:0` may be cover art."""
    return [source[str(track.index)] for track in (probe, probe.sound) if track]


def _pictured(picture: Any, probe: Probe, size: Size) -> Any:
    """Bring any picture to a steady rate, a size, and the colours that every player expects."""
    steady = picture.filter("fps", fps=str(steady_fps(probe.fps)), start_time=0)
    if probe.is_hdr:
        shown = _toned(steady.filter("scale", size.width_px, size.height_px), probe)
    else:
        colours = {"out_color_matrix": "bt709", "out_range": "tv"}
        if probe.matrix == "unknown":
            colours["in_color_matrix"] = "bt709" if probe.short_side_px >= SD_SIDE_PX else "bt601"
        shown = steady.filter("scale", size.width_px, size.height_px, **colours)
    missing_s = probe.sound.end_s - probe.end_s if probe.sound else 0.0
    if missing_s > FROZEN_S:  # the last picture stays while the voice goes on
        shown = shown.filter("tpad", stop_mode="clone", stop_duration=f"{missing_s:.3f}")
    bt709 = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709"}
    return shown.filter("format", "yuv420p").filter("setsar", 1).filter("setparams", range="tv", **bt709)


def _toned(picture: Any, probe: Probe) -> Any:
    """Map the tones of HLG and PQ, which come out washed otherwise; after scaling, for it is slow."""
    linear = {"tin": probe.transfer, "pin": "bt2020", "min": "bt2020nc", "t": "linear", "npl": 100}
    return (
        picture.filter("zscale", **linear)
        .filter("format", "gbrpf32le")
        .filter("zscale", p="bt709")
        .filter("tonemap", tonemap="hable", desat=0)
        .filter("zscale", t="bt709", m="bt709", r="tv")
    )


def _scaled(picture: Any, size: Size) -> Any:
    return picture.filter("scale", size.width_px, size.height_px)


def _stereo(track: Any) -> Any:
    """Fill gaps so that sound starts and stays with the picture; `aformat` last, or 5.1 fails."""
    filled = track.filter("aresample", **{"async": 1, "first_pts": 0})
    return filled.filter("aformat", sample_rates=48000, channel_layouts="stereo")


def _levelled(track: Any, probe: Probe, gain_db: float) -> Any:
    levelled = _stereo(track).filter("volume", f"{gain_db:g}dB").filter("alimiter", limit=0.84, level=0)
    missing_s = probe.end_s - probe.sound.end_s if probe.sound else 0.0
    if missing_s > EVEN_S:
        levelled = levelled.filter("apad", pad_dur=f"{missing_s:.3f}")
    return levelled.filter("aformat", sample_rates=48000, channel_layouts="stereo")


def _hls(probe: Probe, rungs: tuple[Size, ...]) -> dict[str, Any]:
    """One object a rendition, read by byte ranges; key frames at the same places in all."""
    gop = round(GOP_S * steady_fps(probe.fps))
    rates = {
        f"{key}:v:{n}": f"{size.max_kbps * factor}k"
        for n, size in enumerate(rungs)
        for key, factor in (("maxrate", 1), ("bufsize", 2))
    }
    return {
        **X264,
        **(AAC if probe.sound else {}),
        **rates,
        "g": gop,
        "keyint_min": gop,
        "f": "hls",
        "hls_time": SEGMENT_S,
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "single_file+independent_segments",
        "hls_segment_filename": "%v.mp4",
        "master_pl_name": MASTER,
        "var_stream_map": _variants(probe, rungs),
    }


def _variants(probe: Probe, rungs: tuple[Size, ...]) -> str:
    group = ",agroup:aud" if probe.sound else ""
    variants = [f"v:{n}{group},name:{size.name}" for n, size in enumerate(rungs)]
    return " ".join(
        [*variants, *([f"a:0{group},default:yes,language:fr,name:{AUDIO}"] if probe.sound else [])]
    )


def _poster(picture: Any, probe: Probe) -> Any:
    """Keep one picture from after the first second, when the face is there."""
    start_s = 1 if probe.end_s > GOP_S else 0
    options: dict[str, Any] = {"f": "image2", "c:v": "mjpeg", "q:v": 3, "frames:v": 1, "update": 1}
    return ffmpeg.output(picture.filter("trim", start=start_s), POSTER, **options, **ANONYMOUS)
