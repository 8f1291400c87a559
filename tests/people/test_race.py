"""Two who show the same code at once: one of them enters."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine

from app.db import session_factory
from app.people import factors
from app.settings import Settings
from tests.conftest import MovingClock
from tests.factories import make_adviser, make_factor
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
