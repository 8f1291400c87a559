"""Makes the clips that tests send: good ones as phones write them, and hostile ones with their refusal."""

import os
import random
import re
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

from app.videos.refusals import (
    DamagedVideo,
    DimensionsTooLarge,
    DimensionsTooSmall,
    FormatNotAccepted,
    IncompleteRecording,
    NoPicture,
    NotAVideo,
    PictureNotVideo,
    ProtectedVideo,
    VideoRefused,
    VideoTooJerky,
    VideoTooLong,
    VideoTooShort,
)

TALK_S = 4
SPEECH = (
    "Bonjour, je m’appelle Inès, j’ai vingt ans et je cherche un contrat d’apprentissage en cuisine. "
    "J’ai fait deux stages dans un restaurant de mon quartier. Je suis ponctuelle et j’aime apprendre."
)
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
PLACE = "+48.8566+002.3522/"


class Clips:
    """Clips by name, made when first asked for and kept for the session."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __getitem__(self, name: str) -> Path:
        """Give the path of a clip; `name` is a key of GOOD, VOICES or HOSTILE."""
        known = GOOD | VOICES
        return self._made(name, known[name] if name in known else HOSTILE[name][0])

    def speech(self) -> Path:
        """Speak French for TALK_S seconds, or hum where espeak-ng is missing."""
        return self._made("speech.wav", spoken)

    def _made(self, name: str, recipe: "Recipe") -> Path:
        """Make a file under another name first: test processes that share a folder see it whole or not."""
        path, unfinished = self.root / name, self.root / f"{os.getpid()}-{name}"
        if not path.exists():
            recipe(self, unfinished)
            unfinished.rename(path)
        return path


def spoken(_clips: Clips, path: Path) -> None:
    """Say what somebody who looks for a place says."""
    raw = path.with_suffix(".raw.wav")
    if shutil.which("espeak-ng"):
        subprocess.run(["espeak-ng", "-v", "fr", "-w", raw, SPEECH], check=True)
    else:
        ffmpeg("-f", "lavfi", "-i", f"sine=300:duration={TALK_S}", raw)
    ffmpeg("-i", raw, "-af", "apad", "-t", TALK_S, "-ar", 44100, path)


Recipe = Callable[[Clips, Path], object]


def ffmpeg(*words: object) -> None:
    """Run ffmpeg, whose last words become the failure of the test."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def picture(size: str = "320x240", rate: object = 30, length_s: float = TALK_S) -> list[str]:
    """Give a moving picture as an input."""
    return ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={length_s}"]


def filmed(*words: object, size: str = "320x240", rate: object = 30) -> Recipe:
    """Film somebody speaking; further words are output options, which may override."""

    def recipe(clips: Clips, path: Path) -> None:
        ffmpeg(*picture(size, rate), "-i", clips.speech(), *X264, "-c:a", "aac", *words, path)

    return recipe


def silent(*words: object, size: str = "320x240", rate: object = 30, length_s: float = TALK_S) -> Recipe:
    """Film without a microphone."""
    return lambda _clips, path: ffmpeg(*picture(size, rate, length_s), *X264, *words, path)


def blank(size: str) -> Recipe:
    """Film a few pictures of nothing, which is quick at any size."""
    source = ("-f", "lavfi", "-i", f"color=size={size}:rate=5:duration=0.6")
    return lambda _clips, path: ffmpeg(*source, *X264, path)


def copied(original: str, *words: object, before: tuple[object, ...] = ()) -> Recipe:
    """Copy the tracks of another clip, with options."""
    return lambda clips, path: ffmpeg(*before, "-i", clips[original], "-c", "copy", *words, path)


def written(content: bytes) -> Recipe:
    """Write bytes, whatever the name says."""
    return lambda _clips, path: path.write_bytes(content)


def changed(original: str, change: Callable[[bytes], bytes]) -> Recipe:
    """Change the bytes of another clip."""
    return lambda clips, path: path.write_bytes(change(clips[original].read_bytes()))


def recorded(clips: Clips, path: Path) -> None:
    """Write WebM as MediaRecorder does: into a stream, so that nothing knows its length."""
    codecs = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k", "-c:a", "libopus")
    with path.open("wb") as file:
        command = ["ffmpeg", "-v", "error", *picture(), "-i", str(clips.speech()), *codecs]
        subprocess.run([*command, "-live", "1", "-f", "webm", "-"], stdout=file, check=True)


def drawn(*words: object) -> Recipe:
    """Draw one picture, or a few."""
    return lambda _clips, path: ffmpeg(*picture(length_s=1), "-frames:v", 1, *words, path)


