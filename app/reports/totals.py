"""Reads the totals of some structures, for one period and for each month, in one round."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from app.evidence.rules import CONVENTION
from app.programmes.models import Period
from app.reports.measures import EVER, EVERY, MEASURES
from app.reports.models import Presence, Total

Rows = Select[str, str, str, str, int] | CompoundSelect[str, str, str, str, int]
Code = ColumnElement[str]
FACTS = [measure.code for measure in MEASURES if measure.counts == "facts"]
ONCE_EACH = [measure.code for measure in MEASURES if measure.counts != "facts"]


@dataclass(frozen=True)
class Totals:
    """What is counted in a period by (period, measure, department, qpv), and in every month."""

    period: str
    counts: dict[tuple[str, str, str, str], int]

    def count(self, measure: str, department: str = EVERY, qpv: str = EVERY) -> int:
        """Return what a measure counts in the period."""
        return self.counts.get((self.period, measure, department, qpv), 0)

    def of_month(self, measure: str, month: str) -> int:
        """Return what a measure counts in a month, or ever."""
        return self.counts.get((month, measure, EVERY, EVERY), 0)

    def departments(self) -> list[str]:
        """Return the departments where something was counted in the period."""
        return sorted({key[2] for key in self.counts if key[0] == self.period and key[2] != EVERY})


def totals_of(session: Session, territories: tuple[UUID, ...] | None, period: str) -> Totals:
    """Return the totals of structures (None: all) for a month, a period of the convention, or ever."""
    query: Rows
    if territories is None or len(territories) == 1:
        territory = EVERY if territories is None else str(territories[0])
        query = kept([territory], period)
    else:
        query = together([str(territory) for territory in territories], period)
    rows = session.execute(query)
    return Totals(period, {(when, measure, place, qpv): int(n) for when, measure, place, qpv, n in rows})


def kept(territories: list[str], period: str) -> Select[str, str, str, str, int]:
    """Return the rows as they are kept."""
    of_period = or_(Total.period == period, and_(Total.department == EVERY, Total.qpv == EVERY))
    return (
        select(Total.period, Total.measure, Total.department, Total.qpv, func.sum(Total.count))
        .where(Total.convention == CONVENTION, Total.territory.in_(territories), of_period)
        .group_by(Total.period, Total.measure, Total.department, Total.qpv)
    )


def together(territories: list[str], period: str) -> CompoundSelect[str, str, str, str, int]:
    """Return the rows of several structures as one: whoever was in two of them counts once."""
    met = (
        select(Presence.measure, Presence.who, Presence.month, Presence.qpv)
        .where(Presence.convention == CONVENTION, Presence.measure.in_(ONCE_EACH))
        .where(Presence.territory.in_(territories))
        .cte("met")
    )
    when, months = literal(period), during(period, met.c.month)
    return union_all(
        kept(territories, period).where(Total.measure.in_(FACTS)),
        different(met, literal(EVER), literal(EVERY), true()),
        different(met, met.c.month, literal(EVERY), true()),
        different(met, when, met.c.qpv, months),
        *([] if period == EVER else [different(met, when, literal(EVERY), months)]),
    )


def during(period: str, month: Code) -> ColumnElement[bool]:
    """Return what a month of a period fulfils."""
    if period == EVER:
        return true()
    of_convention = (
        select(Period.code)
        .where(Period.convention == CONVENTION, Period.code == period)
        .where(month.between(Period.first_month, Period.last_month))
    )
    return or_(month == period, of_convention.exists())


def different(
    met: CTE, period: Code, qpv: Code, months: ColumnElement[bool]
) -> Select[str, str, str, str, int]:
    """Return how many different persons and companies were met; told apart first: that takes no sorting."""
    each = (
        select(period.label("period"), met.c.measure, qpv.label("qpv"), met.c.who)
        .where(months)
        .distinct()
        .subquery()
    )
    return select(each.c.period, each.c.measure, literal(EVERY), each.c.qpv, func.count()).group_by(
        each.c.period, each.c.measure, each.c.qpv
    )
