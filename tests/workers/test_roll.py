"""The worker counts what is new, and the console proves it."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from app.cli import recount
from app.db import new_id
from app.evidence.service import Statement, record
from app.reports.models import Total
from tests.conftest import MovingClock
from workers import evidence, reports
from workers.desk import Desk


@pytest.fixture
def counted(desk: Desk, session: Session, clock: MovingClock) -> None:
    """Have one view counted by the worker."""
    record(session, Statement("view.qualified", "one", clock.now(), subject=new_id()))
    session.commit()
    evidence.drain(desk)
    reports.roll(desk)


@pytest.mark.usefixtures("counted")
def test_the_worker_counts_what_is_new(session: Session) -> None:
    kept = select(Total.count).where(Total.measure == "views", Total.period == "*", Total.territory == "*")
    assert session.scalars(kept.where(Total.qpv == "*", Total.department == "*")).all() == [1]


@pytest.mark.usefixtures("counted")
def test_the_console_says_that_the_totals_are_those_of_the_journal(
    sessions: sessionmaker[Session], capsys: pytest.CaptureFixture[str]
) -> None:
    assert recount.compare(sessions) == 0
    assert "sont ceux du journal" in capsys.readouterr().out


@pytest.mark.usefixtures("counted")
def test_the_console_names_a_total_that_differs_and_makes_it_right(
    session: Session, sessions: sessionmaker[Session], capsys: pytest.CaptureFixture[str]
) -> None:
    session.execute(text("update reports_total set count = 5 where measure = 'views' and period = '*'"))
    session.commit()
    assert recount.compare(sessions) == 1
    assert "gardé 5, recompté 1" in capsys.readouterr().out
    recount.rebuild(sessions)
    assert recount.compare(sessions) == 0
