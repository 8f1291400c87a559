"""Builds command lines of ffmpeg, with ffmpeg-python: pure functions, run by `workers/runner.py`.

Every name is relative to the room.
"""

from typing import Any

import ffmpeg

from app.videos.ladder import LADDER_LOW_PX, Size, key_frame_pictures, shrunk, sizes
from app.videos.rules import Limits, Probe
from app.videos.storyboard import KEY_FRAME_S, Storyboard
from workers import graphs
from workers.graphs import clean_name, input_name, opened, tracks
from workers.sandbox import name_of

PREVIEW = "preview.mp4"
MASTER = "master.m3u8"
POSTER = "poster.jpg"
MUXED = "video.mp4"
AUDIO = "audio"
BLACKS = "blacks.txt"
SILENCES = "silences.txt"
SAMPLES, SAMPLES_HZ = "samples.pcm", 8000
PEAKS = "peaks.json"
STORYBOARD = "storyboard.jpg"
STORYBOARD_CUES = "storyboard.vtt"
SPEECH = "speech.pcm"
SPEECH_HZ = 16_000
SPEECH_MARGIN_S = 1.0

HEAD = ("ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-progress", "pipe:1", "-y", "-v")
# What identifies a person or a place stays in the source: tags, chapters, subtitles, data tracks.
ANONYMOUS: dict[str, Any] = {"map_metadata": -1, "map_chapters": -1, "sn": None, "dn": None}
SEGMENT_S = 4
CRF = 23
X264: dict[str, Any] = {
    "c:v": "libx264",
    "preset": "veryfast",
    "crf": CRF,
    "pix_fmt": "yuv420p",
    "sc_threshold": 0,
    "flags": "+cgop",
}
AAC: dict[str, Any] = {"c:a": "aac", "b:a": "96k"}
POSTER_CANDIDATES = 20  # all of them are held in memory at once
POSTER_MAX_FPS = 2.0
PICTURE: dict[str, Any] = {"f": "image2", "c:v": "mjpeg", "q:v": 3, "frames:v": 1, "update": 1}


def arguments_of(options: dict[str, str]) -> list[str]:
    """Spell options for a tool that ffmpeg-python does not build for."""
    return [word for key, value in options.items() for word in (f"-{key}", value)]


def remux(limits: Limits, position: int = 1) -> list[str]:
    """Copy a recorder's WebM, which has no duration, into a file that has one."""
    source = opened(name_of(position=position), limits.read_s)
    copied = source["V:0?"], source["a:0?"]
    return _compiled(ffmpeg.output(*copied, clean_name(position), f="matroska", c="copy", **ANONYMOUS))


def taste(probe: Probe, length_s: float) -> list[str]:
    """Decode the beginning of the picture, or of a voice, and throw it away."""
    source = opened(input_name(probe), length_s)
    return _compiled(ffmpeg.output(source[str(probe.index)], "-", f="null"))


def copy(probe: Probe, limits: Limits) -> list[str]:
    """Copy both tracks into a preview; one of them alone would drift from the other by seconds."""
    copied = tracks(opened(input_name(probe), limits.read_s), probe)
    return _compiled(ffmpeg.output(*copied, PREVIEW, f="mp4", c="copy", movflags="+faststart", **ANONYMOUS))


def shrink(probe: Probe, limits: Limits) -> list[str]:
    """Encode a small preview of what browsers may not play."""
    if not probe.has_picture:
        sound = graphs.heard(probe, limits)
        return _compiled(ffmpeg.output(sound, PREVIEW, f="mp4", movflags="+faststart", **AAC, **ANONYMOUS))
    size = shrunk(probe, LADDER_LOW_PX)
    shown = graphs.played(probe, size, limits)
    options = (
        X264
        | (AAC if probe.sound else {})
        | {"maxrate": f"{size.max_kbps}k", "bufsize": f"{size.max_kbps * 2}k"}
    )
    return _compiled(ffmpeg.output(*shown, PREVIEW, f="mp4", movflags="+faststart", **options, **ANONYMOUS))


def listen(probe: Probe, limits: Limits) -> list[str]:
    """Measure loudness (the summary is in the last words), note silences, and keep bare samples to be drawn.

    The picture is not touched.
    """
    heard = (
        graphs.heard(probe, limits)
        .filter("silencedetect", noise="-50dB", duration=1)
        .filter("ametadata", mode="print", file=SILENCES)
        .filter_multi_output("asplit", 2)
    )
    bare = heard[1].filter("aformat", sample_fmts="s16", sample_rates=SAMPLES_HZ, channel_layouts="mono")
    both = ffmpeg.merge_outputs(
        ffmpeg.output(heard[0].filter("ebur128", framelog="verbose"), "-", f="null"),
        ffmpeg.output(bare, SAMPLES, f="s16le"),
    )
    return _compiled(both, level="repeat+info")


def speech(name: str, length_s: float) -> list[str]:
    """Decode the sound into bare samples, which hold no tags, from the moment when the picture begins."""
    sound = (
        opened(name, length_s + SPEECH_MARGIN_S)["a:0"]
        .filter("aresample", SPEECH_HZ, **{"async": 1, "first_pts": 0})
        .filter("aformat", sample_fmts="s16", channel_layouts="mono")
    )
    return _compiled(ffmpeg.output(sound, SPEECH, f="s16le"))


