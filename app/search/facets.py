"""Facets: how many of the results have what, by kind, read from the tags that they carry."""

from collections.abc import Iterable
from functools import cache
from operator import itemgetter
from typing import NamedTuple

KINDS = ("rome", "sector", "contract", "department", "competence", "education", "available", "language")


class Facet(NamedTuple):
    """One choice of a filter, and how many of the candidates it would leave.

    The value of a language is its folded name; a level is no choice of its own.
    """

    value: str
    count: int  # type: ignore[assignment]  # a tuple's own method, which nobody asks for


Facets = dict[str, tuple[Facet, ...]]


def facets(counted: Iterable[tuple[str, int]]) -> Facets:
    """Return the choices of each kind, most frequent first, from tags with their counts."""
    by_kind: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    for tag, count in counted:
        kind, value = choice_of(tag)
        if kind in by_kind:
            counts = by_kind[kind]
            counts[value] = counts.get(value, 0) + count
    return {
        # By value, then by frequency: what is equal keeps its order.
        kind: tuple(map(Facet._make, sorted(sorted(counts.items()), key=itemgetter(1), reverse=True)))
        for kind, counts in by_kind.items()
    }


@cache
def choice_of(tag: str) -> tuple[str, str]:
    """Return the kind of a tag and what it chooses: of a language, its name alone."""
    kind, value, *_ = tag.split(":")
    return kind, value
