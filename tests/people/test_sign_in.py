"""Signing in and out: by a password, and in which browser."""

from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.access import SESSION_COOKIE
from app.people.models import SignInSession
from app.signing import token_sha256
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

PAGE = {"accept": "text/html"}


def enter(client: TestClient, identifier: str | None, password: str = PASSWORD, suite: str = "") -> int:
    """Type a password and return the status of the answer."""
    form = {"identifier": identifier or "", "password": password, "suite": suite}
    return client.post("/connexion", data=form).status_code


def shown(answer: Response, typed: str | None) -> str:
    """Return the page of an answer without what was typed."""
    return answer.text.partition("<main")[2].replace(typed or "", "")


def test_the_right_password_opens_a_session(client: TestClient, session: Session) -> None:
    person = make_resident(session)
    assert enter(client, person.email) == 303
    assert client.get("/compte", headers=PAGE).status_code == 200


def test_the_cookie_of_a_session_is_kept_from_scripts_other_sites_and_plain_http(
    client: TestClient, session: Session
) -> None:
    person = make_resident(session)
    answer = client.post("/connexion", data={"identifier": person.email or "", "password": PASSWORD})
    cookie = next(value for value in answer.headers.get_list("set-cookie") if SESSION_COOKIE + "=" in value)
    assert cookie.startswith("__Host-")
    for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie


def test_the_token_of_a_session_is_kept_only_as_its_digest(client: TestClient, session: Session) -> None:
    person = make_resident(session)
    enter(client, person.email)
    kept = session.scalars(select(SignInSession).filter_by(person_id=person.id)).one()
    assert kept.token_sha256 == token_sha256(client.cookies[SESSION_COOKIE])


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: TestClient, session: Session
) -> None:
    person = make_resident(session)
    form = {"password": "pas la bonne phrase", "suite": ""}
    wrong = client.post("/connexion", data=form | {"identifier": person.email or ""})
    unknown = client.post("/connexion", data=form | {"identifier": "personne@courrier.test"})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert shown(wrong, person.email) == shown(unknown, "personne@courrier.test")
    assert SESSION_COOKIE not in client.cookies


def test_the_address_is_read_without_its_capitals(client: TestClient, session: Session) -> None:
    make_person(session, email="Aicha@Courrier.test")
    assert enter(client, "aicha@courrier.TEST") == 303


def test_a_resident_without_a_mailbox_signs_in_by_phone(client: TestClient, session: Session) -> None:
    make_resident(session, email=None, phone="0612345678")
    assert enter(client, "+33 6 12 34 56 78") == 303


def test_a_phone_shared_by_a_family_opens_the_account_of_the_password(
    client: TestClient, session: Session
) -> None:
    sister = make_resident(session, email=None, phone="0612345678", name="Sarah", password_hash=None)
    brother = make_resident(session, email=None, phone="0612345678", name="Karim")
    assert enter(client, "0612345678") == 303
    signed_in = session.scalars(select(SignInSession.person_id)).all()
    assert signed_in == [brother.id]
    assert sister.id not in signed_in


def test_two_people_of_one_phone_and_one_password_are_told_apart_by_nobody(
    client: TestClient, session: Session
) -> None:
    make_resident(session, email=None, phone="0612345678", name="Sarah")
    make_resident(session, email=None, phone="0612345678", name="Karim")
    assert enter(client, "0612345678") == 422


def test_a_suspended_person_stays_outside(client: TestClient, session: Session, clock: MovingClock) -> None:
    person = make_resident(session, suspended_at=clock.now())
    assert enter(client, person.email) == 422


def test_an_account_without_a_password_opens_by_no_password(client: TestClient, session: Session) -> None:
    person = make_resident(session, password_hash=None)
    assert enter(client, person.email, password="") == 422


def test_everybody_starts_on_the_page_of_their_role(app: FastAPI, session: Session) -> None:
    doors = {
        make_resident(session).email: "/moi",
        make_recruiter(session).email: "/candidats",
        make_recruiter(session, make_company(session, state="pending")).email: "/entreprise",
        make_adviser(session).email: "/accompagnement",
        make_funder(session).email: "/statistiques",
        make_admin(session).email: "/administration",
        make_person(session).email: "/compte",
    }
    for email, door in doors.items():
        browser = TestClient(app, base_url="https://testserver", follow_redirects=False)
        answer = browser.post("/connexion", data={"identifier": email or "", "password": PASSWORD})
        assert answer.headers["location"] == door


def test_one_goes_on_to_the_page_that_was_asked_for(client: TestClient, session: Session) -> None:
    person = make_adviser(session)
    form = {"identifier": person.email or "", "password": PASSWORD, "suite": "/relecture"}
    assert client.post("/connexion", data=form).headers["location"] == "/relecture"


def test_a_link_cannot_send_people_to_another_site(client: TestClient, session: Session) -> None:
    person = make_adviser(session)
    for elsewhere in ("//voleur.test", "https://voleur.test", "/\\voleur.test", "/\tvoleur.test"):
        client.cookies.clear()
        form = {"identifier": person.email or "", "password": PASSWORD, "suite": elsewhere}
        assert client.post("/connexion", data=form).headers["location"] == "/accompagnement"


def test_somebody_signed_in_has_no_need_of_the_form(sign_in: SignIn, session: Session) -> None:
    answer = sign_in(make_adviser(session)).get("/connexion", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/accompagnement")


def test_signing_in_again_ends_the_session_that_the_browser_had(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session)
    browser = sign_in(person)
    former = browser.cookies[SESSION_COOKIE]
    assert enter(browser, person.email) == 303
    ended = session.scalars(select(SignInSession).filter_by(token_sha256=token_sha256(former))).one()
    assert ended.ended_at is not None


def test_leaving_ends_the_session_for_good(sign_in: SignIn, session: Session) -> None:
    browser = sign_in(make_resident(session))
    token = browser.cookies[SESSION_COOKIE]
    browser.post("/deconnexion")
    browser.cookies.set(SESSION_COOKIE, token)
    assert browser.get("/compte").status_code == 401


def test_leaving_clears_the_browser_but_never_the_takes_that_wait_there(
    sign_in: SignIn, session: Session
) -> None:
    answer = sign_in(make_resident(session)).post("/deconnexion")
    assert answer.headers["clear-site-data"] == '"cache", "cookies"'
    assert "storage" not in answer.headers["clear-site-data"]


def test_a_session_that_nobody_uses_ends_by_itself(
    sign_in: SignIn, session: Session, clock: MovingClock
) -> None:
    browser = sign_in(make_resident(session))
    clock.advance(days=15)
    assert browser.get("/compte").status_code == 401


def test_a_session_ends_at_its_age_however_much_it_is_used(
    sign_in: SignIn, session: Session, clock: MovingClock
) -> None:
    person = make_resident(session)
    browser = sign_in(person)
    clock.advance(days=61)
    session.scalars(select(SignInSession)).one().last_seen_at = clock.now()
    session.commit()
    assert browser.get("/compte").status_code == 401
