"""Who may ask for what: pages of a role are unknown to the others, and writes come from our own pages."""

import re

import pytest
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.testclient import TestClient

from app.people.access import network_of, own_path
from app.people.models import Person
from tests.conftest import MovingClock, SignIn
from tests.factories import (
    PASSWORD,
    make_admin,
    make_adviser,
    make_company,
    make_funder,
    make_person,
    make_recruiter,
    make_resident,
)

# Nobody’s, and always the same: test processes must collect the same names.
NOBODY_S = "01a20000-0000-7000-8000-000000000000"
PAGES = {
    "/moi/accord": "resident",
    "/entreprise": "recruiter",
    "/administration": "admin",
    "/administration/structures/nouvelle": "admin",
    f"/administration/organisations/{NOBODY_S}": "admin",
}
WRITES = {
    "/moi/accord": "resident",
    "/moi/accord/retirer": "resident",
    "/administration/structures/nouvelle": "admin",
    f"/administration/organisations/{NOBODY_S}/verifier": "admin",
    f"/administration/organisations/{NOBODY_S}/suspendre": "admin",
    f"/administration/organisations/{NOBODY_S}/inviter": "admin",
}
PAGE = {"accept": "text/html"}


def everybody(session: Session) -> dict[str, Person]:
    """Make one person of each role, and one of none."""
    return {
        "resident": make_resident(session),
        "recruiter": make_recruiter(session),
        "adviser": make_adviser(session),
        "funder": make_funder(session),
        "admin": make_admin(session),
        "nobody": make_person(session),
    }


def test_the_pages_of_a_role_are_unknown_to_the_others(sign_in: SignIn, session: Session) -> None:
    for role, person in everybody(session).items():
        browser = sign_in(person)
        for path, owner in PAGES.items():
            if role != owner:
                assert browser.get(path).status_code == 404, (role, path)
        for path, owner in WRITES.items():
            if role != owner:
                assert browser.post(path).status_code == 404, (role, path)


def test_a_role_finds_its_own_pages(sign_in: SignIn, session: Session) -> None:
    people = everybody(session)
    for path, owner in PAGES.items():
        known = 404 if "organisations/" in path else 200
        assert sign_in(people[owner]).get(path).status_code == known


@pytest.mark.parametrize("path", [*PAGES, "/compte"])
def test_nobody_signed_in_goes_to_sign_in_first_and_comes_back(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/connexion?suite={path}")


@pytest.mark.parametrize("path", [*WRITES, "/compte/mot-de-passe", "/compte/sessions/fermer"])
def test_nobody_signed_in_writes_nothing(client: TestClient, path: str) -> None:
    assert client.post(path).status_code == 401


def test_a_role_that_ended_opens_nothing_at_the_next_request(
    sign_in: SignIn, session: Session, clock: MovingClock
) -> None:
    person = make_admin(session)
    browser = sign_in(person)
    assert browser.get("/administration").status_code == 200
    session.refresh(person, ["memberships"])
    person.memberships[0].ended_at = clock.now()
    session.commit()
    assert browser.get("/administration").status_code == 404


def test_a_suspended_person_is_outside_at_the_next_request(
    sign_in: SignIn, session: Session, clock: MovingClock
) -> None:
    person = make_admin(session)
    browser = sign_in(person)
    person.suspended_at = clock.now()
    session.commit()
    assert browser.get("/administration").status_code == 401


def test_a_write_without_the_token_of_the_session_is_refused(sign_in: SignIn, session: Session) -> None:
    browser = sign_in(make_resident(session))
    del browser.headers["X-CSRF-Token"]
    answer = browser.post("/moi/accord", data={"kind": "text"})
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/jeton-de-page")


def test_a_write_with_the_token_of_another_session_is_refused(sign_in: SignIn, session: Session) -> None:
    mine, theirs = sign_in(make_resident(session)), sign_in(make_resident(session))
    mine.headers["X-CSRF-Token"] = theirs.headers["X-CSRF-Token"]
    assert mine.post("/moi/accord", data={"kind": "text"}).status_code == 403


def test_the_token_that_a_page_carries_lets_its_form_through(sign_in: SignIn, session: Session) -> None:
    browser = sign_in(make_resident(session))
    del browser.headers["X-CSRF-Token"]
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/moi/accord").text)
    assert found is not None
    form = {"kind": "text", "csrf_token": found[1]}
    assert browser.post("/moi/accord", data=form).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://voleur.test"},
        {"origin": "null"},
    ],
)
def test_a_write_that_another_site_makes_is_refused_even_with_the_token(
    sign_in: SignIn, session: Session, headers: dict[str, str]
) -> None:
    browser = sign_in(make_resident(session))
    answer = browser.post("/moi/accord", data={"kind": "text"}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/requete-intersite")


def test_another_site_signs_nobody_in(client: TestClient, session: Session) -> None:
    person = make_resident(session)
    form = {"identifier": person.email or "", "password": PASSWORD}
    answer = client.post("/connexion", data=form, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert not client.cookies


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "https://testserver"}])
def test_a_write_of_our_own_page_passes(sign_in: SignIn, session: Session, headers: dict[str, str]) -> None:
    browser = sign_in(make_resident(session))
    assert browser.post("/moi/accord", data={"kind": "text"}, headers=headers).status_code == 303


def test_pages_of_people_are_kept_by_no_cache(sign_in: SignIn, session: Session) -> None:
    assert sign_in(make_resident(session)).get("/compte").headers["cache-control"] == "no-store"


def test_a_recruiter_of_a_company_that_waits_sees_only_where_it_stands(
    sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(make_recruiter(session, make_company(session, state="pending")))
    assert browser.get("/entreprise").status_code == 200


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_home_is_one_network(host: str, network: str) -> None:
    assert network_of(Request({"type": "http", "client": (host, 1)})) == network


@pytest.mark.parametrize("path", ["/moi", "/candidats?mots=vente", "/a/b#c"])
def test_a_path_of_ours_is_gone_on_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path", ["", "moi", "//x.test", "https://x.test", "/\\x.test", "/\nx", "javascript:1"]
)
def test_any_other_path_is_not(path: str) -> None:
    assert own_path(path) == ""
