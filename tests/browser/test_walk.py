"""The whole walk by clicking and typing: invited, sent, reviewed, found, watched, written to, counted."""

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.cli import accounts
from tests.browser.conftest import DESK, OpenAs
from tests.browser.hands import (
    PREPARED_MS,
    await_captions,
    open_tab,
    press_play,
    sign_in,
    take_suggestion,
    title_of,
    watch,
)
from tests.browser.looking import SCREENSHOTS, Watch, take_picture

PICTURES = SCREENSHOTS / "walk"
WATCHED_S = 5.0  # more than half of the clip: a view
COUNTED = ("Vues qualifiées", "Propositions acceptées")
COUNTED_MAX_S = 30
JOURNAL_S = 0.5  # the journal is written by a job of its own
NAME = "Noura"
HEADLINE = "Vendeuse en boulangerie, souriante et matinale"
PHONE = "06 12 34 56 78"
SCRIPT = (
    "Bonjour, je m’appelle Noura, j’ai vingt-deux ans et un CAP de vente.",
    "J’ai fait deux stages en boulangerie : la caisse, la vitrine, les commandes du matin.",
    "Je suis ponctuelle, je souris aux clients et je compte vite.",
    "Je cherche un CDI près de Roubaix. Venez me rencontrer !",
)
MESSAGE = "Bonjour Noura, votre vidéo nous a plu : venez nous voir à la boutique mardi matin."


@dataclass
class Walk:
    """Three people, each at a screen of their own, and the pictures taken on the way."""

    service: str
    adviser: Page
    resident: Page
    recruiter: Page
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def keep(self, page: Page, title: str, words: str) -> None:
        """Keep a picture of what somebody sees, once the page with this title is there."""
        expect(title_of(page)).to_contain_text(title)
        take_picture(page, PICTURES / f"{next(self.numbers):02d}-{words}.png")


