"""Filming with a camera that is not there: what is tapped, what the phone keeps, what the server has."""

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, BrowserType, Page, Response, expect

from app.cli.visitor import Visitor
from tests.browser.conftest import cookies_of

SHORTEST_MS = 5_500  # a little longer than the shortest video
WAIT_MS = 30_000
DIES_MAX_S = 10
BEGUN_MS = 2_000  # what is seen of it at least, however late one looks
BEGUN = re.compile(r"^(0:0[2-9]|0:[1-5]\d)")
KEPT = """async () => {
  const opened = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const database = await opened(indexedDB.open("visavis", 1));
  const reading = database.transaction(["takes", "slices"]);
  const takes = await opened(reading.objectStore("takes").getAll());
  const slices = await opened(reading.objectStore("slices").getAll());
  database.close();
  const hash = await crypto.subtle.digest("SHA-256", await new Blob(slices).arrayBuffer());
  const sha256 = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return {takes, sha256, bytes: slices.reduce((sum, slice) => sum + slice.byteLength, 0)};
}"""


def kept(page: Page) -> dict[str, Any]:
    """Return the takes that the phone keeps, and the digest and size of all their slices together."""
    found: dict[str, Any] = page.evaluate(KEPT)
    return found


def open_camera(page: Page, service: str) -> None:
    """Come to the studio, and tap."""
    page.goto(f"{service}/moi/video/nouvelle")
    page.get_by_role("button", name="Ouvrir la caméra").click()
    expect(page.get_by_role("heading", name="On vérifie d’abord")).to_be_focused()


def begin_film(page: Page, *, live: bool = False) -> None:
    """Tap to begin, and wait until the first second is kept on the phone."""
    page.get_by_label("Envoyer pendant que je m’enregistre").set_checked(live)
    page.get_by_role("button", name="C’est parti").click()
    expect(page.locator("[data-part=time]")).to_contain_text(BEGUN, timeout=WAIT_MS)


def end_film(page: Page, *, long_enough: bool = True) -> None:
    """Say that it is done, once it is long enough to be sent or at once."""
    page.wait_for_timeout(SHORTEST_MS - BEGUN_MS if long_enough else 0)
    page.get_by_role("button", name="J’ai fini").click()
    expect(page.get_by_role("heading", name="puis choisis")).to_be_visible()


def film(page: Page, service: str, *, live: bool = False, long_enough: bool = True) -> None:
    """Open the camera, film one short take and look at it."""
    open_camera(page, service)
    begin_film(page, live=live)
    end_film(page, long_enough=long_enough)


def send(page: Page) -> None:
    """Send what is chosen."""
    page.get_by_role("button", name="Envoyer (").click()


def expect_received(page: Page) -> None:
    """Wait until the server has it and prepares it."""
    try:
        expect(page.get_by_role("heading", level=1)).to_contain_text("On prépare ta vidéo", timeout=WAIT_MS)
    except AssertionError as error:  # the page says why
        error.add_note(page.get_by_role("main").inner_text())
        raise


class Postman:
    """Remembers which uploads a page sends to."""

    def __init__(self, page: Page) -> None:
        self.ids: list[str] = []
        page.on("response", self.see)

    def see(self, response: Response) -> None:
        """Keep the id of an upload that bytes were sent to."""
        if response.request.method == "PATCH":
            upload_id = urlsplit(response.url).path.rpartition("/")[2]
            if upload_id not in self.ids:
                self.ids.append(upload_id)


def wait_for(page: Page, sentence: str, is_so: Callable[[], bool]) -> None:
    """Wait until something is so outside the page."""
    deadline_s = time.monotonic() + WAIT_MS / 1_000
    while not is_so():
        assert time.monotonic() < deadline_s, sentence
        page.wait_for_timeout(100)


def received(data_dir: Path, upload_id: str) -> str:
    """Return the digest of what the server has of an upload."""
    return sha256((data_dir / "spool" / upload_id).read_bytes()).hexdigest()


class Phone:
    """A browser that keeps what it keeps on a disk, as a phone does, and that can be killed."""

    def __init__(self, kind: BrowserType, place: Path, arguments: dict[str, Any], visitor: Visitor) -> None:
        self.kind, self.place, self.arguments, self.visitor = kind, place, arguments, visitor
        self.context: BrowserContext | None = None

    def open(self) -> Page:
        """Take the phone, signed in."""
        self.context = self.kind.launch_persistent_context(self.place, **self.arguments)
        self.context.add_cookies(cookies_of(self.visitor))
        return self.context.new_page()

    def die(self) -> None:
        """Let the battery end: every process of the browser is killed at once, and gone."""
        deadline_s = time.monotonic() + DIES_MAX_S
        while living := self.processes():
            assert time.monotonic() < deadline_s, "the browser does not die"
            for process_id in living:
                with suppress(ProcessLookupError):
                    os.kill(process_id, signal.SIGKILL)
            time.sleep(0.05)
        self.context = None

    def processes(self) -> list[int]:
        """List the processes of the browser."""
        found = []
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # it ended meanwhile
                if str(self.place).encode() in command.read_bytes():
                    found.append(int(command.parent.name))
        return found
