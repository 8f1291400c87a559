"""What is told after a yes: by letter, by SMS when chosen, or by the adviser, with a task of the same day."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accompaniment import relaying
from app.accompaniment.models import Task
from app.contacts import outcomes
from app.contacts.models import FollowUp, Outcome
from app.contacts.outcomes import Declared, Party
from app.contacts.queries import exchange
from app.mail.models import Mail
from app.paris import PARIS
from tests.conftest import START
from tests.contacts.parties import Parties, make_parties
from tests.factories import make_contact, make_need, make_need_proposal
from workers.announcements import deliver
from workers.desk import Desk

WAYS: list[tuple[dict[str, object], str]] = [
    ({}, "mail"),
    ({"reached_by": "sms", "phone": "0612345678"}, "sms"),
    ({"email": None, "reached_by": "sms", "phone": "0612345678"}, "sms"),
    ({"email": None, "phone": "0612345678"}, "adviser"),  # a phone that no SMS was asked for tells nobody
    ({"email": None, "phone": None}, "adviser"),
]
# The news, the letter to the resident, and what the adviser gets instead: a task, a letter.
TOLD = [
    ("contact.sent", "contact_received", "unreachable", "contact_received"),
    ("contact.company_answered", "company_answered", "word", "word_to_tell"),
    ("outcome.declared", "outcome_told", "outcome", "outcome_to_tell"),
    ("contact.forsaken", "company_gone", "company_gone", "company_gone"),
    ("contact.resumed", "company_back", "company_back", "company_back"),
    ("outcome.asked_again", "follow_up", "still_there", "follow_up_with"),
]


def about(session: Session, met: Parties, kind: str) -> UUID:
    """Return what the news are about: an exchange, or what the company says came of it."""
    contact = make_contact(session, met.profile, met.recruiter, state="accepted")
    found = exchange(session, contact.id)
    assert found is not None
    if kind.startswith("contact"):
        return contact.id
    outcome = outcomes.declare(session, Party(met.recruiter.id, "recruiter"), found, Declared("job"), START)
    session.add(FollowUp(outcome_id=outcome.id, months=1, asked_at=START))
    session.flush()
    return outcome.id


def tasks_to_do(session: Session) -> list[tuple[str, date]]:
    """Return the kinds of what is to be done, and by when."""
    query = select(Task.kind, Task.due_on).where(Task.done_at.is_(None)).order_by(Task.kind)
    return [(kind, due_on) for kind, due_on in session.execute(query)]


@pytest.mark.parametrize(("columns", "way"), WAYS)
@pytest.mark.parametrize("told", TOLD)
def test_a_resident_hears_by_their_own_way_or_through_the_adviser_the_same_day(
    desk: Desk, session: Session, columns: dict[str, object], way: str, told: tuple[str, str, str, str]
) -> None:
    kind, letter, task, relayed = told
    met = make_parties(session, **columns)  # type: ignore[arg-type]  # no age among them
    source_id = about(session, met, kind)
    session.commit()
    for _ in range(2):
        deliver(desk, kind, source_id, 41)
    written = [(mail.channel, mail.recipient, mail.template) for mail in session.scalars(select(Mail))]
    if way == "adviser":
        assert written == [("mail", met.adviser.email, relayed)]
        assert tasks_to_do(session) == [(task, START.astimezone(PARIS).date())]
    else:
        address = "+33612345678" if way == "sms" else met.resident.email
        assert written == [(way, address, letter)]
        assert tasks_to_do(session) == []


def test_somebody_who_is_proposed_for_a_need_is_told_by_sms_when_they_chose_so(
    desk: Desk, session: Session
) -> None:
    met = make_parties(session, email=None, reached_by="sms", phone="0612345678")
    proposal = make_need_proposal(session, make_need(session, met.recruiter), met.profile)
    session.commit()
    deliver(desk, "need.proposed", proposal.id)
    (posted,) = session.scalars(select(Mail))
    assert (posted.channel, posted.template) == ("sms", "need_proposed")


@pytest.fixture
def alone(session: Session) -> Parties:
    """Make everybody, the resident without mailbox or phone."""
    return make_parties(session, email=None, phone=None)


def kinds(session: Session) -> list[str]:
    """Return the kinds of what is to be done."""
    return [kind for kind, _ in tasks_to_do(session)]


def test_an_outcome_that_was_answered_is_asked_of_the_adviser_no_more(
    desk: Desk, session: Session, alone: Parties
) -> None:
    outcome_id = about(session, alone, "outcome.declared")
    session.commit()
    deliver(desk, "outcome.declared", outcome_id)
    relaying.settle(session, START)
    assert kinds(session) == ["outcome"]
    session.get_one(Outcome, outcome_id).state = "confirmed"
    session.flush()
    relaying.settle(session, START)
    assert kinds(session) == []


def test_news_are_asked_of_the_adviser_until_they_are_given_and_six_months_later_once_more(
    desk: Desk, session: Session, alone: Parties
) -> None:
    outcome_id = about(session, alone, "outcome.asked_again")
    session.commit()
    deliver(desk, "outcome.asked_again", outcome_id, 41)
    relaying.settle(session, START)
    assert kinds(session) == ["still_there"]
    session.scalars(select(FollowUp)).one().answered_at = START
    session.flush()
    relaying.settle(session, START)
    assert kinds(session) == []
    session.scalars(select(Task)).one().created_at = START - timedelta(days=150)
    session.commit()
    deliver(desk, "outcome.asked_again", outcome_id, 42)
    assert kinds(session) == ["still_there"]
