"""A resident who has agreed, the client that speaks for them, and a place with real web servers."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Person
from app.postgres import EmbeddedPostgres
from tests.conftest import SignIn
from tests.factories import give_consent, make_resident
from tests.uploads.client import Tus
from tests.uploads.site import Place, Site, enter, opened


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
    """Open a place for one file of tests: its processes commit.

    What such a file says in `ENVIRONMENT` holds for all of them.
    """
    engine.dispose()
    name = f"{plane}_{request.module.__name__.rpartition('.')[2]}"
    url = postgres.create_database(name, template="visavis")
    said = getattr(request.module, "ENVIRONMENT", {}) | {"VISAVIS_UPLOAD_SPLICE": str(plane == "splice")}
    with opened(url, tmp_path_factory.mktemp("data"), said) as place:
        yield place


@pytest.fixture
def site(place: Place) -> Iterator[Site]:
    """Open the place to a new resident, for one test."""
    with enter(place) as site:
        yield site
