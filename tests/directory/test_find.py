"""The recruiters' search: what it finds, in which order, what it says when it finds nothing."""

import re
from html import unescape

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people import consents
from app.search import learning
from app.search.rules import CORRECTED_BELOW, PAGE_SIZE, WORDS_MAX
from tests.conftest import START, SignIn
from tests.directory.conftest import BUILDING, LILLE, make_found
from tests.factories import make_adviser, make_company, make_recruiter, make_resident
from tests.reading import words_of
from tests.statements import statements

CHIP = re.compile(r'class="chip" href="([^"]+)">([^<]+)<')
CARD = re.compile(r'href="/candidats/[0-9a-f]+(?:\?[^"]*)?"[^>]*>\s*([^<]+?)\s*<')
NEXT = re.compile(r'rel="next"\s+href="([^"]+)"')


def headlines(page: str) -> list[str]:
    """Return the headlines of the cards of a page, in their order."""
    return [unescape(headline) for headline in CARD.findall(page)]


def chips(page: str) -> dict[str, str]:
    """Return what a page says was asked for, with the search without it."""
    return {words_of(words): unescape(href) for href, words in CHIP.findall(page)}


def found(recruiter: TestClient, **asked: str) -> list[str]:
    """Return the headlines that a search finds."""
    page = recruiter.get("/candidats", params=asked)
    assert page.status_code == 200
    return headlines(page.text)


def next_page(page: str) -> str | None:
    """Return the address behind « Suivants », None on the last page."""
    link = NEXT.search(page)
    return unescape(link[1]) if link else None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["Vendeuse", "Électricien", "Vendeur du Nord"]),
        ({"mots": "vente"}, ["Vendeuse", "Vendeur du Nord"]),
        ({"mots": "ELECTRICITE"}, ["Électricien"]),
        ({"mots": "vente électricité"}, []),
        ({"contrat": "interim"}, ["Vendeur du Nord"]),
        ({"departement": "13"}, ["Vendeuse", "Électricien"]),
        ({"mots": "vente", "departement": "59", "contrat": "interim"}, ["Vendeur du Nord"]),
        ({"mots": "vente", "departement": "59", "contrat": "cdi"}, []),
        ({"contrat": "esclavage", "departement": "00"}, ["Vendeuse", "Électricien", "Vendeur du Nord"]),
    ],
    ids=str,
)
def test_words_contract_and_department_narrow_what_is_found(
    session: Session, recruiter: TestClient, asked: dict[str, str], expected: list[str]
) -> None:
    make_found(session, "Vendeuse", contract_types=["cdi"])
    make_found(session, "Électricien", job=BUILDING, contract_types=["cdi"], days_ago=1)
    make_found(session, "Vendeur du Nord", place=LILLE, contract_types=["interim"], days_ago=2)
    assert found(recruiter, **asked) == expected


def test_a_card_says_what_somebody_looks_for_and_shows_no_face(
    session: Session, recruiter: TestClient
) -> None:
    make_found(session, "Vendeuse")
    page = recruiter.get("/candidats").text
    words = words_of(page)
    for fact in (
        "Aïcha B.",
        "Vente en alimentation",
        "Marseille et 20 km autour",
        "Disponible tout de suite",
    ):
        assert fact in words
    assert "1 profil" in words
    assert "<video" not in page
    assert "poster" not in page


def test_what_was_asked_stays_in_the_form(session: Session, recruiter: TestClient) -> None:
    make_found(session, "Vendeuse", contract_types=["cdi"])
    page = recruiter.get("/candidats", params={"mots": "vente", "contrat": "cdi", "departement": "13"}).text
    assert re.search(r'name="mots"[^>]*value="vente"', page)
    assert re.search(r'name="lieu"[^>]*value="Bouches-du-Rhône \(13\)"', page)
    assert re.search(r'type="hidden" name="contrat" value="cdi"', page)
    assert chips(page) == {
        "« vente »": "/candidats?contrat=cdi&departement=13",
        "CDI": "/candidats?mots=vente&departement=13",
        "Bouches-du-Rhône (13)": "/candidats?mots=vente&contrat=cdi",
    }


def test_nothing_found_says_how_to_find_more(session: Session, recruiter: TestClient) -> None:
    make_found(session, "Vendeuse", contract_types=["cdi"])
    asked = {"mots": "vente", "contrat": "interim", "departement": "59"}
    page = recruiter.get("/candidats", params=asked).text
    assert "Aucun profil ne correspond" in page
    assert list(chips(page).values()) == [
        "/candidats?contrat=interim&departement=59",
        "/candidats?mots=vente&departement=59",
        "/candidats?mots=vente&contrat=interim",
    ]
    assert "Voir tous les profils" in page
    assert headlines(recruiter.get("/candidats?mots=vente").text) == ["Vendeuse"]


def test_what_to_leave_out_says_how_many_that_finds(session: Session, recruiter: TestClient) -> None:
    make_found(session, "Vendeuse", contract_types=["cdi"])
    words = words_of(recruiter.get("/candidats?mots=vente&contrat=interim").text)
    assert "Tous les contrats (1)" in words
    assert "Sans les mots" not in words


