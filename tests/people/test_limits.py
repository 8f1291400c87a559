"""Tries are limited by account, by network and altogether, and nobody is let through uncounted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.db import connect, session_factory
from app.main import create_app
from app.people import limits
from app.people.access import SESSION_COOKIE
from app.people.limits import Limiter, TooManyTries
from app.people.models import Limit as Counted
from app.people.models import Person
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


def rows(engine: Engine) -> dict[str, datetime]:
    """Return all that is counted."""
    with session_factory(engine)() as session:
        return {row.key: row.arrival_at for row in session.scalars(select(Counted))}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_who_is_refused_by_one_limit_counts_on_none(
    committed: Engine, now: datetime, order: tuple[int, int]
) -> None:
    limiter = limiter_of(committed, now)
    for _ in range(ONCE_A_MINUTE.burst):
        limiter.admit((ONCE_A_MINUTE, "network"))
    before = rows(committed)
    asked = ((ONCE_A_MINUTE, "network"), (ONCE_A_MINUTE, "everybody"))
    for _ in range(10):
        with pytest.raises(TooManyTries):
            limiter.admit(*(asked[position] for position in order))
    assert rows(committed) == before


def test_a_try_that_was_no_failure_is_given_back(committed: Engine, now: datetime) -> None:
    limiter = limiter_of(committed, now)
    for _ in range(10):
        limiter.admit((ONCE_A_MINUTE, "network"))
        limiter.give_back((ONCE_A_MINUTE, "network"))
    for _ in range(ONCE_A_MINUTE.burst):
        limiter.admit((ONCE_A_MINUTE, "network"))
    with pytest.raises(TooManyTries):
        limiter.admit((ONCE_A_MINUTE, "network"))


@given(st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=60))
def test_successes_between_never_let_more_failures_through_than_the_limit(
    tries: list[tuple[float, bool]],
) -> None:
    arrival_at, now, failures = START, START, []
    for after_s, succeeds in tries:
        now += timedelta(seconds=after_s)
        if wait_s(ONCE_A_MINUTE, arrival_at, now) == 0:
            arrival_at = next_arrival(ONCE_A_MINUTE, arrival_at, now)
            if succeeds:
                # It takes its time: what drains meanwhile is not gained twice.
                now += timedelta(seconds=after_s)
                arrival_at -= ONCE_A_MINUTE.every
            else:
                failures.append(now)
    for first, start in enumerate(failures):
        for last, end in enumerate(failures[first:], first):
            assert last - first + 1 <= ONCE_A_MINUTE.burst + (end - start) / ONCE_A_MINUTE.every + 1e-3


def test_of_many_who_try_at_once_only_the_burst_passes(committed: Engine, now: datetime) -> None:
    limiter, together = limiter_of(committed, now), Barrier(12)

    def passes(number: int) -> bool:
        together.wait()
        try:
            limiter.admit((ONCE_A_MINUTE, "network"), (ONCE_A_MINUTE, f"account {number}"))
        except TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(12) as threads:
        assert sum(threads.map(passes, range(12))) == ONCE_A_MINUTE.burst
    # One row a try that passed, and the network's own: those who were refused left none.
    assert len(rows(committed)) == ONCE_A_MINUTE.burst + 1


def test_clearing_old_tries_waits_for_nobody_who_is_counting(committed: Engine, now: datetime) -> None:
    limiter_of(committed, now).admit((ONCE_A_MINUTE, "long ago"))
    hurried = connect(committed.url.render_as_string(hide_password=False), pool_size=1)
    event.listen(hurried, "connect", lambda raw, _: raw.execute("set lock_timeout = '1s'"))
    later = limiter_of(hurried, now + timedelta(hours=1))
    with session_factory(committed).begin() as other:
        other.execute(select(Counted).with_for_update())
        later.forgive((ONCE_A_MINUTE, "aicha"))
    hurried.dispose()
    assert len(rows(committed)) == 1


def test_who_proves_who_they_are_starts_afresh(committed: Engine, now: datetime) -> None:
    limiter = limiter_of(committed, now)
    for _ in range(3):
        limiter.admit((ONCE_A_MINUTE, "aicha"))
    limiter.forgive((ONCE_A_MINUTE, "aicha"))
    limiter.admit((ONCE_A_MINUTE, "aicha"))


def test_a_success_clears_the_tries_that_no_longer_matter(committed: Engine, now: datetime) -> None:
    limiter_of(committed, now).admit((ONCE_A_MINUTE, "long ago"))
    limiter_of(committed, now + timedelta(hours=1)).forgive((ONCE_A_MINUTE, "aicha"))
    with session_factory(committed)() as session:
        assert session.scalars(select(Counted)).all() == []


def test_the_table_of_tries_holds_no_address(committed: Engine, now: datetime) -> None:
    limiter_of(committed, now).admit((ONCE_A_MINUTE, "aicha@courrier.test"))
    with session_factory(committed)() as session:
        assert "aicha" not in session.scalars(select(Counted.key)).one()


Browse = Callable[[str], TestClient]


@pytest.fixture
def browse(app: FastAPI) -> Browse:
    """Return `browse(network)`: a browser of nobody's on a network."""

    def opened(network: str) -> TestClient:
        return TestClient(
            app, base_url="https://testserver", follow_redirects=False, client=(network, 50_000)
        )

    return opened


