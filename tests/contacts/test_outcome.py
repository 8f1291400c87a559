"""What came of an exchange: said by one side, answered once by another, stated, asked after again once."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.contacts import following, outcomes
from app.contacts.models import Contact, FollowUp, Outcome
from app.contacts.outcomes import Declared, OutcomeAnswered, OutcomeKnown, OutcomeTooSoon, Party
from app.contacts.queries import Exchange, exchange
from app.contacts.rules import (
    FOLLOW_UP_MONTHS,
    SIDES,
    STATES,
    follow_ups_due,
    may_answer_outcome,
    months_after,
)
from app.evidence.models import OutboxEntry
from app.mail.models import Mail
from app.settings import Settings
from tests.conftest import START, MovingClock, SignIn
from tests.contacts.parties import Parties, make_parties
from tests.factories import make_contact
from workers.announcements import LISTENERS


@pytest.fixture
def met(session: Session) -> Parties:
    return make_parties(session)


@pytest.fixture
def contact(session: Session, met: Parties) -> Contact:
    return make_contact(session, met.profile, met.recruiter, state="accepted")


@pytest.fixture
def found(session: Session, contact: Contact) -> Exchange:
    found = exchange(session, contact.id)
    assert found is not None
    return found


def party(met: Parties, side: str) -> Party:
    """Return who speaks for a side."""
    people = {"resident": met.resident, "recruiter": met.recruiter, "adviser": met.adviser}
    return Party(people[side].id, side)


def stated(session: Session) -> list[tuple[str, str]]:
    """Return the facts that wait: the kind, and what came of it."""
    rows = session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))
    return [(row.statement["kind"], row.statement["measures"]["kind"]) for row in rows]


@pytest.mark.parametrize(
    ("declared", "answered"),
    [
        ("resident", "recruiter"),
        ("recruiter", "resident"),
        ("recruiter", "adviser"),
        ("adviser", "recruiter"),
    ],
)
@pytest.mark.parametrize("state", ["confirmed", "disputed"])
def test_what_one_side_says_another_answers_and_both_are_stated(
    session: Session, met: Parties, found: Exchange, declared: str, answered: str, state: str
) -> None:
    outcome = outcomes.declare(session, party(met, declared), found, Declared("job", "cdi"), START)
    by, confirms = party(met, answered), state == "confirmed"
    outcomes.answer(session, by, found, outcome.id, confirms=confirms, now=START)
    assert outcome.state == state
    assert stated(session) == [("outcome.declared", "job"), (f"outcome.{state}", "job")]


@pytest.mark.parametrize("side", SIDES)
def test_nobody_confirms_their_own_word(session: Session, met: Parties, found: Exchange, side: str) -> None:
    outcome = outcomes.declare(session, party(met, side), found, Declared("interview"), START)
    with pytest.raises(OutcomeAnswered):
        outcomes.answer(session, party(met, side), found, outcome.id, confirms=True, now=START)
    assert not may_answer_outcome("resident", "adviser")


def test_it_is_answered_once(session: Session, met: Parties, found: Exchange) -> None:
    outcome = outcomes.declare(session, party(met, "recruiter"), found, Declared("job"), START)
    for side, refused in (("resident", False), ("adviser", True)):
        if refused:
            with pytest.raises(OutcomeAnswered):
                outcomes.answer(session, party(met, side), found, outcome.id, confirms=False, now=START)
        else:
            outcomes.answer(session, party(met, side), found, outcome.id, confirms=True, now=START)
    assert outcome.state == "confirmed"


def test_one_outcome_of_a_kind_stands_and_a_disputed_one_may_be_said_again(
    session: Session, met: Parties, found: Exchange
) -> None:
    first = outcomes.declare(session, party(met, "resident"), found, Declared("job"), START)
    with pytest.raises(OutcomeKnown):
        outcomes.declare(session, party(met, "recruiter"), found, Declared("job"), START)
    outcomes.answer(session, party(met, "recruiter"), found, first.id, confirms=False, now=START)
    outcomes.declare(session, party(met, "recruiter"), found, Declared("job"), START)
    assert session.scalar(select(func.count()).select_from(Outcome)) == 2


@pytest.mark.parametrize("state", STATES)
def test_nothing_comes_of_what_was_not_accepted(
    session: Session, met: Parties, found: Exchange, state: str
) -> None:
    found.contact.state = state
    session.flush()
    if state in ("accepted", "answered", "company_silent", "closed"):
        assert outcomes.declare(session, party(met, "resident"), found, Declared("job"), START).id
    else:
        with pytest.raises(OutcomeTooSoon):
            outcomes.declare(session, party(met, "resident"), found, Declared("job"), START)


def test_an_exchange_that_never_counts_states_nothing(
    session: Session, met: Parties, found: Exchange
) -> None:
    found.contact.excluded = "test_account"
    outcomes.declare(session, party(met, "resident"), found, Declared("job"), START)
    assert stated(session) == []


@pytest.fixture
def confirmed(session: Session, met: Parties, found: Exchange) -> Outcome:
    """Make a job that began, confirmed."""
    said = Declared("job", "cdd", date(2026, 12, 31))
    outcome = outcomes.declare(session, party(met, "resident"), found, said, START)
    return outcomes.answer(session, party(met, "recruiter"), found, outcome.id, confirms=True, now=START)


def test_one_and_six_months_on_it_is_asked_after_exactly_once(
    session: Session, confirmed: Outcome, clock: MovingClock
) -> None:
    asked = []
    for _ in range(300):
        now = clock.advance(days=1)
        asked += [now.date()] * outcomes.ask_again(session, now)
        assert outcomes.ask_again(session, now) == 0
    assert asked == [date(2027, 1, 31), date(2027, 6, 30)]
    assert confirmed.state == "confirmed"


def test_an_exchange_that_led_somewhere_is_kept_until_it_was_asked_after(
    session: Session, settings: Settings, confirmed: Outcome, clock: MovingClock
) -> None:
    contact = session.get_one(Contact, confirmed.contact_id)
    contact.state, contact.ended_at = "closed", START
    session.flush()
    assert following.forget(session, settings, clock.advance(days=200)) == 0
    assert following.forget(session, settings, clock.advance(days=200)) == 1


@pytest.mark.parametrize(
    "said",
    [("resident", "interview", "outcome_to_confirm"), ("recruiter", "internship", "outcome_told")],
)
def test_whoever_did_not_confirm_is_asked_again_one_and_six_months_on(
    session: Session, met: Parties, found: Exchange, clock: MovingClock, said: tuple[str, str, str]
) -> None:
    side, kind, template = said
    outcome = outcomes.declare(session, party(met, side), found, Declared(kind), START)
    asked = []
    for _ in range(200):
        now = clock.advance(days=1)
        asked += [now.date()] * outcomes.ask_again(session, now)
    assert asked == [date(2026, 12, 23), date(2027, 5, 23)]
    for listener in LISTENERS["outcome.unanswered"]:
        listener(session, outcome.id, START)
    assert session.scalars(select(Mail.template)).all() == [template]
    # Nobody is asked whether they are still where they may never have been.
    assert outcomes.sequel_of(session, party(met, "resident"), found).asked == []


def test_what_is_disputed_is_not_asked_after(
    session: Session, met: Parties, found: Exchange, clock: MovingClock
) -> None:
    outcome = outcomes.declare(session, party(met, "resident"), found, Declared("internship"), START)
    outcomes.answer(session, party(met, "recruiter"), found, outcome.id, confirms=False, now=START)
    assert outcomes.ask_again(session, clock.advance(days=400)) == 0


def test_still_there_is_answered_once(
    session: Session, sign_in: SignIn, met: Parties, confirmed: Outcome, clock: MovingClock
) -> None:
    outcomes.ask_again(session, clock.advance(days=80))
    path = f"/moi/messages/{confirmed.contact_id}"
    browser = sign_in(met.resident)
    assert "Toujours là" in browser.get(f"{path}/suite").text
    form = {"outcome": str(confirmed.id), "months": "1", "answer": "yes"}
    assert [browser.post(f"{path}/nouvelles", data=form).status_code for _ in range(2)] == [303, 409]
    kept = session.scalars(select(FollowUp)).one()
    assert (kept.is_still_there, kept.answered_by) == (True, met.resident.id)


def test_each_question_is_answered_for_the_outcome_that_it_is_about(
    session: Session,
    sign_in: SignIn,
    met: Parties,
    found: Exchange,
    confirmed: Outcome,
    clock: MovingClock,
) -> None:
    other = outcomes.declare(session, party(met, "resident"), found, Declared("training"), START)
    outcomes.answer(session, party(met, "recruiter"), found, other.id, confirms=True, now=START)
    outcomes.ask_again(session, clock.advance(days=80))
    page = sign_in(met.resident).get(f"/moi/messages/{found.contact.id}/suite").text
    assert all(f'name="outcome" value="{one.id}"' in " ".join(page.split()) for one in (confirmed, other))
    for outcome, answer in ((other, "no"), (confirmed, "yes")):
        form = {"outcome": str(outcome.id), "months": "1", "answer": answer}
        sign_in(met.resident).post(f"/moi/messages/{found.contact.id}/nouvelles", data=form)
    kept = dict(session.execute(select(FollowUp.outcome_id, FollowUp.is_still_there)).all())
    assert kept == {confirmed.id: True, other.id: False}


@pytest.mark.parametrize("gone", ["withdrawn", "blocked"])
def test_who_left_or_ended_the_exchange_says_nothing_more_and_is_asked_nothing(
    session: Session, met: Parties, found: Exchange, confirmed: Outcome, gone: str
) -> None:
    late = START + timedelta(days=300)
    columns = (
        {"withdrawn_at": START} if gone == "withdrawn" else {"stopped_at": START, "stopped_by": "resident"}
    )
    for name, value in columns.items():
        setattr(found.contact, name, value)
    session.flush()
    assert outcomes.ask_again(session, late) == 0
    with pytest.raises(OutcomeTooSoon):
        outcomes.declare(session, party(met, "resident"), found, Declared("internship"), START)
    before = session.scalars(select(Mail.id)).all()
    LISTENERS["outcome.asked_again"][0](session, confirmed.id, late)
    assert session.scalars(select(Mail.id)).all() == before


def test_a_company_that_tidies_up_does_not_end_the_news(
    session: Session, found: Exchange, confirmed: Outcome
) -> None:
    found.contact.stopped_at, found.contact.stopped_by = START, "recruiter"
    session.flush()
    assert outcomes.ask_again(session, START + timedelta(days=80)) == 1
    LISTENERS["outcome.asked_again"][0](session, confirmed.id, START)
    assert session.scalars(select(Mail.template)).all() == ["follow_up"]


def test_each_side_declares_and_confirms_from_its_page_in_one_tap(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact
) -> None:
    resident, recruiter = sign_in(met.resident), sign_in(met.recruiter)
    form = {"kind": "job", "contract_type": "cdi", "starts_on": "2026-12-01"}
    assert recruiter.post(f"/messages/{contact.id}/suite", data=form).status_code == 303
    outcome_id = session.scalars(select(Outcome.id)).one()
    page = resident.get(f"/moi/messages/{contact.id}/suite").text
    assert 'action="/moi/trouve"' in page
    assert f'action="/moi/messages/{contact.id}/suite/{outcome_id}"' in page
    assert f"/suite/{outcome_id}" not in recruiter.get(f"/messages/{contact.id}/suite").text
    resident.post(f"/moi/messages/{contact.id}/suite/{outcome_id}", data={"answer": "yes"})
    assert session.scalars(select(Outcome.state)).one() == "confirmed"


def test_a_contract_is_of_a_job_alone(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact
) -> None:
    form = {"kind": "internship", "contract_type": "cdi"}
    assert sign_in(met.resident).post(f"/moi/messages/{contact.id}/suite", data=form).status_code == 303
    assert session.scalars(select(Outcome.contract_type)).one() is None


@pytest.mark.parametrize("form", [{}, {"kind": "job", "starts_on": "2062-01-01"}, {"kind": "fame"}])
def test_what_came_of_it_is_checked(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact, form: dict[str, str]
) -> None:
    answer = sign_in(met.resident).post(f"/moi/messages/{contact.id}/suite", data=form)
    assert (answer.status_code, session.scalars(select(Outcome)).all()) == (422, [])


def test_an_outcome_of_another_exchange_is_not_answered(
    session: Session, met: Parties, found: Exchange, confirmed: Outcome
) -> None:
    other = make_contact(session, make_parties(session).profile, met.recruiter, state="accepted")
    elsewhere = exchange(session, other.id)
    assert elsewhere is not None
    with pytest.raises(outcomes.OutcomeNotFound):
        outcomes.answer(session, party(met, "resident"), elsewhere, confirmed.id, confirms=True, now=START)
    assert isinstance(found.contact.id, UUID)


@given(st.dates(date(2026, 1, 1), date(2060, 1, 1)), st.integers(1, 24))
def test_some_months_later_is_in_that_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(
    st.dates(date(2026, 1, 1), date(2060, 1, 1)),
    st.integers(0, 400),
    st.sets(st.sampled_from(FOLLOW_UP_MONTHS)),
)
def test_what_was_asked_is_never_due_again(since: date, days: int, asked: set[int]) -> None:
    due = follow_ups_due(since, since + timedelta(days=days), asked)
    assert not asked & set(due)
    assert set(due) <= set(FOLLOW_UP_MONTHS)
