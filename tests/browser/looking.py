"""What is asked of a page: nothing said in the console, nothing fetched elsewhere, no fault found by axe."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request

ROOT = Path(__file__).parents[2]
AXE = ROOT / "app/web/node_modules/axe-core/axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Kept after the run, never committed; a tenth of what the pages cost, so only with VISAVIS_PICTURES=1.
SCREENSHOTS = ROOT / "build/screenshots"
WITH_PICTURES = os.environ.get("VISAVIS_PICTURES", "") == "1"
SIZES = {"360": (360, 740), "1280": (1280, 900)}
OWN_SCHEMES = ("data", "blob")


@dataclass
class Watch:
    """What a page does while somebody looks at it."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Listen from now on."""
        self.page.on("console", self.hear)
        self.page.on("pageerror", self.note)
        self.page.on("request", self.see)

    def end(self) -> None:
        """Listen no more: somebody else looks at the next page of this tab."""
        self.page.remove_listener("console", self.hear)
        self.page.remove_listener("pageerror", self.note)
        self.page.remove_listener("request", self.see)

    def note(self, error: Error) -> None:
        """Keep what broke in a script of the page."""
        self.said.append(str(error))

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what a page complains about, the content policy's refusals among it."""
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def see(self, request: Request) -> None:
        """Keep the origin of everything that is fetched."""
        parts = urlsplit(request.url)
        if parts.scheme not in OWN_SCHEMES:
            self.asked.add(f"{parts.scheme}://{parts.netloc}")


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page, which has it by `add_init_script`: the rule, and where."""
    run = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})"
    found = page.evaluate(run, AXE_RULES)["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def weights(page: Page) -> dict[str, int]:
    """Return what the page weighed on the wire, in bytes: its scripts, and all of it but the film.

    How much of a film in the page is fetched ahead is the browser's choice, and changes from run to run.
    """
    found: dict[str, int] = page.evaluate(
        """() => {
          const all = ["navigation", "resource"]
            .flatMap((kind) => performance.getEntriesByType(kind))
            .filter(({initiatorType}) => !["video", "audio"].includes(initiatorType));
          const sum = (some) => some.reduce((bytes, one) => bytes + one.encodedBodySize, 0);
          return {
            script: sum(all.filter(({name}) => new URL(name).pathname.endsWith(".js"))),
            all: sum(all),
          };
        }"""
    )
    return found


def resize(page: Page, label: str) -> None:
    """Look at the page on a phone ("360") or on a screen ("1280")."""
    width, height = SIZES[label]
    page.set_viewport_size({"width": width, "height": height})


def settle(page: Page) -> None:
    """Wait until a change of theme or size is painted: colours on their way are nobody's."""
    page.evaluate(
        """async () => {
          for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
          await Promise.allSettled(document.getAnimations().map((one) => one.finished));
          await new Promise(requestAnimationFrame);
        }"""
    )


def keep_screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page at the two sizes that we judge."""
    for label in SIZES:
        resize(page, label)
        take_picture(page, SCREENSHOTS / f"{name}-{label}.png")
    resize(page, "360")


def take_picture(page: Page, path: Path) -> None:
    """Take a picture as tall as the page, if asked for: the window's foot covers nothing of it."""
    if not WITH_PICTURES:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    window = page.viewport_size or {"width": 360, "height": 740}
    page.wait_for_load_state()  # a page that has just been left has no height yet
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": window["width"], "height": height})
    page.screenshot(path=path)
    page.set_viewport_size(window)
