"""Claim: our whole pipeline costs hardly more than bare ffmpeg, and a fraction of what other services spend.

One film of 30 s in 1080p, made on the spot, goes by turns through the bare command, our pipeline from check
to ship, and the commands of PeerTube and MediaCMS.  What they cost is counted in CPU-seconds.
"""

import re
import shlex
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from app.settings import Settings
from app.storage import open_storage
from app.videos.ladder import Size, gain_db, shrunk
from app.videos.rules import Limits, Probe
from benchmarks.films import FPS, FilmWanted, make_film
from benchmarks.frame import Claim, spent_cpu_s, take_turns, tool
from benchmarks.peaks import ToolPeak, worker_peak_mb
from benchmarks.rivals import MEDIACMS, PEERTUBE, PEERTUBE_SIDES_PX, Rival
from workers import ffmpeg
from workers.layers import reach
from workers.pipeline import Work, check, ladder, listen, preview, storyboard, verify, waveform
from workers.sandbox import SOURCE

FILM = FilmWanted(length_s=30, kbps=8000)
LONG_FILM = FilmWanted(length_s=60, kbps=13_200)  # 100 MB a minute
ROUNDS = 2
LIMITS = Limits()
SSIM = re.compile(r"SSIM .*All:([\d.]+)")
SSIM_LOST = 0.002
COPY_WALL_S, COPY_CPU_S = 1.5, 0.6
TOOL_MB, WORKER_MB = 600.0, 150.0
UNIT = "CPU-s par seconde de vidéo"


@dataclass(frozen=True)
class Bench:
    """The film in its folder, and what our check found in it."""

    folder: Path
    film: Path
    probe: Probe
    gain_db: float

    def ladder_words(self, rungs: tuple[Size, ...] = ()) -> list[str]:
        """Give the one command that makes renditions, for these sizes or for ours."""
        return ffmpeg.ladder(self.probe, self.gain_db, LIMITS, rungs)


def run() -> list[Claim]:
    """Measure costs, quality, weight, the quick copy and memory."""
    tool("ffmpeg")
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        bench = prepared(folder)
        print("commande nue :", shlex.join(bench.ladder_words()), flush=True)
        claims = [*costs(bench), *quality(bench), weight(bench), *quick_copy(folder)]
        return [*claims, *memory(bench)]


def prepared(folder: Path) -> Bench:
    """Make the film, and look at it as the pipeline does."""
    film = make_film(folder / "film.mp4", FILM)
    work = Work((film,), folder / "check", LIMITS)
    probe = check(work)
    loudness = listen(work, probe)
    return Bench(folder, film, probe, gain_db(loudness.integrated_lufs) if loudness else 0.0)


def costs(bench: Bench) -> list[Claim]:
    """Count what each side spends, by turns."""
    four = tuple(shrunk(bench.probe, side_px) for side_px in PEERTUBE_SIDES_PX)
    sides: tuple[Callable[[], float], ...] = (
        partial(bare, bench, "bare", bench.ladder_words()),
        partial(whole, bench),
        partial(bare, bench, "four", bench.ladder_words(four)),
        partial(rival, bench, PEERTUBE),
        partial(rival, bench, MEDIACMS),
    )
    alone, ours, equal, peertube, mediacms = map(tuple, take_turns(sides, ROUNDS))
    return [
        Claim("chaîne entière", UNIT, "la commande ffmpeg nue", alone, ours, 1.10),
        Claim("quatre tailles", UNIT, "PeerTube, un processus par taille", peertube, equal, 0.65),
        Claim("nos tailles, PeerTube", UNIT, "ses quatre tailles", peertube, ours, 0.40),
        Claim("nos tailles, MediaCMS", UNIT, "ses cinq tailles", mediacms, ours, 0.30),
    ]


def bare(bench: Bench, name: str, words: list[str]) -> float:
    """Start a command line as a script would."""
    room = bench.folder / name
    room.mkdir(exist_ok=True)
    (room / SOURCE).unlink(missing_ok=True)
    (room / SOURCE).symlink_to(bench.film)
    spent_s = spent_cpu_s(lambda: subprocess.run(words, cwd=room, check=True, capture_output=True))
    return spent_s / FILM.length_s


