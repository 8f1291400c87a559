"""A real browser on the real product: one service for all browser tests, Debian's Chromium, axe."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, BrowserContext

from app.cli import accounts, story
from app.cli.clips import ClipWanted, make_clip
from app.cli.demo import started
from app.cli.demo_data import YOUNGSTERS
from app.cli.visitor import Visitor
from tests.browser.told import Told, tell

# Without windows, where it is installed: the same engine, that spends a third of the time on a new page.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
PHONE = {"width": 360, "height": 740}
# Without a window Chromium says so, and no view of a robot counts.
SEEN_BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
DESK = {"width": 1280, "height": 900}
CLIP_S = 8  # long enough for a view to count, short enough to be prepared at once


class OpenAs(Protocol):
    """Opens somebody's browser; what is said of it (its size, no script) goes before what all have."""

    def __call__(self, visitor: Visitor | None, **arguments: Any) -> BrowserContext:
        """Return the open browser."""
        ...


def signed_in(browser: Browser, visitor: Visitor | None, arguments: dict[str, Any]) -> BrowserContext:
    """Open the browser of somebody who is signed in already, or of nobody."""
    context = browser.new_context(**arguments)
    if visitor:
        context.add_cookies(cookies_of(visitor))
    return context


def cookies_of(visitor: Visitor) -> list[SetCookieParam]:
    """Return what keeps somebody signed in, as a browser takes it."""
    return [
        {"name": name, "value": value, "domain": "127.0.0.1", "path": "/", "secure": True}
        for name, value in visitor.cookies.items()
    ]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and skip them, visibly, where there is no Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="Chromium manque : sudo apt-get install chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start Debian's Chromium with a camera and a microphone that are not there."""
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """Open French pages at the size of a cheap phone, by the name of a browser that somebody looks at."""
    place = {"locale": "fr-FR", "viewport": PHONE, "timezone_id": "Europe/Paris"}
    return place | {"user_agent": SEEN_BROWSER}


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the service keeps everything, mails and uploads too."""
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="session")
def service(data_dir: Path) -> Iterator[str]:
    """Run the whole product, worker included, and give its address."""
    with started(data_dir) as url:
        yield url


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Film a short upright clip, as a cheap phone does."""
    wanted = ClipWanted(
        YOUNGSTERS[0].spoken, length_s=CLIP_S, encoding=(*ClipWanted.encoding, "-s", "360x640")
    )
    return make_clip(tmp_path_factory.mktemp("clip") / "ma-video.mp4", wanted)


@pytest.fixture(scope="session")
def told(service: str, data_dir: Path, clip: Path) -> Iterator[Told]:
    """Tell the demonstration's story over HTTP, so that every page has something to show."""
    story_told = tell(service, data_dir, clip)
    yield story_told
    for visitor in story_told.people.values():
        if visitor:
            visitor.http.close()


@pytest.fixture
def open_as(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[OpenAs]:
    """Give browsers that are closed at the end."""
    opened: list[BrowserContext] = []

    def open_one(visitor: Visitor | None, **arguments: Any) -> BrowserContext:
        opened.append(signed_in(browser, visitor, browser_context_args | arguments))
        return opened[-1]

    yield open_one
    for context in opened:
        context.close()


@contextmanager
def invited(url: str, name: str) -> Iterator[Visitor]:
    """Have the adviser of a service invite a resident, who agrees and has sent nothing yet."""
    cast = story.Cast(*(Visitor(part, url) for part in ("La conseillère", "La jeune", "Le recruteur")))
    story.sign_in(cast.adviser, accounts.ADVISER)
    story.invite(cast, name)
    yield cast.resident
    for visitor in (cast.adviser, cast.resident, cast.recruiter):
        visitor.http.close()


@pytest.fixture
def invite(service: str) -> Iterator[Callable[[str], Visitor]]:
    """Have residents invited who have agreed and sent nothing yet."""
    with ExitStack() as opened:
        yield lambda name: opened.enter_context(invited(service, name))


@pytest.fixture
def newcomer(invite: Callable[[str], Visitor]) -> Visitor:
    """Have one resident invited who has agreed and sent nothing yet."""
    return invite("neuve")
