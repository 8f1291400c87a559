"""The page, its files and the packs tell the same numbers, each counted in its own way."""

import csv
import io
import re
import zipfile
from datetime import date, datetime
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.evidence import keyring
from app.reports.figures import Order
from app.reports.rollups import roll
from app.settings import Settings
from tests.conftest import SignIn
from tests.evidence.packing import AUDITOR, files_of, month, pack
from tests.factories import make_admin

Told = dict[str, str]


@pytest.fixture
def journal(session: Session) -> None:
    """Tell a month of evidence, and count it."""
    month(session)
    while roll(session):
        pass


def of_page(browser: TestClient, path: str) -> Told:
    """Return the figures of a page by their labels."""
    page = unescape(browser.get(path).text)
    cards = re.findall(r'figure__value">([^<]+)</p>\s*<p class="figure__label">(?:<a[^>]*>)?([^<]+)<', page)
    steps = re.findall(r'funnel__label">([^<]+)</span>\s*<span class="funnel__value">([^<]+)<', page)
    return {label: value for value, label in cards} | dict(steps)


def of_csv(content: bytes) -> Told:
    """Return the figures of a table by their labels."""
    lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    return {line["indicateur"]: line["valeur"] for line in lines}


def of_xlsx(content: bytes, number: int = 1) -> Told:
    """Return the figures of a sheet by their labels: those of the column « indicateur » and « valeur »."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        words, page = (
            ET.fromstring(book.read(f"xl/{name}.xml"))  # noqa: S314 - our own file
            for name in ("sharedStrings", f"worksheets/sheet{number}")
        )
    texts = ["".join(one.itertext()) for one in words]
    header, *lines = (
        [texts[int(cell[0].text or "")] if cell.get("t") == "s" else str(cell[0].text) for cell in row]
        for row in page.iterfind(".//{*}row")
    )
    label, value = header.index("indicateur"), header.index("valeur")
    return {line[label]: line[value] for line in lines}


@pytest.mark.usefixtures("journal")
def test_a_month_is_the_same_on_the_page_in_its_files_and_in_the_pack_of_an_auditor(
    session: Session, settings: Settings, sign_in: SignIn, tmp_path: Path, now: datetime
) -> None:
    packed = files_of(pack(session, keyring.create(settings, now), AUDITOR, tmp_path / "pack.zip", now))
    told = of_csv(packed["indicateurs.csv"])
    assert (told["Vues qualifiées"], told["Personnes regardées"], len(told)) == ("39", "14", 12)
    assert of_xlsx(packed["indicateurs.xlsx"]) == told
    browser = sign_in(make_admin(session))
    query = "?mois=2026-11"
    assert of_page(browser, f"/bilan{query}") == told
    book = browser.get(f"/bilan.xlsx{query}").content
    assert of_xlsx(book, 1) | of_xlsx(book, 2) == told
    assert of_csv(browser.get(f"/bilan.csv{query}").content).items() <= told.items()


@pytest.mark.usefixtures("journal")
def test_what_the_public_reads_is_the_same_on_the_page_and_in_its_pack(
    session: Session, settings: Settings, client: TestClient, tmp_path: Path, now: datetime
) -> None:
    whole = Order("public", date(2026, 9, 1), date(2026, 12, 31))
    packed = files_of(pack(session, keyring.create(settings, now), whole, tmp_path / "pack.zip", now))
    told = of_csv(packed["indicateurs.csv"])
    assert of_xlsx(packed["indicateurs.xlsx"]) == told
    assert (told["Propositions envoyées"], told["Vues qualifiées"]) == ("12", "moins de 11")
    page = of_page(client, "/statistiques")
    assert page.items() <= told.items()
    not_on_page = {label for label, value in told.items() if value.isdigit()} - page.keys()
    assert not_on_page == {"dont habitants d’un quartier prioritaire"}  # a note of the whole that it is of
