"""The main job in a real browser: a video is sent by its page and seen by its owner; no script, no mouse."""

from pathlib import Path

from playwright.sync_api import Page, expect

from app.cli import story
from app.cli.visitor import Visitor
from tests.browser.conftest import OpenAs
from tests.browser.looking import Watch, keep_screenshot
from tests.browser.told import Told

PREPARED_MS = 90_000
PLAYED_MS = 30_000


def playing(page: Page) -> None:
    """Press play and wait until the picture moves."""
    page.locator("[data-visavis-player] button").first.click()
    page.locator("video").first.evaluate(
        "video => new Promise(moved => video.addEventListener('timeupdate', () => "
        "video.currentTime > 0.5 && moved()))"
    )


def test_a_resident_sends_a_file_and_sees_oneself(
    service: str, newcomer: Visitor, open_as: OpenAs, clip: Path
) -> None:
    story.fill_in(newcomer, "promenade")
    page = open_as(newcomer).new_page()
    watch = Watch(page)
    page.goto(f"{service}/moi/video")
    page.locator("input[type=file]").set_input_files(clip)
    page.locator("form.upload button[type=submit]").click()
    expect(page.locator("[data-visavis-player]").first).to_be_visible(timeout=PREPARED_MS)
    playing(page)
    keep_screenshot(page, "walk_own_video")
    assert watch.asked == {service}


def test_without_script_a_recruiter_still_finds_a_video_to_play(
    service: str, told: Told, open_as: OpenAs
) -> None:
    context = open_as(told.people["recruiter"])
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{service}/candidats?mots=boulangerie")
    page.locator(".grid a").first.click()
    address = page.locator("video").first.get_attribute("src")
    assert address
    assert context.request.get(address).headers["content-type"] == "video/mp4"


def test_the_keyboard_alone_opens_the_door(service: str, page: Page) -> None:
    page.goto(service)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    seen = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.getAttribute('href')"))
    assert {"/connexion", "/"} <= seen