def zipped(_clips: Clips, path: Path) -> None:
    """Pack an archive."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lettre.txt", SPEECH)


def noise(length_bytes: int) -> bytes:
    """Give the same random bytes every time."""
    return random.Random(20261123).randbytes(length_bytes)  # noqa: S311  reproducible, not secret


def box(kind: bytes, content: bytes) -> bytes:
    """Wrap bytes in one MP4 box."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def scratched(start: float, end: float) -> Callable[[bytes], bytes]:
    """Overwrite a part of the pictures, given as shares of `mdat`, with noise."""

    def change(content: bytes) -> bytes:
        at = content.index(b"mdat") + 4
        size = int.from_bytes(content[at - 8 : at - 4]) - 8
        first, last = at + int(size * start), at + int(size * end)
        return content[:first] + noise(last - first) + content[last:]

    return change


def cut(share: float) -> Callable[[bytes], bytes]:
    """Keep the first part of a file."""
    return lambda content: content[: int(len(content) * share)]


def boasting(times: int) -> Callable[[bytes], bytes]:
    """Let the headers of an MP4 claim that it lasts several times as long as it does."""

    def change(content: bytes) -> bytes:
        changed = bytearray(content)
        for found in re.finditer(rb"mvhd|mdhd", content):
            at = found.end() + 16  # after version, flags, two dates and the scale
            length = int.from_bytes(content[at : at + 4], "big")
            changed[at : at + 4] = (length * times).to_bytes(4, "big")
        return bytes(changed)

    return change


PHONE_TAGS = (
    *("-movflags", "use_metadata_tags", "-metadata", f"location={PLACE}"),
    *("-metadata", f"com.apple.quicktime.location.ISO6709={PLACE}"),
    *("-metadata", "com.apple.quicktime.make=Apple", "-metadata", "creation_time=2026-11-23T08:00:00Z"),
    *("-metadata", "artist=Ines", "-metadata:s:v:0", "handler_name=Ines phone"),
)
HLG = "colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc:log-level=error"

GOOD: dict[str, Recipe] = {
    "talk.mp4": filmed(size="1280x720"),
    "small.mp4": filmed(),
    "faststart.mp4": copied("small.mp4", "-movflags", "+faststart"),
    "portrait.mov": copied("small.mp4", "-metadata:s:v:0", "rotate=90"),
    "places.mov": copied("small.mp4", *PHONE_TAGS),
    "recorder.webm": recorded,
    "hlg.mov": filmed(
        *("-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params", HLG, "-tag:v", "hvc1"), size="320x180"
    ),
    "uneven.mp4": filmed(
        "-vf", "select='gt(random(1),0.4)'", "-vsync", "vfr", "-video_track_timescale", 90000
    ),
    "fast.mp4": silent(rate=60, length_s=2),
    "silent.mp4": silent(),
    "hushed.mp4": filmed("-af", "volume=0"),
    "black.mp4": filmed("-vf", "drawbox=t=fill:c=black"),
    "dark_beginning.mp4": filmed("-vf", "drawbox=t=fill:c=black:enable='lt(t,1.5)'"),
    # Light and sound begin at the same instant.
    "clap.mp4": filmed(
        "-vf", "drawbox=t=fill:c=black:enable='lt(t,1.49)'", "-af", "volume=0:enable='lt(t,1.5)'", "-g", 300
    ),
    "interlaced.mp4": filmed(
        *(
            "-vf",
            "tinterlace=mode=interleave_top,setfield=tff",
            "-flags",
            "+ildct+ilme",
            "-x264-params",
            "tff=1",
        ),
        *("-r", 25),
        rate=50,
    ),
    # Spoken from afar, right into the microphone, and so loud that the microphone had no more to give.
    "quiet.mp4": filmed("-af", "volume=-13dB"),
    "loud.mp4": filmed("-af", "volume=6dB,alimiter=limit=0.98:level=0"),
    "clipped.mp4": filmed("-af", "volume=30dB,aformat=sample_fmts=s16"),
    "surround.mp4": filmed("-ac", 6),
    "voice_goes_on.mp4": filmed("-vf", "trim=end=2.5"),
    "voice_stops.mp4": filmed("-af", "atrim=end=2.5"),
    "odd.webm": silent(
        "-c:v", "libvpx-vp9", "-cpu-used", 8, "-deadline", "realtime", size="321x181", length_s=2
    ),
    "boasting.mp4": changed("small.mp4", boasting(10)),
    "boasting_hours.mp4": changed("small.mp4", boasting(3000)),
    "scratched.mp4": changed("faststart.mp4", scratched(0.6, 1.0)),
    # Takes of one film, which have nothing in common: one recorded by a page, one high and fast, one mute.
    "take_wide.mp4": filmed("-t", 2.6, size="640x360"),
    "take_high.mp4": filmed("-t", 1.7, "-ar", 22050, "-ac", 1, size="270x480", rate=50),
    "take_mute.mp4": silent(size="320x180", rate=25, length_s=1.4),
    "take_boasting.mp4": changed("take_mute.mp4", boasting(10)),
}

