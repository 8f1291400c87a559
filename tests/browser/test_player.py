"""The player as people use it: by keyboard, with captions, faster, by its words, on any screen."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect

from tests.browser.conftest import OpenAs
from tests.browser.hands import MOVES_S, play_until, press_play
from tests.browser.looking import AXE, keep_screenshot, resize, settle, violations
from tests.browser.playing import furnish, wait_until
from tests.browser.told import Told

TARGET_PX = 44
NARROW = ViewportSize(width=320, height=640)
LYING = ViewportSize(width=740, height=360)
SCREEN = ViewportSize(width=1280, height=900)
FOCUS_IS_SEEN = "one => getComputedStyle(one).outlineStyle !== 'none'"


@pytest.fixture
def context(told: Told, open_as: OpenAs) -> BrowserContext:
    """Open the browser of a recruiter, where films have captions, words and parts."""
    context = open_as(told.people["recruiter"], reduced_motion="reduce")
    context.add_init_script(path=AXE)
    furnish(context)
    return context


@pytest.fixture
def page(context: BrowserContext, told: Told, service: str) -> Page:
    """Open a profile with a film."""
    page = context.new_page()
    page.goto(service + told.address("/candidats/{slug}"))
    return page


def control(page: Page, name: str) -> Locator:
    """Find a control by what it is called."""
    return page.get_by_role("group", name="Commandes de lecture").get_by_role("button", name=name)


def slider(page: Page) -> Locator:
    """Find the bar that shows the position."""
    return page.get_by_role("slider", name="Position")


def video(page: Page, script: str) -> object:
    """Ask something of the video."""
    return page.locator("video").evaluate(f"video => {script}")


def test_the_bar_is_walked_by_keyboard_and_says_where_it_is(page: Page) -> None:
    press_play(page)
    page.keyboard.press("k")
    slider(page).focus()
    for key, where in (
        ("Home", "0\u00a0seconde sur 8\u00a0secondes, Partie 1"),
        ("ArrowRight", "5\u00a0secondes sur 8\u00a0secondes, Partie 2"),
        ("ArrowLeft", "0\u00a0seconde sur 8\u00a0secondes, Partie 1"),
        ("PageUp", "8\u00a0secondes sur 8\u00a0secondes, Partie 2"),
        ("PageDown", "0\u00a0seconde sur 8\u00a0secondes, Partie 1"),
        ("End", "8\u00a0secondes sur 8\u00a0secondes, Partie 2"),
    ):
        page.keyboard.press(key)
        expect(slider(page)).to_have_attribute("aria-valuetext", where)


def test_every_control_is_reached_by_tab_and_seen(page: Page) -> None:
    resize(page, "1280")
    page.get_by_role("button", name="Lire :").focus()
    page.keyboard.press("Enter")
    play_until(page, MOVES_S)
    reached = []
    page.keyboard.press("Shift+Tab")
    for _ in range(7):
        on = page.locator(":focus")
        assert on.evaluate(FOCUS_IS_SEEN)
        reached.append(on.get_attribute("aria-label"))
        page.keyboard.press("Tab")
    assert reached == [
        *("Position", "Mettre en pause", "Couper le son", "Volume"),
        *("Sous-titres", "Vitesse\u00a0: 1×", "Plein écran"),
    ]


def test_keys_do_what_they_say_inside_the_player_and_nothing_outside(page: Page) -> None:
    press_play(page)
    page.keyboard.press("k")
    assert video(page, "video.paused")
    page.keyboard.press("m")
    assert video(page, "video.muted")
    page.keyboard.press(">")
    assert video(page, "video.playbackRate") == pytest.approx(1.25)
    page.keyboard.press("<")
    slider(page).focus()
    page.keyboard.press("Home")
    page.keyboard.press("l")
    assert video(page, "video.currentTime") == pytest.approx(8, abs=0.2)
    page.keyboard.press("j")
    assert video(page, "video.currentTime") == pytest.approx(0, abs=0.1)
    page.get_by_role("link", name="Candidats").first.focus()
    page.keyboard.type("klm")
    assert video(page, "[video.paused, video.muted, video.currentTime]") == [True, True, 0]


def test_captions_are_shown_and_put_away_by_their_button_and_by_a_key(page: Page) -> None:
    press_play(page)
    captions = control(page, "Sous-titres")
    expect(captions).to_have_attribute("aria-pressed", "true")
    wait_until(page, "video => video.textTracks[0].activeCues?.[0]?.text.startsWith('Salut')")
    captions.click()
    expect(captions).to_have_attribute("aria-pressed", "false")
    assert video(page, "video.textTracks[0].mode") == "hidden"
    page.keyboard.press("c")
    expect(captions).to_have_attribute("aria-pressed", "true")
    assert video(page, "video.textTracks[0].mode") == "showing"


def test_without_captions_there_is_no_button_for_them_and_their_key_does_nothing(page: Page) -> None:
    lacking: dict[str, object] = {"captions": None, "transcript": []}
    page.route("**/lecture", lambda route: route.fulfill(json=route.fetch().json() | lacking))
    page.locator("track").evaluate("track => track.remove()")
    press_play(page)
    wait_until(page, "video => video.currentTime > 0.3")
    expect(control(page, "Sous-titres")).to_have_count(0)
    page.keyboard.press("c")
    assert video(page, "video.textTracks.length") == 0
    assert video(page, "video.paused") is False


def test_the_speed_is_chosen_in_a_menu_by_keyboard(page: Page) -> None:
    press_play(page)
    control(page, "Vitesse : 1×").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitemradio", name="1×", exact=True)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert video(page, "video.playbackRate") == pytest.approx(1.75)
    expect(control(page, "Vitesse : 1,75×")).to_be_focused()
    expect(page.get_by_role("menu")).to_have_count(0)


def test_a_line_of_what_is_said_leads_there_and_the_page_does_not_move(page: Page) -> None:
    press_play(page)
    page.keyboard.press("k")
    page.get_by_text("Lire ce qui est dit").click()
    line = page.get_by_role("button", name="0:05 : aller à 5 secondes")
    line.scroll_into_view_if_needed()
    top_px = page.evaluate("scrollY")
    line.focus()
    page.keyboard.press("Enter")
    wait_until(page, "video => video.currentTime >= 5")
    expect(page.locator("[aria-current=true]", has_text="Venez me rencontrer")).to_have_count(1)
    page.get_by_text("Je cherche un CDI.", exact=True).click()
    wait_until(page, "video => video.currentTime >= 3 && video.currentTime < 5")
    assert page.evaluate("scrollY") == top_px


def test_the_words_can_be_selected_without_going_anywhere(page: Page) -> None:
    press_play(page)
    page.keyboard.press("k")
    page.get_by_text("Lire ce qui est dit").click()
    at_s = video(page, "video.currentTime")
    words = page.get_by_text("Venez me rencontrer !")
    words.scroll_into_view_if_needed()
    box = words.bounding_box()
    assert box
    page.mouse.move(box["x"] + 1, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
    page.mouse.up()
    assert page.evaluate("getSelection().toString()").startswith("Venez")
    assert video(page, "video.currentTime") == at_s


def test_in_full_screen_controls_leave_who_only_watches_and_stay_under_the_keyboard(page: Page) -> None:
    resize(page, "1280")
    press_play(page)
    page.evaluate("document.querySelector('video').loop = true")
    page.keyboard.press("f")
    expect(control(page, "Quitter le plein écran")).to_be_visible()
    page.keyboard.press("Tab")
    page.mouse.move(300, 300)
    page.wait_for_timeout(3_500)
    bar = page.get_by_role("group", name="Commandes de lecture")
    expect(bar).to_have_css("opacity", "1")
    page.mouse.click(300, 300)
    page.mouse.click(300, 300)
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(310, 300)
    expect(bar).to_have_css("opacity", "0")
    page.mouse.move(300, 310)
    expect(bar).to_have_css("opacity", "1")
    page.keyboard.press("Escape")


@pytest.mark.parametrize("size", [LYING, SCREEN], ids=["lying", "desk"])
def test_in_full_screen_captions_are_read_above_the_controls(page: Page, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    press_play(page)
    page.keyboard.press("k")
    page.keyboard.press("f")
    video(page, "{video.currentTime = 4}")
    page.keyboard.press("Tab")
    said = page.locator(".player__captions")
    expect(said).to_have_text("Venez !")
    bar = page.get_by_role("group", name="Commandes de lecture").bounding_box()
    line = said.locator("span").bounding_box()
    assert bar
    assert line
    assert line["y"] > 0
    assert line["y"] + line["height"] <= bar["y"]
    page.keyboard.press("c")
    expect(said).to_have_text("")


def faults(page: Page, state: str) -> list[str]:
    """Ask axe in both themes, and whether a narrow screen holds it; keep pictures."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        settle(page)
        found += [f"{state} {theme}: {fault}" for fault in violations(page)]
    page.emulate_media(color_scheme="light")
    keep_screenshot(page, f"player-{state}")
    page.set_viewport_size(NARROW)
    if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
        found.append(f"{state}: too wide")
    resize(page, "360")
    return found


