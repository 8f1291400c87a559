"""Who carries which term, in the order of time: lists that a search walks from the newest on.

A profile that was settled (app/search/settling.py) has a place, the higher the newer.  What is fresh, or was
settled after the lists were read, has a higher one than `top`, and is asked row by row.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from app.search.execution import execute_unprepared
from app.search.rules import FRESH

BLOCK_PLACES = 32_768  # of a list of numbers of two bytes, none of them negative
# What one statement reads at first: the newest thousand of whatever is not rare are among so many.
FIRST_BLOCKS = 4

# One row at least, with the highest place that was given.
LISTS = """
select top, block, term, places
from (select coalesce(max(place), -1) as top from search_profile where place < %(fresh)s) as settled
left join search_posting
  on term = any({terms}) and block > top / %(block_places)s - %(first_blocks)s
"""
OLDER = """
select %(top)s::bigint, block, term, places from search_posting
where term = any(%(terms)s::text[]) and block <= %(top)s / %(block_places)s - %(first_blocks)s
"""
LISTS_VALUES: dict[str, Any] = {"fresh": FRESH, "block_places": BLOCK_PLACES, "first_blocks": FIRST_BLOCKS}

# Of each group, one term at least.
Groups = list[list[str]]
Row = tuple[Any, ...]


@dataclass
class Lists:
    """What was read of the lists of these terms: the places of a block that carry one."""

    terms: set[str]
    top: int = -1
    of_block: dict[int, dict[str, bytes]] = field(default_factory=dict)

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows of LISTS or OLDER."""
        for top, block, term, places in rows:
            self.top = top
            if block is not None:
                self.of_block.setdefault(block, {})[term] = places


def lists_of(session: Session, groups: Groups) -> Lists:
    """Read the newest blocks of every term of these groups."""
    lists = Lists({term for group in groups for term in group})
    statement = LISTS.format(terms="%(terms)s::text[]")
    lists.add(execute_unprepared(session, statement, LISTS_VALUES | {"terms": list(lists.terms)}))
    return lists


def older_lists(session: Session, lists: Lists, groups: Groups) -> Lists:
    """Read the blocks before those that were read first."""
    older = Lists({term for group in groups for term in group})
    values = LISTS_VALUES | {"terms": list(older.terms), "top": lists.top}
    older.add(execute_unprepared(session, OLDER, values))
    return older


class Walk:
    """The places that carry a term of each group, the newest first, read as far as they are asked for."""

    def __init__(self, session: Session, lists: Lists, groups: Groups) -> None:
        self.top = lists.top
        self._places: list[int] = []
        self._blocks = self._walked(session, lists, groups)

    def newest(self, most: int) -> list[int]:
        """Return that many of them, fewer where there are no more."""
        while len(self._places) < most and (block := next(self._blocks, None)) is not None:
            self._places += block
        return self._places[:most]

    def _walked(self, session: Session, lists: Lists, groups: Groups) -> Iterator[list[int]]:
        yield from matching(lists, groups)
        if lists.top >= BLOCK_PLACES * FIRST_BLOCKS:
            yield from matching(older_lists(session, lists, groups), groups)


def matching(lists: Lists, groups: Groups) -> Iterator[list[int]]:
    """Yield the matching places of each block, the newest first."""
    for block in sorted(lists.of_block, reverse=True):
        carried = lists.of_block[block]
        found = None
        for group in groups:
            carrying = np.zeros(BLOCK_PLACES, bool)
            for term in group:
                if term in carried:
                    carrying[np.frombuffer(carried[term], ">u2")] = True
            found = carrying if found is None else found & carrying
        if found is not None:
            yield (np.flatnonzero(found)[::-1] + block * BLOCK_PLACES).tolist()
