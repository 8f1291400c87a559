"""What hands do at a page: sign in by typing, take a suggestion, press play."""

import time

from playwright.sync_api import Locator, Page, Request, expect

from app.cli.demo_data import PASSWORD

PREPARED_MS = 60_000
MOVES_S = 0.5
PLAYS_MAX_S = 30
LOOK_AGAIN_MS = 100


def sign_in(page: Page, service: str, email: str) -> None:
    """Come by the front door and type one's address and password."""
    page.goto(service)
    page.get_by_role("link", name="Se connecter").click()
    page.get_by_label("E-mail ou téléphone").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("button", name="Quitter")).to_be_visible()


def title_of(page: Page) -> Locator:
    """Find the title of the page, by which one knows which page it is."""
    return page.get_by_role("heading", level=1)


def open_tab(page: Page, words: str) -> None:
    """Follow a link of the main menu."""
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name=words).click()


def take_suggestion(page: Page, label: str, typed: str, wanted: str) -> None:
    """Type a few letters in a field that suggests, and touch what was meant."""
    page.get_by_label(label).press_sequentially(typed)
    page.get_by_role("option", name=wanted).click()


def press_play(page: Page) -> None:
    """Press play and wait until the picture moves."""
    page.get_by_role("button", name="Lire :").click()
    play_until(page, MOVES_S)


def await_captions(page: Page, *, has_script: bool = True) -> None:
    """Wait until the page of captions has them: it loads itself again, or by hand without script."""
    again = page.get_by_role("link", name="Recharger la page")
    deadline_s = time.monotonic() + PREPARED_MS / 1000
    while not has_script and again.count():
        assert time.monotonic() < deadline_s, "there are no captions"
        with page.expect_navigation():
            again.click()
    expect(again).to_have_count(0, timeout=PREPARED_MS)


def play_until(page: Page, at_s: float) -> None:
    """Wait until the video has played as far as this; asked from outside, since a page may run no script."""
    deadline_s = time.monotonic() + PLAYS_MAX_S
    while page.locator("video").evaluate("video => video.currentTime") < at_s:
        assert time.monotonic() < deadline_s, "the video does not play"
        page.wait_for_timeout(LOOK_AGAIN_MS)


def watch(page: Page, until_s: float) -> None:
    """Watch what plays, pause it, and wait until the page's own beat has told all of it."""
    play_until(page, until_s)
    with page.expect_request(lambda sent: tells(sent, until_s)) as beat:
        page.keyboard.press("Space")  # whoever presses play has the video under the keyboard
    answer = beat.value.response()
    assert answer
    assert answer.ok


def tells(sent: Request, at_s: float) -> bool:
    """Tell whether this is a beat of app/web/ts/beacon.ts about what was played at this second."""
    said = sent.post_data_json if sent.url.endswith("/battements") else None
    return said is not None and said["spans"][-1][1] >= at_s
