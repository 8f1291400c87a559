"""A recruiter comes in: SIRET, mailbox, phone, wait, verified by the operator, and then the candidates."""

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from app.cli import accounts
from app.cli.demo import started
from app.cli.demo_data import PASSWORD
from tests.browser.conftest import DESK, OpenAs
from tests.browser.hands import title_of
from tests.browser.looking import AXE, SCREENSHOTS, Watch, keep_screenshot, resize, take_picture, violations
from tests.browser.told import first, mail_to

EMAIL = "nora@atelier.example"
SIRET = "980 000 012 00016"
COMPANY = "Atelier des Lilas"


@pytest.fixture
def strict_dir(tmp_path: Path) -> Path:
    """Where the service of this walk keeps everything."""
    return tmp_path / "data"


@pytest.fixture
def strict(strict_dir: Path) -> Iterator[str]:
    """Run the whole product as it is in production, where nobody is spared the second step."""
    with started(strict_dir, VISAVIS_SECOND_FACTOR="required") as url:
        yield url


def test_from_the_siret_to_the_candidates(strict: str, strict_dir: Path, open_as: OpenAs) -> None:
    recruiter, office = (open_as(None, viewport=DESK).new_page() for _ in range(2))
    watches = [Watch(page) for page in (recruiter, office)]
    for page in (recruiter, office):
        page.add_init_script(path=AXE)
    register(recruiter, strict)
    confirm(recruiter, strict, mail_to(strict_dir, EMAIL))
    add_phone(recruiter)
    expect(title_of(recruiter)).to_have_text(COMPANY)
    expect(recruiter.get_by_text("Nous vérifions votre entreprise")).to_be_visible()
    recruiter.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Candidats").click()
    expect(recruiter.get_by_role("button", name="Chercher")).to_have_count(0)
    verify(office, strict)
    recruiter.reload()
    expect(recruiter.get_by_role("button", name="Chercher")).to_be_visible()
    assert [watch.said for watch in watches] == [[], []]
    assert set.union(*(watch.asked for watch in watches)) == {strict}


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
