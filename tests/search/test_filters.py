"""What filters leave, what they count, and what leaving one of them out would find."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.search.asking import Near, SearchQuery
from app.search.facets import Facet
from app.search.helping import Relaxed
from app.search.queries import find, find_or_help
from app.search.rules import CANDIDATES_MAX, available_tags, cell, cells, free_from, is_free
from benchmarks.globe import distance_km
from tests.search.conftest import Publish, found

LILLE, ROUBAIX, ARRAS = (50.63, 3.06), (50.69, 3.18), (50.29, 2.77)


def test_filters_narrow_by_contract_and_department(session: Session, publish: Publish) -> None:
    north = publish(contracts=("cdi",), departments=("59",))
    publish(contracts=("cdd",), departments=("59",))
    publish(contracts=("cdi",), departments=("93",))
    assert found(session, contract="cdi", department="59") == [north]


def test_a_job_and_its_sector_are_filters(session: Session, publish: Publish) -> None:
    baker = publish(rome=(("D1106", "Vente en alimentation"),))
    publish(rome=(("F1602", "Électricité bâtiment"),))
    assert found(session, rome="D1106") == found(session, sector="D") == [baker]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (date(2026, 11, 30), ["now", "past"]),
        (date(2027, 1, 19), ["now", "past"]),
        (date(2027, 1, 20), ["now", "past", "january"]),
        (date(2027, 2, 1), ["now", "past", "january", "february"]),
    ],
    ids=["november", "the day before", "the day", "the first of a month"],
)
def test_those_who_are_free_by_a_day(
    session: Session, publish: Publish, by: date, expected: list[str]
) -> None:
    ids = {
        publish(): "now",
        publish(available_on=date(2025, 3, 1)): "past",
        publish(available_on=date(2027, 1, 20)): "january",
        publish(available_on=date(2027, 2, 1)): "february",
    }
    assert sorted(ids[id_] for id_ in found(session, available_by=by)) == sorted(expected)


def test_a_language_is_spoken_at_that_level_or_better(session: Session, publish: Publish) -> None:
    good = publish(languages=(("Anglais", "C1"),))
    some = publish(languages=(("anglais", "A2"), ("Arabe", "C2")))
    assert found(session, language="Anglais", language_level="B2") == [good]
    assert set(found(session, language="anglais")) == {good, some}


def test_all_the_competences_are_wanted(session: Session, publish: Publish) -> None:
    teamwork, learning = ("teamwork", "Travailler en équipe"), ("learning", "Apprendre vite")
    both = publish(competences=(teamwork, learning))
    publish(competences=(teamwork,))
    assert found(session, competences=("teamwork", "learning")) == [both]


@pytest.mark.parametrize(
    ("near", "zone", "meets"),
    [
        (Near(*LILLE), (*LILLE, 5.0), True),
        (Near(*LILLE), (*ROUBAIX, 20.0), True),
        (Near(*LILLE), (*ROUBAIX, 5.0), False),
        (Near(*LILLE, 10), (*ROUBAIX, 5.0), True),
        (Near(*LILLE, 10), (*ARRAS, 20.0), False),
        (Near(*LILLE, 30), (*ARRAS, 20.0), True),
    ],
    ids=str,
)
def test_near_is_where_the_asked_circle_meets_a_work_zone(
    session: Session, publish: Publish, near: Near, zone: tuple[float, float, float], *, meets: bool
) -> None:
    publish(zones=((43.3, 5.37, 5.0), zone))
    assert bool(found(session, near=near)) is meets


def test_who_wants_to_work_nowhere_is_near_nothing(session: Session, publish: Publish) -> None:
    publish()
    assert found(session, near=Near(*LILLE, 100)) == []


def test_what_changed_since_is_a_filter(session: Session, now: datetime, publish: Publish) -> None:
    publish(now - timedelta(days=2))
    new = publish()
    assert found(session, since=now - timedelta(days=1)) == [new]


def test_facets_count_what_was_found_on_every_page(session: Session, publish: Publish) -> None:
    for number in range(25):
        publish(
            contracts=("cdi", "cdd") if number % 2 else ("cdi",),
            departments=("59",),
            languages=(("Anglais", "B1" if number % 2 else "C1"),),
            zones=((*LILLE, 20.0),),
        )
    publish(contracts=("interim",), departments=("93",))
    page = find(session, SearchQuery(department="59"))
    following = find(session, SearchQuery(department="59", after=page.last))
    assert page.facets == following.facets
    assert page.facets["contract"] == (Facet("cdi", 25), Facet("cdd", 12))
    assert page.facets["language"] == (Facet("anglais", 25),)
    assert page.facets["available"] == (Facet("now", 25),)


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_a_count_of_days_and_months_counts_everybody_once_from_their_day_on(day: date, by: date) -> None:
    assert sum(is_free(when, by) for when in free_from(day)) == (day <= by)
    assert bool({f"available:{when}" for when in free_from(day)} & set(available_tags(by))) is (day <= by)


def test_the_total_stops_at_a_thousand_and_says_so(session: Session, publish: Publish) -> None:
    for _ in range(CANDIDATES_MAX):
        publish()
    exactly = find(session, SearchQuery())
    publish()
    more = find(session, SearchQuery())
    assert (exactly.total, exactly.is_capped) == (CANDIDATES_MAX, False)
    assert (more.total, more.is_capped) == (CANDIDATES_MAX, True)


def relaxed(session: Session, query: SearchQuery) -> list[Relaxed]:
    """Return what leaving each filter out finds."""
    return list(find_or_help(session, query)[1].relaxed)


def test_leaving_one_filter_out_says_how_many_it_would_find(session: Session, publish: Publish) -> None:
    for _ in range(3):
        publish(contracts=("cdi",), departments=("59",), texts=("motivée",))
    publish(contracts=("cdd",), departments=("93",), texts=("motivée",))
    query = SearchQuery(words="motivé", contract="cdd", department="59", near=Near(*LILLE))
    assert find(session, query).total == 0
    assert relaxed(session, query) == []
    query = SearchQuery(words="motivé", contract="cdd", department="59")
    assert [(one.name, one.total) for one in relaxed(session, query)] == [("contract", 3), ("department", 1)]
    for one in relaxed(session, query):
        assert find(session, one.query).total == one.total


def test_a_search_for_everybody_has_nothing_to_leave_out(session: Session, publish: Publish) -> None:
    publish()
    assert relaxed(session, SearchQuery(sort="newest")) == []


@given(st.floats(42, 51), st.floats(-5, 8), st.floats(0, 100))
def test_the_cells_of_a_circle_hold_its_centre(latitude: float, longitude: float, radius_km: float) -> None:
    assert cell(latitude, longitude) in cells(latitude, longitude, radius_km)


@given(
    st.tuples(st.floats(42, 51), st.floats(-5, 8), st.floats(0, 100)),
    st.tuples(st.floats(42, 51), st.floats(-5, 8), st.floats(0, 100)),
)
def test_circles_that_meet_have_a_cell_in_common(
    one: tuple[float, float, float], other: tuple[float, float, float]
) -> None:
    if distance_km(*one[:2], *other[:2]) <= one[2] + other[2]:
        assert cells(*one) & cells(*other)
