"""Facets: how many of the results have what, by kind, read from the tags that they carry."""

from collections.abc import Iterable
from dataclasses import dataclass

KINDS = ("rome", "sector", "contract", "department", "competence", "education", "available", "language")


@dataclass(frozen=True)
class Facet:
    """One choice of a filter, and how many of the candidates it would leave.

    The value of a language is its folded name; a level is no choice of its own.
    """

    value: str
    count: int


Facets = dict[str, tuple[Facet, ...]]


def facets(counted: Iterable[tuple[str, int]]) -> Facets:
    """Return the choices of each kind, most frequent first, from tags with their counts."""
    by_kind: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    for tag, count in counted:
        kind, _, value = tag.partition(":")
        if kind in by_kind:
            counts = by_kind[kind]
            name = value.partition(":")[0]
            counts[name] = counts.get(name, 0) + count
    return {
        kind: tuple(Facet(value, count) for value, count in sorted(counts.items(), key=by_frequency))
        for kind, counts in by_kind.items()
    }


def by_frequency(choice: tuple[str, int]) -> tuple[int, str]:
    """Return the place of a choice in its list: the most frequent first, then by its value."""
    return -choice[1], choice[0]
