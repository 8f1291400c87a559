"""What tests of profiles share: somebody who is published, who judges them, and those whom that reaches."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.db import new_id
from app.people.models import Organisation, Person
from app.people.rules import Belonging, Who
from app.profiles import service
from app.profiles.models import Profile
from tests.conftest import SignIn
from tests.factories import (
    give_consent,
    make_adviser,
    make_filled_profile,
    make_partner,
    make_recruiter,
    make_resident,
    make_structure,
    make_video,
)
from tests.partners.conftest import make_key


@dataclass(frozen=True)
class Readers:
    """Those whom a published profile reaches: a recruiter, and a partner's program that may read all."""

    recruiter: TestClient
    program: TestClient


def who_of(person: Person, structure: Organisation, role: str = "adviser") -> Who:
    """Return who a member of a structure is."""
    belonging = Belonging(role, structure.id, structure.name, structure.state)
    return Who(person.id, new_id(), person.given_name, (belonging,))


def approve(session: Session, profile: Profile, structure: Organisation, now: datetime) -> None:
    """Have an adviser of the structure judge good what was sent."""
    service.approve(session, who_of(make_adviser(session, structure), structure), profile, "", now)


@pytest.fixture
def structure(session: Session) -> Organisation:
    return make_structure(session)


@pytest.fixture
def partner(session: Session) -> Organisation:
    return make_partner(session)


@pytest.fixture
def profile(session: Session, now: datetime, structure: Organisation, partner: Organisation) -> Profile:
    """Publish a video, of somebody who agrees to a partner too."""
    person = make_resident(session, structure)
    give_consent(session, person)
    give_consent(session, person, "partner", partner)
    profile = make_filled_profile(session, person)
    make_video(session, person)
    service.submit(session, profile, now)
    approve(session, profile, structure, now)
    return profile


@pytest.fixture
def readers(session: Session, sign_in: SignIn, client: TestClient, partner: Organisation) -> Readers:
    client.headers["Authorization"] = f"Bearer {make_key(session, partner, 'profiles:read', 'media:read')}"
    return Readers(sign_in(make_recruiter(session)), client)
