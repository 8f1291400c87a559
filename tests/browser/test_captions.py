"""Captions put right in a real browser: beside the video, by two people, from a file, until shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest
from playwright.sync_api import Locator, Page, expect

from app.cli import accounts, story
from app.cli.story import Cast
from app.cli.visitor import Visitor
from tests.browser.conftest import DESK, OpenAs
from tests.browser.hands import await_captions, play_until, title_of
from tests.browser.looking import AXE, SCREENSHOTS, settle, take_picture, violations

NARROWEST_PX = 320
GOOD = "1\n00:00:00,500 --> 00:00:03,000\nBonjour du fichier.\n"
BAD = "WEBVTT\n\n00:01.000 -> 00:02.000\nPerdu.\n"


@dataclass(frozen=True)
class Filmed:
    """Somebody whose video is ready and captioned, the adviser, and how their browsers are opened."""

    url: str
    cast: Cast
    mark: str
    video_id: str
    open_as: OpenAs

    def page_of(self, visitor: Visitor, path: str, **arguments: object) -> Page:
        """Open a page in the browser of one of them."""
        page = self.open_as(visitor, **arguments).new_page()
        page.add_init_script(path=AXE)
        page.goto(f"{self.url}{path}")
        return page

    def captions_of(self, visitor: Visitor, **arguments: object) -> Page:
        """Open the page of captions, once there are any."""
        page = self.page_of(visitor, f"/sous-titres/{self.video_id}", **arguments)
        await_captions(page)
        return page


@pytest.fixture
def filmed(service: str, open_as: OpenAs, clip: Path, request: pytest.FixtureRequest) -> Iterator[Filmed]:
    """Have somebody film, and wait until it is ready."""
    mark = f"{crc32(request.node.name.encode()):08x}"
    cast = Cast(*(Visitor(name, service) for name in ("La conseillère", "La jeune", "Le recruteur")))
    story.sign_in(cast.adviser, accounts.ADVISER)
    story.invite(cast, mark)
    story.fill_in(cast.resident, mark)
    video_id = story.send_video(cast.resident, clip)
    story.follow(cast.resident, video_id)
    yield Filmed(service, cast, mark, video_id, open_as)
    for visitor in (cast.adviser, cast.resident, cast.recruiter):
        visitor.http.close()


def cues(page: Page) -> Locator:
    """Find the captions in their list."""
    return page.locator("[data-part=cues] > li")


def saved(page: Page) -> None:
    """Wait until the page says that all is kept."""
    expect(page.locator("[data-part=status]")).to_have_text("Enregistré")


def test_a_resident_puts_captions_right_validates_them_and_is_published(filmed: Filmed) -> None:
    page = filmed.captions_of(filmed.cast.resident, is_mobile=True, has_touch=True)
    expect(title_of(page)).to_have_text("Tes sous-titres")
    first = cues(page).first
    expect(first).to_be_visible()
    take_picture(page, SCREENSHOTS / "captions-360.png")
    first.get_by_role("textbox").fill("Salut tout le monde")
    first.get_by_role("button", name="Début = maintenant").wait_for()
    assert not violations(page)
    saved(page)
    cut_and_undo(page)
    page.set_viewport_size({"width": NARROWEST_PX, "height": 640})
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST_PX
    page.get_by_role("button", name="Tout est juste : valider").click()
    expect(page.get_by_text("Les sous-titres sont validés.")).to_be_visible()
    page.get_by_role("button", name="Envoyer à relire").click()
    expect(page.get_by_text("C’est envoyé !")).to_be_visible()
    page = review(filmed)
    page.get_by_role("button", name="Valider et mettre en ligne").click()
    expect(page.get_by_text("est en ligne.")).to_be_visible()
    transcript = filmed.cast.resident.read(f"/moi/video/{filmed.video_id}/lecture")["transcript"]
    assert transcript[0]["text"] == "Salut tout le monde"


def cut_and_undo(page: Page) -> None:
    """Cut the first caption after its first word, with the keyboard alone, and take that back."""
    count = cues(page).count()
    cues(page).first.get_by_role("textbox").press("Home")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Enter")
    expect(cues(page)).to_have_count(count + 1)
    expect(cues(page).nth(1).get_by_role("textbox")).to_have_value("tout le monde")
    expect(cues(page).nth(1).get_by_role("textbox")).to_be_focused()
    page.get_by_role("button", name="Annuler").click()
    expect(cues(page)).to_have_count(count)


def test_the_video_and_its_captions_go_together(filmed: Filmed) -> None:
    page = filmed.captions_of(filmed.cast.resident, viewport=DESK)
    take_picture(page, SCREENSHOTS / "captions-1280.png")
    second = cues(page).nth(1)
    starts_s = float(second.locator("[data-part=start]").input_value())
    second.locator("[data-part=seek]").press("Enter")
    play_until(page, starts_s)
    expect(second.locator("[data-part=seek]")).to_have_attribute("aria-current", "true")
    second.get_by_role("textbox").fill("Mes mots à moi")
    page.keyboard.press("Control+Space")
    expect(page.locator("video")).to_have_js_property("paused", True)  # noqa: FBT003 - Playwright's own order
    second.locator("[data-part=start]").press("ArrowUp")
    expect(second.locator("[data-part=start]")).to_have_value(f"{round(starts_s + 0.1, 3):g}")
    shown = "video => [...video.textTracks[0].cues].map((cue) => cue.text)"
    assert "Mes mots à moi" in page.locator("video").evaluate(shown)
    saved(page)
    take_picture(page, SCREENSHOTS / "captions-1280-open.png")
    assert not violations(page)


def test_who_signs_says_so_and_still_writes_what_is_signed(filmed: Filmed) -> None:
    page = filmed.captions_of(filmed.cast.resident, is_mobile=True, has_touch=True)
    signs = page.get_by_role("checkbox", name="Je signe (LSF)")
    expect(signs).not_to_be_checked()
    signs.check()
    page.get_by_role("button", name="Enregistrer ce choix").click()
    expect(page.get_by_text("C’est noté.")).to_be_visible()
    expect(signs).to_be_checked()
    expect(page.get_by_role("button", name="Ajouter un sous-titre ici")).to_be_visible()
    assert not violations(page)


def test_an_adviser_is_told_what_lacks_and_validates_in_place(filmed: Filmed) -> None:
    filmed.captions_of(filmed.cast.resident)
    filmed.cast.resident.send("/moi/envoi", {})
    page = review(filmed)
    take_picture(page, SCREENSHOTS / "captions-review-1280.png")
    page.get_by_role("button", name="Valider et mettre en ligne").click()
    expect(title_of(page)).to_have_text("Les sous-titres ne sont pas encore validés")
    page.go_back()
    page.get_by_role("link", name="Relire les sous-titres").click()
    expect(title_of(page)).to_contain_text("Les sous-titres de")
    cues(page).last.get_by_role("textbox").fill("Au revoir.")
    page.get_by_role("button", name="Tout est juste : valider").click()
    expect(page.get_by_text("Sous-titres validés")).to_be_visible()
    page.get_by_role("button", name="Valider et mettre en ligne").click()
    expect(page.get_by_text("est en ligne.")).to_be_visible()


def test_the_second_of_two_is_told_and_loses_nothing(filmed: Filmed) -> None:
    ours, theirs = (filmed.captions_of(one) for one in (filmed.cast.resident, filmed.cast.adviser))
    cues(ours).first.get_by_role("textbox").fill("La première")
    saved(ours)
    cues(theirs).first.get_by_role("textbox").fill("La seconde")
    expect(theirs.locator("[data-part=status]")).to_contain_text("ont changé entre-temps")
    expect(theirs.get_by_role("button", name="Copier ce qui est écrit ici")).to_be_visible()
    expect(cues(theirs).first.get_by_role("textbox")).to_have_value("La seconde")
    ours.reload()
    expect(cues(ours).first.get_by_role("textbox")).to_have_value("La première")


def test_a_file_replaces_captions_and_a_bad_one_says_its_line(filmed: Filmed, tmp_path: Path) -> None:
    page = filmed.captions_of(filmed.cast.resident)
    page.get_by_text("Fichier .vtt ou .srt").click()
    file = tmp_path / "mes-sous-titres.srt"
    file.write_text(BAD, encoding="utf-8")
    page.get_by_label("Prendre un fichier").set_input_files(file)
    expect(page.locator("[data-part=status]")).to_contain_text("Ligne 4")
    file.write_text(GOOD, encoding="utf-8")
    with page.expect_navigation():
        page.get_by_label("Prendre un fichier").set_input_files(file)
    expect(cues(page)).to_have_count(1)
    expect(cues(page).first.get_by_role("textbox")).to_have_value("Bonjour du fichier.")
    page.get_by_text("Fichier .vtt ou .srt").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger les sous-titres").click()
    assert "Bonjour du fichier." in Path(download.value.path()).read_text(encoding="utf-8")


def review(filmed: Filmed) -> Page:
    """Open what the adviser has to look at."""
    page = filmed.page_of(filmed.cast.adviser, "/relecture", viewport=DESK)
    page.get_by_role("link", name=f"Inès-{filmed.mark}").click()
    return page