def typed(person: Person, password: str = PASSWORD) -> dict[str, str]:
    """Return the form of somebody who signs in."""
    return {"identifier": person.email or "", "password": password}


def fail(browser: TestClient, times: int, start: int = 0) -> list[int]:
    """Fail on as many accounts that nobody has, and return the statuses."""
    return [
        browser.post(
            "/connexion", data={"identifier": f"p{number}@courrier.test", "password": "x"}
        ).status_code
        for number in range(start, start + times)
    ]


def test_an_account_is_closed_to_more_tries_for_a_while_even_with_the_right_password(
    browse: Browse, session: Session, clock: MovingClock
) -> None:
    person = make_resident(session)
    session.commit()
    for number in range(limits.SIGN_IN_ACCOUNT.burst):
        wrong = browse(f"192.0.2.{number}").post("/connexion", data=typed(person, "pas la bonne phrase"))
        assert wrong.status_code == 422
    browser = browse("192.0.2.99")
    refused = browser.post("/connexion", data=typed(person))
    assert refused.status_code == 429
    assert SESSION_COOKIE not in browser.cookies
    clock.advance(seconds=int(refused.headers["retry-after"]))
    assert browser.post("/connexion", data=typed(person)).status_code == 303


def test_one_network_alone_never_closes_an_account_to_its_owner_elsewhere(
    browse: Browse, session: Session, clock: MovingClock
) -> None:
    person = make_resident(session)
    session.commit()
    attacker, statuses = browse("192.0.2.1"), []
    for _ in range(120):
        statuses.append(attacker.post("/connexion", data=typed(person, "pas la bonne phrase")).status_code)
        clock.advance(seconds=20)
    assert (
        statuses[: limits.SIGN_IN_ACCOUNT_NETWORK.burst + 1].count(422)
        >= limits.SIGN_IN_ACCOUNT_NETWORK.burst
    )
    assert 429 in statuses
    assert browse("198.51.100.1").post("/connexion", data=typed(person)).status_code == 303


def test_a_network_is_closed_by_failures_on_many_accounts(client: TestClient) -> None:
    burst = limits.SIGN_IN_NETWORK.burst
    assert fail(client, burst + 1) == [422] * burst + [429]


def test_a_network_that_must_wait_takes_no_try_from_the_others(browse: Browse, session: Session) -> None:
    person = make_resident(session)
    session.commit()
    attacker = browse("192.0.2.1")
    fail(attacker, limits.SIGN_IN_NETWORK.burst)
    before = session.scalars(select(Counted.arrival_at)).all()
    for _ in range(60):
        assert attacker.post("/connexion", data=typed(person, "x")).status_code == 429
    assert session.scalars(select(Counted.arrival_at)).all() == before
    assert browse("198.51.100.1").post("/connexion", data=typed(person)).status_code == 303


def test_a_flood_from_one_network_closes_signing_in_to_nobody_else(browse: Browse, session: Session) -> None:
    person = make_resident(session)
    session.commit()
    fail(browse("192.0.2.1"), limits.SIGN_IN_EVERYBODY.burst + 10)
    assert browse("198.51.100.1").post("/connexion", data=typed(person)).status_code == 303


def test_a_success_weighs_on_the_work_asked_by_its_network_alone(
    browse: Browse, session: Session, now: datetime
) -> None:
    person = make_resident(session)
    session.commit()
    for _ in range(3):
        assert browse("192.0.2.1").post("/connexion", data=typed(person)).status_code == 303
    weighs = session.execute(select(Counted.key, Counted.arrival_at).where(Counted.arrival_at > now)).all()
    assert [(key.partition(":")[0], arrival_at) for key, arrival_at in weighs] == [
        (limits.SIGN_IN_NETWORK_TRIES.name, now + 3 * limits.SIGN_IN_NETWORK_TRIES.every)
    ]


def test_a_workshop_of_many_signs_in_from_one_address(browse: Browse, session: Session) -> None:
    people = [make_resident(session) for _ in range(limits.SIGN_IN_NETWORK.burst + 5)]
    session.commit()
    for person in people:
        assert browse("192.0.2.1").post("/connexion", data=typed(person)).status_code == 303


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
