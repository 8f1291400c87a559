"""What a film is played with in tests: captions, words and parts made up; what a page fetches and tells."""

import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Page, Request, Route

PICTURE = re.compile(r"/(\d+p|video)\.(mp4|m3u8)$")
CAPTIONS = "**/medias/*/sous-titres/*.vtt"
VTT = "WEBVTT\n\n00:00.000 --> 00:03.000\nSalut, moi c’est Inès.\n\n00:03.000 --> 00:59.000\nVenez !\n"
SAID = ((0, "Salut, moi c’est Inès."), (3, "Je cherche un CDI."), (5, "Venez me rencontrer !"))
PARTS = ((0, "Partie 1"), (4, "Partie 2"))
LOOK_AGAIN_MS = 100
# The page says no links, before any script of it runs: the player asks for them, and gets what is made up.
ASK = """document.addEventListener("readystatechange", () => {
  for (const player of document.querySelectorAll("[data-known]"))
    player.dataset.known = JSON.stringify({ ...JSON.parse(player.dataset.known), life_s: 0 });
}, { once: true })"""
# What a listener of the page keeps: all that would break a play.
KEEP_BREAKS = """video => {
  window.breaks = [];
  for (const name of ["waiting", "pause", "seeking", "emptied", "error"])
    video.addEventListener(name, () => window.breaks.push(`${name} ${video.currentTime}`));
}"""


def furnish(context: BrowserContext) -> None:
    """Give what is played other captions, a transcript and chapters, whatever the server has."""

    def add(route: Route) -> None:
        answer = route.fetch()
        more = {
            "transcript": [{"start_s": at, "end_s": at + 2, "text": text} for at, text in SAID],
            "chapters": [{"start_s": at, "title": title} for at, title in PARTS],
        }
        route.fulfill(response=answer, json=answer.json() | more)

    context.add_init_script(ASK)
    context.route("**/lecture", add)
    context.route(CAPTIONS, lambda route: route.fulfill(body=VTT, content_type="text/vtt"))


@dataclass
class Wire:
    """What a page fetched since `forget`, and what it told the server of what was played."""

    page: Page
    media: list[str] = field(default_factory=list)
    opened: int = 0
    spans: list[tuple[float, float]] = field(default_factory=list)
    received_bytes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Listen from now on, down to each piece of a body."""
        self._addresses: dict[str, str] = {}
        self.page.on("request", self._see)
        self.line = self.page.context.new_cdp_session(self.page)
        self.line.send("Network.enable")
        self.line.on("Network.requestWillBeSent", self._begin)
        self.line.on("Network.dataReceived", self._receive)

    def slow_down(self, bytes_per_s: float) -> None:
        """Let no more come than this."""
        conditions = {"offline": False, "latency": 20, "uploadThroughput": -1}
        self.line.send("Network.emulateNetworkConditions", conditions | {"downloadThroughput": bytes_per_s})

    def forget(self) -> None:
        """Begin to count anew; what is on its way counts as soon as it comes."""
        self.media.clear()
        self.received_bytes.clear()

    def pictures_bytes(self) -> int:
        """Return how much came of pictures, their playlists too."""
        return sum(count for path, count in self.received_bytes.items() if PICTURE.search(path))

    def tickets(self) -> set[str]:
        """Return the moments at which the links that were used would end."""
        return {moment for url in self.media for moment in parse_qs(urlsplit(url).query).get("expires", [])}

    def _see(self, request: Request) -> None:
        path = urlsplit(request.url).path
        if path.endswith(".mp4"):
            self.media.append(request.url)
        elif path == "/lectures":
            self.opened += 1
        elif path.endswith("/battements"):
            self.spans += [tuple(span) for span in (request.post_data_json or {})["spans"]]

    def _begin(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = urlsplit(event["request"]["url"]).path

    def _receive(self, event: dict[str, Any]) -> None:
        path = self._addresses.get(event["requestId"], "")
        self.received_bytes[path] = self.received_bytes.get(path, 0) + event["dataLength"]


def wait_until(page: Page, script: str, limit_s: float = 20) -> None:
    """Wait until something holds of the video; asked from outside, as a page may not evaluate words."""
    deadline_s = time.monotonic() + limit_s
    while not page.locator("video").evaluate(script):
        assert time.monotonic() < deadline_s, script
        page.wait_for_timeout(LOOK_AGAIN_MS)
