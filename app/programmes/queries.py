"""Nouns of conventions: one, with all that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.evidence.rules import CONVENTION
from app.programmes.models import Axis, Convention, CountingRule, Period, Target, Territory
from app.programmes.rules import is_followed


@dataclass(frozen=True)
class Terms:
    """A convention with its axes by number, its targets by axis, its periods, rules and departments."""

    convention: Convention
    axes: Sequence[Axis]
    targets: Sequence[Target]
    periods: Sequence[Period]
    rules: Sequence[CountingRule]
    departments: Sequence[str]

    @property
    def not_followed(self) -> list[Axis]:
        """The axes for which the service records no fact yet."""
        return [axis for axis in self.axes if not is_followed(axis.number)]

    def target(self, indicator: str) -> Target | None:
        """Return where an indicator shall come, by the newest word on it; None where nobody said."""
        found = [one for one in self.targets if (one.indicator, one.kind) == (indicator, "target")]
        return max(found, key=lambda one: one.dated_on, default=None)


def terms(session: Session, code: str = CONVENTION) -> Terms:
    """Return a convention with all that belongs to it."""
    return Terms(
        session.get_one(Convention, code),
        session.scalars(select(Axis).where(Axis.convention == code).order_by(Axis.number)).all(),
        session.scalars(
            select(Target)
            .where(Target.convention == code)
            .order_by(Target.axis, Target.indicator, Target.dated_on)
        ).all(),
        session.scalars(select(Period).where(Period.convention == code).order_by(Period.first_month)).all(),
        session.scalars(
            select(CountingRule)
            .where(CountingRule.convention == code)
            .order_by(CountingRule.in_force_on, CountingRule.version)
        ).all(),
        session.scalars(
            select(Territory.department).where(Territory.convention == code).order_by(Territory.department)
        ).all(),
    )
