"""A resident who has agreed, and the client that speaks for them."""

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Person
from tests.conftest import SignIn
from tests.factories import give_consent, make_resident
from tests.uploads.client import Tus


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
