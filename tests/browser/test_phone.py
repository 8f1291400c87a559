"""The phone of a resident: lent, shared, offline, without leave to film, inside another application."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.cli.visitor import Visitor
from tests.browser.conftest import OpenAs, cookies_of
from tests.browser.filming import Postman, begin_film, expect_received, film, kept, open_camera, received

ON_WIFI = "Object.defineProperty(navigator, 'connection', {value: {type: 'wifi', saveData: false}})"
REFUSED = (
    "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); }"
)
SNAPCHAT = "Mozilla/5.0 (Linux; Android 13; SM-A145R) AppleWebKit/537.36 Chrome/120 Mobile Snapchat/12"

# The edge of the page: what a browser does whose disk is full.
FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, key) {
    if (value instanceof ArrayBuffer) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, value, key);
  };
}"""

# As a take stands while its video is made, without the haste of making one.
NOTE_SENT = """() => new Promise((done) => {
  indexedDB.open("visavis", 1).onsuccess = ({ target: { result: database } }) => {
    const writing = database.transaction("takes", "readwrite");
    writing.objectStore("takes").openCursor().onsuccess = ({ target: { result: cursor } }) => {
      cursor?.update({ ...cursor.value, sent: true });
    };
    writing.oncomplete = () => done(database.close());
  };
})"""


@pytest.fixture
def page(newcomer: Visitor, open_as: OpenAs) -> Page:
    """Open the browser of somebody who has agreed and sent nothing yet."""
    return open_as(newcomer).new_page()


def test_a_phone_films_with_its_own_application_too(service: str, newcomer: Visitor, open_as: OpenAs) -> None:
    page = open_as(newcomer, has_touch=True, is_mobile=True).new_page()
    page.goto(f"{service}/moi/video")
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Filmer avec l’appareil photo").click()
    assert not asked.value.is_multiple()


def test_what_waits_for_wifi_leaves_by_itself_on_the_next_visit(
    service: str, data_dir: Path, page: Page
) -> None:
    film(page, service)
    digest = kept(page)["sha256"]
    page.get_by_role("button", name="J’envoie plus tard, en wifi").click()
    expect(page.get_by_text("C’est gardé sur ce téléphone")).to_be_visible()
    page.goto(f"{service}/moi")
    expect(page.get_by_role("button", name="Envoyer maintenant")).to_be_visible()
    page.add_init_script(ON_WIFI)
    post = Postman(page)
    page.goto(f"{service}/moi")
    expect_received(page)
    assert received(data_dir, post.ids[-1]) == digest


def test_two_who_share_a_phone_see_send_and_lose_nothing_of_each_other(
    service: str, page: Page, invite: Callable[[str], Visitor]
) -> None:
    film(page, service, long_enough=False)
    digest = kept(page)["sha256"]
    page.get_by_role("button", name="Fermer").click()
    page.get_by_role("button", name="Quitter").click()
    page.get_by_role("button", name="Garder sur ce téléphone et quitter").click()
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()
    page.context.add_cookies(cookies_of(invite("autre")))
    page.goto(f"{service}/moi")
    expect(page.get_by_role("button", name="Quitter")).to_be_visible()
    page.goto(f"{service}/moi/video/nouvelle#prises")
    expect(page.get_by_role("button", name="Ouvrir la caméra")).to_be_visible()
    expect(page.locator("[data-visavis-on-phone]")).to_be_hidden()
    page.get_by_role("button", name="Quitter").click()
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()
    assert kept(page)["sha256"] == digest


def test_who_leaves_a_lent_phone_erases_what_is_on_it(service: str, page: Page) -> None:
    film(page, service, long_enough=False)
    page.get_by_role("button", name="Fermer").click()
    page.get_by_role("button", name="Quitter").click()
    expect(page.get_by_role("dialog")).to_contain_text("Une prise est seulement sur ce téléphone")
    page.get_by_role("button", name="Effacer et quitter").click()
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()
    assert kept(page)["takes"] == []


def test_another_word_than_the_one_that_erases_takes_nothing_from_the_phone(service: str, page: Page) -> None:
    film(page, service)
    page.evaluate(NOTE_SENT)
    page.goto(f"{service}/moi/donnees")
    page.get_by_label("pour confirmer").fill("PEUT-ÊTRE")
    page.get_by_role("button", name="Tout effacer").click()
    expect(page.get_by_label("pour confirmer")).to_have_attribute("aria-invalid", "true")
    assert len(kept(page)["takes"]) == 1


def test_who_decides_to_stay_keeps_what_is_on_the_phone(service: str, page: Page) -> None:
    film(page, service)
    page.goto(f"{service}/moi")
    page.get_by_role("button", name="Quitter").click()
    page.get_by_role("link", name="Finir d’abord").click()
    expect(page.get_by_role("heading", name="puis choisis")).to_be_visible()
    assert len(kept(page)["takes"]) == 1


def test_who_refuses_the_camera_reads_how_to_allow_it_and_keeps_the_other_way(
    service: str, page: Page
) -> None:
    page.add_init_script(REFUSED)
    page.goto(f"{service}/moi/video")
    page.get_by_role("button", name="Ouvrir la caméra").click()
    expect(page.get_by_role("alert").filter(has_text="cadenas")).to_be_visible()
    expect(page.get_by_label("Choisis ta vidéo")).to_be_visible()


def test_who_comes_by_another_application_is_led_to_a_real_browser(
    service: str, newcomer: Visitor, open_as: OpenAs
) -> None:
    page = open_as(newcomer, user_agent=SNAPCHAT).new_page()
    page.goto(f"{service}/moi/video")
    expect(page.get_by_text("Ouvre cette page dans ton navigateur")).to_be_visible()
    address = page.get_by_role("link", name="Ouvrir dans Chrome").get_attribute("href")
    assert address
    assert address.startswith("intent://127.0.0.1")


def test_a_full_phone_keeps_what_it_could_and_says_so(service: str, page: Page) -> None:
    open_camera(page, service)
    begin_film(page)
    page.evaluate(FULL)
    expect(page.get_by_role("heading", name="puis choisis")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("alert").filter(has_text="n’a plus de place")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Prise 1")).to_be_checked()
