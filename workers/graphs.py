"""Fragments of filter graphs: what is opened and how it is guarded, pictures and sounds as players want them.

The guards stand before each input: given as global options they would land behind the outputs and be ignored.
"""

from fractions import Fraction
from typing import Any

import ffmpeg
from ffmpeg.nodes import FilterableStream, FilterNode, Node

from app.videos.joining import SAMPLE_HZ, fitted, lengths_s, rate_of
from app.videos.ladder import Size
from app.videos.rules import BIGGEST_PX, Limits, Probe
from workers.sandbox import name_of

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
CLEAN = "clean"
SD_SIDE_PX = 720
EVEN_S = 0.05
# The drawing of a voice: 16:9 as the player, in the light colours of app/web/css/tokens.css.
POSTER_WIDTH_PX, POSTER_HEIGHT_PX = 1280, 720
BARS, BAR_STEPS, BLOCK_PX = 70, 100, 8
WAVE_WIDTH_PX, WAVE_HEIGHT_PX = 2 * BLOCK_PX * BARS, 4 * BAR_STEPS
PAPER_RGB, BRAND_RGB = (0xFF, 0xF8, 0xEF), (0xF6, 0x58, 0x2A)


class Source(FilterNode):  # type: ignore[misc]  # the library has no types
    """A filter that reads nothing, for which ffmpeg-python has no word; `name` is unique in its graph."""

    def __init__(self, name: str, **options: Any) -> None:
        Node.__init__(self, None, name, {FilterableStream}, FilterableStream, 0, 0, kwargs=options)


def opened(name: str, length_s: float, **options: str) -> Any:
    """Open a file of the room, and read so much of it at most."""
    return ffmpeg.input(f"file:{name}", **GUARDS, **options, t=f"{length_s:g}")


def key_frames(name: str, length_s: float) -> Any:
    """Open a film that was made here, and decode nothing of it but its key frames."""
    return opened(name, length_s, skip_frame="nokey")["0"]


def clean_name(position: int) -> str:
    """Name the clean copy of a recorder's WebM."""
    return f"{name_of(CLEAN, position)}.mkv"


def input_name(take: Probe) -> str:
    """Name what is read of a take: recorders' WebM is read from its clean copy."""
    return clean_name(take.position) if take.container == "webm" else name_of(position=take.position)


def tracks(source: Any, probe: Probe) -> list[Any]:
    """Take the tracks by their number: `v:0` may be cover art; of a voice, the sound alone."""
    taken = (probe if probe.has_picture else None, probe.sound)
    return [source[str(track.index)] for track in taken if track]


def played(film: Probe, size: Size, limits: Limits) -> list[Any]:
    """Give the picture of a film in a size and, where there is one, its sound: takes one after the other."""
    if film.whole:
        picture, *sound = played(film.whole, size, limits)
        return [seen_part(picture, film), *(heard_part(track, film) for track in sound)]
    if not film.takes:
        picture, *sound = tracks(opened(input_name(film), limits.read_s), film)
        missing_s = film.sound.end_s - film.end_s if film.sound else 0.0
        held_s = missing_s if missing_s > EVEN_S else 0.0  # the last picture stays while the voice goes on
        return [pictured(picture, film, size, rate_of(film), held_s), *map(stereo, sound)]
    parts: list[Any] = []
    for take, length_s in zip(film.takes, lengths_s(film), strict=True):
        parts.append(framed(take, size, rate_of(film), length_s, limits))
        if film.sound:
            parts.append(filled(take, length_s, limits))
    both = ffmpeg.concat(*parts, v=1, a=int(film.sound is not None)).node
    return [both[0], both[1]] if film.sound else [both[0]]


def heard(film: Probe, limits: Limits) -> Any:
    """Give the sound of a film alone, takes one after the other."""
    if film.whole:
        return heard_part(heard(film.whole, limits), film)
    if not film.takes:
        *_, track = tracks(opened(input_name(film), limits.read_s), film)
        return stereo(track)
    lengths = zip(film.takes, lengths_s(film), strict=True)
    return ffmpeg.concat(*(filled(take, length_s, limits) for take, length_s in lengths), v=0, a=1)


def seen_part(picture: Any, film: Probe) -> Any:
    """Keep what a cut leaves of the pictures of a film, counted one by one."""
    first, end = (round(edge_s * rate_of(film)) for edge_s in film.kept_s)
    return picture.filter("trim", start_frame=first, end_frame=end).filter("setpts", "PTS-STARTPTS")


def heard_part(sound: Any, film: Probe) -> Any:
    """Keep what a cut leaves of the sound of a film, from the same instant to the same instant."""
    first, end = (round(edge_s * SAMPLE_HZ) for edge_s in film.kept_s)
    return sound.filter("atrim", start_sample=first, end_sample=end).filter("asetpts", "PTS-STARTPTS")


def framed(take: Probe, canvas: Size, rate: Fraction, length_s: Fraction, limits: Limits) -> Any:
    """Give the picture of a take on the canvas of all, for exactly as long as the take plays."""
    picture = opened(input_name(take), limits.read_s)[str(take.index)]
    size = fitted(take, canvas)
    held_s = max(0.0, float(length_s) - take.end_s) + EVEN_S
    shown = pictured(picture, take, size, rate, held_s)
    if (size.width_px, size.height_px) != (canvas.width_px, canvas.height_px):
        shown = shown.filter("pad", canvas.width_px, canvas.height_px, "(ow-iw)/2", "(oh-ih)/2").filter(
            "setsar", 1
        )
    return shown.filter("trim", end_frame=round(length_s * rate))


