"""Filming with a camera that is not there: what is tapped, what the phone keeps, what the server has."""

import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response, expect

SHORTEST_MS = 4_000  # after the two seconds that it lasts already: longer than the shortest video
WAIT_MS = 30_000
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
    expect(page.locator("[data-part=time]")).to_contain_text("0:02", timeout=WAIT_MS)


def end_film(page: Page, *, long_enough: bool = True) -> None:
    """Say that it is done, once it is long enough to be sent or at once."""
    page.wait_for_timeout(SHORTEST_MS if long_enough else 0)
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
    expect(page.get_by_role("heading", level=1)).to_contain_text("On prépare ta vidéo", timeout=WAIT_MS)


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
