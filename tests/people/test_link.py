"""Signing in by a mailed link: once, soon, in the browser that asked, and by a button."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.mail.models import Mail
from app.people.access import SESSION_COOKIE
from app.people.models import SignInLink
from tests.conftest import MovingClock
from tests.factories import make_resident

AskLink = Callable[[], str]


@pytest.fixture
def ask_link(client: TestClient, session: Session) -> AskLink:
    """Return what asks for a link in the browser and reads its path in the mail."""
    email = make_resident(session).email

    def asked() -> str:
        answer = client.post("/connexion/lien", data={"email": email})
        assert answer.headers["location"] == "/connexion/lien/envoye"
        newest = select(Mail).where(Mail.template == "sign_in_link").order_by(Mail.id.desc())
        return str(session.scalars(newest).first().values["path"])  # type: ignore[union-attr]  # just posted

    return asked


def test_a_link_opens_a_session_when_its_button_is_pressed(client: TestClient, ask_link: AskLink) -> None:
    answer = client.post(ask_link())
    assert (answer.status_code, answer.headers["location"]) == (303, "/moi")
    assert client.get("/compte").status_code == 200


def test_looking_at_a_link_uses_nothing_up(client: TestClient, ask_link: AskLink) -> None:
    link = ask_link()
    for _ in range(3):
        page = client.get(link)
        assert page.status_code == 200
        assert f'action="{link}"' in page.text
    assert SESSION_COOKIE not in client.cookies
    assert client.post(link).status_code == 303


def test_a_link_serves_once(client: TestClient, ask_link: AskLink) -> None:
    link = ask_link()
    client.post(link)
    client.cookies.delete(SESSION_COOKIE)
    assert client.post(link).status_code == 410
    assert client.get(link).status_code == 410


def test_a_link_is_valid_for_some_minutes(client: TestClient, ask_link: AskLink, clock: MovingClock) -> None:
    link = ask_link()
    clock.advance(minutes=15)
    assert client.post(link).status_code == 410


def test_a_link_signs_nobody_in_elsewhere_and_still_serves_here(
    app: FastAPI, client: TestClient, ask_link: AskLink
) -> None:
    link = ask_link()
    other = TestClient(app, base_url="https://testserver", follow_redirects=False)
    assert other.get(link).status_code == 409
    assert other.post(link).status_code == 409
    assert SESSION_COOKIE not in other.cookies
    assert client.post(link).status_code == 303


def test_a_link_that_nobody_sent_does_not_exist(client: TestClient) -> None:
    assert client.get("/connexion/lien/inconnu").status_code == 404
    assert client.post("/connexion/lien/inconnu").status_code == 404


def test_a_dead_link_offers_another(client: TestClient) -> None:
    assert 'href="/connexion/lien"' in client.get("/connexion/lien/inconnu").text


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client: TestClient, session: Session) -> None:
    answer = client.post("/connexion/lien", data={"email": "personne@courrier.test"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion/lien/envoye")
    assert session.scalar(select(func.count(Mail.id))) == 0
    assert session.scalar(select(func.count(SignInLink.id))) == 0


def test_a_suspended_person_gets_no_link(client: TestClient, session: Session, clock: MovingClock) -> None:
    person = make_resident(session, suspended_at=clock.now())
    client.post("/connexion/lien", data={"email": person.email})
    assert session.scalar(select(func.count(Mail.id))) == 0


def test_an_address_that_is_none_is_shown_again_with_what_to_do(client: TestClient) -> None:
    answer = client.post("/connexion/lien", data={"email": "aicha"})
    assert answer.status_code == 422
    assert 'value="aicha"' in answer.text
    assert "prenom@exemple.fr" in answer.text


def test_a_mailbox_is_not_flooded_with_links(client: TestClient, session: Session) -> None:
    email = make_resident(session).email
    statuses = [client.post("/connexion/lien", data={"email": email}).status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]
