"""Help for a search that finds hardly anybody: other spellings, and what to leave out.

It is counted by the statement of the page itself, and only where the page has too few results.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.search.asking import SearchQuery, filters_of, narrowed, without
from app.search.rules import CANDIDATES_MAX, CORRECTED_BELOW
from app.search.spelling import Typed, asked_for, phrases
from app.search.stemming import query_of

SPELLINGS_MAX = 3
NEWEST = 500
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
COUNT = "(select count(*) from (select from search_profile {where} limit %(most)s) as found)"
# Most words are found among the newest; only for those that are not the index is asked.  A limit that the
# planner cannot read: with a plain 1 it reads the whole table for a word that nobody says.
FINDS = f"""(select count(*) from (
  (select from (
    select tsv from search_profile order by updated_at desc, profile_id desc limit {NEWEST}
  ) as newest where tsv @@ %(asked)s::tsquery limit 1)
  union all
  (select from search_profile where tsv @@ %(asked)s::tsquery limit (select 1))
  limit 1
) as found)"""  # noqa: S608 - our own constant
# A row beside those of the page: its number in place of a place, and how many it finds.
OFFER = """
union all
select null, null, null, {number}, null,
  case when (select count(*) from candidate) < {helped_below} then {count} end
"""


@dataclass(frozen=True)
class Relaxed:
    """What a search finds once the filter `name` (a field of SearchQuery) is left out."""

    name: str
    query: SearchQuery
    total: int
    is_capped: bool


@dataclass(frozen=True)
class Help:
    """What could be meant, likeliest first, and what leaving a filter out finds, most first."""

    spellings: tuple[str, ...] = ()
    relaxed: tuple[Relaxed, ...] = ()


class Offers:
    """What a search could be helped by, and how that is counted."""

    def __init__(self, query: SearchQuery, typed: list[Typed]) -> None:
        self._left = {name: without(query, name) for name in filters_of(query)}
        self._strange = [place for place, one in enumerate(typed) if one.alike]
        self._phrases = phrases(typed) if self._strange else []
        self.values: dict[str, Any] = {}
        self._counts: list[str] = []
        for name, left in self._left.items():
            where, values = narrowed(left, "" if name == "words" else asked_for(typed))
            self._add(COUNT.format(where=where), values | {"most": CANDIDATES_MAX + 1})
        for place in self._strange:
            self._add(FINDS, {"asked": query_of([typed[place].word.lexemes])})
        for phrase in self._phrases:
            self._add(FINDS, {"asked": phrase.asked})

    def _add(self, count: str, values: Mapping[str, Any]) -> None:
        """Take one more count; one statement holds them all, so that each has values of its own."""
        number = len(self._counts)
        named = {f"{key}_{number}": value for key, value in values.items()}
        self.values |= named
        own = PLACEHOLDER.sub(lambda found: f"%({found[1]}_{number})s", count)
        self._counts.append(OFFER.format(number=number, helped_below=CORRECTED_BELOW, count=own))

    @property
    def statement(self) -> str:
        """The rows to add to those of the page."""
        return "".join(self._counts)

    def help(self, counted: Mapping[int, int]) -> Help:
        """Return what helps, from what each offer finds, by its number; nothing where nothing was counted."""
        if not counted:
            return Help()
        totals = [counted[number] for number in range(len(self._counts))]
        after_left = len(self._left)
        after_typed = after_left + len(self._strange)
        relaxed = [
            Relaxed(name, left, min(total, CANDIDATES_MAX), total > CANDIDATES_MAX)
            for (name, left), total in zip(self._left.items(), totals[:after_left], strict=True)
            if total
        ]
        # A word that nobody knows and that finds somebody is meant as it is typed.
        right = {
            place for place, total in zip(self._strange, totals[after_left:after_typed], strict=True) if total
        }
        meant = [
            phrase.written
            for phrase, total in zip(self._phrases, totals[after_typed:], strict=True)
            if total and right <= phrase.kept
        ]
        return Help(tuple(meant[:SPELLINGS_MAX]), tuple(sorted(relaxed, key=lambda one: -one.total)))
