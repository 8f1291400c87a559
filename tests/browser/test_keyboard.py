"""Nothing but a keyboard: a resident comes in and agrees, a recruiter finds, watches and writes."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.cli.demo_data import PASSWORD
from app.cli.visitor import Visitor
from tests.browser.conftest import DESK, OpenAs
from tests.browser.hands import MOVES_S, play_until, title_of
from tests.browser.told import CONFIRMATION, SEEN, Told, first, mail_to

TABS_MAX = 60
RESIDENT = "clavier@residents.example"
RECRUITER = "clavier@fournil.example"
SIRET = "35600000000048"
# What a screen reader would say first of the element that has the keyboard.
NAME = """() => {
  const one = document.activeElement;
  const name = one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.innerText || "";
  return name.replaceAll("\\u00a0", " ");
}"""
# The element, what it draws over its card, or the frame that it stands in.
IS_DRAWN = """() => {
  const one = document.activeElement;
  const looks = [[one], [one, "::before"], [one, "::after"], [one.closest(".choice, .player")]];
  return looks.some(([part, over]) => part && getComputedStyle(part, over).outlineStyle !== "none");
}"""


@pytest.fixture
def keyboard(open_as: OpenAs) -> Page:
    """Open a browser on a desk, for somebody who is not signed in."""
    return open_as(None, viewport=DESK).new_page()


@pytest.fixture
def resident(told: Told, service: str) -> str:
    """Have a resident invited, and the account opened elsewhere; return the address."""
    adviser, elsewhere = told.people["adviser"], Visitor("Le jeune", service)
    assert adviser
    asked = {"given_name": "Malik", "family_name": "Clavier", "born_on": "2003-02-01", "email": RESIDENT}
    page = adviser.send("/accompagnement/inviter", asked | {"lives_in_qpv": "unknown", "way": "desk"})
    link = first(r"(/invitation/[\w-]+)", page)
    elsewhere.open(link)
    elsewhere.send(link, {"password": PASSWORD})
    elsewhere.http.close()
    return RESIDENT


@pytest.fixture
def recruiter(told: Told, service: str, data_dir: Path) -> str:
    """Have a company registered and verified, that has written to nobody yet; return the address."""
    admin, elsewhere = told.people["admin"], Visitor("La recruteuse", service)
    assert admin
    elsewhere.open("/inscription/entreprise")
    company = {"company": "Le Fournil", "siret": SIRET, "city": "Lille", "department": "59"}
    person = {"given_name": "Rose", "family_name": "Petit", "email": RECRUITER, "password": PASSWORD}
    elsewhere.send("/inscription/entreprise", company | person)
    confirmation = first(CONFIRMATION, mail_to(data_dir, RECRUITER))
    elsewhere.open(confirmation)
    elsewhere.send(confirmation, {})
    elsewhere.http.close()
    decide = r'"(/administration/organisations/[\w-]+)"(?s:(?!</a>).)*Le Fournil'
    address = first(decide, admin.open("/administration"))
    admin.send(f"{address}/verifier", {"method": "visit"})
    return RECRUITER


def reach(page: Page, words: str) -> None:
    """Press Tab until the element with these words has the keyboard, and shows it."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        if words in page.evaluate(NAME):
            assert page.evaluate(IS_DRAWN), f"{words} has the keyboard, and nobody sees it"
            return
    raise AssertionError(f"{words} was not reached")


def press(page: Page, words: str) -> None:
    """Reach a link or a button that leads to another page, and press Enter."""
    reach(page, words)
    enter(page)


def enter(page: Page) -> None:
    """Press Enter and wait for the page where it leads."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_in(page: Page, label: str, words: str) -> None:
    """Reach a field and type."""
    reach(page, label)
    page.keyboard.type(words)


def come_in(page: Page, service: str, email: str) -> None:
    """Come by the front door."""
    page.goto(service)
    press(page, "Se connecter")
    expect(title_of(page)).to_have_text("Se connecter")
    type_in(page, "E-mail ou téléphone", email)
    type_in(page, "Mot de passe", PASSWORD)
    enter(page)
    expect(page.get_by_role("button", name="Quitter")).to_be_visible()


def test_the_first_thing_offered_is_to_skip_the_menu(service: str, keyboard: Page) -> None:
    keyboard.goto(service)
    press(keyboard, "Aller au contenu")
    expect(keyboard.locator("main")).to_be_focused()
    reach(keyboard, "Créer un compte")


def test_a_resident_comes_in_and_agrees(service: str, keyboard: Page, resident: str) -> None:
    come_in(keyboard, service, resident)
    expect(title_of(keyboard)).to_have_text("Bonjour Malik")
    press(keyboard, "Donner mon accord")
    expect(title_of(keyboard)).to_have_text("Mon accord")
    press(keyboard, "Oui")
    expect(keyboard.get_by_role("status")).to_contain_text("C’est noté.")
    press(keyboard, "Remplir mon profil")
    type_in(keyboard, "Ton titre", "Cuisinier, calme et rapide")
    press(keyboard, "Continuer")
    type_in(keyboard, "Ajouter un métier", "cuisin")
    expect(keyboard.get_by_role("option").first).to_be_visible()
    keyboard.keyboard.press("ArrowDown")
    keyboard.keyboard.press("Enter")
    press(keyboard, "Ajouter")
    expect(keyboard.get_by_role("button", name="Retirer Personnel de cuisine")).to_be_visible()


def test_a_recruiter_finds_watches_and_writes(service: str, keyboard: Page, recruiter: str) -> None:
    come_in(keyboard, service, recruiter)
    type_in(keyboard, "Métier, compétence ou mot", "vendeuse motivée")
    enter(keyboard)
    press(keyboard, f"motivée {SEEN}")
    reach(keyboard, "Lire :")
    keyboard.keyboard.press("Enter")
    play_until(keyboard, MOVES_S)
    keyboard.keyboard.press("Space")
    assert keyboard.locator("video").evaluate("video => video.paused")
    reach(keyboard, "Un entretien")
    keyboard.keyboard.press("Space")
    type_in(keyboard, "Votre message", "Bonjour, passez nous voir au fournil.")
    press(keyboard, "Envoyer le message")
    expect(keyboard.get_by_text("Votre message est parti.")).to_be_visible()
