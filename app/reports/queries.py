"""Nouns of bilans: the figures that a reader sees, their cuts, and the facts under one of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.evidence.models import Fact
from app.evidence.queries import Selection, facts_of
from app.evidence.rules import CONVENTION, KINDS
from app.places.rules import DEPARTMENTS
from app.reports.measures import EVER
from app.reports.models import Progress
from app.reports.rules import (
    ADDING_UP,
    BY_CODE_OF_FIGURE,
    INDICATORS,
    PLACE_UNKNOWN,
    QPV_LABELS,
    STEPS,
    Indicator,
    Month,
    Reader,
    months_between,
    written,
)
from app.reports.suppression import Behind, hidden, shown
from app.reports.totals import Totals, totals_of


@dataclass(frozen=True)
class Figure:
    """One figure as a reader sees it: `value` is written out, digits or that it is below a threshold.

    `count` is the number, None where it is not shown.
    """

    indicator: Indicator
    value: str
    rule: str
    count: int | None


@dataclass(frozen=True)
class Line:
    """A month, a department or a side of a neighbourhood: its figures, None where one is not shown.

    `on` is the first day of a month.
    """

    code: str
    label: str
    counts: tuple[int | None, ...]
    on: date | None = None


@dataclass(frozen=True)
class Cut:
    """The figures that add up, by months, departments or neighbourhoods; each line has one of each."""

    code: str
    lines: Sequence[Line]

    @property
    def labels(self) -> tuple[str, ...]:
        """What the figures of a line are called."""
        return tuple(indicator.label for indicator in ADDING_UP)

    def column(self, indicator: str) -> list[int | None]:
        """Return one figure of every line."""
        place = [one.code for one in ADDING_UP].index(indicator)
        return [line.counts[place] for line in self.lines]

    def of_each(self, indicator: str) -> dict[str, int | None]:
        """Return one figure by the code of its line."""
        return dict(zip((line.code for line in self.lines), self.column(indicator), strict=True))


@dataclass(frozen=True)
class Bilan:
    """The figures of a reader for a month (None: since the beginning), as the journal stood at `dated_at`.

    `months` are those that the reader may choose, newest first; `dated_at` is None while nothing happened.
    `by_month` is of the whole time, oldest first, whatever the month; the other cuts are of the month.
    """

    reader: Reader
    month: Month | None
    months: Sequence[Month]
    figures: Sequence[Figure]
    steps: Sequence[Figure]
    by_month: Cut
    by_department: Cut | None
    by_neighbourhood: Cut
    dated_at: datetime | None

    @property
    def is_of_the_convention(self) -> bool:
        """Whether it counts all that the targets of the convention are of: every structure, all its time."""
        return self.month is None and self.reader.territories is None


def bilan_of(session: Session, reader: Reader, month: Month | None = None) -> Bilan:
    """Return the figures of a reader; one without months gets all of them together, whatever is asked."""
    month = month if reader.sees_details else None
    progress = session.get(Progress, CONVENTION)
    totals = totals_of(session, reader.territories, month.code if month else EVER)
    months = months_between(progress.first_at, progress.dated_at) if progress else []
    figures = figures_of(totals, reader)
    return Bilan(
        reader=reader,
        month=month,
        months=months if reader.sees_details else (),
        figures=[figure for figure in figures.values() if not figure.indicator.is_step_alone],
        steps=[figures[code] for code in STEPS],
        by_month=cut_of(totals, reader, "months", {one.code: one.code for one in reversed(months)}),
        by_department=departments(totals, reader) if reader.territories is None else None,
        by_neighbourhood=cut_of(totals, reader, "neighbourhoods", QPV_LABELS),
        dated_at=progress.dated_at if progress else None,
    )


def figures_of(totals: Totals, reader: Reader) -> dict[str, Figure]:
    """Return what each indicator counts, as the reader sees it."""
    counts = {one.code: totals.count(one.measure, qpv=one.qpv) for one in INDICATORS}
    visible = shown(counts, reader.minimum)
    return {
        one.code: Figure(
            one,
            written(one, visible[one.code], reader.minimum),
            KINDS[one.kind].rule,
            visible[one.code],
        )
        for one in INDICATORS
    }


def departments(totals: Totals, reader: Reader) -> Cut:
    """Return the cut by departments, those alone where a figure is shown."""
    names = {code: DEPARTMENTS.get(code, code) or PLACE_UNKNOWN for code in totals.departments()}
    cut = cut_of(totals, reader, "departments", names)
    return Cut(cut.code, [line for line in cut.lines if any(line.counts)])


def cut_of(totals: Totals, reader: Reader, code: str, names: Mapping[str, str]) -> Cut:
    """Return what adds up, line by line; what is too small, or would tell what is, is not there."""
    columns = [column_of(totals, reader, code, one, names) for one in ADDING_UP]
    starts = {key: date.fromisoformat(f"{key}-01") for key in names} if code == "months" else {}
    return Cut(
        code,
        [
            Line(key, name, tuple(column[key] for column in columns), starts.get(key))
            for key, name in names.items()
        ],
    )


def column_of(
    totals: Totals, reader: Reader, code: str, indicator: Indicator, names: Mapping[str, str]
) -> dict[str, int | None]:
    """Return one figure of every line of a cut."""
    cells, total = cells_of(totals, code, indicator, names)
    behind = [Behind(*cells_of(totals, code, BY_CODE_OF_FIGURE[one], names)) for one in indicator.behind]
    out_of_sight = hidden(cells, total, reader.minimum, behind)
    return {key: None if key in out_of_sight else count for key, count in cells.items()}


def cells_of(
    totals: Totals, code: str, indicator: Indicator, names: Iterable[str]
) -> tuple[dict[str, int], int]:
    """Return what an indicator counts in every line of a cut, and in all that the cut is of."""
    if code == "months":
        cells = {key: totals.of_month(indicator.measure, key) for key in names}
        return cells, totals.of_month(indicator.measure, EVER)
    place = "department" if code == "departments" else "qpv"
    cells = {key: totals.count(indicator.measure, **{place: key}) for key in names}
    return cells, totals.count(indicator.measure)


def selection_of(indicator: Indicator, reader: Reader, month: Month | None) -> Selection:
    """Return which facts stand under a figure of a reader."""
    return Selection(
        indicator.kind,
        dict(indicator.measures),
        month.start if month else None,
        month.end if month else None,
        reader.territories,
    )


def facts_under(
    session: Session, indicator: Indicator, reader: Reader, month: Month | None, after_seq: int, limit: int
) -> Sequence[Fact]:
    """Return the facts under a figure, in the order of their numbers, from the one after `after_seq`."""
    return facts_of(session, selection_of(indicator, reader, month), after_seq, limit)
