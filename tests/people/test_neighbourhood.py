"""Where somebody lives: answered by a point that nobody keeps or in a word, frozen when they are filmed."""

import logging
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.people import neighbourhoods, service
from app.people.models import Person
from app.people.neighbourhoods import NeighbourhoodFixed
from tests.conftest import SignIn
from tests.factories import make_adviser, make_profile, make_recruiter, make_resident
from tests.outlines import make_qpv

PAGE = {"accept": "text/html"}
JSON = {"accept": "application/json"}
INSIDE, EDGE, OUTSIDE = "43.32123, 5.36789", "43.32123, 5.36001", "43.32123, 5.35789"
Known = tuple[bool | None, str | None, int | None, str | None]


@pytest.fixture(autouse=True)
def _outlines(session: Session) -> None:
    make_qpv(session)


@pytest.fixture
def resident(session: Session) -> Person:
    return make_resident(session)


def known(session: Session, person: Person) -> Known:
    """Return what is kept of where somebody lives."""
    session.expire_all()
    found = session.get_one(Person, person.id)
    return found.lives_in_qpv, found.qpv_code, found.qpv_vintage, found.qpv_known_by


@pytest.mark.parametrize(
    ("point", "kept"),
    [
        (INSIDE, (True, "QN01301M", 2024, "computed")),
        (OUTSIDE, (False, None, 2024, "computed")),
        # Nobody can tell: the neighbourhood is kept, and the answer is not known.
        (EDGE, (None, "QN01301M", 2024, "computed")),
        ("43,32123 ; 5,36789", (True, "QN01301M", 2024, "computed")),
    ],
)
def test_a_point_answers_by_itself(
    session: Session, sign_in: SignIn, resident: Person, point: str, kept: Known
) -> None:
    answer = sign_in(resident).post("/moi/quartier", data={"answer": "point", "point": point})
    assert (answer.status_code, answer.headers["location"]) == (303, "/moi")
    assert known(session, resident) == kept


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("yes", (True, None, 2024, "declared")),
        ("no", (False, None, 2024, "declared")),
        ("unknown", (None, None, None, None)),
    ],
)
def test_a_resident_may_just_say_it(
    session: Session, sign_in: SignIn, resident: Person, word: str, kept: Known
) -> None:
    assert sign_in(resident).post("/moi/quartier", data={"answer": word}).status_code == 303
    assert known(session, resident) == kept


def test_an_answer_is_found_again_until_it_is_attested(
    session: Session, sign_in: SignIn, resident: Person
) -> None:
    make_profile(session, resident)
    browser = sign_in(resident)
    browser.post("/moi/quartier", data={"answer": "yes"})
    assert 'href="/moi/quartier"' in browser.get("/moi").text
    session.get_one(Person, resident.id).qpv_known_by = "attested"
    session.flush()
    assert 'href="/moi/quartier"' not in browser.get("/moi").text


@pytest.mark.parametrize("point", ["", "chez moi", "43, 5", "5.36789, 43.32123", "91.00000, 5.36789"])
def test_what_is_no_place_in_france_is_said_and_nothing_is_kept(
    session: Session, sign_in: SignIn, resident: Person, point: str
) -> None:
    answer = sign_in(resident).post("/moi/quartier", data={"answer": "point", "point": point}, headers=PAGE)
    assert answer.status_code == 422
    assert "Une adresse n’est pas lue" in answer.text
    assert known(session, resident) == (None, None, None, None)


def test_without_outlines_the_map_is_not_offered_and_a_point_is_refused(
    session: Session, sign_in: SignIn, resident: Person
) -> None:
    session.execute(text("delete from place_qpv"))
    browser = sign_in(resident)
    make_qpv(session, "QP013001", "Les Vieux Oliviers")  # older outlines alone tell nobody anything
    page = browser.get("/moi/quartier").text
    assert "data-visavis-map" not in page
    assert "Je regarde sur la carte" not in page
    answer = browser.post("/moi/quartier", data={"answer": "point", "point": INSIDE}, headers=PAGE)
    assert "La carte n’est pas encore là" in answer.text


