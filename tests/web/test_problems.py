"""The page of a refusal says what to do and when, leads somewhere useful, and loses nobody's words."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Person
from app.web.french import wait
from tests.conftest import SignIn
from tests.factories import make_adviser, make_recruiter, make_resident

PAGE = {"accept": "text/html"}
WORDS = "Bonjour, venez nous voir à la boulangerie."


def test_a_page_that_does_not_exist_says_why_in_a_sentence(client: TestClient) -> None:
    page = client.get("/nulle-part", headers=PAGE)
    assert page.status_code == 404
    assert "L’adresse est peut-être incomplète" in page.text
    assert 'href="/"' in page.text


@pytest.mark.parametrize(
    ("make", "door"),
    [(make_recruiter, "/candidats"), (make_adviser, "/accompagnement"), (make_resident, "/moi")],
)
def test_somebody_signed_in_is_led_back_to_their_own_front_page(
    session: Session, sign_in: SignIn, make: Callable[[Session], Person], door: str
) -> None:
    page = sign_in(make(session)).get("/administration", headers=PAGE)
    assert page.status_code == 404
    assert f'<a class="button button--primary"\n     href="{door}"' in page.text


def test_too_many_tries_say_how_long_to_wait_and_call_nobody_tu(client: TestClient) -> None:
    wrong = {"identifier": "marc@courrier.test", "password": "au hasard"}
    for _ in range(11):
        page = client.post("/connexion", data=wrong, headers=PAGE)
    assert page.status_code == 429
    assert f"Nouvel essai possible dans {wait(int(page.headers['retry-after']))}." in page.text
    assert "Attends" not in page.text


def test_a_refusal_gives_back_what_was_written_and_no_secret(client: TestClient) -> None:
    form = {"message": WORDS, "place": "Lyon", "password": "une phrase bien a moi", "csrf_token": "x" * 30}
    page = client.post("/candidats/quelqu-un/contact", data=form, headers=PAGE)
    assert page.status_code == 401
    assert f">{WORDS}</textarea>" in page.text
    assert "une phrase bien" not in page.text
    assert "x" * 30 not in page.text


def test_a_form_that_no_page_shows_again_says_what_to_correct(session: Session, sign_in: SignIn) -> None:
    page = sign_in(make_resident(session)).post("/moi/accord", data={"kind": "tout"}, headers=PAGE)
    assert page.status_code == 422
    assert "Choisir une des réponses proposées." in page.text
