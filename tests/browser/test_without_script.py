"""Every role's main path in a browser without scripts: plain forms, plain links, one plain video file."""

import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.cli import accounts
from tests.browser.conftest import DESK, OpenAs
from tests.browser.hands import MOVES_S, PREPARED_MS, await_captions, open_tab, play_until, sign_in, title_of
from tests.browser.looking import SCREENSHOTS, take_picture
from tests.browser.told import CONFIRMATION, first, mail_to

NAME = "Idriss"
HEADLINE = "Mécanicien auto, précis et curieux"
EMAIL = "atelier@lenoir.example"
SIRET = "73282932000074"
SCRIPT = (
    "Bonjour, je m’appelle Idriss, j’ai vingt ans et un bac pro maintenance des véhicules.",
    "J’ai fait mon stage dans un garage : les vidanges, les freins, l’accueil des clients.",
    "Je travaille proprement, je pose des questions et je note tout.",
    "Je cherche une alternance près de Roubaix. Appelez-moi pour un essai !",
)


@dataclass
class Plain:
    """The people of this file, each at a browser that runs no script."""

    service: str
    data_dir: Path
    adviser: Page
    resident: Page
    recruiter: Page
    admin: Page
    funder: Page


@pytest.fixture
def plain(service: str, data_dir: Path, open_as: OpenAs) -> Plain:
    """Seat four professionals at a desk, and give the resident a phone."""
    desks = [
        open_as(None, java_script_enabled=False, viewport=DESK).new_page()
        for _ in ("adviser", "recruiter", "admin", "funder")
    ]
    adviser, recruiter, admin, funder = desks
    phone = open_as(None, java_script_enabled=False, is_mobile=True, has_touch=True).new_page()
    return Plain(service, data_dir, adviser, phone, recruiter, admin, funder)


def test_every_role_gets_through_without_script(plain: Plain, clip: Path) -> None:
    register(plain)
    verify(plain)
    open_account(plain, invite(plain))
    fill_in(plain)
    send_file(plain, clip)
    approve(plain)
    find(plain)

    write(plain)
    accept(plain)
    read_figures(plain)


def register(plain: Plain) -> None:
    """Have a company come by its door."""
    page = plain.recruiter
    page.goto(plain.service)
    page.get_by_role("link", name="Je recrute").click()
    page.get_by_label("SIRET").fill(SIRET)
    page.get_by_role("button", name="Continuer").click()
    given = {"Nom de l’entreprise": "Garage Lenoir", "Ville": "Roubaix", "Département": "59"}
    given |= {"Prénom": "Lucie", "E-mail professionnel": EMAIL, "Mot de passe": "les freins avant tout"}
    for label, words in given.items():
        page.get_by_label(label).fill(words)
    page.get_by_label("Nom", exact=True).fill("Lenoir")
    page.get_by_role("button", name="Inscrire l’entreprise").click()
    page.goto(plain.service + first(CONFIRMATION, mail_to(plain.data_dir, EMAIL)))
    page.get_by_role("button", name="Confirmer mon adresse").click()
    page.goto(f"{plain.service}/candidats")
    expect(page.get_by_text("Votre entreprise n’est pas encore vérifiée")).to_be_visible()


def verify(plain: Plain) -> None:
    """Have the operator verify the company."""
    page = plain.admin
    sign_in(page, plain.service, accounts.ADMIN)
    page.get_by_role("link", name="Garage Lenoir").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Marquer comme vérifiée").click()
    expect(page.get_by_text("Vérifiée le")).to_be_visible()


def invite(plain: Plain) -> str:
    """Have the adviser invite, and return the link that is shown."""
    page = plain.adviser
    sign_in(page, plain.service, accounts.ADVISER)
    page.get_by_role("link", name="Inviter un jeune").first.click()
    page.get_by_label("Prénom").fill(NAME)
    page.get_by_label("Nom", exact=True).fill("Sow")
    page.get_by_label("Date de naissance").fill("2006-03-04")
    page.get_by_label("Commune où il ou elle habite").fill("Roubaix")
    page.get_by_label("Non", exact=True).check()
    page.get_by_role("button", name="Créer l’invitation").click()
    return page.get_by_label("Lien à usage unique").input_value()


def open_account(plain: Plain, link: str) -> None:
    """Have the resident open the link, choose a password and agree."""
    page = plain.resident
    page.goto(link)
    page.get_by_label("Choisis un mot de passe").fill("une clé de douze et demi")
    page.get_by_role("button", name="Ouvrir mon espace").click()
    page.get_by_role("link", name="Donner mon accord").click()
    page.get_by_role("button", name="Oui").first.click()
    expect(page.get_by_role("status")).to_contain_text("C’est noté.")


