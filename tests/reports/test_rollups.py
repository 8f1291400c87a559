"""What is kept of the journal is what the journal says, however its facts came."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.orm import Session

from app.evidence.models import Fact
from app.evidence.queries import not_withdrawn
from app.evidence.rules import CONVENTION
from app.evidence.service import Statement, drain, record, withdraw
from app.reports.models import Presence, Progress, Total
from app.reports.rollups import ROLL_LOCK, rebuild, recount, roll

AT = [datetime(2026, month, 15, 12, tzinfo=UTC) for month in (9, 10, 11)] + [
    datetime(2027, 9, 1, 12, tzinfo=UTC)
]
TERRITORIES = [UUID(int=100), UUID(int=101)]
DEPARTMENTS = ["13", "59", ""]
KINDS = ["resident.filmed", "profile.published", "view.qualified", "contact.sent", "contact.answered"]
happened = st.builds(
    lambda kind, person, company, at, place, *, flag: Statement(
        kind=kind,
        source=f"{kind}:{person}"
        if kind in KINDS[:2]
        else f"{person}:{company}:{at.isoformat()}:{place}:{flag}",
        at=at,
        subject=UUID(int=person),
        organisation=UUID(int=company),
        department=DEPARTMENTS[place],
        territory=TERRITORIES[place % 2],
        measures={"qpv": flag} if kind == KINDS[0] else {"accepted": flag} if kind == KINDS[-1] else {},
    ),
    st.sampled_from(KINDS),
    st.integers(1, 4),
    st.integers(50, 52),
    st.sampled_from(AT),
    st.integers(0, 2),
    flag=st.booleans(),
)


def total(session: Session, measure: str, **place: str) -> int:
    """Return a total, 0 where there is none."""
    where = {"territory": "*", "period": "*", "department": "*", "qpv": "*"} | place
    query = select(Total.count).where(Total.measure == measure)
    return session.scalar(query.filter_by(**where)) or 0


def write(session: Session, statements: Sequence[Statement]) -> None:
    """Write statements into the journal."""
    for statement in statements:
        record(session, statement)
    drain(session, AT[-1])


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Undo what an example does, whatever comes of it: the next one finds nothing of it."""
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        session.expunge_all()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(happened, min_size=1, max_size=25), st.integers(1, 7))
def test_totals_are_what_the_journal_says_whatever_the_batches(
    session: Session, statements: list[Statement], batch: int
) -> None:
    with undone(session):
        write(session, statements)
        while roll(session, batch):
            pass
        assert total(session, "views") == len({s.source for s in statements if s.kind == "view.qualified"})
        watched = {s.subject for s in statements if s.kind == "view.qualified"}
        assert total(session, "watched") == len(watched)
        assert not recount(session)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(happened, min_size=1, max_size=15),
    st.integers(1, 7),
    st.integers(0, 3),
    st.sets(st.integers(0, 14), min_size=1),
)
def test_what_was_withdrawn_counts_no_more_whether_it_was_counted_before_or_not(
    session: Session, statements: list[Statement], batch: int, counted_batches: int, mistakes: set[int]
) -> None:
    with undone(session):
        write(session, statements)
        facts = session.scalars(select(Fact).order_by(Fact.seq)).all()
        for _ in range(counted_batches):
            roll(session, batch)
        wrong = [facts[at] for at in sorted(mistakes) if at < len(facts)]
        for fact in wrong:
            assert withdraw(session, fact, "unverified_company", AT[-1])
        drain(session, AT[-1])
        while roll(session, batch):
            pass
        right = [fact for fact in facts if fact.kind == "view.qualified" and fact not in wrong]
        assert total(session, "views") == len(right)
        assert total(session, "watched") == len({fact.subject for fact in right})
        assert not recount(session)


def seen(person: int, month: int, place: int = 0) -> Statement:
    """Return that somebody was watched."""
    return Statement(
        "view.qualified",
        f"{person}:{month}:{place}",
        AT[month],
        subject=UUID(int=person),
        organisation=UUID(int=50),
        department=DEPARTMENTS[place],
        territory=TERRITORIES[place],
    )


