"""Geometry of plots: how tall a bar is, how dark a department, and where it stands on the map of tiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# One tile a department, close to where it lies; overseas at the left, Corsica at the right.
# Source: own drawing, from the centres of the communes (Insee, code officiel géographique).
TILES = """
.   .  .  .  .  .  62 59 .  .  .  .  .
.   .  .  .  .  76 80 02 .  .  .  .  .
.   .  .  14 27 95 60 93 08 .  57 .  .
.   .  50 61 78 92 75 77 51 55 54 67 .
29  22 35 53 72 28 91 94 10 52 88 68 .
.   56 44 49 37 41 45 89 21 70 25 90 .
971 .  85 79 86 36 18 58 71 39 .  .  .
972 .  .  17 16 87 23 03 69 01 74 .  .
973 .  .  .  24 19 15 63 42 38 73 .  .
974 .  .  33 47 46 12 43 07 26 05 .  .
976 .  .  40 32 82 81 48 30 84 04 06 2B
.   .  .  64 65 31 11 34 .  13 83 .  2A
.   .  .  .  .  09 66 .  .  .  .  .  .
"""
SHADES = 5


@dataclass(frozen=True)
class Tile:
    """A department on the map: its column and row, its shade from 1 (light) to SHADES, 0 without a figure."""

    code: str
    column: int
    row: int
    shade: int
    count: int | None


def tiles(counts: Mapping[str, int | None]) -> list[Tile]:
    """Return the map of a figure by department."""
    most = max((count for count in counts.values() if count), default=0)
    rows = [line.split() for line in TILES.strip().splitlines()]
    return [
        Tile(code, column, row, shade(counts.get(code), most), counts.get(code))
        for row, codes in enumerate(rows)
        for column, code in enumerate(codes)
        if code != "."
    ]


def shade(count: int | None, most: int) -> int:
    """Return how dark a figure is beside the largest one."""
    return -(-count * SHADES // most) if count else 0


def heights(counts: Sequence[int | None]) -> list[int | None]:
    """Return how tall each bar is, in per cent of the largest; None where there is no figure."""
    most = max((count for count in counts if count), default=0)
    return [None if count is None else percent_of(count, most) for count in counts]


def percent_of(part: int, whole: int) -> int:
    """Return a part in whole per cent, from 0 to 100; what is there is never drawn as nothing."""
    if part <= 0 or whole <= 0:
        return 0
    return min(100, max(1, round(100 * part / whole)))
