"""A file that is no video is refused before it is sent, or forgotten when only the server finds out."""

from pathlib import Path

from playwright.sync_api import Page, expect

from app.cli.visitor import Visitor
from tests.browser.conftest import OpenAs

REFUSED_MS = 20_000


def send(page: Page, path: Path) -> None:
    """Choose a file and begin to send it."""
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Envoyer ma vidéo").click()


def test_a_file_that_only_looks_like_a_video_is_forgotten(
    service: str, newcomer: Visitor, open_as: OpenAs, tmp_path: Path
) -> None:
    fake = tmp_path / "fake.mp4"
    fake.write_bytes(b"Je ne suis pas un film. " * 4000)
    page = open_as(newcomer).new_page()
    page.goto(f"{service}/moi/video")
    send(page, fake)
    expect(page.locator(".upload [data-part=error]")).to_contain_text(
        "n’est pas une vidéo", timeout=REFUSED_MS
    )
    page.reload()
    page.locator("input[type=file]").wait_for()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".upload [data-part=unfinished]")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('tus::'))") == []


def test_a_photo_is_refused_before_it_is_sent_and_another_choice_clears_the_word(
    service: str, newcomer: Visitor, open_as: OpenAs, tmp_path: Path, clip: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff")
    page = open_as(newcomer).new_page()
    page.goto(f"{service}/moi/video")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if "/files" in request.url else None)
    error = page.locator(".upload [data-part=error]")
    page.get_by_role("button", name="Envoyer ma vidéo").click()
    expect(error).to_contain_text("Choisis d’abord une vidéo")
    send(page, photo)
    expect(error).to_contain_text("Rien n’est envoyé")
    page.locator("input[type=file]").set_input_files(clip)
    expect(error).to_be_hidden()
    assert sent == []