def filled(take: Probe, length_s: Fraction, limits: Limits) -> Any:
    """Give the sound of a take, or silence, for exactly as long as the take plays."""
    if take.sound is None:
        sound = Source(
            f"anullsrc@take{take.position}", channel_layout="stereo", sample_rate=SAMPLE_HZ
        ).stream()
    else:
        missing_s = max(0.0, float(length_s) - take.sound.end_s) + EVEN_S
        sound = stereo(opened(input_name(take), limits.read_s)[str(take.sound.index)])
        sound = sound.filter("apad", pad_dur=f"{missing_s:.3f}")
    return sound.filter("atrim", end_sample=round(length_s * SAMPLE_HZ))


def pictured(picture: Any, probe: Probe, size: Size, rate: Fraction, held_s: float) -> Any:
    """Bring any picture to a steady rate, a size, and the colours that every player expects.

    Interlaced ones are made whole first, or what moves would be combed.  The last one stays `held_s` longer.
    """
    if probe.is_interlaced:
        picture = picture.filter("bwdif", mode="send_frame")
    steady = picture.filter("fps", fps=str(rate), start_time=0)
    if probe.is_hdr:
        shown = toned(steady.filter("scale", size.width_px, size.height_px), probe)
    else:
        colours = {"out_color_matrix": "bt709", "out_range": "tv"}
        if probe.matrix == "unknown":
            colours["in_color_matrix"] = "bt709" if probe.short_side_px >= SD_SIDE_PX else "bt601"
        shown = steady.filter("scale", size.width_px, size.height_px, **colours)
    if held_s:
        shown = shown.filter("tpad", stop_mode="clone", stop_duration=f"{held_s:.3f}")
    bt709 = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709"}
    return shown.filter("format", "yuv420p").filter("setsar", 1).filter("setparams", range="tv", **bt709)


def toned(picture: Any, probe: Probe) -> Any:
    """Map the tones of HLG and PQ, which come out washed otherwise; after scaling, for it is slow."""
    linear = {"tin": probe.transfer, "pin": "bt2020", "min": "bt2020nc", "t": "linear", "npl": 100}
    return (
        picture.filter("zscale", **linear)
        .filter("format", "gbrpf32le")
        .filter("zscale", p="bt709")
        .filter("tonemap", tonemap="hable", desat=0)
        .filter("zscale", t="bt709", m="bt709", r="tv")
    )


def scaled(picture: Any, size: Size) -> Any:
    """Bring a picture that is right already to another size."""
    return picture.filter("scale", size.width_px, size.height_px)


def stereo(track: Any) -> Any:
    """Fill gaps so that sound starts and stays with the picture; `aformat` last, or 5.1 fails."""
    gapless = track.filter("aresample", **{"async": 1, "first_pts": 0})
    return gapless.filter("aformat", sample_rates=SAMPLE_HZ, channel_layouts="stereo")


def drawn(sound: Any) -> Any:
    """Draw a sound as bars, in the colour of the brand on that of the paper.

    The bars stand on the blocks of a JPEG, so that the picture weighs next to nothing.
    """
    wave = sound.filter("aformat", channel_layouts="mono").filter(
        "showwavespic", s=f"{BARS}x{BAR_STEPS}", colors="white", filter="peak"
    )
    bars = wave.filter("format", "rgb24").filter("scale", WAVE_WIDTH_PX, WAVE_HEIGHT_PX, flags="neighbor")
    # Lines as wide as a bar leave every other one; those across stand above the picture.
    apart = bars.filter("drawgrid", w=2 * BLOCK_PX, h=POSTER_HEIGHT_PX, y=-BLOCK_PX, t=BLOCK_PX, c="black")
    # White on black so far: each channel goes from the one colour to the other.
    mixed = {
        channel: f"{paper}+({brand}-{paper})*val/255"
        for channel, paper, brand in zip("rgb", PAPER_RGB, BRAND_RGB, strict=True)
    }
    left_px, top_px = (POSTER_WIDTH_PX - WAVE_WIDTH_PX) // 2, (POSTER_HEIGHT_PX - WAVE_HEIGHT_PX) // 2
    framed_in = (POSTER_WIDTH_PX, POSTER_HEIGHT_PX, left_px, top_px, "0x" + bytes(PAPER_RGB).hex())
    return apart.filter("lutrgb", **mixed).filter("pad", *framed_in).filter("format", "yuvj444p")


def levelled(sound: Any, film: Probe, gain_db: float) -> Any:
    """Bring the sound of a film to the loudness of all, and to the end of the picture."""
    even = sound.filter("volume", f"{gain_db:g}dB").filter("alimiter", limit=0.84, level=0)
    missing_s = film.end_s - film.sound.end_s if film.sound else 0.0
    if film.has_picture and missing_s < -EVEN_S:
        # The picture is held to the end that the packets give; old codecs decode to a little less.
        even = even.filter("apad", whole_dur=f"{film.duration_s:.3f}")
    if missing_s > EVEN_S:
        even = even.filter("apad", pad_dur=f"{missing_s:.3f}")
    return even.filter("aformat", sample_rates=SAMPLE_HZ, channel_layouts="stereo")
