"""What is watched, credited and counted, whatever a page says."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.viewing.rules import (
    EXCLUSIONS,
    POLICY,
    Circumstances,
    Progress,
    Span,
    exclusion,
    hour_of,
    is_qualified,
    length_s,
    union,
    watched,
    within,
)

instants = st.integers(0, 20_000).map(lambda hundredths: hundredths / 100)
spans = st.tuples(instants, instants)
beats = st.lists(st.tuples(st.lists(spans, max_size=6), st.floats(0, 40)), max_size=8)
durations = st.integers(500, 18_000).map(lambda hundredths: hundredths / 100)
TOLERANCE_S = 1e-6


def watch_all(beats: list[tuple[list[Span], float]], duration_s: float) -> Progress:
    """Return the progress after all the beats of one play."""
    progress = Progress()
    for played, wall_s in beats:
        progress = watched(POLICY, progress, played, wall_s, duration_s)
    return progress


def hundredths(of: tuple[Span, ...] | list[Span]) -> set[int]:
    """Return the hundredths of seconds that the spans show."""
    return {tick for start, end in of for tick in range(round(start * 100), round(end * 100))}


@given(st.lists(spans))
def test_a_union_shows_the_same_instants_sorted_and_apart(played: list[Span]) -> None:
    merged = union(played)
    assert hundredths(merged) == hundredths([span for span in played if span[0] < span[1]])
    assert all(start < end for start, end in merged)
    assert all(before[1] < after[0] for before, after in pairwise(merged))


@given(st.lists(spans), st.lists(spans))
def test_a_union_does_not_depend_on_the_order_nor_on_the_beats(one: list[Span], other: list[Span]) -> None:
    assert union([*one, *other]) == union([*other, *one]) == union((*union(one), *union(other)))


@given(beats, durations)
def test_nobody_watches_more_than_the_video_lasts(
    beats: list[tuple[list[Span], float]], duration_s: float
) -> None:
    progress = watch_all(beats, duration_s)
    assert progress.credited_s <= length_s(progress.spans) + TOLERANCE_S
    assert length_s(progress.spans) <= duration_s + TOLERANCE_S


@given(beats, durations)
def test_credit_never_runs_faster_than_our_clock(
    beats: list[tuple[list[Span], float]], duration_s: float
) -> None:
    wall_s = sum(wall_s for _, wall_s in beats)
    assert watch_all(beats, duration_s).credited_s <= POLICY.credit_per_wall_s * wall_s + TOLERANCE_S


@given(beats, st.lists(spans), st.floats(0, 40), durations)
def test_watching_more_never_takes_a_view_away(
    beats: list[tuple[list[Span], float]], more: list[Span], wall_s: float, duration_s: float
) -> None:
    before = watch_all(beats, duration_s)
    after = watched(POLICY, before, more, wall_s, duration_s)
    assert after.credited_s >= before.credited_s
    assert is_qualified(POLICY, after.credited_s, duration_s) or not is_qualified(
        POLICY, before.credited_s, duration_s
    )


@given(beats, durations)
def test_watching_again_adds_nothing(beats: list[tuple[list[Span], float]], duration_s: float) -> None:
    once = watch_all(beats, duration_s)
    again = watched(POLICY, once, [span for played, _ in beats for span in played], 600, duration_s)
    assert again.spans == once.spans
    assert again.credited_s == pytest.approx(once.credited_s)


@given(spans, durations)
def test_what_lies_outside_the_video_is_not_watched(span: Span, duration_s: float) -> None:
    ((start, end),) = within([span], duration_s)
    assert start >= 0
    assert end <= duration_s


def test_a_whole_play_in_regular_beats_is_credited_whole() -> None:
    progress = watch_all([([(at, at + 5)], 5) for at in range(0, 60, 5)], 60)
    assert progress == Progress(((0, 60),), 60)


def test_a_play_at_double_speed_is_credited_for_the_time_it_took() -> None:
    progress = watch_all([([(at, at + 10)], 5) for at in range(0, 60, 10)], 60)
    assert progress.credited_s == pytest.approx(6 * 5.5)


def test_a_page_that_was_silent_for_an_hour_is_credited_half_a_minute() -> None:
    assert watch_all([([(0, 120)], 3600)], 120).credited_s == pytest.approx(33)


@pytest.mark.parametrize(
    ("just_short_s", "enough_s", "duration_s"),
    [(9.9, 10, 60), (5.9, 6, 12), (3.9, 4, 8), (9.9, 10, None)],
)
def test_a_view_counts_from_ten_seconds_or_half_of_a_short_video(
    just_short_s: float, enough_s: float, duration_s: float | None
) -> None:
    assert not is_qualified(POLICY, just_short_s, duration_s)
    assert is_qualified(POLICY, enough_s, duration_s)


RECRUITER = Circumstances(
    is_owner=False,
    is_staff=False,
    is_adviser_of_owner=False,
    is_recruiter=True,
    is_company_verified=True,
    email="marc@roux.fr",
    is_robot=False,
)


def test_a_recruiter_of_a_verified_company_counts() -> None:
    assert exclusion(POLICY, RECRUITER) is None
    assert exclusion(POLICY, replace(RECRUITER, email=None)) is None


@pytest.mark.parametrize(
    ("viewer", "reason"),
    [
        (replace(RECRUITER, is_owner=True, is_staff=True), "owner"),
        (replace(RECRUITER, is_staff=True), "staff"),
        (replace(RECRUITER, is_adviser_of_owner=True), "own_structure"),
        (replace(RECRUITER, is_recruiter=False, is_company_verified=False), "no_company"),
        (replace(RECRUITER, is_company_verified=False), "unverified_company"),
        (replace(RECRUITER, is_robot=True), "robot"),
        (replace(RECRUITER, email="essai@visavis.INVALID"), "test_account"),
    ],
)
def test_who_is_too_near_or_not_real_never_counts(viewer: Circumstances, reason: str) -> None:
    assert exclusion(POLICY, viewer) == reason
    assert reason in EXCLUSIONS


def test_the_hour_that_comes_twice_in_paris_is_two_hours() -> None:
    paris = ZoneInfo("Europe/Paris")
    twice = [datetime(2026, 10, 25, 2, 30, tzinfo=paris, fold=fold) for fold in (0, 1)]
    assert [hour_of(at) for at in twice] == ["2026-10-25T00Z", "2026-10-25T01Z"]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds of Hypothesis are naive
def test_an_hour_begins_in_paris_when_it_begins_in_utc(at: datetime) -> None:
    assert at.astimezone(ZoneInfo("Europe/Paris")).minute == at.minute
