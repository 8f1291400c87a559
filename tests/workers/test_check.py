"""What is refused, and with which words."""

from collections.abc import Callable

import pytest

from tests.media import GOOD, HOSTILE
from workers.pipeline import Work, check

Bench = Callable[[str], Work]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_the_refusal_that_names_its_fault(bench: Bench, name: str) -> None:
    with pytest.raises(HOSTILE[name][1]) as refused:
        check(bench(name))
    assert type(refused.value) is HOSTILE[name][1]


@pytest.mark.parametrize("name", GOOD)
def test_what_phones_and_browsers_film_is_accepted(bench: Bench, name: str) -> None:
    assert check(bench(name)).duration_s > 1
