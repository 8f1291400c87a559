"""The map of neighbourhoods: it comes when it is asked for; a click, or keys alone, say in or out."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, OpenAs
from tests.browser.looking import AXE, Watch, keep_screenshot, resize, settle, violations
from tests.browser.told import UUID, Told, first

INSIDE = "50.69150, 3.17650"  # in the neighbourhood of the demonstration
WALKS_MAX = 10


def open_map(page: Page, place: str) -> None:
    """Type a place, then open the map on it; nothing of the map was there before."""
    page.get_by_label(place).fill(INSIDE)
    assert "leaflet" not in page.content()
    page.get_by_role("button", name="Montrer sur la carte").press("Enter")
    expect(page.locator("path.finder__area").first).to_be_attached()


def take_back(page: Page, service: str) -> None:
    """As an adviser, look at a place, click beside it, then say that nobody knows where a newcomer lives."""
    page.goto(f"{service}/accompagnement")
    person_id = first(rf'"/accompagnement/({UUID})"[^>]*>\s*Inès-nouvelle', page.content())
    page.goto(f"{service}/accompagnement/{person_id}/quartier")
    open_map(page, "Coordonnées du domicile")
    word = page.locator(".finder__word")
    expect(word).to_have_text("Dans le quartier prioritaire Les Tisserands (démo).")
    keep_screenshot(page, "map_adviser")
    page.get_by_role("application").click(position={"x": 300, "y": 400})
    expect(word).to_have_text("Hors quartier prioritaire.")
    expect(page.get_by_label("Coordonnées du domicile")).not_to_have_value(INSIDE)
    page.get_by_label("Je ne sais pas").first.check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").first).to_contain_text("Noté.")


def find_out(page: Page, service: str) -> None:
    """As a resident, find with keys alone a place that is in no neighbourhood, and say so."""
    page.goto(f"{service}/moi/quartier")
    open_map(page, "L’endroit où tu habites")
    word = page.locator(".finder__word")
    expect(word).to_have_text("Dans un quartier prioritaire : Les Tisserands (démo).")
    expect(page.get_by_label("Je regarde sur la carte")).to_be_checked()
    for size in ("360", "1280"):
        resize(page, size)
        assert violations(page) == []
    keep_screenshot(page, "map_resident")
    ground = page.get_by_role("application")
    ground.focus()
    for _ in range(WALKS_MAX):  # a map that moves takes no other key: how far twelve lead is the machine's
        for _ in range(12):
            ground.press("ArrowUp")
        with page.expect_response("**/lieux/quartier"):
            ground.press("Enter")
        settle(page)
        if word.text_content() == "Hors quartier prioritaire.":
            break
    expect(word).to_have_text("Hors quartier prioritaire.")


def test_an_adviser_clicks_on_a_map_then_the_resident_finds_out_with_keys_alone(
    told: Told, service: str, open_as: OpenAs
) -> None:
    # What an adviser attested, here from the invitation on, the resident would not change.
    take_back(open_as(told.people["adviser"], viewport=DESK).new_page(), service)
    context = open_as(told.people["newcomer"])
    context.add_init_script(path=AXE)
    page = context.new_page()
    watch = Watch(page)
    find_out(page, service)
    assert watch.said == []
    assert watch.asked == {service}
    page.get_by_role("button", name="Enregistrer").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("tu n’habites pas un quartier prioritaire")
