"""Codes in hard times: two who show the same at once, and a database that counts no tries."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.db import connect, session_factory
from app.main import create_app
from app.people import factors
from app.settings import Settings
from tests.conftest import MovingClock, make_resources
from tests.factories import PASSWORD, make_adviser, make_factor
from tests.people.pressing import press
from tests.people.test_second_step import code_of


@pytest.mark.parametrize("kind", ["phone", "paper"])
def test_a_code_that_two_show_at_once_lets_one_in(
    committed: Engine, settings: Settings, clock: MovingClock, kind: str
) -> None:
    sessions = session_factory(committed)
    with sessions.begin() as session:
        person_id = (person := make_adviser(session)).id
        code = code_of(make_factor(session, person, settings), clock)
        paper = factors.renew_codes(session, person_id, clock.now())[0]
    shown, together = (code if kind == "phone" else paper), Barrier(2)

    def show(_: int) -> bool:
        with sessions.begin() as session:
            together.wait()
            try:
                factors.prove(session, person_id, shown, clock.now(), settings)
            except factors.CodeRefused:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(show, range(2))) == [False, True]


def test_nobody_enters_by_a_code_where_tries_cannot_be_counted(
    session: Session, sessions: sessionmaker[Session], settings: Settings, clock: MovingClock
) -> None:
    person = make_adviser(session)
    secret = make_factor(session, person, settings)
    session.commit()
    resources = make_resources(settings, clock, sessions)
    browser = TestClient(create_app(settings, resources), base_url="https://testserver")
    browser.post("/connexion", data={"identifier": person.email or "", "password": PASSWORD})
    away = connect("postgresql+psycopg://nobody@127.0.0.1:1/none", pool_size=1)
    object.__setattr__(resources, "short_sessions", session_factory(away))
    assert press(browser, "/connexion/code", code=code_of(secret, clock))[0] == 503
    assert browser.get("/compte").status_code == 401
