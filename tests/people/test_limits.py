"""Tries are limited by account, by network and altogether, and nobody is let through uncounted."""

from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.db import connect, session_factory
from app.main import create_app
from app.people import limits
from app.people.access import SESSION_COOKIE
from app.people.limits import Limiter, TooManyTries
from app.people.models import Limit as Counted
from app.people.rules import Limit, next_arrival, wait_s
from app.settings import Settings
from tests.conftest import START, MovingClock, make_resources
from tests.factories import PASSWORD, make_resident

ONCE_A_MINUTE = Limit("test", burst=3, every_s=60)


def admitted(limit: Limit, tries_s: list[float]) -> list[float]:
    """Return which of the tries, in seconds from the start and in order, the rule admits."""
    arrival_at, passed = START, []
    for at_s in tries_s:
        now = START + timedelta(seconds=at_s)
        if wait_s(limit, arrival_at, now) == 0:
            arrival_at = next_arrival(limit, arrival_at, now)
            passed.append(at_s)
    return passed


@given(st.lists(st.floats(0, 3600), max_size=60).map(sorted), st.integers(1, 10), st.floats(1, 120))
def test_no_window_ever_admits_more_than_the_burst_and_its_refills(
    tries_s: list[float], burst: int, every_s: float
) -> None:
    passed = admitted(Limit("test", burst, every_s), tries_s)
    for first, start_s in enumerate(passed):
        for last, end_s in enumerate(passed[first:], first):
            assert last - first + 1 <= burst + (end_s - start_s) / every_s + 1e-3


@given(st.integers(1, 20), st.floats(1, 120))
def test_who_was_quiet_has_the_whole_burst(burst: int, every_s: float) -> None:
    assert len(admitted(Limit("test", burst, every_s), [0.0] * (burst + 5))) == burst


@given(st.lists(st.floats(0, 600), min_size=1, max_size=30).map(sorted))
def test_who_waits_as_long_as_told_is_admitted(tries_s: list[float]) -> None:
    arrival_at = START
    for at_s in tries_s:
        now = START + timedelta(seconds=at_s)
        left_s = wait_s(ONCE_A_MINUTE, arrival_at, now)
        assert wait_s(ONCE_A_MINUTE, arrival_at, now + timedelta(seconds=left_s)) == 0
        if left_s == 0:
            arrival_at = next_arrival(ONCE_A_MINUTE, arrival_at, now)


def limiter_of(engine: Engine, now: datetime) -> Limiter:
    """Return a limiter whose units really commit."""
    return Limiter(session_factory(engine).begin, b"key", now)


def test_a_refused_try_says_how_long_to_wait(committed: Engine, now: datetime) -> None:
    limiter = limiter_of(committed, now)
    for _ in range(3):
        limiter.admit((ONCE_A_MINUTE, "aicha"))
    with pytest.raises(TooManyTries) as refusal:
        limiter.admit((ONCE_A_MINUTE, "aicha"))
    assert refusal.value.retry_after_s == 60


def test_one_subject_never_waits_for_another(committed: Engine, now: datetime) -> None:
    limiter = limiter_of(committed, now)
    for _ in range(3):
        limiter.admit((ONCE_A_MINUTE, "aicha"))
    limiter.admit((ONCE_A_MINUTE, "karim"))


def test_looking_at_a_limit_counts_nothing(committed: Engine, now: datetime) -> None:
    limiter = limiter_of(committed, now)
    for _ in range(10):
        limiter.admit(unless=((ONCE_A_MINUTE, "network"),))
    for _ in range(3):
        limiter.charge(ONCE_A_MINUTE, "network")
    with pytest.raises(TooManyTries):
        limiter.admit(unless=((ONCE_A_MINUTE, "network"),))


def test_who_proves_who_they_are_starts_afresh(committed: Engine, now: datetime) -> None:
    limiter = limiter_of(committed, now)
    for _ in range(3):
        limiter.admit((ONCE_A_MINUTE, "aicha"))
    limiter.forgive(ONCE_A_MINUTE, "aicha")
    limiter.admit((ONCE_A_MINUTE, "aicha"))


def test_a_success_clears_the_tries_that_no_longer_matter(committed: Engine, now: datetime) -> None:
    limiter_of(committed, now).admit((ONCE_A_MINUTE, "long ago"))
    limiter_of(committed, now + timedelta(hours=1)).forgive(ONCE_A_MINUTE, "aicha")
    with session_factory(committed)() as session:
        assert session.scalars(select(Counted)).all() == []


def test_the_table_of_tries_holds_no_address(committed: Engine, now: datetime) -> None:
    limiter_of(committed, now).admit((ONCE_A_MINUTE, "aicha@courrier.test"))
    with session_factory(committed)() as session:
        assert "aicha" not in session.scalars(select(Counted.key)).one()


def test_an_account_is_closed_to_more_tries_for_a_while_even_with_the_right_password(
    client: TestClient, session: Session, clock: MovingClock
) -> None:
    person = make_resident(session)
    session.commit()
    form = {"identifier": person.email or "", "password": "pas la bonne phrase"}
    for _ in range(limits.SIGN_IN_ACCOUNT.burst):
        assert client.post("/connexion", data=form).status_code == 422
    refused = client.post("/connexion", data=form | {"password": PASSWORD})
    assert refused.status_code == 429
    assert SESSION_COOKIE not in client.cookies
    clock.advance(seconds=int(refused.headers["retry-after"]))
    assert client.post("/connexion", data=form | {"password": PASSWORD}).status_code == 303


def test_a_network_is_closed_by_failures_on_many_accounts(client: TestClient) -> None:
    statuses = [
        client.post(
            "/connexion", data={"identifier": f"p{number}@courrier.test", "password": "x"}
        ).status_code
        for number in range(limits.SIGN_IN_NETWORK.burst + 1)
    ]
    assert statuses == [422] * limits.SIGN_IN_NETWORK.burst + [429]


def test_a_workshop_of_many_signs_in_from_one_address(app: FastAPI, session: Session) -> None:
    people = [make_resident(session) for _ in range(limits.SIGN_IN_NETWORK.burst + 5)]
    session.commit()
    for person in people:
        browser = TestClient(app, base_url="https://testserver", follow_redirects=False)
        form = {"identifier": person.email or "", "password": PASSWORD}
        assert browser.post("/connexion", data=form).status_code == 303


def test_nobody_is_let_through_while_tries_cannot_be_counted(
    settings: Settings, clock: MovingClock, committed: Engine
) -> None:
    with session_factory(committed).begin() as session:
        person = make_resident(session)
    away = connect("postgresql+psycopg://nobody@127.0.0.1:1/none", pool_size=1)
    resources = make_resources(settings, clock, session_factory(committed))
    object.__setattr__(resources, "short_sessions", session_factory(away))
    browser = TestClient(create_app(settings, resources), base_url="https://testserver")
    answer = browser.post("/connexion", data={"identifier": person.email or "", "password": PASSWORD})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert SESSION_COOKIE not in browser.cookies