# Sent as a voice: what recorders of sound write.
VOICES: dict[str, Recipe] = {
    "voice.m4a": copied("small.mp4", "-vn", "-f", "ipod"),
    "scratched_voice.m4a": changed("voice.m4a", scratched(0.6, 0.63)),
    "ruined_voice.m4a": changed("voice.m4a", scratched(0.6, 1.0)),
    "short_voice.webm": copied("recorder.webm", "-vn", "-t", 0.5),
}

PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"
CONCAT = b"ffconcat version 1.0\nfile /etc/hostname\n"
DASH = b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"></MPD>\n'
SVG = b'<?xml version="1.0"?>\n<!-- dessin -->\n<svg xmlns="http://www.w3.org/2000/svg"><image/></svg>'
SDP = b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n"
HEIC = box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", bytes(64))

HOSTILE: dict[str, tuple[Recipe, type[VideoRefused]]] = {
    "empty.mp4": (written(b""), NotAVideo),
    "random.mp4": (written(noise(50_000)), NotAVideo),
    "text.mp4": (written(SPEECH.encode()), NotAVideo),
    "archive.mp4": (zipped, NotAVideo),
    "program.mp4": (written(b"\x7fELF\x02\x01\x01" + noise(9000)), NotAVideo),
    "pdf.mp4": (written(b"%PDF-1.7\n" + noise(9000)), NotAVideo),
    "png.mp4": (drawn("-f", "image2", "-c:v", "png"), PictureNotVideo),
    "jpeg.mp4": (drawn("-f", "image2", "-c:v", "mjpeg"), PictureNotVideo),
    "gif.mp4": (drawn("-f", "gif"), PictureNotVideo),
    "heic.mp4": (written(HEIC), PictureNotVideo),
    "one_picture.mp4": (silent("-frames:v", 1), PictureNotVideo),
    "svg.mp4": (written(SVG), FormatNotAccepted),
    "playlist.mp4": (written(PLAYLIST), FormatNotAccepted),
    "ffconcat.mp4": (written(CONCAT), FormatNotAccepted),
    "dash.mp4": (written(DASH), FormatNotAccepted),
    "sdp.mp4": (written(SDP), FormatNotAccepted),
    "avi.mp4": (filmed("-f", "avi", "-c:v", "mpeg4", "-c:a", "pcm_s16le"), FormatNotAccepted),
    "ts.mp4": (filmed("-f", "mpegts"), FormatNotAccepted),
    "flv.mp4": (copied("small.mp4", "-f", "flv"), FormatNotAccepted),
    "old_codec.mp4": (silent("-c:v", "mpeg2video"), FormatNotAccepted),
    "rare_codec.webm": (silent("-c:v", "ffv1", "-f", "matroska"), FormatNotAccepted),
    "foreign_ebml.webm": (written(b"\x1a\x45\xdf\xa3" + bytes(200)), FormatNotAccepted),
    "song.mp4": (lambda clips, path: ffmpeg("-i", clips.speech(), "-f", "mp3", path), NoPicture),
    "voice.mp4": (copied("small.mp4", "-vn"), NoPicture),
    "voice.webm": (copied("recorder.webm", "-vn"), NoPicture),
    "cut.mp4": (changed("faststart.mp4", cut(0.6)), IncompleteRecording),
    "no_moov.mp4": (
        changed("small.mp4", lambda content: content[: content.rindex(b"moov") - 4]),
        IncompleteRecording,
    ),
    "cut_moov.mp4": (changed("small.mp4", cut(0.999)), IncompleteRecording),
    "noise_for_pictures.mp4": (changed("faststart.mp4", scratched(0.0, 1.0)), DamagedVideo),
    "noise_for_index.mp4": (written(box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", noise(900))), NotAVideo),
    "archive_behind.mp4": (
        changed("small.mp4", lambda content: content + b"PK\x03\x04" + noise(500)),
        DamagedVideo,
    ),
    "protected.mp4": (
        changed("small.mp4", lambda content: content.replace(b"avc1", b"encv")),
        ProtectedVideo,
    ),
    "key_box.mp4": (changed("small.mp4", lambda content: content + box(b"pssh", bytes(24))), ProtectedVideo),
    "short.mp4": (silent(length_s=0.5), VideoTooShort),
    "long.mp4": (silent(size="128x128", rate=5, length_s=200), VideoTooLong),
    "jerky.mp4": (silent(rate=3), VideoTooJerky),
    "huge.mp4": (blank("8192x4352"), DimensionsTooLarge),
    "tiny.mp4": (silent(size="64x64"), DimensionsTooSmall),
}


def _covered(clips: Clips, path: Path) -> None:
    cover = clips["jpeg.mp4"]
    inputs = ("-i", clips["small.mp4"], "-f", "mjpeg", "-i", cover)
    ffmpeg(*inputs, "-map", "0:a", "-map", "1:v", "-c", "copy", "-disposition:v:0", "attached_pic", path)


HOSTILE["cover_art.mp4"] = (_covered, NoPicture)