def test_no_state_of_it_has_a_fault(page: Page) -> None:
    found = faults(page, "before")
    press_play(page)
    page.keyboard.press("k")
    found += faults(page, "paused")
    control(page, "Vitesse").click()
    found += faults(page, "speeds")
    page.keyboard.press("Escape")
    page.get_by_text("Lire ce qui est dit").click()
    found += faults(page, "transcript")
    page.get_by_role("button", name="Écouter sans image").click()
    expect(page.get_by_text("Son seul")).to_be_visible()
    found += faults(page, "sound-only")
    page.route("**/lecture", lambda route: route.fulfill(status=503))
    page.get_by_role("button", name="Voir l’image").click()
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()
    found += faults(page, "trouble")
    assert found == []


@pytest.mark.parametrize("size", [NARROW, LYING, SCREEN], ids=["narrow", "lying", "desk"])
def test_on_any_screen_controls_are_big_enough_and_inside_it(page: Page, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    press_play(page)
    bar = page.get_by_role("group", name="Commandes de lecture")
    for one in [*bar.get_by_role("button").all(), *bar.get_by_role("slider").all()]:
        box = one.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= TARGET_PX
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]


def test_in_the_colours_of_high_contrast_every_control_is_still_drawn(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    press_play(page)
    assert slider(page).evaluate("one => getComputedStyle(one).appearance") == "auto"
    expect(control(page, "Mettre en pause")).to_be_visible()
    keep_screenshot(page, "player-forced-colours")
    settle(page)
    assert [fault for fault in violations(page) if "page-header" not in fault] == []


def test_without_script_the_browsers_own_controls_are_there_and_ours_are_not(
    told: Told, service: str, open_as: OpenAs
) -> None:
    page = open_as(told.people["recruiter"], java_script_enabled=False).new_page()
    page.goto(service + told.address("/candidats/{slug}"))
    expect(page.locator("video[controls][src]")).to_be_visible()
    expect(page.locator(".controls")).to_be_hidden()
    expect(page.get_by_text(re.compile("Écouter sans image"))).to_be_hidden()
    expect(page.get_by_text(re.compile(r"(ko|Mo) en entier"))).to_be_visible()
