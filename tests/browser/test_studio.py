"""Filming in the page: nothing filmed is lost, nothing leaves unasked, and all of it is usable by all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserType, Page, expect

from app.cli import story
from app.cli.visitor import Visitor
from tests.browser.conftest import OpenAs
from tests.browser.filming import (
    SHORTEST_MS,
    WAIT_MS,
    Phone,
    Postman,
    begin_film,
    end_film,
    expect_received,
    film,
    kept,
    open_camera,
    received,
    send,
    wait_for,
)
from tests.browser.hands import PREPARED_MS
from tests.browser.looking import AXE, keep_screenshot, resize, settle, violations

NARROWEST_PX = 320
# What a phone call does to the camera.
CALLED = """() => {
  const live = [...document.querySelectorAll("video")].find((video) => video.srcObject);
  live.srcObject.getVideoTracks()[0].dispatchEvent(new Event("mute"));
}"""

# What the clock of the take shows from soon after a sentence began to be read until one may go on.
TIMES_WHILE_ONE_LISTENS = """async (next) => {
  const shown = new Set();
  await new Promise((soon) => setTimeout(soon, 300));
  while (next.disabled) {
    shown.add(document.querySelector("[data-part=time]").textContent);
    await new Promise(requestAnimationFrame);
  }
  return [...shown];
}"""


@pytest.fixture
def page(newcomer: Visitor, open_as: OpenAs) -> Page:
    """Open the browser of somebody who has agreed and sent nothing yet."""
    return open_as(newcomer).new_page()


@pytest.fixture
def phone(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    newcomer: Visitor,
    tmp_path: Path,
) -> Iterator[Phone]:
    """Give a phone to somebody who has agreed and sent nothing yet."""
    one = Phone(browser_type, tmp_path / "phone", browser_type_launch_args | browser_context_args, newcomer)
    yield one
    if one.context:
        one.context.close()


def test_a_film_is_watched_then_sent_and_leaves_the_phone(service: str, data_dir: Path, page: Page) -> None:
    film(page, service)
    on_phone = kept(page)
    assert page.locator("[data-part=take]").evaluate("video => video.src").startswith("blob:")
    post = Postman(page)
    with page.expect_request("**/moi/video/envois") as asked:
        send(page)
    expect_received(page)
    [upload_id] = post.ids
    assert received(data_dir, upload_id) == on_phone["sha256"]
    assert (asked.value.post_data_json or {})["filmed_s"] == [on_phone["takes"][0]["duration_ms"] / 1_000]
    expect(page.get_by_role("heading", level=1)).to_have_text("Ta vidéo est prête", timeout=PREPARED_MS)
    wait_for(page, "the take is still on the phone", lambda: kept(page)["takes"] == [])


def test_nothing_leaves_the_phone_before_it_is_sent(service: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/files" in request.url else None)
    film(page, service, long_enough=False)
    page.get_by_role("button", name="Effacer").click()
    page.get_by_role("button", name="Fermer").click()
    expect(page.get_by_role("button", name="Ouvrir la caméra")).to_be_visible()
    wait_for(page, "the take is still there", lambda: kept(page)["takes"] == [])
    assert asked == []
    assert kept(page)["bytes"] == 0


@pytest.mark.parametrize("live", [False, True])
def test_a_browser_killed_in_mid_film_loses_nothing_that_was_kept(
    service: str, data_dir: Path, phone: Phone, *, live: bool
) -> None:
    page = phone.open()
    open_camera(page, service)
    begin_film(page, live=live)
    wait_for(page, "too little is kept", lambda: kept(page)["takes"][0]["duration_ms"] > SHORTEST_MS)
    seen = kept(page)["bytes"]
    phone.die()
    page = phone.open()
    page.goto(f"{service}/moi")
    told = page.get_by_text("Une prise est seulement sur ce téléphone")
    expect(told).to_be_visible(timeout=WAIT_MS)  # a browser that died mends its storage first
    page.get_by_role("link", name="Voir mes prises").click()
    expect(page.get_by_text("coupée avant la fin")).to_be_visible()
    page.get_by_role("checkbox", name="Prise 1").check()
    on_phone = kept(page)
    assert on_phone["bytes"] >= seen > 0
    assert bool(on_phone["takes"][0]["url"]) is live
    post = Postman(page)
    send(page)
    expect_received(page)
    if live:  # the same upload goes on: nothing is sent twice
        assert post.ids == [urlsplit(on_phone["takes"][0]["url"]).path.rpartition("/")[2]]
    assert received(data_dir, post.ids[-1]) == on_phone["sha256"]


def test_a_film_made_offline_leaves_by_itself_when_the_network_is_back(
    service: str, data_dir: Path, page: Page
) -> None:
    open_camera(page, service)
    page.context.set_offline(True)
    begin_film(page)
    end_film(page)
    on_phone = kept(page)
    send(page)
    expect(page.get_by_role("alert").filter(has_text="Plus de connexion")).to_be_visible(timeout=20_000)
    post = Postman(page)
    page.context.set_offline(False)
    expect_received(page)
    assert received(data_dir, post.ids[-1]) == on_phone["sha256"]


def test_what_is_sent_while_filming_is_there_at_the_end_and_deleted_when_it_is_erased(
    service: str, data_dir: Path, page: Page
) -> None:
    post = Postman(page)
    open_camera(page, service)
    begin_film(page, live=True)
    page.evaluate(CALLED)
    wait_for(page, "nothing was sent while it was filmed", lambda: bool(post.ids))
    end_film(page, long_enough=False)
    [upload_id] = post.ids
    on_phone = kept(page)
    digest = on_phone["sha256"]
    assert on_phone["takes"][0]["interrupted"]
    wait_for(page, "the film has not arrived", lambda: received(data_dir, upload_id) == digest)
    page.get_by_role("button", name="Effacer").click()
    page.get_by_role("button", name="Fermer").click()
    expect(page.get_by_role("button", name="Ouvrir la caméra")).to_be_visible()
    there = data_dir / "spool" / upload_id
    wait_for(page, "the server still has the film", lambda: not there.exists())


def test_a_take_is_done_again_as_often_as_one_likes_and_the_last_is_chosen(service: str, page: Page) -> None:
    film(page, service, long_enough=False)
    page.get_by_role("button", name="Refaire une prise").click()
    begin_film(page)
    end_film(page, long_enough=False)
    assert [take["chosen"] for take in kept(page)["takes"]].count(True) == 1
    expect(page.get_by_role("checkbox", name="Prise 2")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Prise 1")).not_to_be_checked()


def test_a_take_erased_by_mistake_is_brought_back(service: str, page: Page) -> None:
    film(page, service, long_enough=False)
    digest = kept(page)["sha256"]
    page.get_by_role("button", name="Effacer").click()
    expect(page.get_by_role("checkbox", name="Prise 1")).to_have_count(0)
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("checkbox", name="Prise 1")).to_be_checked()
    page.get_by_role("button", name="Fermer").click()
    assert kept(page)["sha256"] == digest


def test_a_film_ends_by_itself_at_its_longest_and_is_kept(service: str, page: Page) -> None:
    open_camera(page, service)
    page.locator("[data-visavis-studio]").evaluate("studio => { studio.dataset.maxS = '6'; }")
    begin_film(page)
    expect(page.get_by_role("heading", name="puis choisis")).to_be_visible(timeout=WAIT_MS)
    assert 6_000 <= kept(page)["takes"][0]["duration_ms"] < 9_000


def test_a_phrase_is_heard_before_it_is_said_and_only_what_is_said_is_filmed(
    service: str, page: Page, newcomer: Visitor
) -> None:
    story.fill_in(newcomer, "neuve")
    open_camera(page, service)
    page.get_by_text("Régler le texte à l’écran").click()
    page.get_by_label("Ton texte").select_option(label="J’écoute une phrase, puis je la répète")
    page.get_by_role("button", name="C’est parti").click()
    line = page.locator("[data-part=line]")
    expect(line).to_have_text("Bonjour, je m’appelle Aïcha.", timeout=10_000)
    following = page.get_by_role("button", name="Phrase suivante")
    expect(following).to_be_enabled(timeout=10_000)
    following.click()
    expect(line).to_have_text("J’ai un CAP vente.")
    expect(following).to_be_disabled()
    assert len(following.evaluate(TIMES_WHILE_ONE_LISTENS)) == 1
    expect(following).to_be_enabled(timeout=10_000)
    page.get_by_role("button", name="J’ai fini").click()
    expect(page.get_by_role("heading", name="Regarde, puis choisis")).to_be_visible()


def test_one_of_two_takes_is_sent_however_often_one_changes_ones_mind(service: str, page: Page) -> None:
    film(page, service, long_enough=False)
    page.get_by_role("button", name="Refaire une prise").click()
    begin_film(page)
    end_film(page, long_enough=False)
    page.get_by_role("button", name="Effacer la prise 2").click()
    page.get_by_role("checkbox", name="Prise 1").check()
    expect(page.get_by_role("button", name="Annuler")).to_be_hidden()
    page.get_by_role("button", name="Effacer la prise 1").click()
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("checkbox", name="Prise 1")).to_be_checked()
    assert [take["chosen"] for take in kept(page)["takes"]].count(True) == 1


def test_who_stops_sending_finds_the_takes_again_and_sends_them_later(
    service: str, data_dir: Path, page: Page
) -> None:
    page.add_init_script(path=AXE)
    film(page, service)
    on_phone = kept(page)
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_role("alert").filter(has_text="Plus de connexion")).to_be_visible(timeout=20_000)
    assert violations(page) == []
    page.get_by_role("button", name="Revenir à mes prises").click()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="puis choisis")).to_be_visible()
    page.wait_for_timeout(1_500)  # the network is back, and nothing leaves by itself
    assert kept(page)["takes"][0]["url"] is None
    post = Postman(page)
    send(page)
    expect_received(page)
    assert received(data_dir, post.ids[-1]) == on_phone["sha256"]


def test_the_takes_of_a_refused_video_are_there_again(service: str, page: Page) -> None:
    open_camera(page, service)
    page.locator("[data-visavis-studio]").evaluate("studio => { studio.dataset.minS = '1'; }")
    begin_film(page)
    end_film(page, long_enough=False)
    digest = kept(page)["sha256"]
    send(page)
    page.get_by_role("link", name="Reprendre mes prises").click(timeout=WAIT_MS)
    expect(page.get_by_role("checkbox", name="Prise 1")).to_be_checked()
    assert kept(page)["sha256"] == digest


def test_who_films_part_by_part_is_led_to_the_next_one_and_sends_one_video(
    service: str, data_dir: Path, page: Page
) -> None:
    open_camera(page, service)
    page.get_by_label("Qu’est-ce que tu enregistres ?").select_option(label="1. Qui je suis")
    begin_film(page)
    end_film(page)
    page.get_by_role("button", name="Filmer la suite : Ce que j’ai déjà fait").click()
    expect(page.get_by_label("Qu’est-ce que tu enregistres ?")).to_have_value("2")
    begin_film(page)
    end_film(page)
    on_phone = kept(page)["takes"]
    post = Postman(page)
    send(page)
    expect_received(page)
    sizes = [(data_dir / "spool" / upload_id).stat().st_size for upload_id in post.ids]
    assert sizes == [take["bytes"] for take in sorted(on_phone, key=lambda take: take["part"])]


def test_every_screen_of_the_studio_is_usable_by_all(service: str, page: Page, newcomer: Visitor) -> None:
    story.fill_in(newcomer, "neuve")
    page.add_init_script(path=AXE)
    open_camera(page, service)
    look(page, "check")
    page.get_by_text("Régler le texte à l’écran").click()
    look(page, "check-text")
    begin_film(page)
    look(page, "film")
    end_film(page)
    look(page, "review")
    page.get_by_role("button", name="J’envoie plus tard, en wifi").click()
    expect(page.get_by_text("C’est gardé sur ce téléphone")).to_be_visible()
    look(page, "later")
    page.goto(f"{service}/moi")
    expect(page.get_by_text("Une prise est seulement sur ce téléphone")).to_be_visible()
    look(page, "home")
    page.get_by_role("button", name="Quitter").click()
    look(page, "leaving")


def look(page: Page, name: str) -> None:
    """Judge what a page shows now: no fault at both sizes, nothing wider than the narrowest phone."""
    for size in ("360", "1280"):
        resize(page, size)
        settle(page)
        assert violations(page) == [], f"{name} at {size}"
    page.set_viewport_size({"width": NARROWEST_PX, "height": 640})
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST_PX
    keep_screenshot(page, f"studio-{name}")
