"""How names of places are compared and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places.rules import commune_label, fold, split_department


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("Œuilly", "oeuilly"),
        ("ST-ÉTIENNE", "saint etienne"),
        ("Ste Foy", "sainte foy"),
        ("%_", ""),
    ],
)
def test_accents_case_hyphens_and_short_forms_do_not_matter(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_what_is_folded_has_nothing_that_a_pattern_would_read(text: str) -> None:
    assert not set(fold(text)) & set("%_\\'")


def test_a_label_gives_back_its_name_and_department() -> None:
    assert split_department(commune_label("Ajaccio", "2A")) == ("Ajaccio", "2A")


def test_a_name_alone_has_no_department() -> None:
    assert split_department(" Lyon ") == ("Lyon", "")
