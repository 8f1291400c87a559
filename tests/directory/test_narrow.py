"""Narrowing a search: choices with counts, chips, a clean address for what the form sends, a way on."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.directory.excerpts import strengths_said
from app.directory.schemas import SearchForm
from app.search import learning
from tests.conftest import START
from tests.directory.conftest import BUILDING, LILLE, MARSEILLE, make_found
from tests.directory.test_find import chips, found, headlines
from tests.factories import make_commune
from tests.reading import words_of

CHOICE = re.compile(
    r'class="choice-link" href="([^"]+)"[^>]*>([^<]+?)\s*(?:<svg|</a>|<span class="choice-link__count">(\d+))'
)


def choices(page: str) -> dict[str, tuple[str, str]]:
    """Return the choices of a page: how many each leaves, and where it leads."""
    return {unescape(words).strip(): (count, unescape(href)) for href, words, count in CHOICE.findall(page)}


@pytest.fixture
def three(session: Session) -> None:
    """Publish three people who differ in all that one may look for."""
    lille = make_commune(session, *LILLE)
    lille.latitude, lille.longitude = 50.63, 3.06
    make_found(session, "Vendeuse", contract_types=["cdi", "cdd"], competences=["teamwork", "learning"])
    make_found(session, "Vendeur du Nord", place=LILLE, contract_types=["cdi"], days_ago=1)
    make_found(
        session,
        "Électricien",
        job=BUILDING,
        contract_types=["interim"],
        available_on=START.date().replace(year=2027, month=2, day=1),
        days_ago=2,
    )


@pytest.mark.usefixtures("three")
def test_each_choice_says_how_many_it_leaves_and_leaves_them(recruiter: TestClient) -> None:
    offered = choices(recruiter.get("/candidats").text)
    expected = {
        "CDI": 2,
        "CDD": 1,
        "Intérim": 1,
        "Tout de suite": 2,
        "D’ici trois mois": 3,
        "Vente en alimentation": 2,
        "Commerce, vente et grande distribution": 2,
        "Anglais": 3,
        "Travailler en équipe": 1,
        "Nord (59)": 1,
    }
    assert {words: int(offered[words][0]) for words in expected} == expected
    for words, count in expected.items():
        assert len(headlines(recruiter.get(offered[words][1]).text)) == count, words


def test_at_once_is_today_and_in_a_month_is_that_day(session: Session, recruiter: TestClient) -> None:
    for headline, days in (("Hier", -1), ("Aujourd’hui", 0), ("Demain", 1), ("Dans un mois", 30)):
        make_found(session, headline, available_on=START.date() + timedelta(days=days))
    make_found(session, "Libre")
    offered = choices(recruiter.get("/candidats").text)
    assert {words: offered[words][0] for words in ("Tout de suite", "D’ici un mois")} == {
        "Tout de suite": "3",
        "D’ici un mois": "5",
    }
    assert set(found(recruiter, disponible="maintenant")) == {"Hier", "Aujourd’hui", "Libre"}


@pytest.mark.usefixtures("three")
def test_a_choice_is_taken_away_where_it_stands_and_nobody_counts_the_others(recruiter: TestClient) -> None:
    offered = choices(recruiter.get("/candidats?contrat=cdi").text)
    assert offered["CDI"] == ("", "/candidats")
    assert offered["Intérim"] == ("", "/candidats?contrat=interim")


@pytest.mark.usefixtures("three")
def test_a_language_has_levels_and_all_competences_are_wanted(recruiter: TestClient) -> None:
    assert (
        choices(recruiter.get("/candidats?langue=anglais").text)["B2"][1]
        == "/candidats?langue=anglais&niveau=B2"
    )
    assert found(recruiter, langue="anglais", niveau="B1") != []
    assert found(recruiter, langue="anglais", niveau="C1") == []
    both = "/candidats?competence=teamwork&competence=learning"
    assert headlines(recruiter.get(both).text) == ["Vendeuse"]
    assert chips(recruiter.get(both).text) == {
        "Travailler en équipe": "/candidats?competence=learning",
        "Apprendre vite": "/candidats?competence=teamwork",
    }


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        ("mots=vente&choisi=&lieu=&lieu_choisi=&rayon=", "/candidats?mots=vente"),
        ("mots=&choisi=&lieu=&lieu_choisi=&rayon=", "/candidats"),
        ("mots=Vendeuse+en+boulangerie&choisi=D1106", "/candidats?metier=D1106"),
        ("mots=&contrat=cdi&choisi=teamwork", "/candidats?contrat=cdi&competence=teamwork"),
        ("lieu=Lille+(59)&lieu_choisi=59350&rayon=20", "/candidats?commune=59350&rayon=20"),
        ("lieu=Marseille&lieu_choisi=59350&rayon=10", "/candidats?commune=13055&rayon=10"),
        ("lieu=nord&lieu_choisi=", "/candidats?departement=59"),
        ("lieu=59&lieu_choisi=&rayon=50", "/candidats?departement=59"),
        ("lieu=&lieu_choisi=59350&commune=59350&rayon=20", "/candidats"),
        ("mots=vente&lieu=Nulle+part&lieu_choisi=", "/candidats?mots=vente&lieu=Nulle+part"),
    ],
)
def test_what_the_form_sends_becomes_a_clean_address(
    session: Session, recruiter: TestClient, sent: str, address: str
) -> None:
    for insee, name in (MARSEILLE, LILLE):
        make_commune(session, insee, name)
    session.commit()
    answer = recruiter.get(f"/candidats?{sent}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert recruiter.get(address, follow_redirects=False).status_code == 200


@pytest.mark.usefixtures("three")
def test_a_place_that_nobody_knows_is_said_and_hides_nobody(recruiter: TestClient) -> None:
    page = recruiter.get("/candidats?lieu=Nulle+part").text
    assert "Nous ne connaissons pas ce lieu : « Nulle part »" in words_of(page)
    assert len(headlines(page)) == 3


@pytest.mark.usefixtures("three")
def test_around_a_commune_those_who_want_to_work_there_are_found(recruiter: TestClient) -> None:
    page = recruiter.get("/candidats?commune=59350&rayon=20").text
    assert headlines(page) == ["Vendeur du Nord"]
    assert list(chips(page)) == ["Lille (59) et 20 km autour"]


@pytest.mark.usefixtures("three")
def test_a_mistyped_word_is_put_right_below_five_results(session: Session, recruiter: TestClient) -> None:
    learning.learn(session)
    session.commit()
    words = words_of(recruiter.get("/candidats?mots=alimentatoin").text)
    assert "Chercher « alimentation »" in words


def test_suggestions_while_typing_are_jobs_and_places(session: Session, recruiter: TestClient) -> None:
    make_found(session, "Vendeuse")
    learning.learn(session)
    session.commit()
    jobs = recruiter.get("/candidats/suggestions", params={"q": "alim"}).json()
    assert {"value": "D1106", "label": "Vente en alimentation"} in jobs
    places = recruiter.get("/candidats/lieux", params={"q": "mars"}).json()
    assert places == [{"value": "13055", "label": "Marseille (13)"}]
    assert recruiter.get("/candidats/lieux", params={"q": "bouches"}).json() == [
        {"value": "13", "label": "Bouches-du-Rhône (13)"}
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Je suis ponctuelle. J’ai 19 ans. Je viens de Kabylie. J’apprends vite !",
            "Je suis ponctuelle. J’apprends vite !",
        ),
        ("Née en 2005, je suis mère de famille et j’habite ce quartier.", ""),
        ("Je viens d’Oran. Marocaines et Sénégalais y vivent. Un an de caisse.", "Un an de caisse."),
        ("", ""),
        ("Court. " + "Très " * 60 + "long.", "Court."),
    ],
)
def test_a_card_quotes_strengths_and_nothing_private(text: str, expected: str) -> None:
    assert strengths_said(text) == expected


def test_an_address_says_only_what_is_set() -> None:
    form = SearchForm(mots="vente", rayon="20", niveau="B1", tri="proches").tidied()
    assert form.address() == "/candidats?mots=vente"
    assert SearchForm().address() == "/candidats"
