"""How typed words are read: their stems, and for those that nobody knows, the words that they look like.

All of it comes by one statement, before the search: what helps must cost no statement of its own.
"""

from itertools import islice, product
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.places.rules import fold
from app.search.execution import execute_unprepared
from app.search.rules import WORDS_MAX, edits, edits_max, trigrams
from app.search.stemming import WORD, folded_stems, query_of

CHOICES_MAX = 3  # for one word
PHRASES_MAX = 16
LOOKED_AT = 40  # words with the most letters in common
WORD_MIN_LENGTH = 3

# A typed word has no `folded`; those that it looks like follow it.
READ = """
with typed as (
  select *, string_to_array(joined, '|') as grams,
    length(folded) < %(known_below)s
      or exists (select from search_word where search_word.folded = given.folded) as is_known
  from unnest(%(words)s::text[], %(folded)s::text[], %(grams)s::text[], %(most)s::int[])
    with ordinality as given (word, folded, joined, most, place)
)
select place, is_known, null as folded, word,
  tsvector_to_array(to_tsvector('french', word)), tsvector_to_array(to_tsvector('french', folded))
from typed
union all
select place, false, alike.folded, alike.written,
  tsvector_to_array(to_tsvector('french', alike.written)),
  tsvector_to_array(to_tsvector('french', alike.folded))
from typed cross join lateral (
  select search_word.folded, written from search_word
  where trigrams && grams
    and length(search_word.folded) between length(typed.folded) - most and length(typed.folded) + most
  order by cardinality(array(select unnest(trigrams) intersect select unnest(grams)))::real
    / (cardinality(trigrams) + cardinality(grams)) desc, search_word.folded
  limit %(looked_at)s
) as alike
where not is_known
order by place, folded nulls first
"""


class Word(NamedTuple):
    """A word as it is written, and the stems that it is asked for by."""

    written: str
    lexemes: list[str]


class Typed(NamedTuple):
    """A typed word; `alike` are those it could be mistyped for, likeliest first, None for a known one."""

    word: Word
    alike: list[Word] | None


class Phrase(NamedTuple):
    """What could be meant, and the text form of its query; `kept` are places of strange words left alone."""

    written: str
    asked: str
    kept: frozenset[int]


def read(session: Session, words: str) -> list[Typed]:
    """Return the words of a search, in their order, the first ten."""
    typed = WORD.findall(words)[:WORDS_MAX]
    if not typed:
        return []
    folded = [fold(word) for word in typed]
    values = {
        "words": typed,
        "folded": folded,
        "grams": ["|".join(trigrams(word)) for word in folded],
        "most": [edits_max(word) for word in folded],
        "known_below": WORD_MIN_LENGTH,
        "looked_at": LOOKED_AT,
    }
    found: list[Typed] = []
    near: list[list[tuple[str, Word]]] = []
    for _, is_known, other, written, stems, folded_too in execute_unprepared(session, READ, values):
        word = Word(written, folded_stems(stems, folded_too))
        if other is None:
            found.append(Typed(word, None if is_known else []))
            near.append([])
        else:
            near[-1].append((other, word))
    return [
        one if one.alike is None else Typed(one.word, likely(one.word.written, others))
        for one, others in zip(found, near, strict=True)
    ]


def likely(written: str, others: list[tuple[str, Word]]) -> list[Word]:
    """Return the few words that one could be mistyped for, likeliest first; `others` have their fold."""
    folded = fold(written)
    most = edits_max(folded)
    ranked = sorted(
        (edits(folded, other, most), not other.startswith(folded), other, word) for other, word in others
    )
    return [word for count, _, _, word in ranked if count <= most][:CHOICES_MAX]


def asked_for(typed: list[Typed]) -> str:
    """Return the text form of the query for all of the words, empty when none of them can be asked for."""
    return query_of(one.word.lexemes for one in typed)


def phrases(typed: list[Typed]) -> list[Phrase]:
    """Return what could be meant by words that find hardly anybody, likeliest first.

    A word that nobody knows may stand as it is, where it finds somebody.  Another form of what was typed
    would find nothing else.
    """
    choices = [[*(one.alike or []), one.word] for one in typed]
    said = {lexeme for one in typed for lexeme in one.word.lexemes}
    found = []
    for chosen in islice(product(*choices), PHRASES_MAX):
        if not {lexeme for word in chosen for lexeme in word.lexemes} <= said:
            kept = frozenset(
                place for place, one in enumerate(typed) if one.alike and chosen[place] == one.word
            )
            written = " ".join(word.written for word in chosen)
            found.append(Phrase(written, query_of(word.lexemes for word in chosen), kept))
    return found
