"""Cuts a text into what one caption can say: two lines read at a glance, ended where one breathes."""

import re
from collections.abc import Iterator, Sequence

from app.videos.captions import LINE_MAX_CHARACTERS, LINES_MAX

BLANKS = re.compile(r"[ \t\r\f\v]+")  # a non-breaking space holds its words together
PARAGRAPH = re.compile(r"\n+")
BLOCK_MAX_CHARACTERS = LINE_MAX_CHARACTERS * LINES_MAX + 1
LAST_MARK = re.compile(r"([.!?…]|[,;:])[^\w.!?…,;:]*$")  # whatever closes behind it: quotes, brackets
CLAUSE_ENDS = (",", ";", ":")
# How ugly it is to end a caption there, and to leave it short: a clause wins over a full caption.
AFTER_CLAUSE = 3.0
AFTER_WORD = 10.0
AFTER_SMALL_WORD = 16.0  # « de », « et », « la » belong to what follows
SMALL_WORD_CHARACTERS = 3
SENTENCE_INSIDE = 6.0
EMPTINESS = 9.0


def blocks(script: str) -> tuple[str, ...]:
    """Return the captions of a text in its order, each of at most two lines of 42 characters.

    Nothing is lost but blanks; a word that is longer than a line is cut.
    """
    return tuple(
        block
        for paragraph in PARAGRAPH.split(script)
        for block in _cut([piece for word in BLANKS.split(paragraph) for piece in _pieces(word)])
    )


def _pieces(word: str) -> Iterator[str]:
    """Cut what no line can hold."""
    for start in range(0, len(word), LINE_MAX_CHARACTERS):
        yield word[start : start + LINE_MAX_CHARACTERS]


def _cut(words: Sequence[str]) -> list[str]:
    """Choose the ends of captions that are the least ugly together; `best[n]` is for the first n words."""
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(words) + 1):
        ways = []
        for start in range(end - 1, -1, -1):
            if len(" ".join(words[start:end])) > BLOCK_MAX_CHARACTERS:
                break
            lines = _lines(words[start:end])
            if lines is not None:
                ugliness, before = best[start]
                ways.append((ugliness + _ugliness(words[start:end]), before, lines))
        ugliness, before, lines = min(ways, key=lambda way: way[0])
        best.append((ugliness, [*before, lines]))
    return best[-1][1]


def _lines(words: Sequence[str]) -> str | None:
    """Lay words out in one line, or two that are about even; None when they need more."""
    whole = " ".join(words)
    if len(whole) <= LINE_MAX_CHARACTERS:
        return whole
    pairs = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    fitting = [pair for pair in pairs if max(map(len, pair)) <= LINE_MAX_CHARACTERS]
    if not fitting:
        return None
    upper, lower = min(fitting, key=lambda pair: abs(len(pair[0]) - len(pair[1])) + _end(pair[0]))
    return f"{upper}\n{lower}"


def _ugliness(words: Sequence[str]) -> float:
    """Judge a caption: where it ends, what it runs together, and how empty it is."""
    emptiness = 1 - len(" ".join(words)) / BLOCK_MAX_CHARACTERS
    inside = sum(_end(word) == 0 for word in words[:-1])
    return _end(words[-1]) + SENTENCE_INSIDE * inside + EMPTINESS * emptiness**2


def _end(text: str) -> float:
    """Judge ending after a text."""
    if mark := LAST_MARK.search(text):
        return AFTER_CLAUSE if mark[1] in CLAUSE_ENDS else 0.0
    last = text.rpartition(" ")[2]
    return AFTER_SMALL_WORD if len(last) <= SMALL_WORD_CHARACTERS else AFTER_WORD
