"""The past of the demonstration: facts of persons erased since, and some who were watched and have found.

Of whoever is erased the journal keeps what it keeps here: facts, and no key that would say of whom.
"""

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.cli import accounts, history_hosts, history_watched
from app.cli.history_drawn import drawn
from app.cli.history_lives import Window
from app.evidence import service as evidence
from app.evidence.service import Statement
from app.paris import PARIS
from app.people.rules import Who
from app.programmes import queries as programmes
from app.settings import Settings

# Long enough to be told month by month, short enough for no month to be empty.
DAYS_MIN, DAYS_MAX = timedelta(days=60), timedelta(days=365)
# Who watches, and who accompanies, was there before.
BEFORE = timedelta(days=21)


def is_made(session: Session) -> bool:
    """Tell whether the past is there."""
    return history_hosts.are_there(session)


def make(session: Session, now: datetime, settings: Settings, own: tuple[Who, UUID]) -> None:
    """Make the past, unless it is there, in one transaction: all of it or nothing.

    `own` is the adviser of the demonstration, with their structure.
    """
    if is_made(session):
        return
    window = window_of(session, now)
    operator = accounts.person_of(session, accounts.ADMIN)
    if operator is None:
        raise LookupError(accounts.ADMIN)
    since = window.begins - BEFORE
    history_hosts.register(session, operator.id, since)
    structures = history_hosts.structures(session, own, operator.id, since, settings)
    recruiters = [one.recruiter for one in history_hosts.watchers(session)]
    stated = drawn(structures, recruiters, window)
    for statement in stated:
        evidence.record(session, statement)
    forget(session, stated, now)
    history_watched.have_found(session, settings, own, window)


def forget(session: Session, stated: list[Statement], now: datetime) -> None:
    """Forget who the persons of some statements were, as an erasure does."""
    for person_id in dict.fromkeys(one.subject for one in stated if one.subject):
        evidence.erase_person(session, person_id, now)


def window_of(session: Session, now: datetime) -> Window:
    """Return from when to when the past goes: as a rule from the convention's first day to yesterday."""
    ends = datetime.combine(now.astimezone(PARIS).date(), time(), PARIS)
    starts_on = programmes.terms(session).convention.starts_on
    starts = datetime.combine(starts_on, time(), PARIS)
    return Window(min(max(starts, ends - DAYS_MAX), ends - DAYS_MIN), ends)
