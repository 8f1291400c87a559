"""Help for whoever mistypes: the words of the vocabulary that look like it, as long as they find somebody."""

from itertools import islice, product
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.places.rules import fold
from app.search.execution import execute_unprepared
from app.search.rules import WORDS_MAX, edits, edits_max, trigrams
from app.search.stemming import WORD, tsquery

CORRECTIONS_MAX = 3
LOOKED_AT = 40  # words with the most letters in common
WORD_MIN_LENGTH = 3

KNOWN = "select folded from search_word where folded = any(%(words)s::text[])"
ALIKE = """
select folded, written from search_word
where trigrams && %(trigrams)s::text[] and length(folded) between %(shortest)s and %(longest)s
order by cardinality(array(select unnest(trigrams) intersect select unnest(%(trigrams)s::text[])))::real
  / (cardinality(trigrams) + cardinality(%(trigrams)s::text[])) desc, folded
limit %(most)s
"""
FINDS = "select exists (select from search_profile where tsv @@ %(asked)s::tsquery)"


class Candidate(NamedTuple):
    """A word that could be meant: how many letters differ, then as it is compared and written."""

    edits: int
    folded: str
    written: str


def corrections(session: Session, words: str) -> list[str]:
    """Return what could be meant by words that find hardly anybody, likeliest first; each finds somebody.

    Asked for only below CORRECTED_BELOW results: it costs more than the search.
    """
    typed = WORD.findall(words)[:WORDS_MAX]
    known = known_words(session, [fold(word) for word in typed])
    choices = [
        [word] if fold(word) in known or finds(session, word) else alike(session, word) or [word]
        for word in typed
    ]
    if all(choice == [word] for choice, word in zip(choices, typed, strict=True)):
        return []
    phrases = (" ".join(chosen) for chosen in islice(product(*choices), CORRECTIONS_MAX * 2))
    found = (phrase for phrase in phrases if finds(session, phrase))
    return list(islice(found, CORRECTIONS_MAX))


def known_words(session: Session, folded: list[str]) -> set[str]:
    """Return which of these are words of the vocabulary; short ones are taken as they are."""
    rows = execute_unprepared(session, KNOWN, {"words": folded})
    return {row[0] for row in rows} | {word for word in folded if len(word) < WORD_MIN_LENGTH}


def alike(session: Session, word: str) -> list[str]:
    """Return the few words of the vocabulary that a word could be mistyped for, likeliest first."""
    folded = fold(word)
    most = edits_max(folded)
    values = {
        "trigrams": trigrams(folded),
        "shortest": len(folded) - most,
        "longest": len(folded) + most,
        "most": LOOKED_AT,
    }
    rows = execute_unprepared(session, ALIKE, values)
    likely = sorted(
        (Candidate(edits(folded, other, most), other, written) for other, written in rows),
        key=lambda candidate: (candidate.edits, not candidate.folded.startswith(folded), candidate.folded),
    )
    return [candidate.written for candidate in likely if candidate.edits <= most][:CORRECTIONS_MAX]


def finds(session: Session, words: str) -> bool:
    """Tell whether anybody is found by these words, whatever the filters."""
    asked = tsquery(session, words)
    return bool(asked) and bool(execute_unprepared(session, FINDS, {"asked": asked})[0][0])
