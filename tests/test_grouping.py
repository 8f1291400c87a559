"""What the processes of a test session get, and in which order."""

from pathlib import Path

from tests.grouping import ALONE, FIRST, SHARED, group_of, turn

BROWSER = Path(__file__).parent / "browser"


def test_every_file_that_is_said_to_share_a_product_or_not_is_there() -> None:
    assert ALONE.union(*SHARED.values()) <= {path.stem for path in BROWSER.glob("*.py")}


def test_every_name_in_the_order_is_a_group_or_a_place() -> None:
    places = {begin for begin in FIRST if (BROWSER.parents[1] / begin).exists()}
    assert set(FIRST) == places | set(SHARED) | {"walks", "cli"}


def test_those_of_one_product_stay_together_and_whoever_has_an_own_one_stays_alone() -> None:
    assert group_of("tests/browser/test_pages.py::test_a[chromium]") == "told"
    assert group_of("tests/browser/test_walk.py::test_a[chromium]") == "walks"
    assert group_of("tests/browser/test_renewal.py::test_a[chromium]") == "tests/browser/test_renewal.py"
    assert group_of("tests/cli/test_run.py::test_a") == "cli"
    assert group_of("tests/people/test_invite.py::test_a") == ""


def test_what_takes_long_comes_before_what_takes_moments() -> None:
    order = [
        "told",
        "walks",
        "tests/workers/test_never_stuck.py::test_a",
        "tests/browser/test_companies.py",
        "tests/workers/test_make.py::test_a",
        "tests/people/test_invite.py::test_a",
    ]
    places = [turn(unit) for unit in order]
    assert places == sorted(set(places))
