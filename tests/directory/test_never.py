"""Never asked, searched or shown: sex, age, origin, home address, neighbourhood."""

import re
from datetime import date
from html import unescape

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.directory.narrowing import Names, groups
from app.directory.queries import Card
from app.directory.schemas import SearchForm
from app.search.facets import KINDS
from tests.conftest import START
from tests.directory.conftest import make_found
from tests.directory.test_find import headlines
from tests.factories import make_commune, make_resident
from tests.reading import words_of

# What every field that a search has is about: a new one is a decision, and stands here with its reason.
ABOUT_WORK = {
    *("mots", "metier", "secteur", "contrat", "disponible", "competence"),
    *("departement", "commune", "lieu", "rayon"),  # where somebody wants to work, never where they live
    *("langue", "niveau"),  # what is spoken at work, with a level; not where from
    *("tri", "apres", "avant", "vers"),  # how the list is shown
}
ON_A_CARD = {
    *("id", "slug", "shown_name", "headline", "presentation", "contract_types", "skills", "competences"),
    *("available_on", "jobs", "zones", "languages", "said"),
    "is_kept",  # by the reader, among their favourites
}
# Beside the form: one tap that saves the search, one that keeps a profile and comes back.
BUTTONS = {"asked", "back"}
PRIVATE = re.compile(
    r"\b(?:sexe|genre|femme|homme|âge|ans|naissance|né|née|origine|nationalité|adresse|domicile|quartier|qpv|zip|sex|age"
    r"|birth|gender|origin|home|address)\b",
    re.IGNORECASE,
)
SAID = {
    "who_i_am": "J’ai 19 ans, je viens de Kabylie et j’habite Frais-Vallon.",
    "strengths": "Je suis une femme.",
}


@pytest.fixture(autouse=True)
def sayer(session: Session) -> None:
    """Publish somebody who says aloud what nobody may search, and of whom it is known besides."""
    make_commune(session, "05061", "Gap")
    person = make_resident(
        session, born_on=date(2007, 2, 9), home_commune="05061", lives_in_qpv=True, qpv_code="QN01301M"
    )
    make_found(session, "Vendeuse", person=person, current_script=SAID, about="Née à Gap en 2007.")


def test_a_search_has_fields_about_work_alone() -> None:
    assert set(SearchForm.model_fields) == ABOUT_WORK
    assert set(Card.__annotations__) == ON_A_CARD
    assert set(KINDS) == {
        *("rome", "sector", "contract", "department", "competence", "education", "available", "language")
    }


def test_the_form_and_its_filters_ask_for_nothing_private(recruiter: TestClient) -> None:
    page = recruiter.get("/candidats?mots=vente&langue=anglais").text
    names = set(re.findall(r'<(?:input|select|textarea)[^>]*\bname="(\w+)"', page)) - {"csrf_token"}
    assert names <= ABOUT_WORK | {"choisi", "lieu_choisi"} | BUTTONS
    asked = {
        name
        for href in re.findall(r'href="/candidats\?([^"]+)"', page)
        for name in re.findall(r"(\w+)=", unescape(href))
    }
    assert asked
    assert asked <= ABOUT_WORK
    filters = page[page.index('<form class="search__bar') : page.index('<ol class="results"')]
    assert not PRIVATE.search(words_of(filters))


def test_a_card_shows_nothing_private_that_was_said_or_is_known(recruiter: TestClient) -> None:
    page = recruiter.get("/candidats").text
    cards = page[page.index('<ol class="results"') : page.index("</ol>", page.index('<ol class="results"'))]
    assert "Vendeuse" in cards
    for private in (
        "19 ans",
        "Kabylie",
        "Frais-Vallon",
        "femme",
        "2007",
        "Gap",
        "QN01301M",
        "<img",
        "<video",
    ):
        assert private not in cards, private


@pytest.mark.parametrize(
    "words", ["19 ans", "Kabylie", "femme", "Gap", "2007", "QN01301M", "Frais-Vallon", "QPV"]
)
def test_what_is_private_is_found_by_no_words(session: Session, recruiter: TestClient, words: str) -> None:
    make_found(session, "Vendeur")
    page = recruiter.get("/candidats", params={"mots": f"vente {words}"}).text
    # Such words narrow nothing, or find nobody: they never single somebody out.
    assert set(headlines(page)) in (set(), {"Vendeuse", "Vendeur"})


@pytest.mark.parametrize("name", ["sexe", "age", "origine", "naissance", "adresse", "qpv", "quartier"])
def test_an_address_that_asks_for_it_is_the_search_without(recruiter: TestClient, name: str) -> None:
    page = recruiter.get("/candidats", params={"mots": "vente", name: "1"}).text
    assert headlines(page) == ["Vendeuse"]
    # The switch of language alone comes back to the address as it was typed.
    assert f"{name}=" not in "".join(
        line for line in page.splitlines() if f"mots=vente&amp;{name}=1" not in line
    )


def test_no_group_of_choices_is_about_who_somebody_is() -> None:
    offered = groups(SearchForm(langue="anglais"), dict.fromkeys(KINDS, ()), Names({}), START.date())
    assert not [group.title for group in offered if PRIVATE.search(group.title)]