def ladder(probe: Probe, gain_db: float, limits: Limits, rungs: tuple[Size, ...] = ()) -> list[str]:
    """Make all renditions, the audio rendition and the poster in one pass: decode once, split, scale.

    Without `rungs` they are those that we make of every film.
    """
    if not probe.has_picture:
        return _voice(probe, gain_db, limits)
    rungs = rungs or sizes(probe)
    picture, *sound = graphs.played(probe, rungs[0], limits)
    shown = picture.filter_multi_output("split", len(rungs) + 1)
    *scaled, low = (shown[n] if n == 0 else graphs.scaled(shown[n], size) for n, size in enumerate(rungs))
    low = low.filter("blackdetect", d=1).filter("metadata", mode="print", file=BLACKS)
    heard = [graphs.levelled(track, probe, gain_db) for track in sound]
    return _compiled(
        ffmpeg.merge_outputs(
            ffmpeg.output(*scaled, low, *heard, "%v.m3u8", **_hls(probe, rungs), **ANONYMOUS),
            _poster(shown[len(rungs)], probe),
        )
    )


def _voice(probe: Probe, gain_db: float, limits: Limits) -> list[str]:
    """Make the one rendition of a voice, and draw its waveform, in one pass."""
    sound = graphs.levelled(graphs.heard(probe, limits), probe, gain_db)
    both = sound.filter_multi_output("asplit", 2)
    return _compiled(
        ffmpeg.merge_outputs(
            ffmpeg.output(both[0], "%v.m3u8", **AAC, **_segmented(f"a:0,name:{AUDIO}"), **ANONYMOUS),
            ffmpeg.output(graphs.drawn(both[1]), POSTER, **PICTURE, **ANONYMOUS),
        )
    )


def mux(names: list[str], limits: Limits) -> list[str]:
    """Copy the smallest rendition and the sound into one file, for players without scripts."""
    copied = [opened(name, limits.read_s)["0"] for name in names]
    return _compiled(ffmpeg.output(*copied, MUXED, f="mp4", c="copy", movflags="+faststart", **ANONYMOUS))


def storyboard(name: str, board: Storyboard, limits: Limits) -> list[str]:
    """Lay small pictures of a rendition side by side."""
    shown = graphs.key_frames(name, limits.read_s)
    if board.stride > 1:
        shown = shown.filter("select", f"not(mod(n,{board.stride}))")
    tiles = shown.filter("scale", board.tile_width_px, board.tile_height_px)
    sheet = tiles.filter("tile", layout=f"{board.columns}x{board.rows}", nb_frames=board.tiles)
    return _compiled(ffmpeg.output(sheet, STORYBOARD, **PICTURE | {"q:v": 5}, **ANONYMOUS))


def poster(name: str, key_frame: int, limits: Limits) -> list[str]:
    """Keep one key frame of a rendition, counted from 0."""
    shown = graphs.key_frames(name, limits.read_s).filter("select", f"eq(n,{key_frame})")
    return _compiled(ffmpeg.output(shown, POSTER, **PICTURE, **ANONYMOUS))


def _compiled(outputs: Any, level: str = "repeat+warning") -> list[str]:
    return list(ffmpeg.compile(outputs, cmd=[*HEAD, level]))


def _hls(probe: Probe, rungs: tuple[Size, ...]) -> dict[str, Any]:
    """One object a rendition, read by byte ranges; key frames at the same places in all."""
    gop = key_frame_pictures(probe.fps)
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
        **_segmented(_variants(probe, rungs)),
    }


def _segmented(variants: str) -> dict[str, Any]:
    return {
        "f": "hls",
        "hls_time": SEGMENT_S,
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "single_file+independent_segments",
        "hls_segment_filename": "%v.mp4",
        "master_pl_name": MASTER,
        "var_stream_map": variants,
    }


def _variants(probe: Probe, rungs: tuple[Size, ...]) -> str:
    group = ",agroup:aud" if probe.sound else ""
    variants = [f"v:{n}{group},name:{size.name}" for n, size in enumerate(rungs)]
    return " ".join(
        [*variants, *([f"a:0{group},default:yes,language:fr,name:{AUDIO}"] if probe.sound else [])]
    )


def _poster(picture: Any, probe: Probe) -> Any:
    """Keep the picture that is most like all others, from after the first second: neither black nor odd."""
    start_s = 1 if probe.end_s > KEY_FRAME_S else 0
    span_s = probe.end_s - start_s
    rate = min(POSTER_MAX_FPS, POSTER_CANDIDATES / span_s)
    some = picture.filter("trim", start=start_s)
    if span_s * rate >= 1:  # of less than that none would be left
        some = some.filter("fps", fps=f"{rate:.4f}")
    # The choice is made in RGB, in which a picture would weigh twice as much.
    chosen = some.filter("thumbnail", n=POSTER_CANDIDATES + 1).filter("format", "yuvj420p")
    return ffmpeg.output(chosen, POSTER, **PICTURE, **ANONYMOUS)
