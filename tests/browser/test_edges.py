"""Choosing the picture of a video and cutting its ends, by the keyboard alone, as both pages are used."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.cli import story
from app.cli.visitor import Visitor
from tests.browser.conftest import CLIP_S, OpenAs
from tests.browser.looking import AXE, Watch, keep_screenshot, resize, settle, violations
from tests.browser.test_voice import PREPARED_MS

NARROWEST_PX = 320
STOPPED = "() => { const v = document.querySelector('video'); return v.paused && v.currentTime > 1; }"


@pytest.fixture
def page(newcomer: Visitor, open_as: OpenAs, clip: Path) -> Page:
    """Open the browser of somebody whose video is ready."""
    story.follow(newcomer, story.send_video(newcomer, clip))
    page = open_as(newcomer, reduced_motion="reduce").new_page()
    page.add_init_script(path=AXE)
    return page


def look_at(page: Page, name: str) -> None:
    """Ask axe in both themes at both sizes, and keep a picture of each size."""
    for theme in ("light", "dark"):
        for size in ("360", "1280"):
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            resize(page, size)
            settle(page)
            assert violations(page) == [], (theme, size)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": NARROWEST_PX, "height": 640})
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST_PX
    keep_screenshot(page, name)


def test_the_picture_is_chosen_with_the_arrows_and_shown_soon_after(service: str, page: Page) -> None:
    page.goto(f"{service}/moi/video")
    page.get_by_role("link", name="Choisir une autre image").click()
    before = page.get_by_alt_text("Ton image en ce moment").get_attribute("src") or ""
    page.get_by_label("à 0\u00a0s").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("à 4\u00a0s")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_label("à 4\u00a0s")).to_be_checked()
    after = page.get_by_alt_text("Ton image en ce moment")
    while not after.count():  # the worker is quick, and may be busy
        page.wait_for_timeout(500)
        page.reload()
    src = after.get_attribute("src") or ""
    assert src.partition("?")[0] != before.partition("?")[0]
    assert "poster-2" in src
    assert page.evaluate("document.querySelector('.poster img').naturalWidth") > 0


def test_both_ends_are_cut_with_the_keyboard_and_the_cut_is_played_first(service: str, page: Page) -> None:
    watch = Watch(page)
    page.goto(f"{service}/moi/video")
    page.get_by_role("link", name="Couper le début ou la fin").click()
    begins, ends = page.get_by_label("Elle commence à"), page.get_by_label("Elle finit à")
    first, last = (page.get_by_role("slider", name=name, exact=True) for name in ("Début", "Fin"))
    first.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(begins).to_have_value("1")
    last.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    expect(ends).to_have_value(f"{CLIP_S - 2:g}")
    expect(page.get_by_text("Il restera 5,0 secondes.")).to_be_visible()
    begins.fill("4")
    expect(page.get_by_text("c’est trop court")).to_be_visible()
    begins.fill("1")
    assert len(page.locator("[data-part=wave]").get_attribute("d") or "") > 10 * CLIP_S
    look_at(page, "couper")
    page.get_by_role("button", name="Regarder la coupe").click()
    page.wait_for_function(STOPPED)
    assert page.evaluate("document.querySelector('video').currentTime") < CLIP_S - 1
    page.get_by_role("button", name="Couper", exact=True).click()
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("On refait ta vidéo")
    expect(page.get_by_text("Elle est encore là, comme avant")).to_be_visible()
    expect(title).to_have_text("Ta vidéo est prête", timeout=PREPARED_MS)
    expect(page.get_by_text("5\u00a0s", exact=True)).to_be_visible()
    assert (watch.asked, watch.said) == ({service}, [])


def test_an_end_is_put_where_the_playback_stands(service: str, page: Page) -> None:
    page.goto(f"{service}/moi/video")
    page.get_by_role("link", name="Couper le début ou la fin").click()
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
    page.evaluate("document.querySelector('video').currentTime = 2.5")
    page.get_by_role("button", name="Début : ici").click()
    expect(page.get_by_label("Elle commence à")).to_have_value("2.5")
    expect(page.get_by_role("slider", name="Début", exact=True)).to_have_value("2.5")
