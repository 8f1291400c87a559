"""Where a point stands beside a priority neighbourhood: in it, out of it, or too near an edge to tell."""

import gzip
import json
import random
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.places.qpv import DEGREE_M, Bounds, Outline, Point, bounds_of, contains, standing
from app.places.queries import qpv_at
from app.places.service import QpvRow, load_qpv
from tests.refdata import real

# A square of a kilometre near Marseille with a hole in its middle, and another square apart from it.
WEST, SOUTH = 5.36, 43.31
EAST, NORTH = WEST + 1000 / (DEGREE_M * cos(radians(SOUTH))), SOUTH + 1000 / DEGREE_M
TOWN: Outline = [
    [
        [(WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH), (WEST, SOUTH)],
        [(WEST + 0.004, SOUTH + 0.003), (WEST + 0.008, SOUTH + 0.003), (WEST + 0.008, SOUTH + 0.006)],
    ],
    [[(WEST + 0.03, SOUTH), (WEST + 0.04, SOUTH), (WEST + 0.04, SOUTH + 0.01), (WEST + 0.03, SOUTH + 0.01)]],
]
MIDDLE = Point(SOUTH + 0.0015, WEST + 0.002)
IN_THE_HOLE = Point(SOUTH + 0.004, WEST + 0.007)
POINTS = 20_000
UNITS = 10**7  # points and corners as whole numbers: the second implementation is exact


def metres_east(of: float, metres: float) -> float:
    """Return the longitude some metres east of another."""
    return of + metres / (DEGREE_M * cos(radians(SOUTH)))


def test_a_point_in_a_part_is_inside_and_one_in_a_hole_or_between_is_outside() -> None:
    assert standing(TOWN, MIDDLE) == "inside"
    assert standing(TOWN, Point(SOUTH + 0.005, WEST + 0.035)) == "inside"
    assert standing(TOWN, IN_THE_HOLE) == "outside"
    assert standing(TOWN, Point(SOUTH + 0.005, WEST + 0.02)) == "outside"


@pytest.mark.parametrize("metres", [-14.5, -1, 0, 1, 14.5])
def test_within_fifteen_metres_of_an_outline_nobody_can_tell(metres: float) -> None:
    assert standing(TOWN, Point(SOUTH + 0.005, metres_east(WEST, metres))) == "edge"


@pytest.mark.parametrize(("metres", "where"), [(-15.5, "outside"), (15.5, "inside")])
def test_further_than_fifteen_metres_it_is_said(metres: float, where: str) -> None:
    assert standing(TOWN, Point(SOUTH + 0.005, metres_east(WEST, metres))) == where


def test_the_edge_of_a_hole_is_an_edge() -> None:
    assert standing(TOWN, Point(SOUTH + 0.004, metres_east(WEST + 0.008, 10))) == "edge"


def test_a_point_says_nothing_of_where_it_is() -> None:
    assert "43" not in f"{MIDDLE} {MIDDLE!r} {[MIDDLE]}"


def neighbourhood(code: str = "QN01301M", outline: Outline = TOWN, name: str = "Les Oliviers") -> QpvRow:
    """Return a neighbourhood of Marseille, of the vintage that its code says."""
    return QpvRow(code, 2024 if code.startswith("QN") else 2015, name, ["13055"], outline)


def test_every_neighbourhood_that_holds_a_point_is_found_those_on_whose_edge_it_is_last(
    session: Session,
) -> None:
    beside: Outline = [[[(WEST - 0.01, SOUTH), (MIDDLE.longitude, SOUTH), (MIDDLE.longitude, NORTH)]]]
    load_qpv(session, [neighbourhood("QN01300M", beside, "À côté"), neighbourhood()])
    found = qpv_at(session, MIDDLE, 2024)
    assert [(one.code, one.standing) for one in found] == [("QN01301M", "inside"), ("QN01300M", "edge")]
    assert qpv_at(session, IN_THE_HOLE, 2024) == []


