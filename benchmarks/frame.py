"""What every benchmark shares: fair rounds, a claim with its bar, a table, a record of the machine."""

import json
import os
import platform
import resource
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TypeVar

RECORDS = Path("build/bench")
PACKAGES = ("ffmpeg-python", "fastapi", "sqlalchemy", "psycopg", "uvicorn")
HEADINGS = ("mesure", "unité", "pair", "nous", "rapport", "barre", "tient")

SAID = {True: "oui", False: "NON"}

Measure = Callable[[], float]
Figure = TypeVar("Figure")


class Unmeasured(Exception):
    """There are no figures; the message says why, and what to do where something can be done."""


class Missing(Unmeasured):
    """This machine lacks what the measure needs."""

    def __init__(self, package: str) -> None:
        super().__init__(f"{package} manque. Tapez : sudo apt-get install {package}")


class Unfair(Unmeasured):
    """The two sides did not do the same work, so that their figures say nothing."""


@dataclass(frozen=True)
class Claim:
    """One comparison: figures of every round on both sides, and the ratio (ours to the peer's) to keep.

    A cost keeps its ratio at or under the bar, a gain at or above it; without a bar, it is only shown.  Our
    middle round is judged, but the
    worst one where `is_promise`: nobody is promised a median.
    """

    name: str
    unit: str
    peer: str
    peer_figures: tuple[float, ...]
    our_figures: tuple[float, ...]
    bar: float | None
    is_cost: bool = True
    is_promise: bool = False

    @property
    def ours(self) -> float:
        """The figure that is judged."""
        worst = max if self.is_cost else min
        return worst(self.our_figures) if self.is_promise else median(self.our_figures)

    @property
    def ratio(self) -> float:
        """Compare with the middle of the peer's."""
        return self.ours / median(self.peer_figures)

    @property
    def holds(self) -> bool:
        """Tell whether the bar is kept."""
        if self.bar is None:
            return True
        return self.ratio <= self.bar if self.is_cost else self.ratio >= self.bar

    def row(self) -> tuple[str, ...]:
        """Give the line of the table."""
        sign = "≤" if self.is_cost else "≥"
        figures = (f"{figure:.3f}" for figure in (median(self.peer_figures), self.ours))
        bar, answer = ("—", "—") if self.bar is None else (f"{sign} {self.bar:g}", SAID[self.holds])
        return (self.name, self.unit, *figures, f"{self.ratio:.3f}", bar, answer)


def alternate(peer: Measure, ours: Measure, rounds: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Measure both sides by turns, as `take_turns` does."""
    peer_figures, our_figures = take_turns((peer, ours), rounds)
    return tuple(peer_figures), tuple(our_figures)


def take_turns(sides: Sequence[Callable[[], Figure]], rounds: int) -> list[list[Figure]]:
    """Measure every side in each round, each first in turn: a busy machine is busy for all of them."""
    figures: list[list[Figure]] = [[] for _ in sides]
    for number in range(rounds):
        for place in range(len(sides)):
            side = (number + place) % len(sides)
            figures[side].append(sides[side]())
    return figures


def spent_cpu_s(action: Callable[[], object]) -> float:
    """Count the CPU-seconds of an action: this process and the children that it waited for."""
    before = _cpu_s()
    action()
    return _cpu_s() - before


def _cpu_s() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def table(claims: list[Claim]) -> str:
    """Lay the claims out for a reader, with the peers named beneath."""
    rows = [HEADINGS, *(claim.row() for claim in claims)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)) for row in rows]
    peers = [f"{claim.name} : pair = {claim.peer}" for claim in claims]
    return "\n".join([*(line.rstrip() for line in lines), "", *peers])


def record_path(name: str) -> Path:
    """Return where the record of a benchmark stands."""
    return RECORDS / f"{name}.json"


def record(name: str, claims: list[Claim], took_s: float) -> Path:
    """Write what was measured, where and with what."""
    path = record_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "name": name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "took_s": round(took_s, 1),
        "machine": machine(),
        "versions": versions(),
        "claims": [
            asdict(claim) | {"ours": claim.ours, "ratio": claim.ratio, "holds": claim.holds}
            for claim in claims
        ],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def tool(name: str) -> str:
    """Return the path of a program; raise Missing, whose package has the same name."""
    path = shutil.which(name)
    if path is None:
        raise Missing(name)
    return path


def machine() -> dict[str, object]:
    """Describe the machine as far as its figures depend on it; the load is not ours alone."""
    facts = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    models = [line.partition(":")[2].strip() for line in facts.splitlines() if line.startswith("model name")]
    return {
        "system": platform.platform(),
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "load_1_min": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    """Name the versions of what is measured."""
    found = {package: version(package) for package in PACKAGES}
    if shutil.which("ffmpeg"):
        said = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout
        found["ffmpeg"] = said.split()[2]
    return {"python": platform.python_version(), **found}
