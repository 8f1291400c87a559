"""From the SIRET to somebody's details: verified, a recruiter finds, listens, writes, and is answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyotp
import pytest
from playwright.sync_api import Page, expect

from app.cli import accounts
from app.cli.demo import started
from app.cli.demo_data import PASSWORD
from tests.browser.conftest import DESK, OpenAs
from tests.browser.hands import MOVES_S, open_tab, play_until, title_of
from tests.browser.heard import publish_voice
from tests.browser.looking import AXE, SCREENSHOTS, Watch, keep_screenshot, resize, take_picture, violations
from tests.browser.told import ANSWER, first, mail_to

EMAIL = "nora@atelier.example"
SIRET = "980 000 012 00016"
COMPANY = "Atelier des Lilas"
MARK = "entendue"
HEADLINE = f"Vendeuse motivée {MARK}"
MAILBOX = "ines-entendue@residents.example"
WORDS = "Bonjour Inès, votre voix nous a plu : venez voir l’atelier mardi matin."


@pytest.fixture
def strict_dir(tmp_path: Path) -> Path:
    """Where the service of this walk keeps everything."""
    return tmp_path / "data"


@pytest.fixture
def strict(strict_dir: Path) -> Iterator[str]:
    """Run the whole product as it is in production, where nobody is spared the second step."""
    with started(strict_dir, VISAVIS_SECOND_FACTOR="required") as url:
        yield url


def test_from_the_siret_to_an_accepted_contact(
    strict: str, strict_dir: Path, clip: Path, open_as: OpenAs
) -> None:
    recruiter, office = (open_as(None, viewport=DESK).new_page() for _ in range(2))
    resident = open_as(None).new_page()
    pages = (recruiter, office, resident)
    watches = [Watch(page) for page in pages]
    for page in pages:
        page.add_init_script(path=AXE)
    register(recruiter, strict)
    confirm(recruiter, strict, mail_to(strict_dir, EMAIL))
    add_phone(recruiter)
    expect(title_of(recruiter)).to_have_text(COMPANY)
    expect(recruiter.get_by_text("Nous vérifions votre entreprise")).to_be_visible()
    open_tab(recruiter, "Candidats")
    expect(recruiter.get_by_role("button", name="Chercher")).to_have_count(0)
    verify(office, strict)
    publish_voice(strict, clip, MARK, MAILBOX)
    recruiter.reload()
    search(recruiter)
    write(recruiter, Hand(recruiter))
    say_yes(resident, strict, mail_to(strict_dir, MAILBOX, ANSWER))
    call(recruiter)
    assert [watch.said for watch in watches] == [[], [], []]
    assert set.union(*(watch.asked for watch in watches)) == {strict}


@dataclass
class Hand:
    """A hand that counts what it does."""

    page: Page
    actions: int = 0

    def press(self, role: Literal["button", "link", "radio"], name: str) -> None:
        """Press a button, follow a link, choose."""
        self.actions += 1
        self.page.get_by_role(role, name=name).click()

    def write(self, label: str, words: str) -> None:
        """Write in a field what one wants to say."""
        self.actions += 1
        self.page.get_by_label(label).fill(words)


def register(page: Page, url: str) -> None:
    """Go from the landing page to the end of the form."""
    page.goto(url)
    page.get_by_role("link", name="Créer un compte").click()
    page.get_by_role("link", name="Inscrire mon entreprise").click()
    expect(page.get_by_text("Tu cherches un emploi")).to_be_visible()
    page.get_by_label("SIRET").fill(SIRET)
    page.get_by_role("button", name="Continuer").click()
    typed = {
        "Nom de l’entreprise": COMPANY,
        "Ville": "Lens",
        "Département": "62",
        "Prénom": "Nora",
        "E-mail professionnel": EMAIL,
    }
    for label, words in typed.items():
        page.get_by_label(label).fill(words)
    page.get_by_label("Nom", exact=True).fill("Petit")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inscrire l’entreprise").click()
    expect(title_of(page)).to_have_text("Regardez vos e-mails")


def confirm(page: Page, url: str, letter: str) -> None:
    """Open the link of the letter and press its button."""
    page.goto(url + first(r"(/inscription/confirmation/[\w-]+)", letter))
    page.get_by_role("button", name="Confirmer mon adresse").click()


def add_phone(page: Page) -> None:
    """Type the key into an application of codes, give its first code, and keep the codes on paper."""
    expect(title_of(page)).to_have_text("Un code sur votre téléphone")
    page.get_by_text("Impossible de scanner").click()
    secret = page.locator(".key").inner_text().replace(" ", "")
    assert not violations(page)
    page.get_by_label("Code à six chiffres").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Confirmer").click()
    expect(page.locator(".paper-codes li")).to_have_count(10)
    assert not violations(page)
    keep_screenshot(page, "recruiter_paper")
    resize(page, "1280")
    page.get_by_role("link", name="C’est noté").click()


def verify(page: Page, url: str) -> None:
    """Have the operator come in the same way, look at what there is to check, and verify."""
    page.goto(f"{url}/connexion")
    page.get_by_label("E-mail ou téléphone").fill(accounts.ADMIN)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    add_phone(page)
    take_picture(page, SCREENSHOTS / "operator_queue.png")
    page.get_by_role("link", name=f"Décider pour {COMPANY}").click()
    page.get_by_label("Annuaire des entreprises, puis appel").check()
    page.get_by_role("button", name="Marquer comme vérifiée").click()
    expect(page.get_by_role("status")).to_contain_text("Organisation vérifiée")


def search(page: Page) -> None:
    """Search with an inflected word without its accent."""
    page.get_by_label("Métier, compétence ou mot").fill("vendeur motive")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("link", name=HEADLINE)).to_be_visible()
    assert not violations(page)


def write(page: Page, hand: Hand) -> None:
    """Open the profile, listen, and write: four actions from the result to the message that has left."""
    hand.press("link", HEADLINE)
    assert not violations(page)
    page.get_by_role("button", name="Lire :").click()
    play_until(page, MOVES_S)
    hand.press("radio", "Un entretien")
    hand.write("Votre message", WORDS)
    hand.press("button", "Envoyer le message")
    expect(page.get_by_text("Votre message est parti.")).to_be_visible()
    assert hand.actions == 4
    expect(page.get_by_text(MAILBOX)).to_have_count(0)


def say_yes(page: Page, url: str, letter: str) -> None:
    """Have the resident open the link of the letter on a phone, and say yes."""
    page.goto(f"{url}/r/{first(ANSWER, letter)}")
    expect(page.get_by_text(WORDS)).to_be_visible()
    page.get_by_role("button", name="Oui").click()
    expect(page.get_by_text("Tu as dit oui")).to_be_visible()
    assert not violations(page)


def call(page: Page) -> None:
    """Have the recruiter find whom to call, now that it is theirs to see."""
    page.reload()
    page.get_by_role("button", name="Voir ses coordonnées").click()
    expect(page.get_by_role("link", name=MAILBOX)).to_be_visible()
    assert not violations(page)
