"""A real browser on the real product: one service for all browser tests, Debian's Chromium, axe."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from app.cli.demo import answers, free_port

CHROMIUM = shutil.which("chromium") or ""
START_LIMIT_S = 120
AXE = Path(__file__).parents[2] / "app/web/node_modules/axe-core/axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Kept after the run, never committed.
SCREENSHOTS = Path(__file__).parents[2] / "build/screenshots"

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip every test of this folder, visibly, where there is no Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="Chromium manque : sudo apt-get install chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start Debian's Chromium with a camera and a microphone that are not there."""
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            "--autoplay-policy=no-user-gesture-required",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """Open French pages at the size of a cheap phone."""
    return {"locale": "fr-FR", "viewport": PHONE, "timezone_id": "Europe/Paris"}


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the whole product, worker included, and give its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {"VISAVIS_DATA_DIR": str(tmp_path_factory.mktemp("service"))}
    command = [sys.executable, "-m", "app.cli", "run", "--port", str(port), "--comptes"]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        limit = time.monotonic() + START_LIMIT_S
        while not answers(url):
            assert process.poll() is None, "the service ended"
            assert time.monotonic() < limit, "the service did not start"
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait()


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page: the rule, and where."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", AXE_RULES)[
        "violations"
    ]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def keep_screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page at the two sizes that we judge."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for label, size in (("360", PHONE), ("1280", DESKTOP)):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a ViewportSize in other words
        page.screenshot(path=SCREENSHOTS / f"{name}-{label}.png", full_page=True)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a ViewportSize in other words
