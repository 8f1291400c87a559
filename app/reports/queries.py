"""Nouns of bilans: the figures that a reader sees, and the facts under one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.evidence.models import Fact
from app.evidence.queries import (
    Count,
    Selection,
    count_of,
    counts_by_department,
    facts_of,
    journal_dates,
)
from app.evidence.rules import KINDS
from app.reports.rules import INDICATORS, Indicator, Month, Reader, months_between, shown, written


@dataclass(frozen=True)
class Figure:
    """One figure as a reader sees it: `value` is written out, digits or that it is below a threshold."""

    indicator: Indicator
    value: str
    rule: str


@dataclass(frozen=True)
class Bilan:
    """The figures of a reader for a month (None: since the beginning), as the journal stood at `dated_at`.

    `months` are those that the reader may choose, newest first; `dated_at` is None while nothing happened.
    """

    reader: Reader
    month: Month | None
    months: Sequence[Month]
    figures: Sequence[Figure]
    dated_at: datetime | None


def bilan_of(session: Session, reader: Reader, month: Month | None = None) -> Bilan:
    """Return the figures of a reader; one without months gets all of them together, whatever is asked."""
    month = month if reader.sees_details else None
    counts = {
        indicator.code: counted(indicator, count_of(session, selection_of(indicator, reader, month)))
        for indicator in INDICATORS
    }
    figures = shown(counts, reader.minimum)
    dates = journal_dates(session)
    return Bilan(
        reader=reader,
        month=month,
        months=months_between(*dates) if dates and reader.sees_details else (),
        figures=[
            Figure(
                indicator,
                written(indicator, figures[indicator.code], reader.minimum),
                KINDS[indicator.kind].rule,
            )
            for indicator in INDICATORS
        ],
        dated_at=dates[1] if dates else None,
    )


def by_department(session: Session, reader: Reader, month: Month | None) -> list[tuple[str, list[int]]]:
    """Return, for each department where something happened, its figures, as `department_indicators`."""
    columns = [
        counts_by_department(session, selection_of(indicator, reader, month))
        for indicator in department_indicators()
    ]
    departments = sorted({department for column in columns for department in column})
    return [(department, [column.get(department, 0) for column in columns]) for department in departments]


def department_indicators() -> list[Indicator]:
    """Return the indicators that count one fact a time, which alone add up over departments."""
    return [one for one in INDICATORS if one.counts != "organisations" and not one.part_of]


def counted(indicator: Indicator, count: Count) -> int:
    """Return what the indicator counts: facts, different persons, or different companies."""
    counts = {"facts": count.facts, "subjects": count.subjects, "organisations": count.organisations}
    return counts[indicator.counts]


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
