"""Demonstration clips made on the spot: a voice (espeak-ng where it is) over a moving picture, by ffmpeg."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.cli.trouble import Trouble

SIZE = "720:1280"
RATE = 25
PAUSE_S = 0.7
HUM = "aevalsrc='0.1*sin(2*PI*180*t)*gt(mod(t,2.2),0.4)':s=44100"

FACE = """<svg xmlns="http://www.w3.org/2000/svg" width="720" height="1280" viewBox="0 0 720 1280">
<circle cx="360" cy="520" r="190" fill="#8d5a3b"/>
<path d="M170 500a190 200 0 0 1 380 0q-40-90-190-90t-190 90z" fill="#2b1b17"/>
<circle cx="295" cy="530" r="16" fill="#fff"/><circle cx="425" cy="530" r="16" fill="#fff"/>
<path d="M290 610q70 60 140 0" stroke="#fff" stroke-width="14" fill="none" stroke-linecap="round"/>
<path d="M60 1280q0-480 300-480t300 480z" fill="#f7ede2"/></svg>"""


@dataclass(frozen=True)
class ClipWanted:
    """What a clip says and shows; `encoding` is the ffmpeg arguments of its codecs."""

    spoken: tuple[str, ...]
    colours: tuple[str, str] = ("0xF4A261", "0x2A6F97")
    length_s: float = 14
    encoding: tuple[str, ...] = (
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
    )


def make_clip(target: Path, wanted: ClipWanted) -> Path:
    """Film an invented person into `target`; raise Trouble when ffmpeg is missing or refuses."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise Trouble("ffmpeg manque : sudo apt-get install ffmpeg, puis relancez la commande.")
    with tempfile.TemporaryDirectory() as folder:
        voice = speak(Path(folder) / "voice.wav", wanted.spoken)
        face = Path(folder) / "face.svg"
        face.write_text(FACE)
        sound = ["-i", str(voice)] if voice else ["-f", "lavfi", "-i", HUM]
        first, last = wanted.colours
        # Drawn small and enlarged: a gradient loses nothing, and the clip is made four times faster.
        backdrop = f"gradients=s=180x320:r={RATE}:c0={first}:c1={last}:speed=0.02,scale={SIZE}"
        command = [ffmpeg, "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", backdrop, *sound]
        command += moving_face(ffmpeg, face)
        command += ["-t", str(wanted.length_s), *wanted.encoding, str(target)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode != 0:
        raise Trouble(f"ffmpeg n’a pas pu filmer la démonstration : {done.stderr[-300:]}")
    return target


def moving_face(ffmpeg: str, face: Path) -> list[str]:
    """Return the arguments that lay a nodding face over the backdrop, where this ffmpeg reads SVG."""
    padded = "[1:a]apad[a]"
    listed = subprocess.run([ffmpeg, "-v", "error", "-decoders"], capture_output=True, text=True, check=False)  # noqa: S603
    if "librsvg" not in listed.stdout:
        return ["-filter_complex", padded, "-map", "0:v", "-map", "[a]"]
    nod = "[2:v]format=yuva420p[face];[0:v][face]overlay=x=0:y='14*sin(2*PI*t/1.3)'[v]"
    still = ["-loop", "1", "-framerate", str(RATE), "-i", str(face)]
    return [*still, "-filter_complex", f"{nod};{padded}", "-map", "[v]", "-map", "[a]"]


def speak(target: Path, lines: tuple[str, ...]) -> Path | None:
    """Say the lines in French with a pause after each; None where there is no voice on this machine."""
    voice = shutil.which("espeak-ng")
    text = " ".join(line for line in lines if line)
    if voice is None or not text:
        return None
    command = [voice, "-v", "fr", "-s", "150", "-g", str(int(PAUSE_S * 10)), "-w", str(target), text]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own arguments
    return target if done.returncode == 0 else None
