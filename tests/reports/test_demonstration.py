"""Where figures are of invented persons, each page of figures and each file says that none is a result."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy.orm import Session

from app.evidence import keyring
from app.people.organisations import DEMONSTRATION
from app.reports.figures import Order
from app.settings import Settings
from tests.conftest import START, SignIn
from tests.evidence.packing import AUDITOR, PUBLIC, files_of, month, pack
from tests.factories import make_admin, make_structure
from tests.house.routes import addresses
from tests.journal import Happened, fill

SAID = "Chiffres de démonstration"
# What an address needs to be answered.
ASKED = {"/bilan/faits": "?chiffre=filmed"}


@pytest.fixture(params=["development", "test"])
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Run the service where it is developed, or not: what its data are does not depend on it."""
    return settings.model_copy(update={"environment": request.param})


@pytest.fixture(params=[True, False], ids=["invented", "real"])
def is_invented(request: pytest.FixtureRequest, session: Session) -> bool:
    """Have an organisation of the demonstration, or one whose name alone looks like it."""
    structure = make_structure(session, "Mission locale du Nord (démo)")
    if request.param:
        structure.verification_method = DEMONSTRATION
        session.flush()
    return bool(request.param)


def words_of(answer: Response) -> str:
    """Return the words of a page, a CSV or a workbook."""
    assert answer.status_code == 200
    if not answer.headers["content-type"].endswith("spreadsheetml.sheet"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return book.read("xl/sharedStrings.xml").decode()


def test_all_pages_and_files_of_figures_say_it_of_invented_ones_alone(
    session: Session, sign_in: SignIn, app: FastAPI, now: datetime, *, is_invented: bool
) -> None:
    fill(session, now, [Happened("resident.filmed", now, f"person {number}") for number in range(20)])
    reader = sign_in(make_admin(session))
    paths = [one.path for one in addresses(app) if one.module == "app.reports.pages"]
    said = {path: SAID in words_of(reader.get(path + ASKED.get(path, ""))) for path in paths}
    assert len(said) == 7
    assert said == dict.fromkeys(paths, is_invented)


@pytest.mark.parametrize("order", [PUBLIC, AUDITOR], ids=["public", "auditor"])
def test_a_pack_says_it_of_invented_figures_alone(
    session: Session, settings: Settings, tmp_path: Path, order: Order, *, is_invented: bool
) -> None:
    month(session)
    path = pack(session, keyring.create(settings, START), order, tmp_path / "pack.zip", START)
    read_me = files_of(path)["LISEZMOI.txt"].decode()
    assert (SAID.upper() in read_me) == is_invented
    assert "résultat.\n\nCE QUE CONTIENT" in read_me or not is_invented
