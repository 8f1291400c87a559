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
    written,
)
from app.reports.suppression import Behind, hidden, shown, wholes_of

CODES = [indicator.code for indicator in INDICATORS]
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
# Whom facts are about: few of them make a small figure of many facts.
BEHIND = {
    "views": ("watched", "companies"),
    "contacts": ("contacted",),
    "accepted": ("answered",),
    "outcomes": ("placed",),
}
ORGANISATION = uuid4()
counts = st.fixed_dictionaries({code: st.integers(0, 40) for code in CODES})
cells = st.dictionaries(st.sampled_from(["13", "59", "62", "69", "75", "93"]), st.integers(0, 40))
# Facts, the persons and the companies behind them.
behind_cells = st.dictionaries(
    st.sampled_from(["13", "59", "62", "69", "75", "93"]),
    st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40)).map(
        lambda of: (of[0], min(of[0], of[1]), min(of[0], of[2]))
    ),
)
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


@given(counts, minimums)
def test_no_figure_of_facts_about_few_is_shown(of: dict[str, int], minimum: int) -> None:
    figures = shown(of, minimum)
    for code, behind in BEHIND.items():
        assert figures[code] is None or all(of[one] >= minimum for one in behind)


@given(counts, minimums)
def test_what_is_left_of_a_part_is_not_of_few(of: dict[str, int], minimum: int) -> None:
    figures = shown(of, minimum)
    if figures["accepted"] is not None and of["contacts"] > of["accepted"]:
        assert of["contacted"] - of["answered"] >= minimum


def test_many_refusals_are_hidden_where_few_refused_and_shown_where_many_did() -> None:
    of = dict.fromkeys(CODES, 100) | {"contacts": 60, "accepted": 40, "contacted": 35, "answered": 30}
    assert shown(of, FUNDER_MINIMUM)["accepted"] == 40
    assert shown(of, PUBLIC_MINIMUM)["accepted"] is None
    assert shown(of | {"answered": 31}, FUNDER_MINIMUM)["accepted"] is None
    assert shown(of | {"contacts": 40, "answered": 35}, FUNDER_MINIMUM)["accepted"] == 40  # all said yes


@given(counts)
def test_who_may_see_small_figures_sees_them_all(of: dict[str, int]) -> None:
    assert shown(of, 0) == of


@given(counts, minimums)
def test_no_part_of_a_part_tells_a_small_figure_either(of: dict[str, int], minimum: int) -> None:
    figures = shown(of, minimum)
    for code in CODES:
        for whole in wholes_of(code):
            part, left = figures[code], of[whole] - of[code]
            assert part is None or figures[whole] is None or not 0 < left < minimum


def test_who_answered_is_a_part_of_who_was_contacted_and_of_who_is_published() -> None:
    assert wholes_of("answered") == {"contacted", "accepted", "published", "contacts"}
    assert wholes_of("filmed") == set()


@given(cells, st.integers(-3, 3), minimums)
def test_what_a_cut_leaves_over_tells_no_small_figure(of: dict[str, int], more: int, minimum: int) -> None:
    total = max(0, sum(of.values()) - more)  # somebody may be in two cells, or in none
    out_of_sight = hidden(of, total, minimum)
    in_sight = {cell: count for cell, count in of.items() if cell not in out_of_sight}
    assert all(count == 0 or count >= minimum for count in in_sight.values())
    if in_sight:
        assert not 0 < abs(total - sum(in_sight.values())) < minimum
        assert not 0 < sum(of[cell] for cell in out_of_sight) < minimum


@given(cells)
def test_two_readers_together_know_no_more_than_the_one_of_smaller_figures(of: dict[str, int]) -> None:
    total = sum(of.values())
    assert hidden(of, total, FUNDER_MINIMUM) <= hidden(of, total, PUBLIC_MINIMUM)


@given(cells)
def test_who_may_see_small_figures_sees_every_cell(of: dict[str, int]) -> None:
    assert not hidden(of, sum(of.values()), 0)


def companies_and_persons(of: dict[str, tuple[int, int, int]]) -> list[Behind]:
    """Return persons that are in one cell each, and companies that are in all of them."""
    persons, companies = ({cell: three[place] for cell, three in of.items()} for place in (1, 2))
    return [Behind(persons, sum(persons.values())), Behind(companies, max(companies.values(), default=0))]


@given(behind_cells, minimums)
def test_no_cell_and_no_rest_of_a_cut_is_of_few(of: dict[str, tuple[int, int, int]], minimum: int) -> None:
    facts = {cell: three[0] for cell, three in of.items()}
    out_of_sight = hidden(facts, sum(facts.values()), minimum, companies_and_persons(of))
    in_sight = [three for cell, three in of.items() if cell not in out_of_sight]
    assert all(three[0] == 0 or min(three) >= minimum for three in in_sight)
    rest = [of[cell] for cell in out_of_sight]
    if in_sight and any(three[0] for three in rest):
        assert sum(persons for _, persons, _ in rest) >= minimum
        assert max(companies for *_, companies in rest) >= minimum


@given(behind_cells)
def test_who_reads_smaller_figures_of_people_reads_all_that_others_do(
    of: dict[str, tuple[int, int, int]],
) -> None:
    facts = {cell: three[0] for cell, three in of.items()}
    total, behind = sum(facts.values()), companies_and_persons(of)
    small, large = (hidden(facts, total, minimum, behind) for minimum in (FUNDER_MINIMUM, PUBLIC_MINIMUM))
    assert small <= large
    assert not hidden(facts, total, 0, behind)


def test_many_facts_about_few_persons_take_the_next_smallest_with_them() -> None:
    facts = {"04": 12, "59": 20, "69": 40}
    persons = Behind({"04": 1, "59": 15, "69": 30}, 46)
    assert hidden(facts, 72, PUBLIC_MINIMUM) == set()
    assert hidden(facts, 72, PUBLIC_MINIMUM, [persons]) == {"04", "59"}


def test_a_small_cell_takes_the_next_smallest_with_it() -> None:
    assert hidden({"13": 3, "59": 12, "69": 40}, 55, PUBLIC_MINIMUM) == {"13", "59"}
    assert hidden({"13": 0, "59": 12, "69": 40}, 52, PUBLIC_MINIMUM) == set()
    assert hidden({"13": 0, "59": 12, "69": 40, "75": 3}, 55, PUBLIC_MINIMUM) == {"13", "75", "59"}
    assert hidden({"13": 3, "59": 4}, 7, PUBLIC_MINIMUM) == {"13", "59"}


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
