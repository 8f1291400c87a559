"""« Une entreprise t’écrit »: from the mail to a dated next step in two taps, then the word that is owed."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.cli import story
from app.cli.story import Cast
from app.cli.visitor import Visitor
from app.contacts.schemas import MESSAGE_MAX_LENGTH
from app.paris import PARIS
from app.web.french import local_instant, meeting
from tests.browser.conftest import DESK, OpenAs
from tests.browser.looking import AXE, Watch, keep_screenshot, resize, settle, violations
from tests.browser.told import ANSWER, Told, first, mail_to, send_to_review

MARK = "lien"
MAILBOX = "ines-lien@residents.example"
WEIGHT_MAX_BYTES = 50_000
NARROWEST_PX = 320
WORDS = "Bonjour Inès, venez essayer la pâte avec nous. Marc, 06 11 22 33 44."


@dataclass
class Tapped:
    """A hand that counts what it touches."""

    page: Page
    taps: int = 0

    def tap(self, name: str | re.Pattern[str]) -> None:
        """Touch one button."""
        self.taps += 1
        self.page.get_by_role("button", name=name).click()


@pytest.fixture(scope="module")
def shown(service: str, told: Told) -> str:
    """Have somebody with a mailbox present themselves in writing, and return where recruiters find them."""
    adviser, recruiter = told.people["adviser"], told.people["recruiter"]
    assert adviser
    assert recruiter
    resident = Visitor("resident", service)
    story.invite(Cast(adviser, resident, recruiter), MARK, MAILBOX)
    story.fill_in(resident, MARK)
    resident.send("/moi/accord", {"kind": "text"})
    resident.send("/moi/presentation", {"presentation": "text"})
    profile_id = send_to_review(adviser, resident, MARK)
    adviser.send(f"/relecture/{profile_id}/accord", {"encouragement": ""})
    resident.http.close()
    return story.search(recruiter, MARK)


def wire_bytes(page: Page) -> int:
    """Return all that the page took from the wire, headers too."""
    found: int = page.evaluate(
        """() => ["navigation", "resource"]
          .flatMap((kind) => performance.getEntriesByType(kind))
          .reduce((bytes, one) => bytes + one.transferSize, 0)"""
    )
    return found


def write(page: Page, service: str, slug: str, slots: list[datetime]) -> None:
    """Have the recruiter write, in four actions from what search found."""
    page.goto(f"{service}/candidats/{slug}")
    page.get_by_label("Une immersion").check()
    words = page.get_by_label("Votre message")
    assert 20 <= len(words.input_value()) <= MESSAGE_MAX_LENGTH
    words.fill(WORDS)
    for number, slot in enumerate(slots, 1):
        page.get_by_label(f"Moment proposé, {number} sur 3").fill(local_instant(slot))
    page.get_by_label("Où ?").fill("12 rue de Lannoy, Roubaix")
    keep_screenshot(page, "contact-write")
    resize(page, "1280")
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text("Votre message est parti.")).to_be_visible()


def faults(page: Page) -> list[str]:
    """Ask axe in both themes."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        settle(page)
        found += violations(page)
    page.emulate_media(color_scheme="light")
    return found


def answer(page: Page, link: str, slot: datetime) -> None:
    """Say yes on a phone, in two taps from the mail: the link, then the button."""
    page.add_init_script(path=AXE)
    watch, hand = Watch(page), Tapped(page)
    page.goto(link)
    hand.taps += 1
    assert wire_bytes(page) <= WEIGHT_MAX_BYTES
    assert not faults(page)
    page.set_viewport_size({"width": NARROWEST_PX, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST_PX
    keep_screenshot(page, "answer-asked")
    hand.tap(f"Oui, {meeting(slot)}")
    expect(page.get_by_text("Tu as dit oui")).to_be_visible()
    assert hand.taps == 2
    expect(page.get_by_text(re.compile("te répond avant le"))).to_be_visible()
    expect(page.get_by_text(meeting(slot)).first).to_be_visible()
    assert not faults(page)
    keep_screenshot(page, "answer-yes")
    with page.expect_download() as download:
        page.get_by_role("link", name="Mettre dans mon agenda").click()
    assert "BEGIN:VEVENT" in download.value.path().read_text()
    assert watch.said == []


def test_a_resident_says_yes_in_two_taps_and_the_company_keeps_its_word(
    open_as: OpenAs, service: str, told: Told, shown: str, data_dir: Path
) -> None:
    recruiter = open_as(told.people["recruiter"], viewport=DESK).new_page()
    recruiter.add_init_script(path=AXE)
    tomorrow = datetime.now(PARIS).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
    slots = [tomorrow, tomorrow + timedelta(days=1, hours=4)]
    write(recruiter, service, shown, slots)
    link = service + "/r/" + first(ANSWER, mail_to(data_dir, MAILBOX, ANSWER))
    resident = open_as(None).new_page()
    answer(resident, link, slots[1])
    recruiter.reload()
    recruiter.get_by_role("button", name="Voir ses coordonnées").click()
    expect(recruiter.get_by_role("link", name=MAILBOX)).to_be_visible()
    keep_screenshot(recruiter, "contact-accepted")
    assert not faults(recruiter)
    recruiter.get_by_role("button", name=re.compile("Rendez-vous confirmé")).click()
    expect(recruiter.get_by_text("Rendez-vous fixé")).to_be_visible()
    keep_screenshot(recruiter, "contact-answered")
    resident.reload()
    expect(resident.get_by_text("te donne rendez-vous")).to_be_visible()
    expect(resident.get_by_role("button", name="Annuler mon oui")).to_have_count(0)
    keep_screenshot(resident, "answer-appointment")
