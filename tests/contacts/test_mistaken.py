"""A company that was verified by mistake: nothing of that time counts, whatever comes after."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.contacts import outcomes, queries, service
from app.contacts.models import Contact
from app.contacts.outcomes import Declared, Party
from app.contacts.queries import Exchange
from app.evidence.models import Fact
from app.evidence.service import drain
from app.people import organisations
from app.people.organisations import Suspension
from app.people.rules import Who
from app.settings import Settings
from app.viewing.models import Viewing
from app.viewing.queries import views_that_count
from tests.conftest import START
from tests.contacts.conftest import heard
from tests.contacts.parties import Parties, make_parties
from tests.factories import make_contact, make_video
from workers.evidence import correct_mistaken

MISTAKE = Suspension("Plusieurs signalements.", mistaken=True)
LATER = START + timedelta(days=1)


@pytest.fixture
def met(session: Session) -> Parties:
    met = make_parties(session)
    met.company.verified_at = START - timedelta(days=2)
    return met


def found(session: Session, contact: Contact) -> Exchange:
    exchange = queries.exchange(session, contact.id)
    assert exchange is not None
    return exchange


def correct(session: Session, now: datetime) -> None:
    """Do the corrections that wait, as the worker does."""
    jobs = "select args->>'company_id', args->>'since' from procrastinate_jobs where task_name = :name"
    for company_id, since in session.execute(text(jobs), {"name": "evidence.correct"}).all():
        correct_mistaken(session, UUID(company_id), datetime.fromisoformat(since), now)


def counting(session: Session, now: datetime) -> list[str]:
    """Return the kinds of the facts that count, in their order."""
    drain(session, now)
    facts = session.scalars(select(Fact).order_by(Fact.seq)).all()
    withdrawn = {fact.ref for fact in facts if fact.ref}
    return [fact.kind for fact in facts if not fact.ref and str(fact.id) not in withdrawn]


def test_an_outcome_confirmed_after_the_correction_is_stated_no_more(
    session: Session, met: Parties, operator: Who, settings: Settings
) -> None:
    contact = make_contact(session, met.profile, met.recruiter, state="accepted")
    exchange = found(session, contact)
    said = Party(met.recruiter.id, "recruiter")
    outcome = outcomes.declare(session, said, exchange, Declared("job", "cdi"), START)
    organisations.suspend(session, operator, met.company.id, MISTAKE, START, settings)
    correct(session, START)
    theirs = Party(met.resident.id, "resident")
    outcomes.answer(session, theirs, found(session, contact), outcome.id, confirms=True, now=LATER)
    assert counting(session, LATER) == []


def test_a_yes_to_what_goes_on_after_a_new_verification_counts_no_more_than_the_proposal(
    session: Session, met: Parties, operator: Who, settings: Settings
) -> None:
    contact = make_contact(session, met.profile, met.recruiter)
    organisations.suspend(session, operator, met.company.id, MISTAKE, START, settings)
    heard(session, "company.suspended", met.company.id)
    correct(session, START)
    organisations.verify(session, operator, met.company.id, "registry", LATER)
    heard(session, "company.verified", met.company.id)
    service.accept(session, met.resident.id, contact.id, LATER)
    assert counting(session, LATER) == []


@pytest.mark.parametrize("again", [False, True])
def test_views_of_a_mistake_feed_nothing_any_more(
    session: Session, met: Parties, operator: Who, settings: Settings, *, again: bool
) -> None:
    viewing = Viewing(
        video_id=make_video(session, met.resident).id,
        profile_id=met.profile.id,
        viewer_id=met.recruiter.id,
        organisation_id=met.company.id,
        token_sha256=b"",
        started_at=START,
        last_beat_at=START,
        qualified_at=START,
        policy="vues-2026.1",
    )
    session.add(viewing)
    session.flush()
    counted = views_that_count(met.recruiter.id, met.profile.id)
    assert session.scalars(counted).all() == [viewing.id]
    organisations.suspend(session, operator, met.company.id, MISTAKE, START, settings)
    if again:
        organisations.verify(session, operator, met.company.id, "registry", LATER)
    correct(session, LATER)
    met.company.state = "verified"
    session.flush()
    assert session.scalars(counted).all() == []
    assert session.scalars(select(Viewing.excluded)).all() == ["unverified_company"]


def test_a_verification_before_the_correction_loses_none_of_it_and_what_follows_counts(
    session: Session, met: Parties, operator: Who, settings: Settings
) -> None:
    wrong = make_contact(session, met.profile, met.recruiter, state="accepted")
    said = Party(met.recruiter.id, "recruiter")
    outcomes.declare(session, said, found(session, wrong), Declared("interview"), START)
    organisations.suspend(session, operator, met.company.id, MISTAKE, START, settings)
    organisations.verify(session, operator, met.company.id, "registry", LATER)
    other = make_parties(session)
    right = make_contact(session, other.profile, met.recruiter, state="accepted", sent_at=LATER)
    outcomes.declare(session, said, found(session, right), Declared("job", "cdi"), LATER)
    correct(session, LATER)
    assert (wrong.excluded, right.excluded) == ("unverified_company", None)
    assert counting(session, LATER) == ["outcome.declared"]


def test_an_answer_between_a_new_verification_and_the_correction_is_withdrawn_with_its_proposal(
    session: Session, met: Parties, operator: Who, settings: Settings
) -> None:
    contact = make_contact(session, met.profile, met.recruiter)
    organisations.suspend(session, operator, met.company.id, MISTAKE, START, settings)
    organisations.verify(session, operator, met.company.id, "registry", LATER)
    service.accept(session, met.resident.id, contact.id, LATER)
    said = Party(met.recruiter.id, "recruiter")
    outcomes.declare(session, said, found(session, contact), Declared("interview"), LATER)
    assert counting(session, LATER) == ["contact.answered", "outcome.declared"]
    correct(session, LATER)
    assert counting(session, LATER) == []


def test_a_suspension_that_is_no_mistake_corrects_nothing(
    session: Session, met: Parties, operator: Who, settings: Settings
) -> None:
    contact = make_contact(session, met.profile, met.recruiter)
    reason = Suspension("Plusieurs signalements.")
    organisations.suspend(session, operator, met.company.id, reason, START, settings)
    correct(session, LATER)
    assert contact.excluded is None
