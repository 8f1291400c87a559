"""Claim: captions made from the script begin within a quarter of a second of the words, for next to nothing.

Other voices of espeak-ng than the model's read the script in a room, stretched, filtered and compressed: as
it is written, with pauses, in another order, with lines left out.  All of it is synthetic speech: no real
voice is measured here.
"""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from app.videos.captions import Cue
from app.videos.timing import proportional
from benchmarks.frame import Claim, spent_cpu_s, tool
from benchmarks.speech import (
    LINES,
    LONG_PAUSES_S,
    REORDERED,
    SCRIPT,
    SHORT_PAUSES_S,
    SKIPPED,
    SPEAKERS,
    Talk,
    errors_s,
    record,
)
from workers.alignment import Aligned, align
from workers.sandbox import open_room

MEDIA = "talk.m4a"
MEDIAN_MAX_S = 0.25
CPU_SHARE_MAX = 0.05  # of the time that is spoken
MEMORY_MAX_MB = 300.0
CASES: dict[str, tuple[Sequence[str], Sequence[float]]] = {
    "tel quel": (LINES, SHORT_PAUSES_S),
    "avec des pauses": (LINES, LONG_PAUSES_S),
    "dans un autre ordre": (REORDERED, SHORT_PAUSES_S),
    "lignes sautées": (SKIPPED, SHORT_PAUSES_S),
}
PEAK = """import resource, sys
from pathlib import Path
from workers.alignment import align
align(Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4]))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"""


@dataclass
class _Figures:
    """What was measured in one case: over all speakers, in seconds."""

    errors: list[float] = field(default_factory=list)
    guessed: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    spoken: list[float] = field(default_factory=list)


def run() -> list[Claim]:
    """Measure every case with every speaker, then the memory of the biggest child once."""
    tool("espeak-ng")
    with TemporaryDirectory() as folder:
        rooms = Path(folder)
        rooms.chmod(0o755)
        found = {name: _measured(rooms / str(n), *case) for n, (name, case) in enumerate(CASES.items())}
        claims = [claim for name, figures in found.items() for claim in _claims(name, figures)]
        return [*claims, _memory(rooms / "memory")]


def _measured(room: Path, lines: Sequence[str], pauses_s: Sequence[float]) -> _Figures:
    """Let every speaker say the lines, and compare what is found, and what a proportion would have given."""
    figures = _Figures()
    open_room(room)
    for speaker in SPEAKERS.values():
        talk = record(room / MEDIA, lines, speaker, pauses_s)
        talk.path.chmod(0o644)
        cues, spent_s = _aligned(room, talk)
        figures.errors += errors_s(cues, talk)
        said = [line for line in LINES if line in lines]
        figures.guessed += errors_s(proportional(said, 0.0, talk.duration_s, talk.duration_s), talk)
        figures.cpu.append(spent_s)
        figures.spoken.append(talk.duration_s)
    return figures


def _aligned(room: Path, talk: Talk) -> tuple[tuple[Cue, ...], float]:
    """Align once, and count the CPU-seconds of all that ran."""
    found: list[Aligned] = []
    spent_s = spent_cpu_s(lambda: found.append(align(room, MEDIA, SCRIPT, talk.duration_s)))
    return found[0].cues, spent_s


def _claims(name: str, figures: _Figures) -> list[Claim]:
    """Hold one case against what is promised of it."""
    nine = [quantiles(errors, n=10)[-1] for errors in (figures.guessed, figures.errors)]
    promise = f"la promesse : {MEDIAN_MAX_S:g} s"
    guess = "le même texte réparti selon sa longueur"
    speech = "le temps que dure la parole"
    cpu_s = 60 * sum(figures.cpu) / sum(figures.spoken)
    return [
        Claim(f"{name}, médiane", "s", promise, (MEDIAN_MAX_S,), (median(figures.errors),), bar=1.0),
        Claim(f"{name}, 90 %", "s", guess, (nine[0],), (nine[1],), bar=0.5),
        Claim(f"{name}, calcul", "CPU-s/min", speech, (60.0,), (cpu_s,), bar=CPU_SHARE_MAX),
    ]


def _memory(room: Path) -> Claim:
    """Measure the biggest of the processes that one alignment starts, in a process of its own."""
    open_room(room)
    talk = record(room / MEDIA, LINES, next(iter(SPEAKERS.values())), LONG_PAUSES_S)
    talk.path.chmod(0o644)
    words = [sys.executable, "-c", PEAK, str(room), MEDIA, SCRIPT, str(talk.duration_s)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return Claim("mémoire", "Mo", "le plafond que l’on se donne", (MEMORY_MAX_MB,), (float(said),), bar=1.0)
