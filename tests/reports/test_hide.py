"""Which figures are shown to whom, over which months, and how a spreadsheet reads them."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence.rules import KINDS
from app.people.rules import Belonging, Who
from app.reports.rules import (
    FUNDER_MINIMUM,
    INDICATORS,
    PUBLIC,
    PUBLIC_MINIMUM,
    guarded,
    month_of,
    months_between,
    reader_of,
    shown,
    written,
)

CODES = [indicator.code for indicator in INDICATORS]
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
ORGANISATION = uuid4()
counts = st.fixed_dictionaries({code: st.integers(0, 40) for code in CODES})
minimums = st.sampled_from([FUNDER_MINIMUM, PUBLIC_MINIMUM])
aware = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds of Hypothesis are naive


def holding(*roles: str, state: str = "verified") -> Who:
    """Return somebody who holds roles in one organisation."""
    belongings = tuple(
        Belonging(role, None if role == "admin" else ORGANISATION, "Mission locale", state) for role in roles
    )
    return Who(UUID(int=1), UUID(int=2), "Claire", belongings)


@given(counts, minimums)
def test_no_figure_below_the_threshold_is_shown(of: dict[str, int], minimum: int) -> None:
    figures = shown(of, minimum)
    assert all(figure is None or figure == of[code] >= minimum for code, figure in figures.items())


@given(counts, minimums)
def test_no_subtraction_of_what_is_shown_gives_a_small_figure(of: dict[str, int], minimum: int) -> None:
    figures = shown(of, minimum)
    for indicator in INDICATORS:
        part, whole = figures[indicator.code], figures.get(indicator.part_of)
        if part is not None and whole is not None:
            assert not 0 < whole - part < minimum


@given(counts)
def test_who_may_see_small_figures_sees_them_all(of: dict[str, int]) -> None:
    assert shown(of, 0) == of


def test_a_hidden_part_does_not_say_why_it_is_hidden() -> None:
    of = dict.fromkeys(CODES, 100) | {"filmed": 20, "filmed_qpv": 19, "accepted": 3}
    figures = shown(of, PUBLIC_MINIMUM)
    assert figures["filmed"] == 20
    hidden = [written(BY_CODE[code], figures[code], PUBLIC_MINIMUM) for code in ("filmed_qpv", "accepted")]
    assert hidden == ["masqué"] * 2
    assert written(BY_CODE["views"], None, PUBLIC_MINIMUM) == "moins de 11"
    assert written(BY_CODE["views"], 12, PUBLIC_MINIMUM) == "12"


def test_every_figure_counts_a_known_kind_and_a_part_has_a_whole() -> None:
    assert all(indicator.kind in KINDS for indicator in INDICATORS)
    assert {indicator.part_of for indicator in INDICATORS} <= {*CODES, ""}
    assert len(set(CODES)) == len(CODES)


def test_an_operator_reads_everything() -> None:
    reader = reader_of(holding("admin"))
    assert reader is not None
    assert (reader.territories, reader.sees_details) == (None, True)


def test_an_adviser_reads_their_own_structures() -> None:
    reader = reader_of(holding("adviser"))
    assert reader is not None
    assert (reader.territories, reader.scope, reader.sees_details) == (
        (ORGANISATION,),
        "Mission locale",
        True,
    )


def test_a_funder_reads_totals_without_small_figures_months_or_facts() -> None:
    reader = reader_of(holding("funder"))
    assert reader is not None
    assert (reader.territories, reader.minimum, reader.sees_details) == (None, FUNDER_MINIMUM, False)
    assert not PUBLIC.sees_details


@pytest.mark.parametrize(
    "who",
    [holding("resident"), holding("recruiter"), holding(), holding("adviser", state="suspended")],
    ids=["resident", "recruiter", "nobody", "suspended"],
)
def test_for_others_there_is_no_bilan(who: Who) -> None:
    assert reader_of(who) is None


@pytest.mark.parametrize("code", ["", "2026", "2026-13", "2026-00", "1999-01", "2026-1", "2026-11-01", "x"])
def test_what_is_no_month_is_none(code: str) -> None:
    assert month_of(code) is None


def test_a_month_begins_and_ends_at_midnight_in_paris() -> None:
    december = month_of("2026-12")
    assert december is not None
    assert december.start.astimezone(UTC) == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert december.end.astimezone(UTC) == datetime(2026, 12, 31, 23, tzinfo=UTC)


@given(aware, st.timedeltas(timedelta(0), timedelta(days=900)))
def test_months_follow_each_other_and_hold_every_instant(first: datetime, length: timedelta) -> None:
    last = first + length
    months = months_between(first, last)
    assert months[0].start <= last < months[0].end
    assert months[-1].start <= first < months[-1].end
    assert all(older.end == newer.start for newer, older in itertools.pairwise(months))


@pytest.mark.parametrize("formula", ["=1+1", "+33", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(formula: str) -> None:
    assert guarded(formula) == f"'{formula}"


@given(st.text())
def test_a_cell_that_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert guarded(cell).endswith(cell)
    assert guarded(f"a{cell}") == f"a{cell}"
