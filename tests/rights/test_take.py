"""A resident takes their data away, or has everything erased, from one page."""

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.access import SESSION_COOKIE
from app.people.models import Person
from app.profiles.models import Profile
from tests.conftest import SignIn
from tests.factories import make_profile, make_recruiter, make_resident


def test_the_file_has_every_room_and_is_for_keeping(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session, email="aicha@courrier.test")
    make_profile(session, person)
    answer = sign_in(person).post("/moi/donnees.json")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    taken = answer.json()
    assert taken["people"]["account"]["email"] == "aicha@courrier.test"
    assert taken["profiles"]["profile"]["headline"] == "Vendeuse en boulangerie"
    rooms = {"people", "profiles", "videos", "uploads", "viewing", "contacts", "directory", "mail"}
    assert set(taken) == rooms | {"accompaniment", "evidence", "exported_at"}


def test_no_secret_is_in_the_file(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    written = sign_in(person).post("/moi/donnees.json").text
    assert "sha256" not in written
    assert str(person.password_hash) not in written


def test_erasure_asks_for_the_word(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    browser = sign_in(person)
    for typed in ({}, {"word": "oui"}):
        answer = browser.post("/moi/donnees/effacer", data=typed)
        assert answer.status_code == 422
        assert "error-summary" in answer.text
    session.refresh(person)
    assert person.erased_at is None


def test_erasure_ends_the_account_at_once(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    profile = make_profile(session, person)
    browser, elsewhere = sign_in(person), sign_in(person)
    recruiter = sign_in(make_recruiter(session))
    address = f"/candidats/{profile.slug}/contact"
    assert recruiter.get(address).status_code == 200
    answer = browser.post("/moi/donnees/effacer", data={"word": " effacer "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/donnees-effacees")
    assert SESSION_COOKIE in answer.headers["set-cookie"]
    assert "storage" in answer.headers["clear-site-data"]
    assert browser.get("/donnees-effacees").status_code == 200
    assert elsewhere.get("/moi/donnees").status_code == 401
    assert recruiter.get(address).status_code == 404
    session.expire_all()
    assert session.scalars(select(Profile.state)).one() == "erased"
    assert session.get_one(Person, person.id).erased_at is not None


def test_only_a_resident_has_this_page(session: Session, sign_in: SignIn, client: TestClient) -> None:
    assert sign_in(make_recruiter(session)).get("/moi/donnees").status_code == 404
    assert client.post("/moi/donnees.json").status_code == 401
