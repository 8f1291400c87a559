"""What watching changed is told in numbers that are never small, and that no subtraction makes small."""

from datetime import datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.profiles.models import Profile
from app.reports.opinions import MOVED, Told, told
from app.viewing.queries import Opinions
from tests.conftest import SignIn
from tests.factories import make_adviser, make_funder, make_profile, make_recruiter, make_structure
from tests.reading import words_of
from tests.reports.test_files import lines, workbook
from tests.viewing.test_say import opine

MINIMUM = 5
counts = st.integers(min_value=0, max_value=30)


def of(
    confirmed: int,
    learned: int,
    changed: int,
    recruiters: int = 9,
    residents: int = 9,
    by_answer: dict[str, int] | None = None,
) -> Opinions:
    """Return answers, and who stands behind them: as many as they are, where nothing else is said."""
    answers = {"confirmed": confirmed, "learned": learned, "changed": changed}
    return Opinions(
        answers, recruiters, residents, answers | {"moved": learned + changed} | (by_answer or {})
    )


def numbers(found: Told) -> list[int]:
    """Return how many said what, without the words."""
    return [count for _, count in found.answers]


def test_numbers_that_are_large_are_told_apart() -> None:
    assert numbers(told(of(10, 7, 5), MINIMUM)) == [10, 7, 5]


def test_a_small_number_goes_into_its_neighbour_s() -> None:
    found = told(of(10, 7, 4), MINIMUM)
    assert (found.total, numbers(found)) == (21, [10, 11])


@pytest.mark.parametrize("answers", [(4, 7, 5), (10, 3, 1), (0, 20, 20)])
def test_only_how_many_is_told_where_neighbours_do_not_help(answers: tuple[int, int, int]) -> None:
    found = told(of(*answers), MINIMUM)
    assert (found.total, numbers(found)) == (sum(answers), [])


def test_many_answers_of_few_recruiters_are_no_share_of_their_own() -> None:
    assert numbers(told(of(10, 7, 12, by_answer={"changed": 2}), MINIMUM)) == [10, 19]
    assert numbers(told(of(10, 7, 12, by_answer={"changed": 2, "moved": 4}), MINIMUM)) == []
    assert numbers(told(of(20, 7, 12, by_answer={"confirmed": 1}), MINIMUM)) == []


@pytest.mark.parametrize(("recruiters", "residents"), [(4, 40), (40, 4)])
def test_nothing_is_told_of_few_recruiters_or_of_few_residents(recruiters: int, residents: int) -> None:
    assert told(of(20, 20, 20, recruiters, residents), MINIMUM) == Told(MINIMUM)


@given(counts, counts, counts)
def test_no_subtraction_of_what_is_told_gives_a_small_number(
    confirmed: int, learned: int, changed: int
) -> None:
    found = told(of(confirmed, learned, changed), MINIMUM)
    shown = numbers(found)
    sums = {sum(some) for size in range(1, len(shown) + 1) for some in combinations(shown, size)}
    left = {(found.total or 0) - one for one in sums} - {0}
    assert all(number >= MINIMUM for number in sums | left)


def furnish(session: Session, profiles: list[Profile], now: datetime, said: str = "changed") -> None:
    """Have five recruiters answer about each of these profiles."""
    for _ in range(MINIMUM):
        recruiter = make_recruiter(session)
        for profile in profiles:
            opine(session, profile, recruiter, said, now)


def test_a_bilan_tells_an_adviser_of_their_structure_alone_and_a_funder_of_all(
    session: Session, now: datetime, sign_in: SignIn
) -> None:
    structure = make_structure(session)
    profiles = [make_profile(session, structure_id=structure.id) for _ in range(MINIMUM)]
    furnish(session, profiles, now)
    other = make_adviser(session, make_structure(session))
    readers = ((make_adviser(session, structure), True), (make_funder(session), True), (other, False))
    for person, is_told in readers:
        page = sign_in(person).get("/bilan").text
        assert ("25 réponses" in page) is is_told
        assert ("Pas encore montré" in page) is not is_told


def test_the_shares_of_answers_stand_on_the_page(session: Session, now: datetime, sign_in: SignIn) -> None:
    structure = make_structure(session)
    for said in ("confirmed", "learned", "changed"):
        profiles = [make_profile(session, structure_id=structure.id) for _ in range(MINIMUM)]
        furnish(session, profiles, now, said)
    page = words_of(sign_in(make_adviser(session, structure)).get("/bilan").text)
    assert "« Elle m’a fait changer d’avis » 25 réponses" in page.replace("\xa0", " ").replace("\u202f", " ")


def test_the_answers_of_one_recruiter_about_many_residents_are_no_share(
    session: Session, now: datetime, sign_in: SignIn
) -> None:
    structure = make_structure(session)
    profiles = [make_profile(session, structure_id=structure.id) for _ in range(15)]
    furnish(session, profiles[:5], now, "confirmed")
    furnish(session, profiles[5:10], now, "learned")
    recruiter = make_recruiter(session)
    for profile in profiles[10:]:
        opine(session, profile, recruiter, "changed", now)
    page = words_of(sign_in(make_adviser(session, structure)).get("/bilan").text).replace("\xa0", " ")
    assert "fait changer d’avis » 5 réponses" not in page
    assert "ou fait changer d’avis » 30 réponses" in page.replace("\u202f", " ")


def in_files(browser: TestClient) -> list[list[str]]:
    """Return what the workbook says of the answers; the CSV says the same."""
    (sheet,) = [lines for name, lines in workbook(browser).items() if name == "Avis des recruteurs"]
    told = [[str(cell) for cell in line[:2]] for line in sheet[1:]]
    table = lines(browser, "/bilan/tableaux.csv")
    assert [line[2:4] for line in table if line[0] == "Avis des recruteurs"] == told
    assert {line[2] for line in sheet[1:]} == {"depuis le début"}
    return told


def test_files_tell_of_answers_what_the_page_tells(session: Session, now: datetime, sign_in: SignIn) -> None:
    structure = make_structure(session)
    adviser = sign_in(make_adviser(session, structure))
    assert in_files(adviser) == [["Réponses", "masqué"]]
    for said in ("confirmed", "learned"):
        profiles = [make_profile(session, structure_id=structure.id) for _ in range(MINIMUM)]
        furnish(session, profiles, now, said)
    assert in_files(adviser) == [["Réponses", "50"], ["confirme ce que je pensais", "25"], [str(MOVED), "25"]]
    few = [make_profile(session, structure_id=structure.id) for _ in range(2)]
    opine(session, few[0], make_recruiter(session), "changed", now)
    assert in_files(adviser) == [["Réponses", "51"], ["confirme ce que je pensais", "25"], [str(MOVED), "26"]]
    assert in_files(sign_in(make_adviser(session, make_structure(session)))) == [["Réponses", "masqué"]]
