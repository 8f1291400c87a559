"""A page that is closed in mid-upload: the same file chosen again is not sent twice, and arrives whole."""

from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from app.cli.clips import ClipWanted, make_clip
from app.cli.visitor import Visitor
from tests.browser.conftest import OpenAs

SLOW_BYTES_PER_S = 400_000
SENT_MS = 30_000


@pytest.fixture
def large_clip(tmp_path: Path) -> Path:
    """Film a clip that takes some seconds to send."""
    rate = ("-b:v", "3M", "-minrate", "3M", "-maxrate", "3M", "-bufsize", "1M", "-x264-params", "nal-hrd=cbr")
    return make_clip(tmp_path / "cv.mp4", ClipWanted((), length_s=8, encoding=(*ClipWanted.encoding, *rate)))


def send(page: Page, clip: Path) -> None:
    """Choose the file and begin to send it."""
    page.locator("input[type=file]").set_input_files(clip)
    page.get_by_role("button", name="Envoyer ma vidéo").click()


def slow_down(page: Page, bytes_per_s: int) -> None:
    """Send no faster than this; -1 for as fast as it goes."""
    line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_s}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)


def test_a_page_reloaded_in_mid_upload_sends_only_the_rest(
    service: str, data_dir: Path, newcomer: Visitor, open_as: OpenAs, large_clip: Path
) -> None:
    page = open_as(newcomer).new_page()
    # The page warns that the upload is not finished; somebody leaves all the same.
    page.on("dialog", lambda warning: warning.accept())
    page.goto(f"{service}/moi/video")
    slow_down(page, SLOW_BYTES_PER_S)
    send(page, large_clip)
    expect(page.locator(".upload [data-part=sentence]")).to_contain_text("1,", timeout=SENT_MS)
    page.reload()
    expect(page.locator(".upload [data-part=unfinished]")).to_contain_text(large_clip.name)
    slow_down(page, -1)
    patches: list[Request] = []
    page.on("request", lambda request: patches.append(request) if request.method == "PATCH" else None)
    send(page, large_clip)
    expect(page.get_by_role("heading", level=1)).to_contain_text("On prépare ta vidéo", timeout=SENT_MS)
    assert 0 < int(patches[0].headers["upload-offset"]) < large_clip.stat().st_size
    upload_id = urlsplit(patches[0].url).path.rpartition("/")[2]
    received = (data_dir / "spool" / upload_id).read_bytes()
    assert sha256(received).digest() == sha256(large_clip.read_bytes()).digest()
