"""What the processes of a test session get, and in which order."""

from pathlib import Path

from tests.grouping import ALONE, FIRST, OF_CLIPS, SHARED, SHARING, group_of, turn

ROOT = Path(__file__).parents[1]
BROWSER = ROOT / "tests/browser"


def test_every_file_that_is_said_to_share_a_product_or_not_is_there() -> None:
    assert ALONE.union(*SHARED.values()) <= {path.stem for path in BROWSER.glob("*.py")}
    assert all((ROOT / file).exists() for file in {*SHARING, OF_CLIPS})


def test_every_name_in_the_order_is_a_group_or_a_place() -> None:
    places = {begin for begin in FIRST if (ROOT / begin).exists()}
    assert set(FIRST) == places | set(SHARED) | {"walks", "cli"}


def test_those_of_one_product_stay_together_and_whoever_has_an_own_one_stays_alone() -> None:
    assert group_of("tests/browser/test_pages.py::test_a[chromium]") == "told"
    assert group_of("tests/browser/test_walk.py::test_a[chromium]") == "walks"
    assert group_of("tests/browser/test_renewal.py::test_a[chromium]") == "tests/browser/test_renewal.py"
    assert group_of("tests/cli/test_run.py::test_a") == "cli"
    assert group_of("tests/uploads/test_line.py::test_a[splice]") == "tests/uploads/test_line.py"
    assert group_of(f"{OF_CLIPS}::test_a[b.mp4]") == group_of(f"{OF_CLIPS}::test_c[b.mp4]") != OF_CLIPS
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
