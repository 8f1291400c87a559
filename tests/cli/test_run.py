"""`visavis run`, twice over the same data: it opens, bears a demonstration that fails, and stops whole."""

from pathlib import Path

from httpx2 import get
from sqlalchemy.orm import Session

from app.cli import accounts
from tests.cli.conftest import OPEN, Life, Product
from tests.cli.machine import PATIENCE_S, command, database

STOP_MAX_S = 15  # a busy machine; a page that keeps the server waiting makes it 25
OPEN_MAX_S = 30  # the same; 5 where nothing else runs


def test_the_first_start_opens_the_product(first_life: Life) -> None:
    assert OPEN in first_life.said
    assert first_life.home == 200


def test_demonstration_videos_that_fail_are_said_and_the_product_goes_on(first_life: Life) -> None:
    assert "Il manque Aïcha, Karim, Lina. Pour réessayer : visavis seed" in first_life.said
    assert first_life.said.index(OPEN) < first_life.said.index("La démonstration est incomplète")


def test_ctrl_c_ends_everything_at_once_although_a_page_follows_a_preparation(first_life: Life) -> None:
    assert first_life.stopped_in_s < STOP_MAX_S
    assert first_life.exit_code == 0
    assert not first_life.left


def test_ctrl_c_leaves_a_sentence_and_no_trace(first_life: Life) -> None:
    assert first_life.said.rstrip().endswith("Tout est arrêté ; les données restent.")
    assert "Traceback" not in first_life.said


def test_the_second_start_finds_the_data_of_the_first(
    product: Product, service: str, opened_in_s: float
) -> None:
    assert opened_in_s < OPEN_MAX_S
    assert get(service, timeout=PATIENCE_S).status_code == 200
    with database(product.data_dir) as engine, Session(engine) as session:
        assert accounts.person_of(session, accounts.ADVISER) is not None


def test_a_port_that_is_taken_is_said_before_anything_starts(
    service: str, product: Product, tmp_path: Path
) -> None:
    assert service
    environment = {"VISAVIS_DATA_DIR": str(tmp_path / "data")}
    with command(tmp_path / "log", environment, "run", "--port", str(product.port)) as run:
        assert run.process.wait(PATIENCE_S) == 1
    assert f"Le port {product.port} est déjà pris." in run.said()
    assert not (tmp_path / "data").exists()