@pytest.fixture
def walk(service: str, open_as: OpenAs) -> Walk:
    """Seat the adviser and the recruiter at a desk, and give the resident a phone."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    adviser, recruiter = (open_as(None, viewport=DESK).new_page() for _ in range(2))
    return Walk(service, adviser, open_as(None, is_mobile=True, has_touch=True).new_page(), recruiter)


def test_from_the_invitation_to_the_bilan(walk: Walk, clip: Path) -> None:
    watches = [Watch(page) for page in (walk.adviser, walk.resident, walk.recruiter)]
    sign_in(walk.adviser, walk.service, accounts.ADVISER)
    before = read_bilan(walk)
    open_account(walk, invite(walk))
    agree(walk)
    say_who_one_is(walk)
    say_what_one_looks_for(walk)
    write_script(walk)
    send_file(walk, clip)
    send_to_review(walk)
    approve(walk)
    sign_in(walk.recruiter, walk.service, accounts.RECRUITER)
    search(walk)
    look_at_it(walk)
    write(walk)
    accept(walk)
    call_back(walk)
    find_counted(walk, before)
    assert [watch.said for watch in watches] == [[], [], []]
    assert set.union(*(watch.asked for watch in watches)) == {walk.service}


def invite(walk: Walk) -> str:
    """Have the adviser invite somebody who sits at the desk, and return the link of the QR code."""
    page = walk.adviser
    open_tab(page, "Mes jeunes")
    walk.keep(page, "Mes jeunes", "adviser-caseload")
    page.get_by_role("link", name="Inviter un jeune").first.click()
    page.get_by_label("Prénom").fill(NAME)
    page.get_by_label("Nom", exact=True).fill("Mansouri")
    page.get_by_label("Date de naissance").fill("2004-05-06")
    page.get_by_label("Téléphone").fill(PHONE)
    take_suggestion(page, "Commune où il ou elle habite", "roub", "Roubaix")
    page.get_by_label("Oui", exact=True).check()
    page.get_by_label("Ici, avec moi").check()
    walk.keep(page, "Inviter un jeune", "adviser-invites")
    page.get_by_role("button", name="Créer l’invitation").click()
    walk.keep(page, NAME, "adviser-shows-the-code")
    return page.get_by_label("Lien à usage unique").input_value()


def open_account(walk: Walk, link: str) -> None:
    """Have the resident open the link on the phone and choose a password."""
    page = walk.resident
    page.goto(link)
    walk.keep(page, "Bienvenue", "resident-is-welcomed")
    page.get_by_label("Choisis un mot de passe").fill("le pain chaud du matin")
    page.get_by_role("button", name="Ouvrir mon espace").click()
    walk.keep(page, "Bonjour Noura", "resident-arrives")


def agree(walk: Walk) -> None:
    """Have the resident read what a video shows, and agree."""
    page = walk.resident
    page.get_by_role("link", name="Donner mon accord").click()
    walk.keep(page, "Mon accord", "resident-reads-the-agreement")
    page.get_by_role("button", name="Oui").first.click()
    expect(page.get_by_role("status")).to_contain_text("C’est noté.")
    walk.keep(page, "Bonjour Noura", "resident-has-agreed")


def say_who_one_is(walk: Walk) -> None:
    """Have the resident write a title and a few sentences."""
    page = walk.resident
    page.get_by_role("link", name="Remplir mon profil").click()
    page.get_by_label("Ton titre").fill(HEADLINE)
    page.get_by_label("Ton parcours").fill("Un CAP de vente, deux stages en boulangerie.")
    page.get_by_label("Ton niveau d’études").select_option("cap_bep")
    walk.keep(page, "Toi, en quelques mots", "resident-says-who-one-is")
    page.get_by_role("button", name="Continuer").click()


def say_what_one_looks_for(walk: Walk) -> None:
    """Have the resident choose a job, a contract, strengths and a place."""
    page = walk.resident
    take_suggestion(page, "Ajouter un métier", "boulan", "Vendeuse en boulangerie")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("button", name="Retirer Vente en alimentation")).to_be_visible()
    page.get_by_label("CDI").check()
    walk.keep(page, "Ce que tu cherches", "resident-chooses-a-job")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Ce que tu sais faire").fill("Tenir une caisse\nPréparer une vitrine")
    walk.keep(page, "Tes atouts", "resident-says-strengths")
    page.get_by_role("button", name="Continuer").click()
    take_suggestion(page, "Ajouter une commune", "roub", "Roubaix")
    page.get_by_role("button", name="Ajouter cet endroit").click()
    expect(page.get_by_role("button", name="Retirer Roubaix")).to_be_visible()
    walk.keep(page, "Où tu veux travailler", "resident-chooses-a-place")


def write_script(walk: Walk) -> None:
    """Have the resident write the four parts."""
    page = walk.resident
    page.get_by_role("link", name="Continuer : mon texte").click()
    expect(title_of(page)).to_have_text("Ton texte")
    for field_, words in zip(page.locator("textarea").all(), SCRIPT, strict=True):
        field_.fill(words)
    walk.keep(page, "Ton texte", "resident-writes-the-script")
    page.get_by_role("button", name="C’est bon pour moi").click()
    expect(page.get_by_role("link", name="Faire ma vidéo")).to_be_visible()
    walk.keep(page, "Bonjour Noura", "resident-is-ready-to-film")


def send_file(walk: Walk, clip: Path) -> None:
    """Have the resident choose a file, send it, and see oneself."""
    page = walk.resident
    page.get_by_role("link", name="Faire ma vidéo").click()
    walk.keep(page, "Ta vidéo", "resident-chooses-a-file")
    with page.expect_file_chooser() as chooser:
        page.get_by_label("Choisis ta vidéo").click()
    chooser.value.set_files(clip)
    page.get_by_role("button", name="Envoyer ma vidéo").click()
    expect(title_of(page)).to_have_text("On prépare ta vidéo", timeout=PREPARED_MS)
    walk.keep(page, "On prépare ta vidéo", "resident-waits")
    expect(title_of(page)).to_have_text("Ta vidéo est prête", timeout=PREPARED_MS)
    press_play(page)
    walk.keep(page, "Ta vidéo est prête", "resident-sees-oneself")


def send_to_review(walk: Walk) -> None:
    """Have the resident correct and validate the captions, then send it to the adviser."""
    page = walk.resident
    page.get_by_role("link", name="Oui : lire mes sous-titres").click()
    await_captions(page)
    walk.keep(page, "Tes sous-titres", "resident-reads-captions")
    page.get_by_role("button", name="Tout est juste : valider").click()
    walk.keep(page, "Envoyer à relire", "resident-checks-before-sending")
    page.get_by_role("button", name="Envoyer à relire").click()
    expect(page.get_by_text("C’est envoyé !")).to_be_visible()
    walk.keep(page, "Bonjour Noura", "resident-has-sent")


def approve(walk: Walk) -> None:
    """Have the adviser watch, say a word, and publish; the resident reads it."""
    page = walk.adviser
    open_tab(page, "Relecture")
    walk.keep(page, "À relire", "adviser-sees-what-waits")
    page.get_by_role("link", name=f"{NAME} Mansouri").click()
    press_play(page)
    page.get_by_label("Un mot d’encouragement").fill("Très clair, et un beau sourire. Bravo !")
    walk.keep(page, NAME, "adviser-reviews")
    page.get_by_role("button", name="Valider et mettre en ligne").click()
    expect(page.get_by_text(f"{NAME} M. est en ligne.")).to_be_visible()
    walk.keep(page, "À relire", "adviser-has-published")
    open_tab(walk.resident, "Mon espace")
    expect(walk.resident.get_by_text("un beau sourire")).to_be_visible()
    walk.keep(walk.resident, "Bonjour Noura", "resident-is-online")


def search(walk: Walk) -> None:
    """Have the recruiter search as one speaks, and open the profile."""
    page = walk.recruiter
    walk.keep(page, "Candidats", "recruiter-arrives")
    page.get_by_label("Métier, compétence ou mot").fill("vendeuse matinale")
    page.get_by_role("button", name="Chercher").click()
    expect(page).to_have_url(re.compile("mots="))
    narrow(page, "CDI", "contrat=cdi")
    narrow(page, "Nord", "departement=59")
    walk.keep(page, "Candidats", "recruiter-finds")
    page.get_by_role("link", name=HEADLINE).click()
    walk.keep(page, HEADLINE, "recruiter-reads-the-profile")
    expect(page.get_by_text(re.compile(r"06\s?12|Mansouri"))).to_have_count(0)


def narrow(page: Page, words: str, asked: str) -> None:
    """Choose a filter by its words."""
    filters = page.get_by_role("navigation", name="Filtres")
    if not filters.is_visible():
        page.get_by_text("Filtrer", exact=True).click()
    filters.get_by_role("link", name=re.compile(f"^{words}")).click()
    expect(page).to_have_url(re.compile(asked))


def look_at_it(walk: Walk) -> None:
    """Have the recruiter watch long enough for a view, as the page itself tells; the resident sees it."""
    page = walk.recruiter
    press_play(page)
    walk.keep(page, HEADLINE, "recruiter-watches")
    watch(page, WATCHED_S)
    open_tab(walk.resident, "Qui m’a vu")
    expect(walk.resident.get_by_text("A regardé", exact=True)).to_be_visible()
    walk.keep(walk.resident, "Qui m’a vu", "resident-sees-who-watched")


def write(walk: Walk) -> None:
    """Have the recruiter propose to meet."""
    page = walk.recruiter
    page.get_by_role("link", name="Écrire à Noura").click()
    page.get_by_label("Un entretien").check()
    page.get_by_label("Votre message").fill(MESSAGE)
    page.get_by_label("Où ?").fill("12 rue de Lannoy, Roubaix")
    walk.keep(page, HEADLINE, "recruiter-writes")
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text("Votre message est parti.")).to_be_visible()
    expect(page.get_by_text(re.compile(r"06\s?12"))).to_have_count(0)
    walk.keep(page, "Message à Noura M.", "recruiter-has-written")


def accept(walk: Walk) -> None:
    """Have the resident read the message and say yes."""
    page = walk.resident
    open_tab(page, "Messages")
    walk.keep(page, "Messages", "resident-has-a-message")
    page.get_by_role("button", name="Lire le message").click()
    expect(page.get_by_text("votre vidéo nous a plu")).to_be_visible()
    walk.keep(page, "Boulangeries Roux", "resident-reads-the-message")
    page.get_by_role("button", name="Oui, ça m’intéresse").click()
    expect(page.get_by_text("C’est dit !")).to_be_visible()
    walk.keep(page, "Boulangeries Roux", "resident-has-accepted")


def call_back(walk: Walk) -> None:
    """Have the recruiter find the telephone, now that it is theirs to see."""
    page = walk.recruiter
    open_tab(page, "Messages")
    walk.keep(page, "Vos messages", "recruiter-sees-the-answer")
    page.get_by_role("link", name="Noura M.").click()
    expect(page.get_by_role("link", name=re.compile("06"))).to_have_attribute("href", re.compile("^tel:"))
    walk.keep(page, "Message à Noura M.", "recruiter-can-call")


def read_bilan(walk: Walk) -> dict[str, int]:
    """Return the figures of the adviser's bilan by their words."""
    page = walk.adviser
    open_tab(page, "Bilan")
    expect(title_of(page)).to_have_text("Bilan")
    labels, values = (page.locator(f".figure__{part}").all_inner_texts() for part in ("label", "value"))
    return dict(zip(labels, map(int, values), strict=True))


def find_counted(walk: Walk, before: dict[str, int]) -> None:
    """Find one view and one answer more in the bilan, and the facts of one person who was filmed."""
    wanted = {label: before[label] + 1 for label in COUNTED}
    deadline_s = time.monotonic() + COUNTED_MAX_S
    while not wanted.items() <= (found := read_bilan(walk)).items():
        assert time.monotonic() < deadline_s, found
        time.sleep(JOURNAL_S)
        walk.adviser.reload()
    walk.keep(walk.adviser, "Bilan", "adviser-reads-the-bilan")
    filmed, watched, accepted = (subjects(walk, label) for label in ("Jeunes filmés", *COUNTED))
    assert watched[-1] == accepted[-1]
    assert watched[-1] in filmed


def subjects(walk: Walk, label: str) -> list[str]:
    """Return the pseudonyms of the facts under a figure, the newest last."""
    page = walk.adviser
    page.get_by_role("link", name=label, exact=True).click()
    walk.keep(page, f"Les faits : {label}", "adviser-reads-the-facts")
    found = page.locator("tbody td:nth-of-type(2)").all_inner_texts()
    open_tab(page, "Bilan")
    return found
