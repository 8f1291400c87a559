"""What tests of the directory share: profiles that can be found, and a recruiter who looks for them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Organisation, Person
from app.profiles.documents import document_of
from app.profiles.models import Language, Profile, SoughtJob, WorkZone
from app.search import service as search
from tests.conftest import START, SignIn
from tests.factories import (
    make_adviser,
    make_commune,
    make_job,
    make_profile,
    make_recruiter,
    make_resident,
    make_structure,
)

SALES = ("D1106", "Vente en alimentation")
BUILDING = ("F1602", "Électricité bâtiment")
MARSEILLE = ("13055", "Marseille")
LILLE = ("59350", "Lille")


@pytest.fixture
def marc(session: Session) -> Person:
    return make_recruiter(session)


@pytest.fixture
def recruiter(sign_in: SignIn, marc: Person) -> TestClient:
    return sign_in(marc)


@pytest.fixture
def structure(session: Session) -> Organisation:
    return make_structure(session)


@pytest.fixture
def adviser(session: Session, structure: Organisation) -> Person:
    return make_adviser(session, structure)


@pytest.fixture
def profile(session: Session, structure: Organisation) -> Profile:
    return make_profile(session, make_resident(session, structure))


def make_found(
    session: Session,
    headline: str,
    *,
    job: tuple[str, str] = SALES,
    place: tuple[str, str] = MARSEILLE,
    person: Person | None = None,
    days_ago: int = 0,
    **columns: object,
) -> Profile:
    """Make a published profile that search knows: what it looks for, where, and when it changed."""
    sought, commune = make_job(session, *job), make_commune(session, *place)
    profile = make_profile(
        session,
        person or make_resident(session),
        headline=headline,
        updated_at=START - timedelta(days=days_ago),
        jobs=[SoughtJob(code=sought.code, position=1, job=sought)],
        zones=[WorkZone(insee=commune.insee, radius_km=20, position=1, commune=commune)],
        languages=[Language(language="Anglais", level="B1")],
        **columns,  # type: ignore[arg-type]  # the row's own columns
    )
    search.index(session, document_of(session, profile))
    session.commit()
    return profile
