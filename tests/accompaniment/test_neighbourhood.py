"""What an adviser attests of the neighbourhood where their resident lives."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people import service
from app.people.models import AuditEntry, Organisation, Person
from tests.conftest import SignIn
from tests.factories import make_adviser, make_commune, make_profile, make_resident, make_structure
from tests.outlines import make_qpv
from tests.reading import words_of

PAGE = {"accept": "text/html"}
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def _outlines(session: Session) -> None:
    make_qpv(session)
    make_qpv(session, "QP013001", "Les Vieux Oliviers")


@pytest.fixture
def structure(session: Session) -> Organisation:
    return make_structure(session)


@pytest.fixture
def resident(session: Session, structure: Organisation) -> Person:
    resident = make_resident(session, structure, home_commune=make_commune(session).insee)
    make_profile(session, resident)
    return resident


@pytest.fixture
def adviser(session: Session, sign_in: SignIn, structure: Organisation) -> TestClient:
    return sign_in(make_adviser(session, structure))


def known(session: Session, person: Person) -> tuple[bool | None, str | None, int | None, str | None]:
    """Return what is kept of where somebody lives."""
    session.expire_all()
    found = session.get_one(Person, person.id)
    return found.lives_in_qpv, found.qpv_code, found.qpv_vintage, found.qpv_known_by


def test_an_adviser_attests_in_which_neighbourhood_of_the_commune(
    session: Session, adviser: TestClient, resident: Person
) -> None:
    address = f"/accompagnement/{resident.id}/quartier"
    page = adviser.get(address).text
    assert "Les Oliviers (2024)" in page
    assert adviser.post(address, data={"answer": "yes", "quarter": "QN01301M"}).status_code == 303
    assert known(session, resident) == (True, "QN01301M", 2024, "attested")
    assert "attesté par un conseiller" in adviser.get(address).text
    adviser.post(address, data={"answer": "no", "quarter": "QN01301M"})
    assert known(session, resident) == (False, None, 2024, "attested")
    adviser.post(address, data={"answer": "unknown"})
    assert known(session, resident) == (None, None, None, None)
    noted = session.scalars(select(AuditEntry.tag)).all()
    assert noted == ["resident:neighbourhood:done"] * 3


def test_what_a_resident_said_is_not_attested_by_a_form_that_is_sent_as_it_stands(
    session: Session, sign_in: SignIn, adviser: TestClient, resident: Person
) -> None:
    sign_in(resident).post("/moi/quartier", data={"answer": "yes"})
    assert known(session, resident)[3] == "declared"
    address = f"/accompagnement/{resident.id}/quartier"
    assert " checked" not in adviser.get(address).text
    adviser.post(address, data={"answer": "yes"})
    assert " checked" in adviser.get(address).text


def test_a_neighbourhood_of_the_list_says_its_vintage_and_another_is_refused(
    session: Session, adviser: TestClient, resident: Person
) -> None:
    address = f"/accompagnement/{resident.id}/quartier"
    adviser.post(address, data={"answer": "yes", "quarter": "QP013001"})
    assert known(session, resident) == (True, "QP013001", 2015, "attested")
    answer = adviser.post(address, data={"answer": "yes", "quarter": "QN99999M"}, headers=PAGE)
    assert (answer.status_code, "Choisir un quartier de la liste" in answer.text) == (422, True)


def test_a_point_computes_by_the_outlines_that_are_chosen(
    session: Session, adviser: TestClient, resident: Person
) -> None:
    asked = {"answer": "point", "point": "43.32123, 5.36789", "vintage": "2015"}
    adviser.post(f"/accompagnement/{resident.id}/quartier", data=asked)
    assert known(session, resident) == (True, "QP013001", 2015, "computed")


def test_at_the_edge_the_adviser_is_asked_to_attest_and_nothing_is_kept_before(
    session: Session, adviser: TestClient, resident: Person
) -> None:
    asked = {"answer": "point", "point": "43.32123, 5.36001"}
    answer = adviser.post(f"/accompagnement/{resident.id}/quartier", data=asked, headers=PAGE)
    assert answer.status_code == 422
    assert "À moins de 15 m de la limite de Les Oliviers" in words_of(answer.text)
    assert '<option value="QN01301M" selected>' in answer.text
    assert known(session, resident) == (None, None, None, None)


def test_what_is_frozen_is_shown_and_changes_no_more(
    session: Session, adviser: TestClient, resident: Person, now: datetime
) -> None:
    address = f"/accompagnement/{resident.id}/quartier"
    adviser.post(address, data={"answer": "yes"})
    service.freeze_qpv(session, resident.id, now)
    assert "Fixé le 23 novembre 2026" in adviser.get(address).text
    assert adviser.post(address, data={"answer": "no"}, headers=JSON).status_code == 409
    assert known(session, resident) == (True, None, 2024, "attested")


def test_a_resident_on_an_edge_is_said_to_wait_for_a_word(
    session: Session, adviser: TestClient, resident: Person
) -> None:
    resident.qpv_code, resident.qpv_vintage, resident.qpv_known_by = "QN01301M", 2024, "computed"
    session.flush()
    assert "À la limite : à attester" in words_of(adviser.get(f"/accompagnement/{resident.id}").text)


def test_a_resident_of_another_structure_does_not_exist(
    session: Session, sign_in: SignIn, resident: Person
) -> None:
    other = sign_in(make_adviser(session, make_structure(session, "Ailleurs")))
    assert other.get(f"/accompagnement/{resident.id}/quartier").status_code == 404
    assert other.post(f"/accompagnement/{resident.id}/quartier", data={"answer": "yes"}).status_code == 404