def test_each_vintage_has_its_own_neighbourhoods(session: Session) -> None:
    load_qpv(session, [neighbourhood("QP013001")])
    assert qpv_at(session, MIDDLE, 2024) == []
    assert [one.code for one in qpv_at(session, MIDDLE, 2015)] == ["QP013001"]


def test_the_database_is_never_told_the_point(session: Session) -> None:
    load_qpv(session, [neighbourhood()])
    told: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: told.append(str(given[3])))
    point = Point(43.3187654, 5.3654321)
    qpv_at(session, point, 2024)
    assert told
    assert "3187" not in str(told)
    assert "3654" not in str(told)


def exactly_contains(outline: Outline, point: Point) -> bool | None:
    """Tell by whole numbers, going north, whether a polygon holds a point; None exactly on a side."""
    x, y = round(point.longitude * UNITS), round(point.latitude * UNITS)
    inside = False
    for polygon in outline:
        odd = False
        for ring in polygon:
            corners = [(round(a * UNITS), round(b * UNITS)) for a, b in ring]
            for (x1, y1), (x2, y2) in pairwise([*corners, corners[0]]):
                side = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
                if side == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
                    return None
                if (x1 <= x) != (x2 <= x):
                    odd ^= side < 0 if x2 > x1 else side > 0
        inside |= odd
    return inside


@given(st.integers(-UNITS, 2 * UNITS), st.integers(-UNITS, 2 * UNITS))
def test_of_an_outline_that_crosses_itself_both_halves_are_inside(x: int, y: int) -> None:
    bow: Outline = [[[(0, 0), (1, 1), (1, 0), (0, 1)]]]
    point = Point(y / UNITS, x / UNITS)
    expected = exactly_contains(bow, point)
    assert expected is None or contains(bow, point) == expected


@cache
def national() -> list[QpvRow]:
    """Return every neighbourhood of 2024."""
    with gzip.open(real("qpv_2024_national.json.gz")) as file:
        found = json.load(file)["qpvs"]
    return [QpvRow(one["code"], 2024, one["label"], one["insee"], one["g"]) for one in found]


def points_near(rows: list[QpvRow], seed: int) -> Iterator[tuple[Point, QpvRow]]:
    """Yield points in and around the boxes of neighbourhoods, as many of each, always the same."""
    chance = random.Random(seed)  # noqa: S311 - where points fall is no secret
    boxes = [bounds_of(row.outline) for row in rows]
    for number in range(POINTS):
        row, box = rows[number % len(rows)], boxes[number % len(rows)]
        longitude, latitude = (
            chance.uniform(low - (high - low) / 10, high + (high - low) / 10)
            for low, high in ((box.west, box.east), (box.south, box.north))
        )
        yield Point(round(latitude, 7), round(longitude, 7)), row


def test_twenty_thousand_points_stand_where_a_second_implementation_says() -> None:
    rows = national()
    assert len(rows) == 1584
    held = 0
    for point, row in points_near(rows, seed=1):
        expected = exactly_contains(row.outline, point)
        assert expected is None or contains(row.outline, point) == expected, (row.code, vars(point))
        held += bool(expected)
    assert POINTS / 4 < held < POINTS * 3 / 4


def test_among_all_neighbourhoods_of_france_the_right_one_is_found(session: Session) -> None:
    rows = national()
    load_qpv(session, rows)
    session.expunge_all()
    for point, row in list(points_near(rows, seed=2))[:: POINTS // 300]:
        found = {one.code: one.standing for one in qpv_at(session, point, 2024)}
        session.expunge_all()
        assert found.get(row.code, "outside") == standing(row.outline, point)


def test_a_point_at_the_border_of_two_cells_is_found_from_both(session: Session) -> None:
    """Cells are of a tenth of a degree: an outline may begin on the other side of their border."""
    strip: Outline = [[[(5.4, 43.3), (5.41, 43.3), (5.41, 43.4), (5.4, 43.4)]]]
    load_qpv(session, [neighbourhood(outline=strip)])
    assert [one.standing for one in qpv_at(session, Point(43.35, 5.39999), 2024)] == ["edge"]
    assert Bounds(5.4, 43.3, 5.41, 43.4) == bounds_of(strip)
