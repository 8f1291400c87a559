"""The takes of a film are its chapters."""

from itertools import accumulate

import pytest

from app.videos.chapters import chapters_of
from app.videos.models import Take, Video

PARTS = [
    (0.0, "Qui je suis"),
    (4.0, "Ce que j’ai déjà fait"),
    (6.0, "Mes points forts"),
    (9.0, "Ce que je cherche"),
]


def told(*lengths_s: float | None) -> list[tuple[float, str]]:
    """Return where the chapters of a film begin whose takes last so long, and what they are called."""
    starts_s = accumulate((length_s or 0.0 for length_s in lengths_s), initial=0.0)
    takes = [
        Take(position=position, starts_s=None if length_s is None else start_s, duration_s=length_s)
        for position, (start_s, length_s) in enumerate(zip(starts_s, lengths_s, strict=False), start=1)
    ]
    return [(chapter.start_s, chapter.title) for chapter in chapters_of(Video(takes=takes))]


@pytest.mark.parametrize("lengths_s", [(), (4.0,), (None, None)])
def test_a_single_take_and_takes_of_unknown_place_are_no_chapters(
    lengths_s: tuple[float | None, ...],
) -> None:
    assert told(*lengths_s) == []


def test_takes_bear_their_numbers() -> None:
    assert told(4.0, 2.0) == [(0.0, "Prise 1"), (4.0, "Prise 2")]


def test_four_takes_are_the_four_parts_of_the_script() -> None:
    assert told(4.0, 2.0, 3.0, 1.0) == PARTS


def test_a_take_that_was_cut_away_is_no_chapter() -> None:
    assert told(4.0, 2.0, 3.0, 0.0) == PARTS[:3]
    assert told(4.0, 0.0) == []
