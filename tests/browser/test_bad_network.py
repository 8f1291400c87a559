"""A phone on a bad network: the video arrives whole, and the page says what is true."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from app.cli.clips import ClipWanted, make_clip
from app.cli.demo import started
from app.cli.visitor import Visitor
from tests.browser.conftest import OpenAs, invited
from tests.browser.hands import title_of
from tests.network import Relay, relayed

QUICK_BYTES_PER_S = 1_500_000
SLOW_BYTES_PER_S = 32_000  # 256 kbit/s
LATE_S = 0.05
ARRIVES_MS = 40_000
STUCK_S = 20
KEPT_ALIVE_S = 6
FORM = "form[data-visavis-upload]"
PHONE = "06 12 34 56 79"
NAME = "loin"
PASSWORD = f"une phrase a moi {NAME}"
SHOWN = re.compile(r"(\d+)\s%.*encore (?:moins de (\d+)\ssecondes|environ (\d+)\s(seconde|minute)s?)")


@dataclass
class Far:
    """A service at the other end of a bad line, and the phone of a resident who sends a video there."""

    relay: Relay
    data_dir: Path
    phone: BrowserContext
    pieces: list[Request] = field(default_factory=list)
    arrived_at_s: float = 0.0

    def open(self, until: Literal["networkidle", "domcontentloaded"] = "networkidle") -> Page:
        """Open the page where one sends, on the good line that it still is."""
        page = self.phone.new_page()
        page.on("request", lambda one: self.pieces.append(one) if one.method == "PATCH" else None)
        page.on("requestfinished", self.arrive)
        page.goto(f"{self.relay.url}/moi/video", wait_until=until)
        return page

    def arrive(self, request: Request) -> None:
        """Note when the line gave what was sent: what the server does next says nothing of the line."""
        if request.method == "PATCH":
            self.arrived_at_s = time.monotonic()

    def has(self, film: Path) -> None:
        """Check that one upload was made of it all, and that it is the film."""
        [upload_id] = {urlsplit(piece.url).path.rpartition("/")[2] for piece in self.pieces}
        kept = (self.data_dir / "spool" / upload_id).read_bytes()
        assert sha256(kept).digest() == sha256(film.read_bytes()).digest()


@pytest.fixture(scope="module")
def far_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Relay, Path]]:
    """Run a product of its own, which is known by the address of the relay in front of it."""
    data_dir = tmp_path_factory.mktemp("far")
    with relayed() as relay, started(data_dir, VISAVIS_PUBLIC_URL=relay.url) as own_url:
        relay.target_port = urlsplit(own_url).port or 0
        yield relay, data_dir


@pytest.fixture
def resident(far_service: tuple[Relay, Path]) -> Iterator[Visitor]:
    """Have a resident invited, over a line that is good so far."""
    relay, _ = far_service
    relay.slow_down(None)
    relay.cut_after()
    relay.cuts = 0
    with invited(relay.url, NAME) as resident:
        yield resident


@pytest.fixture
def far(far_service: tuple[Relay, Path], resident: Visitor, open_as: OpenAs) -> Far:
    """Give the resident's phone."""
    return Far(*far_service, open_as(resident))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Film a clip of some megabytes."""
    return filmed(tmp_path_factory.mktemp("film") / "cv.mp4", "3M")


@pytest.fixture(scope="module")
def light_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Film a clip that a slow line carries in half a minute."""
    return filmed(tmp_path_factory.mktemp("light") / "cv.mp4", "600k")


def filmed(path: Path, rate: str) -> Path:
    """Film a clip of so many bits a second."""
    fixed = (
        "-b:v",
        rate,
        "-minrate",
        rate,
        "-maxrate",
        rate,
        "-bufsize",
        "1M",
        "-x264-params",
        "nal-hrd=cbr",
    )
    return make_clip(path, ClipWanted((), length_s=8, encoding=(*ClipWanted.encoding, *fixed)))


def part(page: Page, name: str) -> Locator:
    """Find a named part of the form that sends."""
    return page.locator(f"{FORM} [data-part={name}]")


def send(page: Page, film: Path) -> None:
    """Choose the film and begin to send it."""
    page.locator(f"{FORM} input[type=file]").set_input_files(film)
    page.get_by_role("button", name="Envoyer ma vidéo").click()


def shown(page: Page) -> tuple[int, float] | None:
    """Return the percent and the remaining seconds that the page tells, None while it tells no time."""
    found = SHOWN.search(part(page, "sentence").inner_text())
    if found is None:
        return None
    percent, less_than, about, unit = found.groups()
    return int(percent), float(less_than or about) * (60 if unit == "minute" else 1)


