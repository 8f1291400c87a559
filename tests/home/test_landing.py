"""The first page and what the service says of itself: true, and open to everybody."""

import re

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.reports.rules import PUBLIC_MINIMUM
from tests.conftest import SignIn
from tests.factories import make_adviser, make_company, make_profile
from tests.reading import words_of

PAGE = {"accept": "text/html"}
FIGURE = re.compile(r'figure__value">(.*?)</p>\s*<p class="figure__label">(.*?)</p>')


def test_an_empty_service_says_so(client: TestClient) -> None:
    page = client.get("/", headers=PAGE)
    assert "aucune présentation n’est encore en ligne" in page.text
    assert "figure__value" not in page.text


def figures(client: TestClient) -> dict[str, str]:
    """Return the figures of the first page by what they count."""
    page = client.get("/", headers=PAGE).text
    return {label: value for value, label in FIGURE.findall(page)}


def test_small_figures_are_not_shown_to_everybody(session: Session, client: TestClient) -> None:
    for _ in range(PUBLIC_MINIMUM - 1):
        make_company(session)
    make_profile(session)
    session.commit()
    assert figures(client) == dict.fromkeys(
        ("présentations en ligne", "entreprises vérifiées", "structures qui accompagnent"), "moins de 11"
    )


def test_the_figures_are_those_of_the_database(session: Session, client: TestClient) -> None:
    for _ in range(PUBLIC_MINIMUM):
        make_profile(session)
        make_company(session)
    make_company(session, "pending")
    make_profile(session, published=False)
    session.commit()
    assert figures(client) == {
        "présentations en ligne": "11",
        "entreprises vérifiées": "11",
        "structures qui accompagnent": "12",
    }


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


def test_the_privacy_page_names_everybody_who_receives_a_profile(client: TestClient) -> None:
    words = words_of(client.get("/confidentialite").text)
    who_sees = words[words.index("Qui voit quoi") : words.index("Ton accord")]
    for whom in ("entreprises vérifiées", "partenaire", "conseillers", "financeurs"):
        assert whom in who_sees
