"""Keeps the totals of bilans as facts come, and proves them by counting the journal again."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.evidence.models import Fact
from app.evidence.rules import CONVENTION
from app.reports.measures import FILMED, MEASURES, Measure
from app.reports.models import Presence, Progress, Total
from app.reports.statements import CHANGED, COUNT_AGAIN, REBUILD, RECOUNT, ROLL, UNCOUNT

BATCH = 10_000
REBUILD_MEMORY = "256MB"  # for each sort, of one operator: it is the whole journal
# One count at a time, whatever the number of workers.
ROLL_LOCK = 0x62696C61
# Whether somebody lives in a priority neighbourhood is what their filming said: it is counted first.
PASSES = ((FILMED,), MEASURES[1:])


@dataclass(frozen=True)
class Difference:
    """A total that is not what the journal says."""

    territory: str
    period: str
    measure: str
    department: str
    qpv: str
    kept: int
    counted: int


def roll(session: Session, limit: int = BATCH) -> int:
    """Count the next facts of the journal, at most `limit`; return how many there were.

    0 while another counts: who waited would hold up the other jobs, and the next call is soon.  Where one
    of them withdraws a fact that was counted, what that touches is counted again first.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(ROLL_LOCK))):
        return 0
    after = session.scalar(select(Progress.seq).where(Progress.convention == CONVENTION)) or 0
    count, last, first_at, dated_at = next_facts(session, after, limit)
    if not count:
        return 0
    if touched := touched_by(session, after, last):
        count_again(session, touched, after, last)
    for measures in PASSES:
        session.execute(ROLL, bounds(after, last, last, measures))
    note_progress(session, last, first_at, dated_at)
    return count


@dataclass(frozen=True)
class Touched:
    """What counts otherwise than it did: facts by their numbers, and the persons and companies in them."""

    changed: list[int]
    subjects: list[str]
    organisations: list[str]


def touched_by(session: Session, after: int, last: int) -> Touched | None:
    """Return what the facts after one and up to another withdraw of those before; None when nothing."""
    corrections = select(Fact.seq).where(
        Fact.convention == CONVENTION, Fact.seq > after, Fact.seq <= last, Fact.ref != ""
    )
    if session.scalar(corrections.limit(1)) is None:
        return None
    rows = session.execute(CHANGED, {"convention": CONVENTION, "after": after, "last": last}).all()
    if not rows:
        return None
    by_organisation = {measure.kind for measure in MEASURES if measure.counts == "organisations"}
    return Touched(
        sorted(seq for seq, *_ in rows),
        sorted({subject for _, _, subject, _ in rows if subject}),
        sorted({company for _, kind, _, company in rows if company and kind in by_organisation}),
    )


def count_again(session: Session, touched: Touched, after: int, last: int) -> None:
    """Take what is touched out of the totals as it was counted up to `after`, and count it as of `last`.

    Who counts no more in a total may count there by another fact: whoever is touched is counted anew, from
    all their facts, and nobody else is.
    """
    of_them = vars(touched)
    session.execute(UNCOUNT, bounds(0, after, after, MEASURES) | of_them)
    for measures in PASSES:
        session.execute(COUNT_AGAIN, bounds(0, after, last, measures) | of_them)
    session.execute(delete(Total).where(Total.convention == CONVENTION, Total.count == 0))


def next_facts(session: Session, after: int, limit: int | None) -> tuple[int, int, datetime, datetime]:
    """Return how many facts come after one, the last of them, when the first happened, the last recording."""
    batch = (
        select(Fact.seq, Fact.at, Fact.recorded_at)
        .where(Fact.convention == CONVENTION, Fact.seq > after)
        .order_by(Fact.seq)
        .limit(limit)
        .subquery()
    )
    count, last, first_at, dated_at = session.execute(
        select(
            func.count(), func.max(batch.c.seq), func.min(batch.c.at), func.max(batch.c.recorded_at)
        ).select_from(batch)
    ).one()
    return count, last, first_at, dated_at


def note_progress(session: Session, last: int, first_at: datetime, dated_at: datetime) -> None:
    """Note how far the journal is counted."""
    row = insert(Progress).values(convention=CONVENTION, seq=last, first_at=first_at, dated_at=dated_at)
    moved = {
        "seq": last,
        "first_at": func.least(Progress.first_at, first_at),
        "dated_at": func.greatest(Progress.dated_at, dated_at),
    }
    session.execute(row.on_conflict_do_update(index_elements=["convention"], set_=moved))


def bounds(after: int, last: int, known: int, measures: Iterable[Measure]) -> dict[str, object]:
    """Return the values of a statement that counts facts after one and up to another.

    Corrections count up to `known`.
    """
    wanted = [
        {"measure": one.code, "kind": one.kind, "counts": one.counts, "measures": dict(one.measures)}
        for one in measures
    ]
    return {
        "convention": CONVENTION,
        "after": after,
        "last": last,
        "known": known,
        "measures": json.dumps(wanted),
    }


def recount(session: Session) -> Sequence[Difference]:
    """Count the journal from its first fact, as far as it was counted; return the totals that differ."""
    session.execute(select(func.pg_advisory_xact_lock(ROLL_LOCK)))
    last = session.scalar(select(Progress.seq).where(Progress.convention == CONVENTION)) or 0
    return [Difference(*row) for row in session.execute(RECOUNT, bounds(0, last, last, MEASURES))]


def reached(session: Session) -> tuple[int, int]:
    """Return the last fact that is counted, 0 while none is, and how many the journal has."""
    size = session.scalar(select(func.max(Fact.seq)).where(Fact.convention == CONVENTION)) or 0
    return session.scalar(select(Progress.seq).where(Progress.convention == CONVENTION)) or 0, size


def rebuild(session: Session) -> int:
    """Forget every total and count the whole journal anew, at once; return how many facts it has."""
    session.execute(select(func.pg_advisory_xact_lock(ROLL_LOCK)))
    for table in (Presence, Total, Progress):
        session.execute(delete(table).where(table.convention == CONVENTION))
    count, last, first_at, dated_at = next_facts(session, 0, None)
    if count:
        session.execute(text(f"set local work_mem = '{REBUILD_MEMORY}'"))
        for statement in REBUILD:
            session.execute(statement, bounds(0, last, last, MEASURES))
        note_progress(session, last, first_at, dated_at)
    return count
