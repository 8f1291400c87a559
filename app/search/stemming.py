"""How words are compared: French stems without accents.

Accents are folded *after* stemming too: folded first, « motivée » stems to « motive » and misses « motivé ».
So both ways are indexed, and both are asked for.
"""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from app.places.rules import fold
from app.search.execution import execute_unprepared
from app.search.rules import WORDS_MAX, quoted

WORD = re.compile(r"[^\W_]+")

STEMS = """
select tsvector_to_array(to_tsvector('french', words)), tsvector_to_array(to_tsvector('french', folded))
from unnest(%(texts)s::text[], %(folded)s::text[]) with ordinality as given (words, folded, place)
order by place
"""


def lexemes_of_each(session: Session, texts: Sequence[str]) -> list[list[str]]:
    """Return, for each text, its French stems, folded, and the stems of the folded text, sorted.

    Stop words are gone, and words of other alphabets, of which folding leaves nothing.  A word with a hyphen
    is its parts: the whole, which PostgreSQL gives too, is never asked for.
    """
    if not any(texts):
        return [[] for _ in texts]
    values = {"texts": list(texts), "folded": [fold(words) for words in texts]}
    return [folded_stems(stems, folded) for stems, folded in execute_unprepared(session, STEMS, values)]


def folded_stems(stems: list[str], folded: list[str]) -> list[str]:
    """Return the stems of a text, folded, and those of the folded text, each once and sorted."""
    return sorted(stem for stem in {fold(stem) for stem in stems} | set(folded) if stem and " " not in stem)


def tsquery(session: Session, words: str) -> str:
    """Return the text form of the query for all of `words`, empty when none of them can be asked for."""
    return query_of(lexemes_of_each(session, WORD.findall(words)[:WORDS_MAX]))


def query_of(words: Iterable[list[str]]) -> str:
    """Return the text form of the query for all words, each by one of its stems at least."""
    asked = [" | ".join(quoted(lexeme) for lexeme in either) for either in words if either]
    return " & ".join(f"({either})" for either in asked)
