"""What tests of the matrix share: the world with one who asks."""

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.people.pages.sign_in import LINK_COOKIE
from app.settings import Settings
from app.storage import Storage
from tests.conftest import SignIn
from tests.matrix.bench import Bench, SetUp
from tests.matrix.world import BROWSER, make_world


@pytest.fixture
def set_up(
    app: FastAPI,
    session: Session,
    sessions: sessionmaker[Session],
    settings: Settings,
    storage: Storage,
    sign_in: SignIn,
) -> SetUp:
    """Return `set_up(asker)`: the world, with one of the table's columns before it."""

    def made(asker: str) -> Bench:
        world = make_world(session, settings, storage)
        session.commit()
        if asker in world.people:
            browser = sign_in(world.people[asker])
        else:
            browser = TestClient(app, base_url="https://testserver")
        if asker == "visitor":
            browser.cookies.set(LINK_COOKIE, BROWSER)
        if asker in world.keys:
            browser.headers["Authorization"] = f"Bearer {world.keys[asker]}"
        # Its own transaction would stand between the requests and what undoes them.
        session.close()
        return Bench(app, world, sessions.kw["bind"], sessions, settings, storage, browser)

    return made
