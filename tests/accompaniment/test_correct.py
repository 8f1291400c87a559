"""A birth date decides what somebody may agree to: a wrong one is not taken, and is corrected."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.consents import GuardianNeeded
from app.people.models import Organisation, Person
from app.profiles import service as profiles
from tests.conftest import START, SignIn
from tests.factories import (
    give_consent,
    make_adviser,
    make_filled_profile,
    make_profile,
    make_resident,
    make_structure,
    make_video,
)
from tests.profiles.conftest import approve
from tests.reading import words_of

PAGE = {"accept": "text/html"}
ZOE = {"given_name": "Zoé", "family_name": "Martin", "way": "desk"}
TODAY = START.date()
WRONG = [
    pytest.param("2062-02-03", "n’est pas encore passée", id="to come"),
    pytest.param(TODAY.isoformat(), "n’est pas encore passée", id="today"),
    pytest.param(TODAY.replace(year=TODAY.year - 14, day=24).isoformat(), "moins de 14 ans", id="a child"),
    pytest.param("1906-02-03", "plus de 100 ans", id="a century ago"),
]


@pytest.fixture
def structure(session: Session) -> Organisation:
    return make_structure(session)


@pytest.fixture
def adviser(session: Session, sign_in: SignIn, structure: Organisation) -> TestClient:
    return sign_in(make_adviser(session, structure))


@pytest.fixture
def person(session: Session, structure: Organisation) -> Person:
    """Make a resident whose birth date was mistyped, ready for everything else."""
    person = make_resident(session, structure, born_on=date(2062, 2, 3))
    make_filled_profile(session, person)
    make_video(session, person)
    return person


def born_on(session: Session, person: Person) -> date | None:
    """Return the birth date that is kept."""
    return session.scalar(select(Person.born_on).where(Person.id == person.id))


@pytest.mark.parametrize(("typed", "sentence"), WRONG)
def test_nobody_is_invited_with_a_birth_date_that_cannot_be(
    session: Session, adviser: TestClient, typed: str, sentence: str
) -> None:
    answer = adviser.post("/accompagnement/inviter", data=ZOE | {"born_on": typed}, headers=PAGE)
    assert (answer.status_code, sentence in words_of(answer.text)) == (422, True)
    assert f'value="{typed}"' in answer.text
    assert session.scalar(select(func.count()).where(Person.given_name == "Zoé")) == 0


def test_somebody_is_invited_from_their_fourteenth_birthday_on(adviser: TestClient) -> None:
    birthday = TODAY.replace(year=TODAY.year - 14)
    asked = ZOE | {"born_on": birthday.isoformat()}
    assert adviser.post("/accompagnement/inviter", data=asked, headers=PAGE).status_code == 200


def test_a_corrected_birth_date_opens_what_the_wrong_one_closed(
    session: Session, sign_in: SignIn, adviser: TestClient, person: Person
) -> None:
    resident = sign_in(person)
    assert resident.post("/moi/accord", data={"kind": "image_and_voice"}).status_code == 409
    path = f"/accompagnement/{person.id}"
    assert f'href="{path}/naissance"' in adviser.get(path, headers=PAGE).text
    assert 'value="2062-02-03"' in adviser.get(f"{path}/naissance", headers=PAGE).text
    done = adviser.post(f"{path}/naissance", data={"born_on": "2006-02-03"}, headers=PAGE)
    assert done.headers["location"] == path
    assert born_on(session, person) == date(2006, 2, 3)
    assert resident.post("/moi/accord", data={"kind": "image_and_voice"}).status_code == 303
    assert resident.post("/moi/envoi").headers["location"] == "/moi"


@pytest.mark.parametrize(("typed", "sentence"), [*WRONG, pytest.param("", "À remplir", id="nothing")])
def test_a_birth_date_is_not_corrected_into_one_that_cannot_be(
    session: Session, adviser: TestClient, person: Person, typed: str, sentence: str
) -> None:
    path = f"/accompagnement/{person.id}/naissance"
    answer = adviser.post(path, data={"born_on": typed}, headers=PAGE)
    assert (answer.status_code, sentence in words_of(answer.text)) == (422, True)
    assert born_on(session, person) == date(2062, 2, 3)


def test_a_birth_date_corrected_during_a_review_counts_for_its_verdict(
    session: Session, adviser: TestClient, structure: Organisation
) -> None:
    person = make_resident(session, structure)
    give_consent(session, person)
    profile = make_filled_profile(session, person)
    make_video(session, person)
    profiles.submit(session, profile, START)
    path = f"/accompagnement/{person.id}/naissance"
    assert adviser.post(path, data={"born_on": "2010-02-03"}, headers=PAGE).status_code == 303
    session.refresh(person)
    with pytest.raises(GuardianNeeded):
        approve(session, profile, structure, START)


@pytest.mark.parametrize("state", ["published", "paused"])
def test_a_birth_date_stays_while_somebody_is_shown_by_it(
    session: Session, adviser: TestClient, structure: Organisation, state: str
) -> None:
    person = make_resident(session, structure)
    make_profile(session, person, state=state)
    before = person.born_on
    path = f"/accompagnement/{person.id}"
    assert "/naissance" not in adviser.get(path, headers=PAGE).text
    answer = adviser.post(f"{path}/naissance", data={"born_on": "2001-01-01"})
    assert (answer.status_code, answer.json()["type"].endswith("/naissance-en-ligne")) == (409, True)
    assert adviser.get(f"{path}/naissance").status_code == 409
    assert born_on(session, person) == before


def test_the_birth_date_of_a_resident_of_another_structure_is_nobodys_business(
    session: Session, sign_in: SignIn, person: Person
) -> None:
    browser = sign_in(make_adviser(session, make_structure(session, "Ailleurs")))
    path = f"/accompagnement/{person.id}/naissance"
    assert browser.get(path).status_code == 404
    assert browser.post(path, data={"born_on": "2006-02-03"}).status_code == 404
    assert born_on(session, person) == date(2062, 2, 3)
