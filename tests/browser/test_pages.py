"""Every page of every role, found in the route table: usable by all, at all sizes, and alone with us."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from playwright.sync_api import Browser, BrowserContext, Page
from pydantic import SecretStr

from app.main import create_app
from app.settings import Settings
from app.videos.schemas import Playback
from tests.browser.conftest import signed_in
from tests.browser.looking import AXE, Watch, keep_screenshot, resize, settle, violations, weights
from tests.browser.told import Told

NO_PAGES = (".csv", ".xlsx", ".json", ".ics", "/candidats/lieux", "/candidats/suggestions")
# Whose eyes a permission has; what is for everybody is looked at by somebody who is nobody.
EYES = {
    "anyone": "anyone",
    "everybody": "anyone",
    "signed in": "adviser",
    "on the way in": "funder",
    "resident": "resident",
    "resident or adviser": "resident",
    "recruiter": "recruiter",
    "adviser": "adviser",
    "admin": "admin",
    "not a resident alone": "recruiter",
}
# What a page also looks like, to somebody else or when it is asked otherwise.
ALSO = (
    ("newcomer", "/moi"),
    ("newcomer", "/moi/video"),
    ("newcomer", "/moi/vues"),
    ("newcomer", "/moi/messages"),
    ("waiting", "/moi"),
    ("waiting", "/moi/texte"),
    ("heard", "/moi"),
    ("heard", "/moi/video"),
    ("heard", "/moi/envoi"),
    ("heard", "/moi/presentation"),
    ("adviser", "/sous-titres/{video_id}"),
    ("recruiter", "/candidats?mots=zzz&contrat=cdi&departement=59"),
    ("pending", "/candidats"),
    ("pending", "/entreprise"),
    ("anyone", "/inscription/entreprise?siret=73282932000074"),
    ("adviser", "/entreprises/{organisation_id}"),
    ("adviser", "/compte/code"),
    ("adviser", "/compte/donnees"),
    ("admin", "/compte/donnees"),
    ("pending", "/besoins"),
    ("newcomer", "/moi/propositions"),
    ("resident", "/compte"),
    ("funder", "/bilan"),
    ("anyone", "/invitation/perdue"),
    ("anyone", "/nulle-part"),
)
OWN_EYES = {
    "/connexion/lien/{token}": "forgetful",
    "/moi/video/{video_id}/couper": "heard",
    "/connexion/code": "coded",
    "/inscription/confirmation": "registering",
    "/inscription/confirmation/{token}": "registering",
}
QUERIES = {"/bilan/faits": "?chiffre=filmed"}
# Looked at in both themes at both sizes; the others are in one theme at each.
MAIN = {
    "/",
    "/connexion",
    "/moi",
    "/moi/video",
    "/candidats",
    "/candidats/{slug}",
    "/accompagnement",
    "/bilan",
}
NARROWEST_PX = 320
# What a page may weigh on a prepaid phone; where one films, twice the script of another page.
SCRIPT_MAX_BYTES = 40_000
RECORDING_SCRIPT_MAX_BYTES = 60_000
PAGE_MAX_BYTES = 150_000
RESULTS_MAX_BYTES = 100_000
RECORDING = ("/moi/video", "/moi/video/nouvelle")
BILAN_MAX_SHEETS = 2


def pages() -> Iterator[tuple[str, str]]:
    """Yield whose eyes and which path, for every page of the route table and the other faces of some."""
    settings = Settings(
        environment="test",
        data_dir=Path("build"),
        database_url=SecretStr("postgresql+psycopg://x@127.0.0.1:1/x"),
    )
    for route in iter_route_contexts(create_app(settings).routes):
        path, endpoint = route.path or "", route.endpoint
        shows = ".pages" in getattr(endpoint, "__module__", "") or path.startswith("/problemes/")
        answer = getattr(endpoint, "__annotations__", {}).get("return")
        if (
            "GET" in (route.methods or ())
            and shows
            and answer is not Playback
            and not path.endswith(NO_PAGES)
        ):
            yield OWN_EYES.get(path) or EYES[permission(route)], path + QUERIES.get(path, "")
    yield from ALSO


def permission(route: Any) -> str:
    """Return the one permission that a route names."""
    named = [getattr(child.call, "permission", None) for child in route.dependant.dependencies]
    return next(name for name in named if isinstance(name, str))


@pytest.fixture(scope="session")
def desks(
    browser: Browser, told: Told, browser_context_args: dict[str, Any]
) -> Iterator[dict[str, BrowserContext]]:
    """Open one browser for each part, kept for all pages as people keep theirs; nothing moves in it."""
    still = browser_context_args | {"reduced_motion": "reduce"}
    opened = {part: signed_in(browser, visitor, still) for part, visitor in told.people.items()}
    for context in opened.values():
        context.add_init_script(path=AXE)
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def watch(desks: dict[str, BrowserContext], part: str) -> Iterator[Watch]:
    """Look at somebody's one tab, in which they go from page to page: a new tab costs as much as a page."""
    tab = desks[part].pages[0] if desks[part].pages else desks[part].new_page()
    resize(tab, "360")
    watch = Watch(tab)
    yield watch
    watch.end()


def faults_by_theme(page: Page, *, both: bool) -> dict[str, list[str]]:
    """Ask axe at both sizes, light on a phone and dark on a screen, and the other way round for some."""
    found = {}
    looks = [("light", "360"), ("dark", "1280"), *([("light", "1280"), ("dark", "360")] if both else [])]
    for theme, size in looks:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        resize(page, size)
        settle(page)
        found[f"{theme} {size}"] = violations(page)
    page.emulate_media(color_scheme="light")
    return {look: faults for look, faults in found.items() if faults}


@pytest.mark.parametrize(("part", "path"), sorted(set(pages())))
def test_a_page_is_usable_by_all_and_alone_with_us(
    watch: Watch, told: Told, service: str, part: str, path: str
) -> None:
    opened = watch.page
    answer = opened.goto(service + told.address(path), wait_until="load")
    assert answer
    lost = path in ("/nulle-part", "/invitation/perdue")
    assert answer.status == (404 if lost else 200), path
    assert not faults_by_theme(opened, both=path in MAIN)
    opened.set_viewport_size({"width": NARROWEST_PX, "height": 640})
    settle(opened)
    assert opened.evaluate("document.documentElement.scrollWidth") <= NARROWEST_PX
    keep_screenshot(opened, re.sub(r"[^\w-]+", "_", re.sub(r"[{}]", "", part + path)))
    # A browser says itself that the page is not there.
    weighed = weights(opened)  # only now: scripts that a page asks for itself come after it is loaded
    assert weighed["script"] <= (RECORDING_SCRIPT_MAX_BYTES if path in RECORDING else SCRIPT_MAX_BYTES)
    assert weighed["all"] <= (RESULTS_MAX_BYTES if path.partition("?")[0] == "/candidats" else PAGE_MAX_BYTES)
    assert [words for words in watch.said if not (lost and "404" in words)] == []
    assert watch.asked == {service}


@pytest.mark.parametrize("part", ["admin", "adviser", "funder"])
def test_a_bilan_is_printed_on_two_sheets_at_most(watch: Watch, service: str) -> None:
    watch.page.goto(f"{service}/bilan")
    printed = watch.page.pdf(
        format="A4", margin={"top": "10mm", "right": "10mm", "bottom": "10mm", "left": "10mm"}
    )
    assert 0 < len(re.findall(rb"/Type\s*/Page\b", printed)) <= BILAN_MAX_SHEETS