def test_a_site_without_profiles_says_so_and_offers_no_filter_to_drop(recruiter: TestClient) -> None:
    page = recruiter.get("/candidats").text
    assert "Pas encore de profil publié" in page
    assert "Aucun profil ne correspond" not in page


def test_pages_follow_each_other_without_a_gap_and_keep_what_was_asked(
    session: Session, recruiter: TestClient
) -> None:
    count = 2 * PAGE_SIZE + 3
    for number in range(count):
        make_found(session, f"Vendeuse {number}", days_ago=number)
    make_found(session, "Électricien", job=BUILDING)
    seen: list[str] = []
    sizes = []
    address: str | None = "/candidats?mots=vente"
    while address:
        page = recruiter.get(address).text
        sizes.append(len(headlines(page)))
        seen += headlines(page)
        address = next_page(page)
    assert sizes == [PAGE_SIZE, PAGE_SIZE, 3]
    assert seen == [f"Vendeuse {number}" for number in range(count)]


def test_a_page_that_this_list_never_gave_is_refused(session: Session, recruiter: TestClient) -> None:
    for number in range(PAGE_SIZE + 1):
        make_found(session, f"Vendeuse {number}")
    given = next_page(recruiter.get("/candidats").text)
    assert given
    forged = recruiter.get(given[:-1] + ("0" if given[-1] != "0" else "1"))
    assert (forged.status_code, forged.json()["type"].endswith("/curseur-invalide")) == (400, True)


@pytest.mark.parametrize("words", ["v" * 300, "' | & !", "%", " "])
def test_odd_words_are_an_ordinary_search(session: Session, recruiter: TestClient, words: str) -> None:
    make_found(session, "Vendeuse")
    assert recruiter.get("/candidats", params={"mots": words}).status_code == 200


def test_words_beyond_the_tenth_are_left_out(session: Session, recruiter: TestClient) -> None:
    make_found(session, "Vendeuse")
    assert found(recruiter, mots=" ".join(["vente"] * WORDS_MAX + ["plombier"])) == ["Vendeuse"]
    assert found(recruiter, mots="vente plombier") == []


def test_who_stopped_agreeing_is_no_card_before_search_forgot_them(
    session: Session, recruiter: TestClient
) -> None:
    profile = make_found(session, "Vendeuse")
    make_found(session, "Électricien", job=BUILDING, days_ago=1)
    consents.withdraw(session, profile.person_id, "image_and_voice", profile.person_id, START)
    session.commit()
    assert found(recruiter) == ["Électricien"]


def statements_of(engine: Engine, recruiter: TestClient, address: str) -> list[str]:
    """Return all that one page asks the database, beside what the tests' own transaction says around it."""
    with statements(engine) as heard:
        assert recruiter.get(address).status_code == 200
    return [statement for statement in heard if "SAVEPOINT" not in statement]


def test_a_page_of_results_takes_six_statements_however_many_words_filters_and_profiles(
    session: Session, recruiter: TestClient, engine: Engine
) -> None:
    for number in range(PAGE_SIZE + CORRECTED_BELOW):
        make_found(session, f"Vendeuse {number}", contract_types=["cdi"])
    page = recruiter.get("/candidats?mots=vente")
    following = next_page(page.text)
    assert following
    for address in (
        "/candidats",
        "/candidats?mots=vente",
        "/candidats?mots=vente+alimentation+vente+alimentation&metier=D1106&contrat=cdi&langue=anglais&niveau=A2",
        "/candidats?mots=vente&commune=13055&rayon=20&tri=proches",
        following,
    ):
        assert len(statements_of(engine, recruiter, address)) <= 6, address


def test_a_page_that_helps_takes_six_statements_too(
    session: Session, recruiter: TestClient, engine: Engine
) -> None:
    make_found(session, "Vendeuse", contract_types=["cdi"])
    learning.learn(session)
    session.commit()
    address = "/candidats?mots=alimentatoin+vnte+xqz+vente&contrat=cdd&metier=D1106&departement=13"
    assert len(statements_of(engine, recruiter, address)) <= 6
    address = "/candidats?mots=alimentatoin+vnte&contrat=cdi&metier=D1106"
    assert len(statements_of(engine, recruiter, address)) <= 6
    assert "Chercher « alimentation vente »" in words_of(recruiter.get(address).text)


@pytest.mark.parametrize("state", ["pending", "suspended"])
def test_a_company_that_is_not_verified_finds_nobody(session: Session, sign_in: SignIn, state: str) -> None:
    make_found(session, "Vendeuse")
    page = sign_in(make_recruiter(session, make_company(session, state))).get("/candidats?mots=vente").text
    assert "Votre entreprise n’est pas encore vérifiée" in page
    assert "Vendeuse" not in page


def test_others_have_no_such_page(session: Session, sign_in: SignIn, client: TestClient) -> None:
    for person in (make_resident(session), make_adviser(session)):
        assert sign_in(person).get("/candidats").status_code == 404
    assert client.get("/candidats").status_code == 401
