"""Which figures would single somebody out, by themselves or by a subtraction, and are not shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.reports.rules import BY_CODE_OF_FIGURE, INDICATORS, Indicator


@dataclass(frozen=True)
class Behind:
    """How many different persons, or companies, stand behind each cell of a cut, and behind its total."""

    cells: Mapping[str, int]
    total: int

    def at_least(self, cells: Collection[str]) -> int:
        """Return how many stand behind some cells together, at the least: who is in two of them is one."""
        others = sum(count for cell, count in self.cells.items() if cell not in cells)
        return max(self.total - others, *(self.cells[cell] for cell in cells), 0)


def large_enough(count: int, minimum: int) -> int | None:
    """Return a count, None when it is too small to be shown."""
    return count if count >= minimum else None


def shown(counts: Mapping[str, int], minimum: int) -> dict[str, int | None]:
    """Return the figures by indicator, None where one is too small, or would give a small one away.

    A part is hidden with its remainder: 20 filmed, of them 18 from priority neighbourhoods, tells of two.  So
    it is where the remainder is of few: what was sent less what was accepted is what somebody refused.
    """
    figures: dict[str, int | None] = {}
    for indicator in INDICATORS:
        count = counts[indicator.code]
        smallest = min([count, *(counts[code] for code in indicator.behind)])
        figures[indicator.code] = count if smallest >= minimum else None
        for whole in wholes_of(indicator.code):
            rest = counts[whole] - count
            people = left_behind(indicator, BY_CODE_OF_FIGURE[whole], counts)
            if rest > 0 and min([rest, *people]) < minimum:
                figures[indicator.code] = None
    return figures


def left_behind(part: Indicator, whole: Indicator, counts: Mapping[str, int]) -> list[int]:
    """Return how many stand behind what a part leaves of its whole, at the least; nobody for persons.

    Whoever stands behind the whole and not behind the part stands behind what is left.
    """
    pairs = zip(whole.behind, part.behind, strict=False)
    return [max(0, counts[all_of] - counts[some]) for all_of, some in pairs]


def wholes_of(code: str) -> set[str]:
    """Return every figure that a figure is a part of, or a part of a part."""
    indicator = BY_CODE_OF_FIGURE[code]
    direct = {one for one in (indicator.part_of, indicator.also_part_of) if one}
    return direct.union(*(wholes_of(one) for one in direct))


def hidden(cells: Mapping[str, int], total: int, minimum: int, behind: Sequence[Behind] = ()) -> set[str]:
    """Return which cells of a cut are not shown: the smallest ones, until what is left over tells nothing.

    `total` is what the cut is of, as shown beside it.  What is left when all shown cells are taken from
    it, and what the hidden ones are together, is nothing or large enough, and so is who stands `behind` it;
    where it is nothing, the zeros are shown as such.  A reader of larger figures alone sees no cell that one
    of smaller figures does not: put together, they know no more.
    """
    if min([total, *(one.total for one in behind)]) < minimum:
        return set(cells)
    smallest = {cell: min([count, *(one.cells[cell] for one in behind)]) for cell, count in cells.items()}
    ordered = sorted(cells, key=lambda cell: (smallest[cell], cells[cell], cell))
    for length in range(sum(count < minimum for count in smallest.values()), len(ordered) + 1):
        together = sum(cells[cell] for cell in ordered[:length])
        left_over = total - sum(cells[cell] for cell in ordered[length:])
        if together == left_over == 0:
            return set()
        if not any(0 < abs(rest) < minimum for rest in (together, left_over)) and all(
            one.at_least(ordered[:length]) >= minimum for one in behind if together
        ):
            return set(ordered[:length])
    return set(ordered)
