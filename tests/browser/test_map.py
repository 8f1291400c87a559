"""The map of neighbourhoods: it comes when it is asked for, by a click or by keys it says in or out."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenAs
from tests.browser.looking import AXE, Watch, keep_screenshot, resize, violations
from tests.browser.told import Told

SQUARE = {"latitude": 50.6915, "longitude": 3.1765}  # in the neighbourhood of the demonstration


def open_map(page: Page, address: str) -> None:
    """Open a page with a map, and the map."""
    page.goto(address)
    assert "leaflet" not in page.content()
    page.get_by_role("button", name="Montrer sur la carte").click()
    expect(page.locator("path.map__area").first).to_be_attached()


def test_a_resident_finds_their_neighbourhood_on_a_map_with_keys_alone(
    told: Told, service: str, open_as: OpenAs
) -> None:
    context = open_as(told.people["newcomer"])
    context.add_init_script(path=AXE)
    page = context.new_page()
    watch = Watch(page)
    page.goto(f"{service}/moi/quartier")
    page.get_by_label("L’endroit où tu habites").fill("{latitude}, {longitude}".format(**SQUARE))
    page.get_by_role("button", name="Montrer sur la carte").press("Enter")
    expect(page.locator("path.map__area").first).to_be_attached()
    expect(page.locator(".map__word")).to_have_text("Dans un quartier prioritaire : Les Tisserands (démo).")
    expect(page.get_by_label("Je regarde sur la carte")).to_be_checked()
    ground = page.get_by_role("application")
    expect(ground).to_be_focused()
    for _ in range(8):
        ground.press("ArrowUp")
    ground.press("Enter")
    expect(page.locator(".map__word")).to_have_text("Hors quartier prioritaire.")
    for size in ("360", "1280"):
        resize(page, size)
        assert violations(page) == []
        keep_screenshot(page, f"map-{size}")
    assert watch.said == []
    assert watch.asked == {service}
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").first).to_contain_text("tu n’habites pas un quartier prioritaire")


def test_an_adviser_clicks_on_the_map(told: Told, service: str, open_as: OpenAs) -> None:
    page = open_as(told.people["adviser"]).new_page()
    open_map(page, f"{service}{told.address('/accompagnement/{person_id}')}/quartier")
    before = page.get_by_label("Coordonnées du domicile").input_value()
    page.get_by_role("application").click(position={"x": 60, "y": 60})
    expect(page.get_by_label("Coordonnées du domicile")).not_to_have_value(before)
    expect(page.locator(".map__word")).to_contain_text("quartier prioritaire")
