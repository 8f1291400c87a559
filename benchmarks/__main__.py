"""`python -m benchmarks [NAME…]`: measures some or all; 1 when a bar falls short or a measure fails."""

import pkgutil
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module

import benchmarks
from app.cli import stopping
from app.cli.stopping import Stopped
from app.cli.trouble import Trouble
from benchmarks.frame import Claim, Unmeasured, record, record_path, table

NOT_MEASURES = {
    "__main__",
    "crowd",
    "films",
    "frame",
    "fts5",
    "globe",
    "ground",
    "peaks",
    "peopled",
    "questions",
    "rivals",
    "senders",
    "servers",
    "speech",
}

Run = Callable[[], Claim | list[Claim]]


def names() -> list[str]:
    """List the benchmarks: every module of this package but the frame."""
    return sorted({module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - NOT_MEASURES)


def run(name: str) -> Claim | list[Claim]:
    """Run the benchmark of a module."""
    found: Claim | list[Claim] = import_module(f"benchmarks.{name}").run()
    return found


def measure(name: str, run: Run) -> list[Claim]:
    """Run one benchmark and record it; a record from before never stands for a run that failed."""
    record_path(name).unlink(missing_ok=True)
    started_s = time.monotonic()
    found = run()
    claims = found if isinstance(found, list) else [found]
    path = record(name, claims, time.monotonic() - started_s)
    print(f"{name} → {path}", flush=True)
    return claims


def measure_all(runs: Mapping[str, Run]) -> int:
    """Measure, print the table and what went wrong, and tell whether every bar holds: 0, or 1."""
    claims: list[Claim] = []
    wrong: list[str] = []
    for name, each in runs.items():
        try:
            claims += measure(name, each)
        except (Unmeasured, Trouble) as reason:
            wrong.append(f"{name} n’a pas été mesuré : {reason}")
        except Exception as bug:  # noqa: BLE001 - the others are measured whatever happened to this one
            traceback.print_exc()
            wrong.append(f"{name} n’a pas été mesuré : {type(bug).__name__}, voir ci-dessus.")
    if claims:
        print(f"\n{table(claims)}", flush=True)
    wrong += [f"{claim.name} : la barre n’est pas tenue." for claim in claims if not claim.holds]
    if wrong:
        print("", *wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


def main(wanted: list[str]) -> int:
    """Measure what is named, or everything."""
    known = names()
    if unknown := sorted(set(wanted) - set(known)):
        print(f"Mesure inconnue : {', '.join(unknown)}. Il y a : {', '.join(known)}.", file=sys.stderr)
        return 2
    try:
        with stopping.heard():
            return measure_all({name: partial(run, name) for name in wanted or known})
    except Stopped as stopped:
        return stopped.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
