"""Where a point stands beside the outlines of priority neighbourhoods: pure, a few dozen lines (ADR 22)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, floor, hypot, radians
from typing import Literal

# [longitude, latitude] in degrees of WGS84; a ring comes back to its first position or not.
Position = Sequence[float]
Ring = Sequence[Position]
# Polygons, each an outer ring followed by its holes.
Outline = Sequence[Sequence[Ring]]
Standing = Literal["inside", "edge", "outside"]

VINTAGES = (2015, 2024)
NEWEST = max(VINTAGES)  # in force since 1 January 2024, overseas since 2025
# The first letters of a code say which.
# Source: décret n° 2014-1750 (QP013001), décret n° 2023-1314 (QN01301M).
VINTAGE_OF = {"QP": 2015, "QN": 2024}
# An address stands on the kerb, published outlines are rounded: nearer than that nobody can tell.
EDGE_M = 15
DEGREE_M = 111_320  # of latitude, or of longitude at the equator
# Who asks the database, or for a piece of the map, names a cell as large as a town: it ends up in logs.
CELL_DEGREES = 0.1


# Two numbers with three decimals at least (a hundred metres), as maps give them: latitude, then longitude.
COORDINATES = re.compile(r"\s*(-?\d{1,2}[.,]\d{3,})\s*[,;\s]\s*(-?\d{1,3}[.,]\d{3,})\s*")


@dataclass(frozen=True)
class Point:
    """A point of the earth in degrees of WGS84; asked about and forgotten: nothing keeps or prints it."""

    latitude: float
    longitude: float

    def __repr__(self) -> str:
        """Return nothing of where it is: what is printed ends up in logs."""
        return "Point(…)"


@dataclass(frozen=True)
class Bounds:
    """The smallest box around something, in degrees."""

    west: float
    south: float
    east: float
    north: float


# Where France has priority neighbourhoods: longitudes and latitudes written the other way round fall outside.
FRANCE = (
    Bounds(-5.5, 41.2, 9.8, 51.3),
    Bounds(-63.3, 14.2, -60.7, 18.3),  # Antilles
    Bounds(-54.8, 2.0, -51.4, 6.0),  # Guyane
    Bounds(55.1, -21.5, 55.9, -20.8),  # La Réunion
    Bounds(44.9, -13.1, 45.4, -12.5),  # Mayotte
    Bounds(-152.5, -18.5, -148.5, -15.9),  # Polynésie
)


def point_of(written: str) -> Point | None:
    """Return the point of written coordinates, None for what is none, or not in France."""
    found = COORDINATES.fullmatch(written)
    if not found:
        return None
    point = Point(*(float(number.replace(",", ".")) for number in found.groups()))
    return point if is_in_france(point) else None


def is_in_france(point: Point) -> bool:
    """Tell whether a point can be in a priority neighbourhood at all."""
    here = Bounds(point.longitude, point.latitude, point.longitude, point.latitude)
    return any(overlap(here, box) for box in FRANCE)


def bounds_of(outline: Outline) -> Bounds:
    """Return the box around an outline."""
    positions = [position for polygon in outline for ring in polygon for position in ring]
    longitudes, latitudes = zip(*((position[0], position[1]) for position in positions), strict=True)
    return Bounds(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def overlap(one: Bounds, other: Bounds) -> bool:
    """Tell whether two boxes have a point in common."""
    wide = one.west <= other.east and one.east >= other.west
    return wide and one.south <= other.north and one.north >= other.south


def around(point: Point, margin_m: float = EDGE_M) -> Bounds:
    """Return the box that reaches `margin_m` around a point: no outline that misses it stands nearer."""
    high = margin_m / DEGREE_M
    wide = high / max(cos(radians(point.latitude)), 0.01)
    return Bounds(
        point.longitude - wide, point.latitude - high, point.longitude + wide, point.latitude + high
    )


def cells_around(bounds: Bounds) -> Bounds:
    """Return the box of whole cells that holds a box: all that is told of where somebody looks."""
    west, south = (floor(side / CELL_DEGREES) * CELL_DEGREES for side in (bounds.west, bounds.south))
    east, north = ((floor(side / CELL_DEGREES) + 1) * CELL_DEGREES for side in (bounds.east, bounds.north))
    return Bounds(west, south, east, north)


def cell_bounds(row: int, column: int) -> Bounds:
    """Return the box of a cell, by its place in the grid from the equator and from Greenwich."""
    west, south = column * CELL_DEGREES, row * CELL_DEGREES
    return Bounds(west, south, west + CELL_DEGREES, south + CELL_DEGREES)


def standing(outline: Outline, point: Point) -> Standing:
    """Tell where a point stands: on the edge when a side is within `EDGE_M`, whichever side of it."""
    if distance_m(outline, point) <= EDGE_M:
        return "edge"
    return "inside" if contains(outline, point) else "outside"


def contains(outline: Outline, point: Point) -> bool:
    """Tell whether a polygon holds the point, even-odd, so that holes and crossed outlines cope."""
    return any(sum(crossings(ring, point) for ring in polygon) % 2 == 1 for polygon in outline)


def crossings(ring: Ring, point: Point) -> int:
    """Count the sides of a ring that lie east of a point, at its latitude."""
    count = 0
    for (x1, y1), (x2, y2) in sides(ring):
        if (y1 > point.latitude) != (y2 > point.latitude):
            at = x1 + (point.latitude - y1) / (y2 - y1) * (x2 - x1)
            count += at > point.longitude
    return count


def sides(ring: Ring) -> Iterator[tuple[Position, Position]]:
    """Yield the sides of a ring, the one that closes it included."""
    before = ring[-1]
    for position in ring:
        yield before, position
        before = position


def distance_m(outline: Outline, point: Point) -> float:
    """Return how far a point is from the nearest side; the earth is flat over a few hundred metres."""
    x, y = point.longitude, point.latitude
    scale = cos(radians(y)) * DEGREE_M
    return min(
        to_side_m((x1 - x) * scale, (x2 - x) * scale, (y1 - y) * DEGREE_M, (y2 - y) * DEGREE_M)
        for polygon in outline
        for ring in polygon
        for (x1, y1), (x2, y2) in sides(ring)
    )


def to_side_m(x1: float, x2: float, y1: float, y2: float) -> float:
    """Return how far the origin is from the side between two points, in the unit of the points."""
    along_x, along_y = x2 - x1, y2 - y1
    squared = along_x * along_x + along_y * along_y
    ratio = 0.0 if squared == 0 else min(1.0, max(0.0, -(x1 * along_x + y1 * along_y) / squared))
    return hypot(x1 + ratio * along_x, y1 + ratio * along_y)
