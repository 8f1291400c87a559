"""`visavis demo`: 0 when every step was checked, on what every device sends; 1 at the first that fails."""

from pathlib import Path

from app.cli.sources import SOURCES
from tests.cli.conftest import Product
from tests.cli.machine import PATIENCE_S, command


def test_the_story_holds_on_every_kind_of_source(product: Product, service: str, tmp_path: Path) -> None:
    with command(tmp_path / "log", product.environment, "demo", "--sources", "--url", service) as demo:
        assert demo.process.wait(PATIENCE_S) == 0, demo.said()
    told = [demo.said().index(f"La vidéo : {name}") for name in SOURCES]
    assert told == sorted(told)
    assert demo.said().count("Tout est vérifié : filmée, vue, contactée, comptée.") == len(SOURCES)


def test_a_video_that_is_refused_ends_the_story(product: Product, service: str, tmp_path: Path) -> None:
    clip = tmp_path / "lettre.mp4"
    clip.write_text("Madame, Monsieur, " * 100)
    with command(tmp_path / "log", product.environment, "demo", str(clip), "--url", service) as demo:
        assert demo.process.wait(PATIENCE_S) == 1
    assert "Traceback" not in demo.said()
    assert "vérifié" not in demo.said()


def test_a_video_that_is_not_there_is_said_at_once(product: Product, tmp_path: Path) -> None:
    with command(tmp_path / "log", product.environment, "demo", "absente.mp4") as demo:
        assert demo.process.wait(PATIENCE_S) == 1
    assert "absente.mp4 n’existe pas." in demo.said()
