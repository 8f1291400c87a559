"""A resident who has agreed, the client that speaks for them, and a place with real web servers."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.db import connect
from app.people.access import SESSION_COOKIE
from app.people.models import Person
from app.people.sessions import open_session
from app.postgres import EmbeddedPostgres
from app.settings import Settings
from tests.conftest import SignIn, page_token
from tests.factories import give_consent, make_resident
from tests.uploads.client import Tus
from tests.uploads.machine import WebServer
from tests.uploads.site import Place, Site


@pytest.fixture
def resident(session: Session) -> Person:
    person = make_resident(session)
    give_consent(session, person)
    return person


@pytest.fixture
def phone(sign_in: SignIn, resident: Person) -> TestClient:
    return sign_in(resident)


@pytest.fixture
def tus(phone: TestClient) -> Tus:
    return Tus(phone)


@pytest.fixture
def stranger(app: FastAPI) -> Tus:
    """Return a client that nobody is signed in with."""
    return Tus(TestClient(app, base_url="https://testserver", follow_redirects=False))


@pytest.fixture(scope="module", params=["portable", "splice"])
def plane(request: pytest.FixtureRequest) -> str:
    """Choose how bytes go from the socket to the file: through Python, or by the kernel alone."""
    return str(request.param)


@pytest.fixture(scope="module")
def place(
    request: pytest.FixtureRequest,
    postgres: EmbeddedPostgres,
    engine: Engine,
    tmp_path_factory: pytest.TempPathFactory,
    plane: str,
) -> Iterator[Place]:
    """Open a place for one file of tests: its processes commit."""
    engine.dispose()
    name = f"{plane}_{request.module.__name__.rpartition('.')[2]}"
    database = connect(postgres.create_database(name, template="visavis"), pool_size=2)
    settings = Settings(
        environment="test", data_dir=tmp_path_factory.mktemp("data"), secret_key=SecretStr("secret-des-tests")
    )
    environment = {
        "VISAVIS_ENVIRONMENT": "test",
        "VISAVIS_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "VISAVIS_DATABASE_POOL_SIZE": "5",
        "VISAVIS_UPLOAD_SPLICE": str(plane == "splice"),
        "VISAVIS_DATA_DIR": str(settings.data_dir),
        "VISAVIS_SECRET_KEY": settings.secret_key.get_secret_value(),
    }
    server = WebServer(environment).start()
    yield Place(database, settings, environment, server)
    server.stop()
    database.dispose()


@pytest.fixture
def site(place: Place) -> Iterator[Site]:
    """Open the place to a new resident, for one test."""
    with Session(place.database) as session:
        person = make_resident(session)
        person_id = person.id
        give_consent(session, person)
        token = open_session(session, person.id, "tests", datetime.now(UTC))
        session.commit()
        csrf = page_token(session, place.settings, token)
    with ExitStack() as opened:
        yield Site(place, person_id, {"Cookie": f"{SESSION_COOKIE}={token}", "X-CSRF-Token": csrf}, opened)
