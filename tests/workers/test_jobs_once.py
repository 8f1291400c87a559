"""Each letter of a piece of news is written once, whoever dies or works twice; anew when it is said anew."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from app.contacts import outcomes
from app.contacts.models import Contact
from app.contacts.outcomes import Declared, Party
from app.contacts.queries import exchange
from app.mail.models import Mail
from tests.conftest import START, MovingClock
from tests.contacts.parties import Parties, make_parties
from tests.factories import make_contact, make_need, make_need_proposal
from workers.announcements import deliver
from workers.desk import Desk

JOB = 41
About = Callable[[Session, Parties, Contact], UUID]


def declared(side: str) -> About:
    """Return what declares an outcome as one side, and gives its id."""

    def declare(session: Session, met: Parties, contact: Contact) -> UUID:
        found = exchange(session, contact.id)
        assert found is not None
        speaker = met.resident if side == "resident" else met.recruiter
        return outcomes.declare(session, Party(speaker.id, side), found, Declared("job"), START).id

    return declare


def proposed(session: Session, met: Parties, _: Contact) -> UUID:
    """Propose the resident for a need, and give the proposal's id."""
    return make_need_proposal(session, make_need(session, met.recruiter), met.profile).id


def contact_id(_: Session, __: Parties, contact: Contact) -> UUID:
    return contact.id


def profile_id(_: Session, met: Parties, __: Contact) -> UUID:
    return met.profile.id


TOLD: list[tuple[str, About]] = [
    ("contact.accepted", contact_id),
    ("contact.company_answered", contact_id),
    ("contact.disowned", contact_id),
    ("contact.sent", contact_id),
    ("contact.taken_back", contact_id),
    ("need.proposed", proposed),
    ("outcome.asked_again", declared("recruiter")),
    ("outcome.declared", declared("recruiter")),
    ("outcome.declared", declared("resident")),
    ("profile.published", profile_id),
    ("profile.submitted", profile_id),
    ("profile.withdrawn", profile_id),
]


@pytest.fixture
def met(session: Session) -> Parties:
    return make_parties(session)


@pytest.fixture
def contact(session: Session, met: Parties) -> Contact:
    """Make an exchange of which all can be told."""
    return make_contact(session, met.profile, met.recruiter, state="accepted", answered_at=START)


def written(session: Session) -> int:
    """Count the letters."""
    return session.scalar(select(func.count(Mail.id))) or 0


@pytest.mark.parametrize(("kind", "about_of"), TOLD)
def test_a_worker_that_dies_before_its_job_is_noted_as_done_tells_nobody_twice(
    desk: Desk, session: Session, met: Parties, contact: Contact, kind: str, about_of: About
) -> None:
    about = about_of(session, met, contact)
    session.commit()
    deliver(desk, kind, about, JOB)
    told = written(session)
    assert told > 0
    deliver(desk, kind, about, JOB)
    assert written(session) == told


class Killed(Exception):
    """The worker is no more."""


def test_a_worker_that_dies_after_posting_has_told_nobody_and_the_next_one_does(
    desk: Desk, session: Session, contact: Contact
) -> None:
    @contextmanager
    def dying() -> Iterator[Session]:
        with desk.unit() as unit:
            yield unit
            assert written(unit) == 1
            raise Killed

    with pytest.raises(Killed):
        deliver(replace(desk, unit=dying), "contact.accepted", contact.id, JOB)
    assert written(session) == 0
    deliver(desk, "contact.accepted", contact.id, JOB)
    assert written(session) == 1


def test_of_two_workers_that_do_the_same_job_at_once_one_writes(committed: Engine, desk: Desk) -> None:
    with Session(committed) as session, session.begin():
        met = make_parties(session)
        about = make_contact(session, met.profile, met.recruiter, state="accepted").id
    real = replace(desk, unit=sessionmaker(committed).begin)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: deliver(real, "contact.company_answered", about, JOB), range(4)))
    with Session(committed) as session:
        assert written(session) == 1


def test_a_yes_that_a_company_heard_of_is_not_told_again_after_a_break(
    desk: Desk, session: Session, met: Parties, clock: MovingClock
) -> None:
    need = make_need(session, met.recruiter)
    proposal = make_need_proposal(session, need, met.profile, agreed_at=clock.now())
    deliver(desk, "need.agreed", proposal.id, JOB)
    deliver(desk, "profile.resumed", met.profile.id, JOB + 1)
    assert session.scalars(select(Mail.template)).all() == ["need_agreed"]


def test_what_is_announced_anew_is_told_anew(desk: Desk, session: Session, met: Parties) -> None:
    for job in (JOB, JOB + 1):
        deliver(desk, "profile.published", met.profile.id, job)
    assert written(session) == 2
