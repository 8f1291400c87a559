"""`python -m benchmarks [NAME]`: runs one benchmark or all; ends with 1 when a bar falls short."""

import pkgutil
import sys
import time
from importlib import import_module

import benchmarks
from benchmarks.frame import Claim, record, table

NOT_MEASURES = {"__main__", "frame"}


def names() -> list[str]:
    """List the benchmarks: every module of this package but the frame."""
    return sorted({module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - NOT_MEASURES)


def measure(name: str) -> list[Claim]:
    """Run one benchmark, whose `run()` gives a claim or a list of them, and record it."""
    started_s = time.monotonic()
    found: Claim | list[Claim] = import_module(f"benchmarks.{name}").run()
    claims = found if isinstance(found, list) else [found]
    path = record(name, claims, time.monotonic() - started_s)
    print(f"{name} → {path}", flush=True)
    return claims


def main(wanted: list[str]) -> int:
    """Measure, print the table, and tell whether every bar holds."""
    known = names()
    if unknown := sorted(set(wanted) - set(known)):
        print(f"Mesure inconnue : {', '.join(unknown)}. Il y a : {', '.join(known)}.", file=sys.stderr)
        return 2
    claims = [claim for name in wanted or known for claim in measure(name)]
    print(f"\n{table(claims)}")
    return 0 if all(claim.holds for claim in claims) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