def test_the_point_is_in_no_table_and_in_no_log(
    session: Session, sign_in: SignIn, resident: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = sign_in(resident)
    for path, sent in (
        ("/moi/quartier", {"data": {"answer": "point", "point": INSIDE}}),
        ("/moi/quartier", {"data": {"answer": "point", "point": f"{INSIDE} ici"}}),
        ("/lieux/quartier", {"json": {"latitude": 43.32123, "longitude": 5.36789}}),
        ("/lieux/quartier", {"json": {"latitude": 43.32123, "longitude": 536789.0}}),
    ):
        browser.post(path, **sent, headers=JSON)
    assert known(session, resident)[3] == "computed"
    tables = session.scalars(
        text("select tablename from pg_tables where schemaname in ('public', 'jobs')")
    ).all()
    assert len(tables) > 30
    for table in tables:
        rows = session.execute(text(f'select t::text from "{table}" t')).all()  # noqa: S608 - names of tables
        assert "32123" not in str(rows), table
        assert "36789" not in str(rows), table
    assert "32123" not in caplog.text
    assert "36789" not in caplog.text


def test_an_answer_is_frozen_the_day_of_the_video(
    session: Session, sign_in: SignIn, resident: Person, now: datetime
) -> None:
    browser = sign_in(resident)
    browser.post("/moi/quartier", data={"answer": "point", "point": INSIDE})
    service.freeze_qpv(session, resident.id, now)
    answer = browser.post("/moi/quartier", data={"answer": "no"}, headers=JSON)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/problemes/quartier-fixe")
    assert known(session, resident) == (True, "QN01301M", 2024, "computed")
    assert "Ta réponse ne change plus" in browser.get("/moi/quartier").text


def test_what_an_adviser_attested_the_resident_neither_changes_nor_reads(
    session: Session, sign_in: SignIn
) -> None:
    resident = make_resident(session, lives_in_qpv=False, qpv_known_by="attested")
    browser = sign_in(resident)
    assert browser.post("/moi/quartier", data={"answer": "yes"}, headers=JSON).status_code == 409
    page = browser.get("/moi/quartier").text
    assert "C’est déjà répondu" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_an_account_that_is_erased_keeps_no_answer(session: Session, resident: Person, now: datetime) -> None:
    service.erase_person(session, resident.id, now)
    with pytest.raises(NeighbourhoodFixed):
        neighbourhoods.answer(session, resident.id, neighbourhoods.declared(lives=True), by_themselves=False)


def test_the_map_says_where_a_point_stands_to_residents_and_advisers_alone(
    session: Session, sign_in: SignIn, resident: Person
) -> None:
    asked = {"latitude": 43.32123, "longitude": 5.36001}
    for person in (resident, make_adviser(session)):
        told = sign_in(person).post("/lieux/quartier", json=asked, headers=JSON).json()
        assert told == {"standing": "edge", "code": "QN01301M", "name": "Les Oliviers"}
    assert (
        sign_in(make_recruiter(session)).post("/lieux/quartier", json=asked, headers=JSON).status_code == 404
    )
    missing = sign_in(resident).post("/lieux/quartier", json=asked | {"vintage": 2015}, headers=JSON)
    assert missing.status_code == 404


def test_a_piece_of_the_map_holds_the_outlines_that_reach_into_it_and_is_kept_for_a_day(
    sign_in: SignIn, resident: Person
) -> None:
    browser = sign_in(resident)
    answer = browser.get("/lieux/contours/2024/433/53")
    assert [one["name"] for one in answer.json()["qpv"]] == ["Les Oliviers"]
    assert answer.json()["qpv"][0]["outline"][0][0][0] == [5.36, 43.31]
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert browser.get("/lieux/contours/2024/434/53").json() == {"qpv": [], "communes": []}
    assert browser.get("/lieux/contours/2024/4330/53").status_code == 422
    assert browser.get(f"/lieux/contours/{'9' * 30}/433/53").status_code == 422
