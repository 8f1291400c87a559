"""Short links on a slow line: they are renewed under a film that plays on, and one play stays one viewing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.cli import accounts, story
from app.cli.clips import ClipWanted, make_clip
from app.cli.demo import started
from app.cli.demo_data import YOUNGSTERS
from app.cli.visitor import Visitor
from app.viewing.rules import union
from tests.browser.conftest import OpenAs
from tests.browser.hands import MOVES_S, play_until, press_play
from tests.browser.playing import KEEP_BREAKS, PICTURE, Wire, wait_until
from tests.browser.told import send_to_review

LIFE_S = 4
LENGTH_S = 16
MARK = "courte"
SAVES_DATA = """Object.defineProperty(navigator, "connection", { value: { saveData: true } })"""


@dataclass
class Film:
    """A published film of two pictures, the recruiter who watches it, and what its media weigh."""

    address: str
    recruiter: Visitor
    sizes_bytes: dict[str, int]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    """Run a product of its own whose links live for seconds, and publish a film there."""
    folder = tmp_path_factory.mktemp("short")
    clip = make_clip(folder / "cv.mp4", ClipWanted(YOUNGSTERS[0].spoken, length_s=LENGTH_S))
    with started(folder / "data", VISAVIS_STORAGE_LINK_LIFE_S=str(LIFE_S)) as url:
        cast = story.Cast(*(Visitor(part, url) for part in ("La conseillère", "La jeune", "Le recruteur")))
        story.sign_in(cast.adviser, accounts.ADVISER)
        story.sign_in(cast.recruiter, accounts.RECRUITER)
        story.invite(cast, MARK)
        story.fill_in(cast.resident, MARK)
        video_id = story.send_video(cast.resident, clip)
        story.follow(cast.resident, video_id)
        story.validate_captions(cast.resident, video_id)
        profile_id = send_to_review(cast.adviser, cast.resident, MARK)
        cast.adviser.send(f"/relecture/{profile_id}/accord", {"encouragement": "Bravo !"})
        path = f"/candidats/{story.search(cast.recruiter, MARK)}"
        sizes_bytes = cast.recruiter.read(f"{path}/lecture")["sizes_bytes"]
        yield Film(url + path, cast.recruiter, sizes_bytes)
        for visitor in (cast.adviser, cast.resident, cast.recruiter):
            visitor.http.close()


@pytest.fixture
def context(film: Film, open_as: OpenAs) -> BrowserContext:
    """Open the recruiter's browser, which has seen a film before: its script is there already."""
    context = open_as(film.recruiter)
    page = context.new_page()
    page.goto(film.address)
    press_play(page)
    page.close()
    return context


@pytest.fixture
def watch(context: BrowserContext, film: Film) -> Callable[[], tuple[Page, Wire]]:
    """Give a page with the film, and what goes over its line."""

    def open_page() -> tuple[Page, Wire]:
        page = context.new_page()
        wire = Wire(page)
        page.goto(film.address)
        return page, wire

    return open_page


def choose(page: Page, quality: str) -> None:
    """Choose a quality in its menu."""
    page.get_by_role("button", name="Qualité").click()
    page.get_by_role("menuitemradio", name=quality).click()


def test_links_are_renewed_under_a_film_that_plays_on(
    watch: Callable[[], tuple[Page, Wire]], film: Film
) -> None:
    page, wire = watch()
    choose(page, "Économique")
    chosen_bytes = film.sizes_bytes["360p"] + film.sizes_bytes["audio"]
    wire.slow_down(1.6 * chosen_bytes / LENGTH_S)
    page.get_by_role("button", name="Lire :").click()
    play_until(page, MOVES_S)
    page.locator("video").evaluate(KEEP_BREAKS)
    wait_until(page, f"video => video.currentTime > {LENGTH_S - 1}", limit_s=3 * LENGTH_S)
    assert page.evaluate("window.breaks") == []
    assert len(wire.tickets()) >= 3
    with page.expect_request("**/battements"):
        page.keyboard.press("k")
    told = union(wire.spans)
    assert len(told) == 1
    assert told[0][1] - told[0][0] > LENGTH_S - 2
    assert wire.opened == 1


def test_links_that_ended_during_a_pause_are_renewed_before_the_film_goes_on(
    watch: Callable[[], tuple[Page, Wire]], film: Film
) -> None:
    page, wire = watch()
    choose(page, "Économique")
    wire.slow_down(1.6 * (film.sizes_bytes["360p"] + film.sizes_bytes["audio"]) / LENGTH_S)
    page.get_by_role("button", name="Lire :").click()
    play_until(page, MOVES_S)
    page.keyboard.press("k")
    page.wait_for_timeout(1000 * (LIFE_S + 2))
    refused: list[int] = []
    page.on("response", lambda answer: refused.append(answer.status) if answer.status >= 400 else None)
    page.keyboard.press("k")
    wait_until(page, f"video => video.currentTime > {LENGTH_S - 1}", limit_s=3 * LENGTH_S)
    assert refused == []


def test_without_the_picture_none_of_it_is_fetched_any_more(
    watch: Callable[[], tuple[Page, Wire]], film: Film
) -> None:
    page, wire = watch()
    choose(page, "Meilleure")
    picture_bytes = film.sizes_bytes["720p"]
    wire.slow_down(1.4 * (picture_bytes + film.sizes_bytes["audio"]) / LENGTH_S)
    page.get_by_role("button", name="Lire :").click()
    play_until(page, 2)
    assert 0 < wire.pictures_bytes() < picture_bytes / 2
    at_s = page.locator("video").evaluate("video => video.currentTime")
    page.get_by_role("button", name="Écouter sans image").click()
    page.wait_for_timeout(200)  # what had come in already is read
    wire.forget()
    wait_until(page, f"video => video.currentTime > {at_s + 3} && video.videoWidth === 0", limit_s=30)
    assert wire.pictures_bytes() == 0
    assert [url for url in wire.media if PICTURE.search(url.partition("?")[0])] == []
    assert wire.media
    expect(page.get_by_text("au lieu de")).to_be_visible()
    assert wire.opened == 1


def test_the_picture_comes_back_where_the_sound_is(watch: Callable[[], tuple[Page, Wire]]) -> None:
    page, wire = watch()
    page.get_by_role("button", name="Écouter sans image").click()
    play_until(page, 3)
    assert wire.pictures_bytes() == 0
    page.get_by_role("button", name="Voir l’image").click()
    wait_until(page, "video => video.videoWidth > 0 && video.currentTime > 3 && !video.paused")
    assert page.locator("video").evaluate("video => video.currentTime") < LENGTH_S - 4
    assert wire.opened == 1


def test_a_device_that_saves_data_starts_small_and_is_told_so(
    context: BrowserContext, watch: Callable[[], tuple[Page, Wire]]
) -> None:
    context.add_init_script(SAVES_DATA)
    page, wire = watch()
    expect(page.get_by_text("Économie de données : Environ")).to_be_visible()
    press_play(page)
    assert {url.partition("?")[0].rpartition("/")[2] for url in wire.media} == {"360p.mp4", "audio.mp4"}
