"""Pure rules of the directory: what recruiters note, when saved searches are due, the states of needs."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.paris import PARIS

# What one may say of somebody who applies for a job, and nothing else: never how they look or who they are.
CRITERIA = ("skills_note", "availability_note", "motivation_note")
NOTE_MAX_LENGTH = 300
# What was a slip is undone within this time: a favourite comes back with its notes, a need is unsaid.
UNDO_FOR = timedelta(hours=1)

FREQUENCIES = ("daily", "weekly")
PAUSE_REASONS = ("asked", "unreachable")
SAVED_MAX = 20
NAME_MAX_LENGTH = 80
MAIL_HOUR = time(7)  # in Paris: before the day's work
MONDAY = 0

NEED_STATES = ("open", "filled", "closed", "expired", "undone")
NEEDS_A_DAY_MAX = 20  # of a company, whatever became of them: each is mailed to every adviser around
OPEN_NEEDS_MAX = 20
POSTS_MAX = 50
WORD_MAX_LENGTH = 600
MONTHS_AHEAD = 12

# (state, move) → state.  The company fills, closes or keeps a need; time does the rest.
NEED_MOVES = {
    ("open", "fill"): "filled",
    ("open", "close"): "closed",
    ("open", "keep"): "open",
    ("open", "expire"): "expired",
    ("open", "undo"): "undone",
    ("filled", "keep"): "open",
    ("closed", "keep"): "open",
    ("expired", "keep"): "open",
}


def next_look(frequency: str, now: datetime) -> datetime:
    """Return the first morning after `now`, in Paris, when a saved search is looked at; on Mondays if weekly.

    Seven o'clock exists once on every day, those when clocks change too.
    """
    on = now.astimezone(PARIS).date()
    mornings = (datetime.combine(on + timedelta(days=days), MAIL_HOUR, PARIS) for days in range(9))
    return next(at for at in mornings if at > now and (frequency == "daily" or at.weekday() == MONDAY))


def months_ahead(today: date) -> list[date]:
    """Return the first days of the months in which a job may start, this month first."""
    return [month_after(today, count) for count in range(MONTHS_AHEAD)]


def month_after(day: date, count: int) -> date:
    """Return the first day of the month that comes `count` months after the one of `day`."""
    first = day.replace(day=1)
    for _ in range(count):
        first += timedelta(days=monthrange(first.year, first.month)[1])
    return first


def moved_need(state: str, move: str) -> str | None:
    """Return the state of a need after a move, None when the state does not allow it."""
    return NEED_MOVES.get((state, move))


@dataclass(frozen=True)
class Brief:
    """What a company looks for: a ROME code, a contract or none in particular, where, from when, how many.

    `insee` may be empty: the whole department will do.  `starts_on` is the first day of a month, None for as
    soon as possible.
    """

    job_code: str
    department: str
    contract: str = ""
    insee: str = ""
    starts_on: date | None = None
    posts: int = 1
    word: str = ""
