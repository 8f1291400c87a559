"""What a fact may measure, and who a person is in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence.rules import (
    CONVENTION,
    KINDS,
    InexactMeasure,
    UnknownKind,
    checked_measures,
    kind_of,
    pseudonym,
    sealed_source,
)

keys = st.binary(min_size=32, max_size=32)
exact = st.one_of(st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text())
names = st.text(st.characters(codec="ascii"), min_size=1)


@given(st.dictionaries(names, exact))
def test_exact_measures_survive_json_unchanged(measures: dict[str, int | str | bool]) -> None:
    assert json.loads(json.dumps(checked_measures(measures))) == measures


@pytest.mark.parametrize("value", [1.5, None, [], {}, 2**53, -(2**53), b"x"])
def test_a_measure_that_two_readers_would_write_differently_is_refused(value: object) -> None:
    with pytest.raises(InexactMeasure):
        checked_measures({"watched_s": value})


@pytest.mark.parametrize("name", ["", "durée"])
def test_the_name_of_a_measure_is_ascii(name: str) -> None:
    with pytest.raises(InexactMeasure):
        checked_measures({name: 1})


def test_a_kind_that_no_rule_counts_is_refused() -> None:
    with pytest.raises(UnknownKind):
        kind_of("profile.liked")


def test_every_kind_is_counted_for_an_axis_by_a_versioned_rule() -> None:
    assert all(1 <= kind.axis <= 5 and "-2026." in kind.rule for kind in KINDS.values())


@given(keys, keys)
def test_a_pseudonym_depends_on_the_key_and_on_the_convention(key: bytes, other: bytes) -> None:
    known_as = pseudonym(key, CONVENTION)
    assert len(known_as) == 32
    assert known_as == pseudonym(key, CONVENTION)
    assert known_as != pseudonym(key, "face-2030")
    assert (known_as == pseudonym(other, CONVENTION)) == (key == other)


@given(keys, st.uuids())
def test_a_sealed_source_names_nobody(key: bytes, person: object) -> None:
    assert str(person) not in sealed_source(key, "resident.filmed", f"resident.filmed:{person}")
