"""Lives of the demonstration's past: somebody who never was, and the chance that draws what happens when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from app.cli.history_data import QUIET, QUIET_PACE
from app.evidence.rules import Measure
from app.evidence.service import Statement
from app.paris import PARIS

SATURDAY = 5
FIRST_HOUR, LAST_HOUR = 8, 17


@dataclass(frozen=True)
class Structure:
    """Who accompanies: a structure, its department, its adviser, how many of its residents were filmed."""

    id: UUID
    department: str
    adviser_id: UUID
    filmed: int


@dataclass(frozen=True)
class Recruiter:
    """Who watches, for which company, in which department."""

    id: UUID
    company_id: UUID
    department: str


@dataclass(frozen=True)
class Window:
    """From when to when all of it happened."""

    begins: datetime
    ends: datetime

    def days(self) -> Iterator[tuple[date, float]]:
        """Yield the working days, and how much is filmed on each beside the others: more and more."""
        begins, ends = (at.astimezone(PARIS).date() for at in (self.begins, self.ends))
        for count in range((ends - begins).days):
            day = begins + timedelta(days=count)
            is_quiet = any(first <= (day.month, day.day) <= last for first, last in QUIET)
            if day.weekday() < SATURDAY:
                yield day, (1 + count / (ends - begins).days) * (QUIET_PACE if is_quiet else 1)


@dataclass
class Life:
    """Somebody who never was: their ids, who accompanied them, what is stated of them.

    From `found_at` on, all that is stated is what came of the exchange `found_by`: it led to a job.
    """

    person_id: UUID
    profile_id: UUID
    structure: Structure
    stated: list[Statement] = field(default_factory=list)
    published_at: datetime | None = None
    found_at: datetime | None = None
    found_by: frozenset[str] = frozenset()

    def state(
        self,
        source: str,
        at: datetime,
        by: UUID | None,
        company: UUID | None,
        measures: Mapping[str, Measure],
    ) -> None:
        """State what happened to them; a source begins with the kind, a view's with who watched."""
        kind = source.partition(":")[0]
        self.stated.append(
            Statement(
                kind=kind if "." in kind else "view.qualified",
                source=source,
                at=at,
                subject=self.person_id,
                actor=by,
                organisation=company,
                department=self.structure.department,
                measures=measures,
                territory=self.structure.id,
            )
        )

    def find(self, at: datetime, sources: frozenset[str]) -> None:
        """Note that they found a job, unless they had before."""
        if self.found_at is None or at < self.found_at:
            self.found_at, self.found_by = at, sources

    def lived(self, ends: datetime) -> list[Statement]:
        """Return what is stated of them by then."""
        return [one for one in self.stated if one.at < ends and not self.is_too_late(one)]

    def is_too_late(self, one: Statement) -> bool:
        """Tell whether they had left search by then, for a job that this is no word about."""
        return self.found_at is not None and one.at > self.found_at and one.source not in self.found_by


def drawn_id(chance: Random) -> UUID:
    """Draw an id."""
    return UUID(int=chance.getrandbits(128), version=4)


def pick(chance: Random, weights: Mapping[str, int]) -> str:
    """Draw one of these words, by their weights."""
    return chance.choices(list(weights), list(weights.values()))[0]


def in_hours(chance: Random, day: date) -> datetime:
    """Draw a moment of a working day, of the next one for a day of rest."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    moment = time(chance.randint(FIRST_HOUR, LAST_HOUR), chance.randrange(60), chance.randrange(60))
    return datetime.combine(day, moment, PARIS)


def later(chance: Random, after: datetime, days: float) -> datetime:
    """Draw a moment about so many days after another one, at the soonest some minutes after."""
    at = in_hours(chance, (after + timedelta(days=days)).astimezone(PARIS).date())
    return at if at > after else after + timedelta(minutes=chance.randint(5, 50))
