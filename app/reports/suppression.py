"""Which figures would single somebody out, by themselves or by a subtraction, and are not shown."""

from collections.abc import Mapping

from app.reports.rules import BY_CODE_OF_FIGURE, INDICATORS


def large_enough(count: int, minimum: int) -> int | None:
    """Return a count, None when it is too small to be shown."""
    return count if count >= minimum else None


def shown(counts: Mapping[str, int], minimum: int) -> dict[str, int | None]:
    """Return the figures by indicator, None where one is too small, or would give a small one away.

    A part is hidden with its remainder: 20 filmed, of them 18 from priority neighbourhoods, tells of two.
    """
    figures: dict[str, int | None] = {}
    for indicator in INDICATORS:
        count = counts[indicator.code]
        figures[indicator.code] = large_enough(count, minimum)
        for whole in wholes_of(indicator.code):
            if 0 < counts[whole] - count < minimum:
                figures[indicator.code] = None
    return figures


def wholes_of(code: str) -> set[str]:
    """Return every figure that a figure is a part of, or a part of a part."""
    indicator = BY_CODE_OF_FIGURE[code]
    direct = {one for one in (indicator.part_of, indicator.also_part_of) if one}
    return direct.union(*(wholes_of(one) for one in direct))


def hidden(cells: Mapping[str, int], total: int, minimum: int) -> set[str]:
    """Return which cells of a cut are not shown: the smallest ones, until what is left over tells nothing.

    `total` is what the cut is of, as shown beside it.  What is left when all shown cells are taken from
    it, and what the hidden ones are together, is nothing or large enough; where it is nothing, the zeros
    are shown as such.  A reader of larger figures alone sees no cell that one of smaller figures does not:
    put together, they know no more.
    """
    if total < minimum:
        return set(cells)
    ordered = sorted(cells, key=lambda cell: (cells[cell], cell))
    for length in range(sum(count < minimum for count in cells.values()), len(ordered) + 1):
        together = sum(cells[cell] for cell in ordered[:length])
        left_over = total - sum(cells[cell] for cell in ordered[length:])
        if together == left_over == 0:
            return set()
        if not any(0 < abs(rest) < minimum for rest in (together, left_over)):
            return set(ordered[:length])
    return set(ordered)