def wait_for_half(page: Page) -> float:
    """Wait until at least half is sent, and return the remaining seconds that the page tells then."""
    while (told := shown(page)) is None or told[0] < 50:
        page.wait_for_timeout(100)
    return told[1]


def wait_until_sent(page: Page, percent: int) -> None:
    """Wait until the page has said so many percent."""
    bar = page.locator(f"{FORM} [role=progressbar]")
    while int(bar.get_attribute("aria-valuenow") or 0) < percent:
        page.wait_for_timeout(50)


def expect_received(page: Page) -> None:
    """Wait until the page shows that the video is being prepared, or is ready already."""
    expect(page.locator(FORM)).to_have_count(0, timeout=ARRIVES_MS)
    expect(title_of(page)).to_contain_text("a vidéo")


def test_a_line_that_is_cut_four_times_asks_nothing_of_the_person(far: Far, film: Path) -> None:
    page = far.open()
    far.relay.slow_down(QUICK_BYTES_PER_S, LATE_S)
    far.relay.cut_after(*(film.stat().st_size * fifth // 5 for fifth in range(1, 5)))
    send(page, film)
    expect_received(page)
    assert far.relay.cuts == 4
    far.has(film)


def test_a_slow_line_that_is_cut_tells_honestly_how_long_it_takes(far: Far, light_film: Path) -> None:
    page = far.open()
    size_bytes = light_film.stat().st_size
    far.relay.slow_down(SLOW_BYTES_PER_S, LATE_S)
    far.relay.cut_after(size_bytes // 4, size_bytes * 3 // 4)
    send(page, light_film)
    told_s, told_at_s = wait_for_half(page), time.monotonic()
    expect_received(page)
    took_s = far.arrived_at_s - told_at_s
    assert took_s / 2 <= told_s <= took_s * 1.5
    assert far.relay.cuts == 2
    far.has(light_film)


def test_a_line_that_dies_without_a_word_is_left_for_another(far: Far, film: Path) -> None:
    page = far.open()
    page.wait_for_timeout(1000 * KEPT_ALIVE_S)  # what the page came by has been hung up
    far.relay.slow_down(QUICK_BYTES_PER_S)
    send(page, film)
    wait_until_sent(page, 20)
    far.relay.lose()
    lost_at_s, pieces = time.monotonic(), len(far.pieces)
    expect_received(page)
    assert time.monotonic() - lost_at_s >= STUCK_S - 1
    assert len(far.pieces) > pieces
    far.has(film)


def test_a_phone_without_a_network_says_so_and_goes_on_when_it_has_one(far: Far, film: Path) -> None:
    page = far.open()
    far.relay.slow_down(QUICK_BYTES_PER_S)
    send(page, film)
    wait_until_sent(page, 20)
    far.phone.set_offline(True)
    error = part(page, "error")
    expect(error).to_contain_text("Plus de connexion. Ce qui est déjà envoyé est gardé.")
    far.phone.set_offline(False)
    expect(error).to_be_hidden()
    expect_received(page)
    far.has(film)


def test_a_second_tab_leaves_the_same_film_to_the_first(far: Far, film: Path) -> None:
    first, second = far.open(), far.open()
    far.relay.slow_down(QUICK_BYTES_PER_S)
    send(first, film)
    wait_until_sent(first, 10)
    send(second, film)
    expect(part(second, "error")).to_contain_text("déjà en cours d’envoi")
    expect_received(first)
    part(second, "pause").click()
    expect_received(second)
    far.has(film)


def test_a_session_that_ends_in_the_middle_loses_nothing(far: Far, film: Path, resident: Visitor) -> None:
    resident.send("/compte/coordonnees", {"phone": PHONE, "email": ""})
    page = far.open()
    far.relay.slow_down(QUICK_BYTES_PER_S)
    send(page, film)
    wait_until_sent(page, 20)
    far.phone.clear_cookies()
    expect(part(page, "error")).to_contain_text("Tout est bien arrivé", timeout=ARRIVES_MS)
    pieces = len(far.pieces)
    part(page, "pause").click()
    page.get_by_label("E-mail ou téléphone").fill(PHONE)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect_received(page)
    assert len(far.pieces) == pieces
    far.has(film)


def test_a_film_that_is_sent_before_the_scripts_have_come_waits_for_them(far: Far, film: Path) -> None:
    far.relay.slow_down(SLOW_BYTES_PER_S)
    page = far.open(until="domcontentloaded")
    send(page, film)
    far.relay.slow_down(None)
    expect_received(page)
    far.has(film)
