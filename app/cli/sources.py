"""What people's devices send, made on the spot by ffmpeg: a turned phone, a browser's recorder, an iPhone."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from app.cli.clips import ClipWanted, make_clip
from app.cli.demo_data import YOUNGSTERS
from app.cli.trouble import Trouble

LENGTH_S = 6  # enough for a view to count
SMALL = ("-s", "360x640")

RECORDED = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k", "-c:a", "libopus")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v", "hvc1")

# The file of each source, and the steps that lead to it from a clip filmed upright.
SOURCES: dict[str, tuple[tuple[str, ...], ...]] = {
    # Stored lying, with a mark that says which way is up.
    "portrait.mov": (("-vf", "transpose=2"), ("-c", "copy", "-metadata:s:v:0", "rotate=90")),
    # Written as it goes, so that nothing in the file knows how long it is.
    "sans-duree.webm": ((*RECORDED, "-live", "1"),),
    "hevc.mov": ((*HEVC, "-c:a", "copy"),),
}


def film(folder: Path) -> Iterator[Path]:
    """Make the sources one after the other; raise Trouble when ffmpeg is missing or refuses."""
    wanted = ClipWanted(YOUNGSTERS[0].spoken, length_s=LENGTH_S, encoding=(*ClipWanted.encoding, *SMALL))
    upright = make_clip(folder / "clip.mp4", wanted)
    for name, steps in SOURCES.items():
        clip = upright
        for number, words in enumerate(steps, start=1):
            clip = convert(clip, words, folder / f"{number}-{name}")
        yield clip.rename(folder / name)


def convert(clip: Path, words: tuple[str, ...], target: Path) -> Path:
    """Make another file of a clip."""
    command = [shutil.which("ffmpeg") or "ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(clip)]
    done = subprocess.run([*command, *words, str(target)], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode != 0:
        raise Trouble(f"ffmpeg n’a pas pu faire {target.name} : {done.stderr[-300:]}")
    return target
