"""The first page and what the service says of itself: true, and open to everybody."""

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from tests.conftest import SignIn
from tests.factories import make_adviser, make_company, make_profile

PAGE = {"accept": "text/html"}


def test_an_empty_service_says_so(client: TestClient) -> None:
    page = client.get("/", headers=PAGE)
    assert "aucune présentation n’est encore en ligne" in page.text
    assert "figure__value" not in page.text


def test_the_figures_are_those_of_the_database(session: Session, client: TestClient) -> None:
    make_company(session)
    make_company(session, "pending")
    make_profile(session)
    make_profile(session, published=False)
    session.commit()
    page = client.get("/", headers=PAGE).text
    assert "présentation en ligne" in page
    assert "entreprise vérifiée" in page
    assert page.count('<p class="figure__value">1</p>') == 2


def test_the_three_doors_lead_in(client: TestClient) -> None:
    page = client.get("/", headers=PAGE).text
    for door in ("Je cherche un emploi", "Je recrute", "J’accompagne"):
        assert door in page


def test_somebody_signed_in_goes_to_their_own_place(session: Session, sign_in: SignIn) -> None:
    page = sign_in(make_adviser(session)).get("/", headers=PAGE).text
    assert 'href="/accompagnement"' in page


@pytest.mark.parametrize("path", ["/accessibilite", "/confidentialite", "/mentions-legales"])
def test_what_the_service_says_of_itself_is_open(client: TestClient, path: str) -> None:
    assert client.get(path, headers=PAGE).status_code == 200


def test_what_the_operator_has_to_fill_in_is_marked(client: TestClient) -> None:
    assert "à compléter" in client.get("/mentions-legales", headers=PAGE).text
