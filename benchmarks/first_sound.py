"""Claim: from a result that one opens to the sound of a voice, a recruiter waits no longer than a second.

A browser that has played nothing yet, on a line as poor as that of the young people; the worst round is
judged.  All that the recruiter waits for counts: the page of the profile, then the first sound once play is
pressed; not the moment in between, as long as a hand takes from the button to pressing it.
"""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from app.cli import accounts, story
from app.cli.demo import started
from app.cli.visitor import Visitor
from benchmarks.frame import Claim, Unfair, tool
from benchmarks.results import cookies_of
from benchmarks.seeing_oneself import FLAGS, LINE, film

ROUNDS = 3
PROMISE_S = 1.0
MARK = "entendue"
NEAR_MS = 300  # a mouse is over what it presses for longer
# Media events do not climb, so they are caught on their way down.
NOTE_SOUND = "addEventListener('playing', () => sessionStorage.playing ??= Date.now(), true);"
NOW = "Date.now()"
HEARD = "() => Number(sessionStorage.playing)"


def run() -> list[Claim]:
    """Publish one video, and have recruiters find and play it, each in a browser of their own."""
    with TemporaryDirectory() as folder, started(Path(folder) / "data") as url, sync_playwright() as tools:
        recruiter = published(url, film(Path(folder) / "clip.mp4"))
        browser = tools.chromium.launch(executable_path=tool("chromium"), args=FLAGS)
        figures = tuple(round_s(browser, recruiter, url) for _ in range(ROUNDS))
        recruiter.http.close()
        browser.close()
    promise = "la promesse : une seconde d’attente en tout"
    return [Claim("du résultat au son (au pire)", "s", promise, (PROMISE_S,), figures, 1, is_promise=True)]


def published(url: str, clip: Path) -> Visitor:
    """Tell the story of one resident as far as the recruiter who may find them, and return that recruiter."""
    cast = story.Cast(*(Visitor(name, url) for name in ("La conseillère", "La jeune", "Le recruteur")))
    story.sign_in(cast.adviser, accounts.ADVISER)
    story.invite(cast, MARK)
    story.fill_in(cast.resident, MARK)
    video_id = story.send_video(cast.resident, clip)
    story.follow(cast.resident, video_id)
    story.validate_captions(cast.resident, video_id)
    story.approve(cast, MARK)
    story.sign_in(cast.recruiter, accounts.RECRUITER)
    for visitor in (cast.adviser, cast.resident):
        visitor.http.close()
    return cast.recruiter


def round_s(browser: Browser, recruiter: Visitor, url: str) -> float:
    """Search for the first time in a new browser, open the result, press play; return what was waited for."""
    with closing(browser.new_context(locale="fr-FR")) as desk:
        desk.add_cookies(cookies_of(recruiter))
        page = desk.new_page()
        slow(page)
        page.goto(f"{url}/candidats?mots=vendeuse")
        return hear(page, page.get_by_role("link", name=MARK).get_attribute("href") or "")


def slow(page: Page) -> None:
    """Put the page on a poor line."""
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", LINE)


def hear(page: Page, address: str) -> float:
    """Open a result of the list, come near the button and press it; return the seconds that were waited."""
    page.add_init_script(NOTE_SOUND)
    began_ms = page.evaluate(NOW)
    page.locator(f'a[href="{address}"]').click()
    button = page.locator(".player__start")
    button.wait_for()
    opened_ms = page.evaluate(NOW)
    button.hover()
    page.wait_for_timeout(NEAR_MS)
    pressed_ms = page.evaluate(NOW)
    button.click()
    page.wait_for_function(HEARD)
    heard_ms = page.evaluate(HEARD)
    if heard_ms <= pressed_ms:
        raise Unfair("le navigateur n’a pas dit quand il a joué")
    print(f"page {opened_ms - began_ms:.0f} ms, puis son {heard_ms - pressed_ms:.0f} ms", flush=True)
    return float(opened_ms - began_ms + heard_ms - pressed_ms) / 1000
