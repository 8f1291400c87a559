"""Claim: running ffmpeg confined, watched and verified costs next to nothing beside ffmpeg itself.

The peer is the same command line started bare.  Ours adds the launcher, the sandbox, the progress, and the
copy into one muxed MP4 that the bare command does not even make.
"""

import subprocess
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from app.videos.ladder import gain_db
from app.videos.rules import Limits, Probe
from benchmarks.frame import Claim, Unfair, alternate, spent_cpu_s, tool
from workers import ffmpeg
from workers.measures import Loudness
from workers.pipeline import Work, check, ladder, listen
from workers.sandbox import SOURCE

LENGTH_S = 12
ROUNDS = 3
BAR = 1.15
LIMITS = Limits()


def run() -> Claim:
    """Compare CPU-seconds per second of a 1080p film, renditions equal byte for byte."""
    tool("ffmpeg")
    with TemporaryDirectory() as folder:
        rooms = Path(folder)
        rooms.chmod(0o755)
        film = _film(rooms / "film.mp4")
        work = Work((film,), rooms / "check", LIMITS)
        probe = check(work)
        loudness = listen(work, probe)
        peer_figures, our_figures = alternate(
            partial(_bare, rooms / "bare", film, probe, loudness),
            partial(_confined, rooms / "ours", film, probe, loudness),
            ROUNDS,
        )
        for name in ("720p.mp4", "360p.mp4", "audio.mp4"):
            if (rooms / "bare" / name).read_bytes() != (rooms / "ours" / name).read_bytes():
                raise Unfair(f"{name} n’est pas le même des deux côtés.")
    return Claim(
        name="transcode",
        unit="CPU-s par seconde de vidéo",
        peer="la même commande ffmpeg lancée nue, sans bac à sable ni surveillance",
        peer_figures=peer_figures,
        our_figures=our_figures,
        bar=BAR,
    )


def _film(path: Path) -> Path:
    """Make a film as a phone would: 1080p at 30 pictures a second, sound that is not too loud."""
    picture = ["-f", "lavfi", "-i", f"testsrc2=size=1920x1080:rate=30:duration={LENGTH_S}"]
    sound = ["-f", "lavfi", "-i", f"sine=frequency=300:duration={LENGTH_S}"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *picture, *sound, *codecs, path], check=True)
    return path


def _bare(room: Path, film: Path, probe: Probe, loudness: Loudness | None) -> float:
    """Start the command line of the ladder as a script would."""
    room.mkdir(exist_ok=True)
    (room / SOURCE).unlink(missing_ok=True)
    (room / SOURCE).symlink_to(film)
    words = ffmpeg.ladder(probe, gain_db(loudness.integrated_lufs) if loudness else 0.0, LIMITS)
    spent = spent_cpu_s(lambda: subprocess.run(words, cwd=room, check=True, capture_output=True))
    return spent / LENGTH_S


def _confined(room: Path, film: Path, probe: Probe, loudness: Loudness | None) -> float:
    """Make the ladder as the worker does, in a room that is already open."""
    work = Work((film,), room, LIMITS)
    check(work)
    return spent_cpu_s(lambda: ladder(work, probe, loudness)) / LENGTH_S
