"""What a browser records plays in the end: a voice alone, and a film of several parts."""

import pytest
from playwright.sync_api import Page, expect

from app.cli.visitor import Visitor
from tests.browser.conftest import OpenAs
from tests.browser.filming import SHORTEST_MS, begin_film, end_film, open_camera, send

PREPARED_MS = 120_000
IS_PLAYING = "() => { const v = document.querySelector('video'); return v.currentTime > 0.5 && !v.error; }"


@pytest.fixture
def page(newcomer: Visitor, open_as: OpenAs) -> Page:
    """Open the browser of somebody who has agreed to everything and sent nothing yet."""
    newcomer.send("/moi/accord", {"kind": "voice"})
    return open_as(newcomer).new_page()


def play(page: Page) -> None:
    """Play what is ready, by its own big button, until it is heard."""
    page.get_by_role("button", name="Lire :").click()
    page.wait_for_function(IS_PLAYING)


def test_a_voice_recorded_in_the_page_is_heard_under_its_drawing(
    service: str, newcomer: Visitor, page: Page
) -> None:
    newcomer.send("/moi/presentation", {"presentation": "voice"})
    page.goto(f"{service}/moi/video/nouvelle")
    page.get_by_role("button", name="Ouvrir le micro").click()
    begin_film(page)
    end_film(page)
    send(page)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("On prépare ta voix", timeout=PREPARED_MS)
    expect(title).to_have_text("Ta voix est prête", timeout=PREPARED_MS)
    play(page)
    assert page.evaluate("document.querySelector('video').videoWidth") == 0
    assert page.evaluate("document.querySelector('video').poster")
    assert newcomer.read(f"{page.locator('[data-source]').get_attribute('data-source')}")["hls"]


def test_two_parts_filmed_in_the_page_are_one_film(service: str, page: Page) -> None:
    open_camera(page, service)
    page.get_by_label("Qu’est-ce que tu enregistres ?").select_option(label="1. Qui je suis")
    begin_film(page)
    end_film(page)
    page.get_by_role("button", name="Filmer la suite").click()
    begin_film(page)
    end_film(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ta vidéo est prête", timeout=PREPARED_MS)
    play(page)
    assert page.evaluate("document.querySelector('video').duration") > 2 * SHORTEST_MS / 1000
