"""A mistake is mended by a fact that names it: both stay, and the figure is right."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence.models import Fact
from app.evidence.queries import Selection, count_of, facts_of
from app.evidence.rules import UnknownKind
from app.evidence.service import Statement, drain, record, withdraw
from tests.factories import make_company
from workers.evidence import correct_mistaken


@pytest.fixture
def fact(session: Session, now: datetime) -> Fact:
    """Record two views, and return the first."""
    for _ in range(2):
        record(session, Statement("view.qualified", str(new_id()), now, subject=new_id()))
    drain(session, now)
    return facts_of(session, Selection("view.qualified"))[0]


def test_a_withdrawn_fact_stays_and_counts_no_more(session: Session, now: datetime, fact: Fact) -> None:
    assert withdraw(session, fact, "unverified_company", now)
    drain(session, now)
    assert count_of(session, Selection("view.qualified")).facts == 1
    assert [left.seq for left in facts_of(session, Selection("view.qualified"))] == [2]
    last = session.scalars(select(Fact).order_by(Fact.seq.desc()).limit(1)).one()
    assert (last.kind, last.ref, last.seq) == ("fact.withdrawn", str(fact.id), 3)
    assert last.measures == {"kind": "view.qualified", "reason": "unverified_company"}


def test_a_fact_is_withdrawn_once(session: Session, now: datetime, fact: Fact) -> None:
    assert withdraw(session, fact, "x", now)
    assert not withdraw(session, fact, "y", now)


def test_a_withdrawal_is_not_withdrawn(session: Session, now: datetime, fact: Fact) -> None:
    withdraw(session, fact, "x", now)
    drain(session, now)
    withdrawal = session.scalars(select(Fact).filter_by(kind="fact.withdrawn")).one()
    with pytest.raises(UnknownKind):
        withdraw(session, withdrawal, "x", now)


def test_what_a_company_verified_by_mistake_made_count_is_corrected_once(
    session: Session, now: datetime
) -> None:
    company, other = make_company(session), make_company(session)
    company.verified_at = company.mistaken_at = now
    for made_by, at in (
        (company, now - timedelta(days=1)),
        (company, now),
        (company, now + timedelta(days=1)),
        (other, now),
    ):
        record(session, Statement("view.qualified", str(new_id()), at, organisation=made_by.id))
    assert [correct_mistaken(session, company.id, now, now) for _ in range(2)] == [2, 0]
    drain(session, now)
    assert count_of(session, Selection("view.qualified")).facts == 2
    assert count_of(session, Selection("fact.withdrawn")).facts == 2
