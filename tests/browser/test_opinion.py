"""After watching, one tap says what it changed: the page stays, and the answer is there next time."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenAs
from tests.browser.hands import press_play, watch
from tests.browser.looking import AXE, violations
from tests.browser.told import Told

COUNTS_S = 5  # more than half of the clip


def test_an_answer_is_given_and_taken_back_by_keyboard_without_leaving_the_film(
    told: Told, open_as: OpenAs, service: str
) -> None:
    context = open_as(told.people["recruiter"], reduced_motion="reduce")
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto(service + told.address("/candidats/{slug}"))
    press_play(page)
    watch(page, COUNTS_S)
    asked = page.get_by_role("region", name="Qu’est-ce que cette vidéo a changé")
    answer = asked.get_by_role("button", name="Elle m’a fait changer d’avis")
    page.evaluate("window.stays = true")
    answer.focus()
    page.keyboard.press("Enter")
    expect(answer).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.stays && document.querySelector('video').currentTime") >= COUNTS_S
    assert not violations(page)
    page.reload()
    expect(answer).to_have_attribute("aria-pressed", "true")
    asked.get_by_role("button", name="Retirer ma réponse").focus()
    page.keyboard.press("Enter")
    expect(answer).to_have_attribute("aria-pressed", "false")
