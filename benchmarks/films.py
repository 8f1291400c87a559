"""Films that benchmarks send: made on the spot, with what a hand-held phone shows and an encoder feels."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

FPS = 30


@dataclass(frozen=True)
class FilmWanted:
    """How long a film lasts, and how much a second of it weighs; 1080p, 30 pictures a second, with sound."""

    length_s: int
    kbps: int


def make_film(path: Path, wanted: FilmWanted) -> Path:
    """Film a detailed scene from an unquiet hand, with the noise of a small sensor, and a voice-like sound.

    The rate is constant, so that the file weighs what was wanted.
    """
    scene = path.with_suffix(".png")
    drawn = ("-f", "lavfi", "-i", "mandelbrot=size=2200x1240:maxiter=400", "-vf", "gblur=1.2")
    _ffmpeg(*drawn, "-frames:v", "1", str(scene))
    shaken = "crop=1920:1080:x='140+90*sin(t*1.1)+14*sin(t*5)':y='80+50*sin(t*0.7)+10*sin(t*6)'"
    seen = f"{shaken},noise=alls=3:allf=t,format=yuv420p"
    heard = "aevalsrc='0.1*sin(2*PI*180*t)*gt(mod(t,2.2),0.4)':s=48000"
    rate = f"{wanted.kbps}k"
    _ffmpeg(
        *("-loop", "1", "-framerate", str(FPS), "-i", str(scene), "-f", "lavfi", "-i", heard),
        *("-t", str(wanted.length_s), "-vf", seen, "-c:v", "libx264", "-preset", "veryfast"),
        *("-x264-params", "nal-hrd=cbr", "-b:v", rate, "-minrate", rate, "-maxrate", rate, "-bufsize", rate),
        *("-c:a", "aac", "-b:a", "128k", str(path)),
    )
    scene.unlink()
    return path


def _ffmpeg(*words: str) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *words], check=True)
