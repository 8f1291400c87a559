"""Several who are needed close their accounts at once: one stays, and nobody waits for ever."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from app.directory import needs
from app.directory.models import Need
from app.directory.rules import Brief
from app.people.audit import Act
from app.people.companies import LastColleague
from app.people.models import Membership, Person
from app.people.rules import Who
from app.rights.service import close_account
from app.settings import Settings
from tests.contacts.parties import who_is
from tests.factories import (
    PASSWORD,
    make_admin,
    make_adviser,
    make_company,
    make_job,
    make_recruiter,
    make_resident,
    make_structure,
)
from tests.rights.test_meanwhile import PATIENCE_S, overlap, wait_for


@dataclass(frozen=True)
class Leaver:
    """Closes accounts as the page does."""

    now: datetime
    settings: Settings

    def leave(self, session: Session, who: Who) -> None:
        """Close somebody's account."""
        close_account(session, who, PASSWORD, Act(who.person_id, "r", self.now), self.settings)


@pytest.fixture
def leaver(now: datetime, settings: Settings) -> Leaver:
    return Leaver(now, settings)


def two_operators(session: Session) -> Sequence[Person]:
    """Make all who administer the service."""
    return [make_admin(session), make_admin(session)]


def two_advisers(session: Session) -> Sequence[Person]:
    """Make all who accompany a resident."""
    structure = make_structure(session)
    make_resident(session, structure)
    return [make_adviser(session, structure), make_adviser(session, structure)]


@pytest.mark.parametrize("make", [two_operators, two_advisers])
def test_of_two_who_are_needed_and_go_at_once_one_stays(
    committed: Engine, leaver: Leaver, make: Callable[[Session], Sequence[Person]]
) -> None:
    with sessionmaker(committed, expire_on_commit=False).begin() as session:
        first, second = (who_is(session, person) for person in make(session))
    with pytest.raises(LastColleague):
        overlap(
            committed,
            lambda session: leaver.leave(session, first),
            lambda session: leaver.leave(session, second),
        )
    with sessionmaker(committed)() as session:
        standing = select(Membership.person_id).where(Membership.ended_at.is_(None))
        assert session.scalars(standing.where(Membership.role != "resident")).all() == [second.person_id]


def test_a_colleague_states_a_need_meanwhile(committed: Engine, leaver: Leaver, now: datetime) -> None:
    sessions = sessionmaker(committed, expire_on_commit=False)
    with sessions.begin() as session:
        company, job = make_company(session), make_job(session)
        leaving, staying = (who_is(session, make_recruiter(session, company)) for _ in range(2))

    def leave() -> None:
        with sessions.begin() as session:
            leaver.leave(session, leaving)

    with ThreadPoolExecutor(1) as threads, sessions.begin() as session:
        needs.wait_turn(session, company.id)
        running = threads.submit(leave)
        wait_for(committed, running)
        needs.publish(session, staying, Brief(job.code, "13"), now, 60)
        session.commit()
        running.result(PATIENCE_S)
    with sessions() as session:
        assert session.scalars(select(Need.state)).all() == ["open"]
        assert is_erased(session, leaving.person_id)


def is_erased(session: Session, person_id: UUID) -> bool:
    """Tell whether a person is erased by now."""
    return session.get_one(Person, person_id).erased_at is not None
