"""What tests of partners share: a partner, a program that holds its key, profiles shared with it."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.partners import service
from app.people.models import Organisation, Person
from app.places import service as places
from app.places.service import CommuneRow, JobRow
from app.profiles.models import Language, Profile, Script, SoughtJob, WorkZone
from app.profiles.rules import SCRIPT_PARTS
from tests.conftest import START
from tests.factories import give_consent, make_partner, make_profile

HOME_INSEE = "13055"
EVERYTHING = {
    "about": "J’aime accueillir.",
    "skills": ["Encaissement"],
    "competences": ["teamwork"],
    "contract_types": ["cdi", "alternance"],
    "education_level": "cap_bep",
    "available_on": START.date(),
}

MakeProgram = Callable[..., TestClient]


@pytest.fixture
def partner(session: Session) -> Organisation:
    return make_partner(session)


def make_key(session: Session, partner: Organisation, *scopes: str, life_days: int = 90) -> str:
    """Make a key that was used just now: noting its use needs a transaction of its own."""
    key, written = service.mint(session, partner.id, scopes or ("profiles:read",), START, life_days)
    key.last_used_at = START
    session.commit()
    return written


def make_shared(session: Session, partner: Organisation, **columns: object) -> Profile:
    """Make a published profile whose resident agrees to this partner."""
    profile = make_profile(session, **columns)  # type: ignore[arg-type]  # the row's own columns
    person = session.get(Person, profile.person_id)
    assert person is not None
    give_consent(session, person, "partner", partner)
    session.commit()
    return profile


def make_whole(session: Session, partner: Organisation) -> Profile:
    """Make a shared profile in which everything that can be said is said, of somebody who has secrets."""
    roubaix = CommuneRow("59512", "Roubaix", "59", "59100", 50.69, 3.18)
    marseille = CommuneRow(HOME_INSEE, "Marseille", "13", "13001", 43.3, 5.4)
    places.load_communes(session, [roubaix, marseille])
    places.load_jobs(session, [JobRow("D1106", "Vente en alimentation")])
    profile = make_shared(session, partner, **EVERYTHING, **everything_of_its_own())
    person = session.get(Person, profile.person_id)
    assert person is not None
    person.home_commune, person.lives_in_qpv, person.qpv_code = HOME_INSEE, True, "QN01312M"
    session.commit()
    # The application opens sessions of its own, where these rows are read again.
    session.expunge_all()
    return profile


def everything_of_its_own() -> dict[str, object]:
    """Return the rows that belong to a profile."""
    said = dict.fromkeys(SCRIPT_PARTS, "Deux stages, et ponctuelle.")
    return {
        "current_script": said,
        "jobs": [SoughtJob(code="D1106", position=1)],
        "languages": [Language(language="Anglais", level="B1")],
        "zones": [WorkZone(insee="59512", radius_km=20, position=1)],
        "script": Script(**said, updated_at=START),
    }


@pytest.fixture
def program(app: FastAPI, session: Session, partner: Organisation) -> MakeProgram:
    """Return `program(*scopes)`: a client with a key of the partner, or the key given."""

    def made(*scopes: str, key: str = "") -> TestClient:
        client = TestClient(app, base_url="https://testserver", follow_redirects=False)
        key = key or make_key(session, partner, *scopes)
        client.headers["Authorization"] = f"Bearer {key}"
        return client

    return made
