"""Tasks: asked for the same day by what happens, once each, done and undone, in one structure only."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail
from app.accompaniment import tasks
from app.accompaniment.models import Task
from app.contacts import answering, outcomes
from app.contacts.outcomes import Declared, Party
from app.contacts.queries import exchange
from app.contacts.service import Answer
from app.paris import PARIS
from tests.conftest import START, MovingClock, SignIn
from tests.contacts.parties import Parties, make_parties, who_is
from tests.factories import make_contact
from tests.reading import words_of
from workers.announcements import LISTENERS


def heard(session: Session, kind: str, about: object) -> None:
    """Tell every listener a piece of news, as the worker does."""
    for listener in LISTENERS[kind]:
        listener(session, about, START)  # type: ignore[arg-type]  # an id


def kinds(session: Session) -> list[str]:
    """Return the kinds of the tasks that are to be done."""
    return sorted(session.scalars(select(Task.kind).where(Task.done_at.is_(None))))


@pytest.mark.parametrize(
    ("columns", "route", "asked"),
    [
        ({"email": None, "phone": None}, "structure", ["unreachable"]),
        ({"age": 16}, "adviser_first", ["forward"]),
        ({"phone": None}, "direct", []),
        ({"email": None}, "direct", ["unreachable"]),  # a phone that no SMS was asked for tells nobody
    ],
)
def test_a_proposal_asks_the_adviser_the_same_day_for_what_it_needs(
    session: Session, columns: dict[str, object], route: str, asked: list[str]
) -> None:
    met = make_parties(session, **columns)  # type: ignore[arg-type]  # an age among them
    contact = make_contact(session, met.profile, met.recruiter, route=route)
    for _ in range(2):
        heard(session, "contact.sent", contact.id)
    assert kinds(session) == asked
    assert set(session.scalars(select(Task.due_on))) <= {START.astimezone(PARIS).date()}


def test_a_letter_that_does_not_leave_asks_the_adviser_to_tell(session: Session, clock: MovingClock) -> None:
    met = make_parties(session, phone=None)
    make_contact(session, met.profile, met.recruiter)
    to = mail.Recipient(met.resident.id, str(met.resident.email))
    letter = mail.post(session, to, "published", {"name": "Aïcha", "path": "/moi"}, START)
    tasks.sweep(session, clock.advance(minutes=59))
    assert kinds(session) == []
    tasks.sweep(session, clock.advance(minutes=2))
    assert kinds(session) == ["unreachable"]
    mail.mark_sent(session, letter.id, START)
    assert not mail.is_stuck(session, met.resident.id, clock.now())


def test_five_days_without_an_answer_ask_once(session: Session) -> None:
    met = make_parties(session)
    make_contact(session, met.profile, met.recruiter)
    found = [
        tasks.sweep(session, START + timedelta(days=days, hours=hours))
        for days, hours in ((4, 23), (5, 0), (5, 1), (9, 0))
    ]
    assert (found, kinds(session)) == ([0, 1, 0, 0], ["unanswered"])


def test_a_company_that_says_nothing_after_a_yes_is_to_be_called(session: Session) -> None:
    met = make_parties(session)
    make_contact(session, met.profile, met.recruiter, state="company_silent")
    tasks.sweep(session, START)
    assert kinds(session) == ["company_silent"]


def test_a_disputed_outcome_is_to_be_looked_at(session: Session) -> None:
    met = make_parties(session)
    contact = make_contact(session, met.profile, met.recruiter, state="accepted")
    found = exchange(session, contact.id)
    assert found is not None
    resident, recruiter = Party(met.resident.id, "resident"), Party(met.recruiter.id, "recruiter")
    outcome = outcomes.declare(session, resident, found, Declared("job"), START)
    outcomes.answer(session, recruiter, found, outcome.id, confirms=False, now=START)
    heard(session, "outcome.disputed", outcome.id)
    assert kinds(session) == ["disputed"]


@pytest.mark.parametrize("state", ["accepted", "declined", "expired"])
def test_what_was_answered_or_is_over_asks_for_nothing_more(session: Session, state: str) -> None:
    met = make_parties(session, email=None, phone=None)
    contact = make_contact(session, met.profile, met.recruiter, route="structure")
    heard(session, "contact.sent", contact.id)
    contact.state = state
    session.flush()
    tasks.sweep(session, START)
    assert kinds(session) == []


def test_a_yes_that_was_taken_back_asks_again_for_what_it_had_settled(session: Session) -> None:
    met = make_parties(session)
    contact = make_contact(session, met.profile, met.recruiter)
    tasks.sweep(session, START + timedelta(days=6))
    token = answering.make(session, contact, "mail", "aicha@courrier.test", START).removeprefix("/r/")
    answering.answer(session, token, Answer("accept", revocable=True), START)
    heard(session, "contact.accepted", contact.id)
    assert kinds(session) == []
    answering.take_back(session, token, START)
    for _ in range(2):
        heard(session, "contact.taken_back", contact.id)
        assert kinds(session) == ["unanswered"]


def test_what_an_adviser_did_is_not_asked_again(session: Session) -> None:
    met = make_parties(session)
    contact = make_contact(session, met.profile, met.recruiter, state="read")
    tasks.sweep(session, START + timedelta(days=6))
    task_id = session.scalars(select(Task.id)).one()
    tasks.finish(session, who_is(session, met.adviser), task_id, START)
    heard(session, "contact.taken_back", contact.id)
    assert kinds(session) == []


def test_a_yes_by_somebody_else_s_phone_leaves_the_telling_to_the_adviser(session: Session) -> None:
    met = make_parties(session, email=None, phone=None)
    contact = make_contact(session, met.profile, met.recruiter, route="structure")
    heard(session, "contact.sent", contact.id)
    tasks.finish(session, who_is(session, met.adviser), session.scalars(select(Task.id)).one(), START)
    token = answering.make(session, contact, "sms", "0612345678", START).removeprefix("/r/")
    answering.answer(session, token, Answer("accept", revocable=True), START)
    answering.disown(session, token, START)
    heard(session, "contact.disowned", contact.id)
    tasks.sweep(session, START)
    assert (contact.state, contact.read_at, kinds(session)) == ("sent", None, ["unreachable"])


def test_passing_a_message_on_settles_its_task(session: Session) -> None:
    met = make_parties(session, age=16)
    contact = make_contact(session, met.profile, met.recruiter, route="adviser_first")
    heard(session, "contact.sent", contact.id)
    contact.forwarded_at = START
    session.flush()
    heard(session, "contact.forwarded", contact.id)
    assert kinds(session) == []


@pytest.fixture
def asked(session: Session) -> tuple[Parties, Task]:
    """Make a resident out of reach, with the task of telling them."""
    met = make_parties(session, email=None, phone=None)
    contact = make_contact(session, met.profile, met.recruiter, route="structure")
    heard(session, "contact.sent", contact.id)
    return met, session.scalars(select(Task)).one()


def test_a_task_is_done_by_somebody_and_taken_up_again(
    session: Session, sign_in: SignIn, asked: tuple[Parties, Task]
) -> None:
    met, task = asked
    browser = sign_in(met.adviser)
    page = "/accompagnement/taches"
    assert "Aïcha Benali" in words_of(browser.get(page).text)
    assert browser.post(f"{page}/{task.id}/faite").status_code == 303
    session.refresh(task)
    assert (task.done_at, task.done_by) == (START, met.adviser.id)
    assert "par Claire" in words_of(browser.get(page).text)
    met.adviser.given_name = ""
    session.commit()
    assert "par quelqu’un d’effacé" in words_of(browser.get(page).text)
    browser.post(f"{page}/{task.id}/reprendre")
    assert kinds(session) == ["unreachable"]


def test_the_caseload_counts_what_is_to_be_done(sign_in: SignIn, asked: tuple[Parties, Task]) -> None:
    met, _ = asked
    assert "1 tâche" in words_of(sign_in(met.adviser).get("/accompagnement").text)


def test_another_structure_neither_sees_nor_does_it(
    session: Session, sign_in: SignIn, asked: tuple[Parties, Task]
) -> None:
    _, task = asked
    stranger = sign_in(make_parties(session).adviser)
    assert "Aïcha" not in stranger.get("/accompagnement/taches").text
    for verb in ("faite", "reprendre"):
        assert stranger.post(f"/accompagnement/taches/{task.id}/{verb}").status_code == 404
    assert (
        tasks.open_counts(session, who_is(session, make_parties(session).adviser).organisations("adviser"))
        == {}
    )
