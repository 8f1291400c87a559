"""Pure rules of people, by examples and by properties."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules import (
    Belonging,
    Who,
    age,
    birth_trouble,
    browser_name,
    is_minor,
    luhn_holds,
    may_accompany,
    may_see_profiles,
    password_trouble,
    phone_digits,
    siret_is_valid,
)
from tests.factories import make_siret

SIRET = "73282932000074"  # Insee's own example
ID = UUID(int=1)


def test_an_official_siret_holds() -> None:
    assert siret_is_valid(SIRET)


def test_la_poste_is_the_official_exception() -> None:
    assert siret_is_valid("35600000000048")
    assert siret_is_valid("35600000049837")


@pytest.mark.parametrize(
    "siret", ["", "7328293200007", "732829320000741", "7328293200007x", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤"]
)
def test_what_is_not_fourteen_digits_is_no_siret(siret: str) -> None:
    assert not siret_is_valid(siret)


@given(st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(position: int, added: int) -> None:
    siret = make_siret()
    wrong = str((int(siret[position]) + added) % 10)
    assert not siret_is_valid(siret[:position] + wrong + siret[position + 1 :])


@given(st.text("0123456789", min_size=1))
def test_exactly_one_last_digit_makes_a_number_hold(start: str) -> None:
    assert sum(luhn_holds(start + digit) for digit in "0123456789") == 1


@given(st.dates(date(1950, 1, 1), date(2020, 1, 1)), st.dates(date(2021, 1, 1), date(2030, 1, 1)))
def test_people_age_by_one_a_year(born_on: date, today: date) -> None:
    years = age(born_on, today)
    assert today.year - born_on.year - 1 <= years <= today.year - born_on.year


@given(st.dates(date(1900, 1, 1), date(2060, 1, 1)), st.dates(date(2020, 2, 28), date(2030, 1, 1)))
def test_a_birth_date_is_one_of_somebody_who_may_look_for_work(born_on: date, today: date) -> None:
    plausible = born_on < today and 14 <= age(born_on, today) <= 100
    assert bool(birth_trouble(born_on, today)) is not plausible


def test_people_come_of_age_on_the_day() -> None:
    assert is_minor(date(2008, 11, 24), date(2026, 11, 23))
    assert not is_minor(date(2008, 11, 23), date(2026, 11, 23))
    assert is_minor(date(2008, 2, 29), date(2026, 2, 28))
    assert not is_minor(date(2008, 2, 29), date(2026, 3, 1))


def test_an_unknown_age_is_a_minors() -> None:
    assert is_minor(None, date(2026, 11, 23))


@pytest.mark.parametrize("password", ["court", "azertyuiop12", "AZERTYUIOP12", "abcabcabcabc", "1" * 1025])
def test_a_short_a_common_a_poor_and_an_endless_password_are_refused(password: str) -> None:
    assert password_trouble(password)


@pytest.mark.parametrize("password", ["le chat dort encore", "correct horse battery", "éàüœ éàüœ éà"])
def test_a_phrase_is_a_good_password(password: str) -> None:
    assert not password_trouble(password)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12 34 56 78", "0612345678"),
        ("06.12.34.56.78", "0612345678"),
        ("+33 6 12 34 56 78", "0612345678"),
        ("0033612345678", "0612345678"),
        ("(06) 12-34-56-78", "0612345678"),
        ("12345", ""),
        ("aicha@courrier.test", ""),
        ("", ""),
    ],
)
def test_a_phone_number_is_read_however_it_is_written(typed: str, kept: str) -> None:
    assert phone_digits(typed) == kept


@given(st.text())
def test_a_phone_number_read_twice_is_the_same(typed: str) -> None:
    assert phone_digits(phone_digits(typed)) == phone_digits(typed)


@pytest.mark.parametrize("state", ["pending", "suspended"])
def test_an_organisation_that_is_not_verified_opens_nothing(state: str) -> None:
    held = tuple(Belonging(role, ID, "", state) for role in ("recruiter", "adviser"))
    who = Who(ID, ID, "Marc", held)
    assert not may_see_profiles(who)
    assert not may_accompany(who, ID)


def test_an_adviser_accompanies_in_their_own_structure_alone() -> None:
    who = Who(ID, ID, "Claire", (Belonging("adviser", ID, "", "verified"),))
    assert may_accompany(who, ID)
    assert not may_accompany(who, UUID(int=2))
    assert not may_accompany(who, None)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/605", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140 Mobile Safari", "Chrome, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0", "Firefox, Linux"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_far_as_it_says(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
