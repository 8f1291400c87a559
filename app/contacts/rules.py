"""Pure rules of contacts: states, who may move them, when contact details are open, the day of a quota."""

from datetime import datetime, time, timedelta

from app.paris import PARIS

STATES = ("sent", "read", "accepted", "declined", "expired", "answered", "company_silent", "closed")
OPEN_STATES = ("sent", "read", "accepted")
KINDS = ("interview", "immersion", "internship", "alternance", "job")
DECLINE_REASONS = ("not_interested", "too_far", "already_placed", "not_available", "other")

# What the resident has yet to answer, and what lets the recruiter call or write.
WAITING_STATES = ("sent", "read")
DETAILS_STATES = ("accepted", "answered", "company_silent", "closed")

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
}


def moved(state: str, move: str) -> str | None:
    """Return the state after a move, None when the state does not allow it."""
    return MOVES.get((state, move))


def are_details_open(state: str) -> bool:
    """Tell whether the recruiter sees the resident's phone and e-mail: never before the resident accepts."""
    return state in DETAILS_STATES


def day_around(now: datetime) -> tuple[datetime, datetime]:
    """Return the beginning of the day in Paris and of the next: a daily quota starts again at midnight."""
    on = now.astimezone(PARIS).date()
    start, end = (datetime.combine(on + timedelta(days=days), time(), PARIS) for days in (0, 1))
    return start, end
