"""The parts of a script in what is said: chapters of a presentation that was recorded in one go."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from app.places.rules import fold
from app.videos.chapters import Chapter
from app.videos.schemas import Spoken

# A part may begin with a few words that were said otherwise.
BEGINNING_WORDS = 4
CHAPTERS_MIN = 2


def chapters_said(parts: Sequence[tuple[str, str]], lines: Sequence[Spoken]) -> list[Chapter]:
    """Return where each part of a script (title and text, in order) begins in what is said.

    A part that was not said is left out; with fewer than two there are no chapters.
    """
    found = beginnings(parts, lines)
    return found if len(found) >= CHAPTERS_MIN else []


def is_all_said(parts: Sequence[tuple[str, str]], lines: Sequence[Spoken]) -> bool:
    """Tell whether what is said has every part of a script: then nobody needs to read both."""
    return len(beginnings(parts, lines)) == len(parts)


def beginnings(parts: Sequence[tuple[str, str]], lines: Sequence[Spoken]) -> list[Chapter]:
    """Return where each part that is said begins, in order."""
    said = [(word, line.start_s) for line in lines for word in fold(line.text).split()]
    written = [fold(text).split() for _, text in parts]
    at = _places([word for part in written for word in part], [word for word, _ in said])
    found: list[Chapter] = []
    begins = 0
    for (title, _), words in zip(parts, written, strict=True):
        beginning = range(begins, begins + min(BEGINNING_WORDS, len(words)))
        start_s = next((said[at[place]][1] for place in beginning if place in at), None)
        begins += len(words)
        if start_s is not None and (not found or start_s > found[-1].start_s):
            found.append(Chapter(start_s=start_s, title=title))
    return found


def _places(written: list[str], said: list[str]) -> dict[int, int]:
    """Return where each written word is said, by its place; those that were not said are left out."""
    blocks = SequenceMatcher(None, written, said, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}