def test_a_person_of_two_months_and_two_structures_is_one_in_all_of_them(session: Session) -> None:
    write(session, [seen(1, 0), seen(1, 1), seen(1, 1, place=1), seen(2, 1)])
    roll(session, 2)
    roll(session, 2)
    assert total(session, "watched") == 2
    assert [total(session, "watched", period=month) for month in ("2026-09", "2026-10")] == [1, 2]
    assert [total(session, "watched", territory=str(one)) for one in TERRITORIES] == [2, 1]
    assert total(session, "watched", department="59") == 1
    assert total(session, "watched", period="an-1") == 2
    assert total(session, "views") == 4


def test_a_fact_without_a_person_or_a_company_counts_nobody(session: Session) -> None:
    write(session, [Statement("view.qualified", "x", AT[0]), Statement("profile.published", "y", AT[0])])
    roll(session)
    assert [total(session, code) for code in ("views", "watched", "companies", "published")] == [1, 0, 0, 0]


def test_views_of_somebody_filmed_later_stay_of_an_unknown_neighbourhood(session: Session) -> None:
    filmed = Statement("resident.filmed", "1", AT[1], subject=UUID(int=1), measures={"qpv": True})
    write(session, [seen(1, 0), filmed, seen(1, 1)])
    roll(session)
    assert [total(session, "views", qpv=known) for known in ("", "yes", "no")] == [1, 1, 0]
    assert not recount(session)


def test_a_total_that_was_touched_is_named_with_what_the_journal_says(session: Session) -> None:
    write(session, [seen(1, 0)])
    roll(session)
    session.execute(update(Total).where(Total.measure == "views", Total.period == "2026-09").values(count=7))
    found = recount(session)
    assert {(one.measure, one.period, one.kept, one.counted) for one in found} == {("views", "2026-09", 7, 1)}


def test_totals_that_were_spoilt_are_counted_anew_and_go_on(session: Session) -> None:
    write(session, [seen(1, 0), seen(2, 1)])
    roll(session)
    session.execute(update(Total).values(count=7))
    assert rebuild(session) == 2
    assert total(session, "views") == 2
    write(session, [seen(3, 1)])
    assert roll(session) == 1
    assert total(session, "views") == 3


def test_an_empty_journal_is_rebuilt_as_nothing(session: Session) -> None:
    assert rebuild(session) == 0
    assert session.scalars(select(Progress)).all() == []
    assert not recount(session)


@pytest.mark.parametrize("batch", [1, 10])
def test_how_far_the_journal_is_counted_is_known(session: Session, batch: int) -> None:
    write(session, [seen(1, 1), seen(2, 0)])
    while roll(session, batch):
        pass
    progress = session.scalars(select(Progress)).one()
    assert (progress.seq, progress.first_at, progress.dated_at) == (2, AT[0], AT[-1])


def test_who_finds_another_counting_leaves_it_for_later(session: Session, engine: Engine) -> None:
    write(session, [seen(1, 0)])
    with engine.connect() as other, other.begin():
        other.execute(select(func.pg_advisory_xact_lock(ROLL_LOCK)))
        session.execute(text("set local lock_timeout = '2s'"))
        assert roll(session) == 0
    assert roll(session) == 1


def test_a_structure_that_moves_is_met_in_its_new_department_too(session: Session) -> None:
    for department in ("13", ""):
        write(session, [replace(seen(1, 0), source=f"in {department}", department=department)])
        roll(session)
    assert [total(session, "companies", department=one) for one in ("13", "")] == [1, 1]
    assert not recount(session)


def test_a_withdrawal_counts_again_whom_it_touches_and_nobody_else(session: Session) -> None:
    write(session, [seen(person, 0) for person in range(1, 6)])
    roll(session)
    untouched = text("select ctid::text || xmin::text from reports_presence where who like :whose")
    (subject,) = session.scalars(select(Fact.subject).where(Fact.seq == 5))
    before = session.scalar(untouched, {"whose": subject})
    for fact in session.scalars(select(Fact).order_by(Fact.seq)).all()[:4]:
        withdraw(session, fact, "unverified_company", AT[-1])
    write(session, [seen(6, 1)])
    assert [roll(session, 2) for _ in range(4)] == [2, 2, 1, 0]
    assert (total(session, "views"), total(session, "watched"), total(session, "companies")) == (2, 2, 1)
    assert session.scalar(untouched, {"whose": subject}) == before
    assert not recount(session)


