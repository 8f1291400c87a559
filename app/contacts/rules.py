"""Pure rules of contacts: states, who may move them, what is open, what is due, and when."""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.paris import PARIS

STATES = ("sent", "read", "accepted", "declined", "expired", "answered", "company_silent", "closed")
OPEN_STATES = ("sent", "read", "accepted")
KINDS = ("interview", "immersion", "internship", "alternance", "job")
DECLINE_REASONS = ("not_interested", "too_far", "already_placed", "not_available", "other")
# What a company says to somebody who accepted.
COMPANY_WORDS = ("appointment", "reply", "not_retained")
SLOTS_MAX = 3

# What the resident has yet to answer, and what lets the recruiter call or write.
WAITING_STATES = ("sent", "read")
DETAILS_STATES = ("accepted", "answered", "company_silent", "closed")

# Where a company owes the resident a word.
OWED_STATES = ("accepted", "company_silent")

# How a proposal comes to the resident: straight; read at once, but with no way to tell them, so that the
# adviser does; or only once the adviser has passed it on (under 18).  A recruiter never learns which of the
# last two.
ROUTES = ("direct", "structure", "adviser_first")
HELPED_HOW = ("phone", "desk")
SIDES = ("resident", "recruiter", "adviser")
OUTCOME_KINDS = ("interview", "immersion", "internship", "training", "job")
OUTCOME_CONTRACTS = ("cdi", "cdd", "interim", "alternance")
OUTCOME_STATES = ("declared", "confirmed", "disputed")
# Where something came of an exchange: never before the resident said yes.
OUTCOME_CONTACT_STATES = DETAILS_STATES
FOLLOW_UP_MONTHS = (1, 6)
FLAG_SUBJECTS = ("message", "profile", "person")
FLAG_REASONS = ("insulting", "discriminating", "fraud", "not_a_job", "private_life", "other")
FLAG_DECISIONS = ("kept", "profile_withdrawn", "company_suspended")

# (state, move) → state.  The resident reads, accepts and declines; the company answers; time does the rest.
MOVES = {
    ("sent", "read"): "read",
    ("sent", "accept"): "accepted",
    ("sent", "decline"): "declined",
    ("sent", "expire"): "expired",
    ("read", "accept"): "accepted",
    ("read", "decline"): "declined",
    ("read", "expire"): "expired",
    ("accepted", "answer"): "answered",
    ("accepted", "fall_silent"): "company_silent",
    ("company_silent", "answer"): "answered",
    ("answered", "close"): "closed",
    ("company_silent", "close"): "closed",
    # The resident takes the whole profile away, or has found: whoever waits for an answer gets one.
    ("sent", "leave"): "declined",
    ("read", "leave"): "declined",
    ("accepted", "leave"): "closed",
    ("answered", "leave"): "closed",
    ("company_silent", "leave"): "closed",
    # The company is suspended, or nobody is left there: it can answer no more.
    ("sent", "forsake"): "expired",
    ("read", "forsake"): "expired",
    ("accepted", "forsake"): "closed",
    ("answered", "forsake"): "closed",
    ("company_silent", "forsake"): "closed",
}

# A tap on a link of a mail is easily one too many.
TAKE_BACK_WINDOW = timedelta(minutes=10)
# What a yes opens is owed a word.  Both sides are reminded, at five and at ten days.
COMPANY_ANSWERS_WITHIN = timedelta(days=10)
REMINDERS = ("resident_5", "resident_10", "company_5", "company_10")
FIRST_REMINDER, LAST_REMINDER = timedelta(days=5), timedelta(days=10)
# A suspension may be a mistake: what ended because of it goes on if it is lifted by then.
RETURN_WITHIN = timedelta(days=15)
# Less says nothing of a company: one answer out of one would be a hundred per cent.
RATE_MINIMUM = 5
RATE_WINDOW = timedelta(days=365)


def moved(state: str, move: str) -> str | None:
    """Return the state after a move, None when the state does not allow it."""
    return MOVES.get((state, move))


def resumed(
    read_at: datetime | None, answered_at: datetime | None, company_answered_at: datetime | None
) -> str:
    """Return the state in which an exchange stood that ended because its company could not answer.

    A word that was missed by then is missed again at once, by the day on which it was due.
    """
    if company_answered_at is not None:
        return "answered"
    if answered_at is not None:
        return "accepted"
    return "read" if read_at is not None else "sent"


def are_details_open(state: str) -> bool:
    """Tell whether the recruiter sees the resident's phone and e-mail: never before the resident accepts."""
    return state in DETAILS_STATES


def day_around(now: datetime) -> tuple[datetime, datetime]:
    """Return the beginning of the day in Paris and of the next: a daily quota starts again at midnight."""
    on = now.astimezone(PARIS).date()
    start, end = (datetime.combine(on + timedelta(days=days), time(), PARIS) for days in (0, 1))
    return start, end


def may_take_back(
    state: str, answered_at: datetime | None, settled_at: datetime | None, now: datetime
) -> bool:
    """Tell whether a yes may be undone: soon after it, and before the company saw the details.

    It stands outside of MOVES: what was taken back opened nothing to anybody, and was stated nowhere.
    """
    return (
        state == "accepted"
        and answered_at is not None
        and settled_at is None
        and now < answered_at + TAKE_BACK_WINDOW
    )


def bounded_slots(slots: Collection[datetime]) -> list[datetime]:
    """Return the proposed instants, each once, soonest first."""
    return sorted(set(slots))


def due_reminders(since: datetime, now: datetime) -> tuple[str, ...]:
    """Return the days of the reminders that are due to somebody who waits since an instant: « 5 », « 10 »."""
    due = (("5", since + FIRST_REMINDER), ("10", since + LAST_REMINDER))
    return tuple(days for days, at in due if at <= now)


@dataclass(frozen=True)
class Rate:
    """How a company answers those who accepted: of `owed` words due, `kept` came in time."""

    owed: int
    kept: int

    @property
    def percent(self) -> int | None:
        """Return the rate, None while it rests on too few to say anything."""
        return round(100 * self.kept / self.owed) if self.owed >= RATE_MINIMUM else None


def route(*, is_minor: bool, is_reachable: bool) -> str:
    """Return how a proposal comes to a resident, one of ROUTES."""
    if is_minor:
        return "adviser_first"
    return "direct" if is_reachable else "structure"


def is_held(route: str, forwarded_at: datetime | None) -> bool:
    """Tell whether a proposal waits for an adviser: its resident does not see it yet."""
    return route == "adviser_first" and forwarded_at is None


def days_from(now: datetime, sent_at: datetime, expires_at: datetime) -> datetime:
    """Return until when a resident may answer who sees a proposal only now: as long as anybody else had."""
    return now + (expires_at - sent_at)


def may_answer_outcome(declared_side: str, side: str) -> bool:
    """Tell whether `side` may confirm or dispute what another side declared.

    Resident and adviser speak for one side: what one of them says, the other does not confirm, except a
    resident what their adviser says of them.
    """
    confirmers = {"recruiter": ("resident", "adviser"), "resident": ("recruiter",)}
    return side in confirmers.get(declared_side, ("recruiter", "resident"))


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, the last one of a shorter month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def follow_ups_due(since: date, today: date, asked: Collection[int]) -> tuple[int, ...]:
    """Return the months after which « still there? » is due and was not asked, soonest first."""
    return tuple(
        months for months in FOLLOW_UP_MONTHS if months not in asked and months_after(since, months) <= today
    )