def fill_in(plain: Plain) -> None:
    """Have the resident fill in the profile in words of their own, and write the script."""
    page = plain.resident
    page.get_by_role("link", name="Remplir mon profil").click()
    page.get_by_label("Ton titre").fill(HEADLINE)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Ajouter un métier").fill("mécanicien automobile")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("button", name="Retirer Mécanique automobile")).to_be_visible()
    page.get_by_label("Alternance").check()
    page.get_by_role("button", name="Continuer").click()
    expect(title_of(page)).to_have_text("Tes atouts")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Ajouter une commune").fill("59100")
    page.get_by_role("button", name="Ajouter cet endroit").click()
    page.get_by_role("link", name="Continuer : mon texte").click()
    expect(title_of(page)).to_have_text("Ton texte")
    for part, words in zip(page.get_by_role("textbox").all(), SCRIPT, strict=True):
        part.fill(words)
    page.get_by_role("button", name="C’est bon pour moi").click()


def send_file(plain: Plain, clip: Path) -> None:
    """Have the resident send a wrong file, then the video, look where it is, and send it to review."""
    page = plain.resident
    page.get_by_role("link", name="Faire ma vidéo").click()
    choose(page, Path(__file__))
    expect(page.get_by_role("alert")).to_contain_text("Choisis une vidéo MP4, MOV ou WebM")
    take_picture(page, SCREENSHOTS / "without-script-wrong-file.png")
    choose(page, clip)
    expect(title_of(page)).to_have_text("On prépare ta vidéo")
    take_picture(page, SCREENSHOTS / "without-script-preparing.png")
    deadline_s = time.monotonic() + PREPARED_MS / 1000
    while title_of(page).inner_text() == "On prépare ta vidéo":
        assert time.monotonic() < deadline_s
        page.wait_for_timeout(1000)
        with page.expect_navigation():
            page.get_by_role("link", name="Voir où elle en est").click()
    expect(title_of(page)).to_have_text("Ta vidéo est prête")
    play(page)
    page.get_by_role("link", name="Oui : lire mes sous-titres").click()
    await_captions(page, has_script=False)
    words = page.get_by_label("Les sous-titres, en WebVTT")
    words.fill(words.input_value().replace("Bonjour", "Bonsoir"))
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("C’est enregistré.")).to_be_visible()
    take_picture(page, SCREENSHOTS / "without-script-captions.png")
    page.get_by_role("button", name="Tout est juste : valider").click()
    page.get_by_role("button", name="Envoyer à relire").click()
    expect(page.get_by_text("C’est envoyé !")).to_be_visible()


def choose(page: Page, file: Path) -> None:
    """Choose a file and send it by the plain form."""
    page.get_by_label("Choisis ta vidéo").set_input_files(file)
    page.get_by_role("button", name="Envoyer ma vidéo").click()


def play(page: Page) -> None:
    """Press the space bar on the video, as browsers offer it by themselves, and see that it moves."""
    page.locator("video").focus()
    page.keyboard.press("Space")
    play_until(page, MOVES_S)


def approve(plain: Plain) -> None:
    """Have the adviser watch and publish."""
    page = plain.adviser
    open_tab(page, "Relecture")
    page.get_by_role("link", name=f"{NAME} Sow").click()
    play(page)
    page.get_by_role("button", name="Valider et mettre en ligne").click()
    expect(page.get_by_text(f"{NAME} S. est en ligne.")).to_be_visible()


def find(plain: Plain) -> None:
    """Have the recruiter find the profile."""
    page = plain.recruiter
    page.reload()
    page.get_by_label("Métier, compétence ou mot").fill("mécanicien")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name=HEADLINE).click()
    expect(title_of(page)).to_have_text(HEADLINE)


def write(plain: Plain) -> None:
    """Have the recruiter write, from the profile's own page."""
    page = plain.recruiter
    play(page)
    page.get_by_label("Une alternance").check()
    page.get_by_label("Votre message").fill("Bonjour, venez voir l’atelier.")
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text("Votre message est parti.")).to_be_visible()


def accept(plain: Plain) -> None:
    """Have the resident read and accept, and the recruiter learn it."""
    page = plain.resident
    open_tab(page, "Messages")
    page.get_by_role("button", name="Lire le message").click()
    page.get_by_role("button", name="Oui, ça m’intéresse").click()
    expect(page.get_by_text("C’est dit !")).to_be_visible()
    plain.recruiter.reload()
    expect(plain.recruiter.get_by_text("Idriss S. accepte")).to_be_visible()


def read_figures(plain: Plain) -> None:
    """Have the funder read the bilan and download it."""
    page = plain.funder
    sign_in(page, plain.service, accounts.FUNDER)
    open_tab(page, "Bilan")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger (CSV)").click()
    assert "Jeunes filmés" in download.value.path().read_text("utf-8-sig")