def test_who_is_met_by_another_fact_stays_met_there_and_not_where_they_were_not(session: Session) -> None:
    write(session, [seen(1, 0), seen(1, 1), seen(1, 1, place=1)])
    roll(session)
    first, _, elsewhere = session.scalars(select(Fact).order_by(Fact.seq)).all()
    withdraw(session, first, "unverified_company", AT[-1])
    withdraw(session, elsewhere, "unverified_company", AT[-1])
    drain(session, AT[-1])
    roll(session)
    assert total(session, "watched") == 1
    assert [total(session, "watched", period=month) for month in ("2026-09", "2026-10")] == [0, 1]
    assert [total(session, "watched", territory=str(one)) for one in TERRITORIES] == [1, 0]
    assert not recount(session)


def test_a_withdrawn_film_says_no_more_where_somebody_lives(session: Session) -> None:
    filmed = Statement("resident.filmed", "1", AT[0], subject=UUID(int=1), measures={"qpv": True})
    write(session, [filmed, seen(1, 1), seen(2, 1)])
    roll(session)
    assert total(session, "views", qpv="yes") == 1
    (fact,) = session.scalars(select(Fact).where(Fact.kind == "resident.filmed"))
    withdraw(session, fact, "unverified_company", AT[-1])
    drain(session, AT[-1])
    roll(session)
    assert [total(session, measure, qpv="yes") for measure in ("views", "watched", "companies")] == [0, 0, 0]
    assert [total(session, measure, qpv="") for measure in ("views", "watched", "companies")] == [2, 2, 1]
    assert not recount(session)


def test_of_two_films_the_first_that_stands_says_where_somebody_lives(session: Session) -> None:
    films = [
        Statement("resident.filmed", str(qpv), AT[month], subject=UUID(int=1), measures={"qpv": qpv})
        for month, qpv in ((0, True), (1, False))
    ]
    write(session, [*films, seen(1, 2)])
    roll(session)
    assert [total(session, "views", qpv=known) for known in ("yes", "no")] == [1, 0]
    assert not recount(session)
    withdraw(session, session.get_one(Fact, (CONVENTION, 1)), "unverified_company", AT[-1])
    drain(session, AT[-1])
    roll(session)
    assert [total(session, "views", qpv=known) for known in ("yes", "no")] == [0, 1]
    assert not recount(session)


@dataclass
class Withdrawing:
    """Withdraw one of the facts that stand."""

    place: int


@dataclass
class Rolling:
    """Count one batch."""

    size: int


# A film that was withdrawn is stated anew by another source.
again = st.builds(
    lambda one, serial: replace(one, source=f"{one.source}:{serial}"), happened, st.integers(0, 2)
)
steps = st.lists(
    st.one_of(
        again, again, st.builds(Withdrawing, st.integers(0, 30)), st.builds(Rolling, st.integers(1, 5))
    ),
    min_size=4,
    max_size=40,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_totals_that_withdrawals_touched_are_those_of_a_count_from_the_first_fact(
    session: Session, steps: list[Statement | Withdrawing | Rolling]
) -> None:
    with undone(session):
        for step in steps:
            if isinstance(step, Rolling):
                roll(session, step.size)
            elif isinstance(step, Withdrawing):
                standing = session.scalars(
                    select(Fact).where(not_withdrawn(), Fact.ref == "").order_by(Fact.seq)
                ).all()
                if standing:
                    withdraw(session, standing[step.place % len(standing)], "unverified_company", AT[-1])
            else:
                record(session, step)
            drain(session, AT[-1])
        while roll(session, 3):
            pass
        assert not recount(session)
        kept = everything(session)
        rebuild(session)
        assert everything(session) == kept


def everything(session: Session) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Return all that is kept: the totals, and who was met."""
    totals, presences = (
        sorted(tuple(row) for row in session.execute(select(table.__table__))) for table in (Total, Presence)
    )
    return totals, presences