def whole(bench: Bench) -> float:
    """Do all that the worker does of a film, from check to ship, behind Landlock and seccomp.

    Not in bubblewrap: its tools end as nobody's children, and what they spent would not be counted.
    """
    settings = Settings(data_dir=bench.folder / "data")
    storage, sandbox = open_storage(settings), replace(reach(settings), bubblewrap=None)

    def make() -> None:
        work = Work((bench.film,), bench.folder / "ours", LIMITS, sandbox=sandbox)
        probe = check(work)
        files = [preview(work, probe)]
        loudness = listen(work, probe)
        made = ladder(work, probe, loudness)
        result = waveform(work, verify(work, probe, made))
        files += storyboard(work, probe, made, result).files
        for file in files:
            storage.put_file(f"videos/{file.name}", work.room / file.name, file.content_type)

    spent_s = spent_cpu_s(make)
    storage.close()
    return spent_s / FILM.length_s


def rival(bench: Bench, service: Rival) -> float:
    """Run all commands of another service, one after the other."""
    room = bench.folder / service.name
    room.mkdir(exist_ok=True)

    def make() -> None:
        for side_px in service.sides_px:
            subprocess.run(service.command(bench.film, side_px, FPS), cwd=room, check=True)

    return spent_cpu_s(make) / FILM.length_s


def quality(bench: Bench) -> list[Claim]:
    """Hold our 720p against theirs: how alike each is to the film (SSIM, 1 is the same)."""
    ours = ssim(bench, bench.folder / "ours" / "720p.mp4")
    claims = []
    for service in (PEERTUBE, MEDIACMS):
        theirs = ssim(bench, bench.folder / service.name / "720.mp4")
        name = f"fidélité du 720p, {service.name}"
        bar = (theirs - SSIM_LOST) / theirs
        claims.append(Claim(name, "SSIM", "le sien", (theirs,), (ours,), bar, is_cost=False))
    return claims


def ssim(bench: Bench, rendition: Path) -> float:
    """Compare a rendition with the film, at the rendition's size."""
    graph = "[1:v]scale=-2:720:flags=bicubic[film];[0:v][film]ssim"
    inputs = ["-i", str(rendition), "-i", str(bench.film)]
    words = ["ffmpeg", "-nostdin", *inputs, "-lavfi", graph, "-f", "null", "-"]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stderr
    return float(SSIM.findall(said)[-1])


def weight(bench: Bench) -> Claim:
    """Hold the bytes that we keep of a film against PeerTube's."""
    ours = weighed(bench.folder / "ours", ["720p", "360p", "audio"])
    theirs = weighed(bench.folder / PEERTUBE.name, [str(side_px) for side_px in PEERTUBE.sides_px])
    return Claim("poids du jeu, PeerTube", "Mo", "ses quatre tailles", (theirs,), (ours,), 0.35)


def weighed(folder: Path, names: list[str]) -> float:
    """Add up the megabytes of renditions."""
    return sum((folder / f"{name}.mp4").stat().st_size for name in names) / 1e6


def quick_copy(folder: Path) -> list[Claim]:
    """Copy a minute of 100 MB for its owner, and see how long that takes and what it costs."""
    film = make_film(folder / "long.mp4", LONG_FILM)
    work = Work((film,), folder / "copy", LIMITS)
    probe = check(work)
    walls_s, cpus_s = [], []
    for _ in range(ROUNDS + 1):
        began_s = time.monotonic()
        cpus_s.append(spent_cpu_s(lambda: preview(work, probe)))
        walls_s.append(time.monotonic() - began_s)
    promise = f"la promesse, {film.stat().st_size / 1e6:.0f} Mo d’une minute"
    return [
        Claim("copie rapide, durée", "s", promise, (COPY_WALL_S,), tuple(walls_s), 1, is_promise=True),
        Claim("copie rapide, CPU", "s", promise, (COPY_CPU_S,), tuple(cpus_s), 1, is_promise=True),
    ]


def memory(bench: Bench) -> list[Claim]:
    """See how much memory ffmpeg takes for the ladder, and the worker of a whole service beside it."""
    with ToolPeak() as peak:
        whole(bench)
    kept = (("ffmpeg", TOOL_MB, peak.mb), ("worker", WORKER_MB, worker_peak_mb(bench.film)))
    return [
        Claim(f"mémoire de {name}", "Mo", "la promesse", (most_mb,), (mb,), 1, is_promise=True)
        for name, most_mb, mb in kept
    ]
