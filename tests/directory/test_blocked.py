"""Who blocked a company is neither shown to it nor counted, wherever a search says how many there are."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people import blocks
from app.people.models import Person
from app.profiles.models import Profile
from tests.conftest import SignIn
from tests.directory.conftest import BUILDING, make_found
from tests.factories import company_of, make_recruiter
from tests.reading import words_of


@pytest.fixture
def gone(session: Session, marc: Person, now: datetime) -> Profile:
    """Make three profiles, one of which blocked the company."""
    make_found(session, "Vendeuse")
    make_found(session, "Électricien", job=BUILDING)
    gone = make_found(session, "Vendeur")
    blocks.block(session, gone.person_id, company_of(session, marc), now)
    session.commit()
    return gone


def test_the_total_counts_nobody_who_blocked_the_company(recruiter: TestClient, gone: Profile) -> None:
    page = words_of(recruiter.get("/candidats").text)
    assert gone.headline not in page
    assert "2 profils" in page


def test_a_choice_counts_nobody_who_blocked_the_company(recruiter: TestClient, gone: Profile) -> None:
    page = words_of(recruiter.get("/candidats?mots=vente").text)
    assert gone.headline not in page
    assert "1 profil " in page


def test_what_a_wider_search_would_find_counts_nobody_who_blocked_the_company(
    recruiter: TestClient, gone: Profile
) -> None:
    page = words_of(recruiter.get("/candidats?mots=vente&departement=59").text)
    assert gone.headline not in page
    assert "(1)" in page
    assert "(2)" not in page


def test_another_company_counts_them_all(session: Session, sign_in: SignIn, gone: Profile) -> None:
    other = make_recruiter(session)
    session.commit()
    page = words_of(sign_in(other).get("/candidats").text)
    assert gone.headline in page
    assert "3 profils" in page
