"""The page, the CSV and the workbook tell the same numbers; a workbook has numbers, and no formula."""

import csv
import io
import re
import zipfile
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Membership, Organisation
from tests.conftest import SignIn
from tests.factories import make_admin, make_adviser, make_funder, make_structure
from tests.journal import Happened, fill

STEPS = "Du film à l’emploi"
PEOPLE = 6  # of each structure, half of them the month before
SPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture
def structures(session: Session, now: datetime) -> list[Organisation]:
    """Fill the journal of two structures; somebody was watched in both."""
    made = [make_structure(session, "Mission locale du Nord"), make_structure(session, "=Sud()")]
    seen = [
        (f"{place}:{number}" if number < PEOPLE else "moved", place, number)
        for place in range(2)
        for number in range(PEOPLE + 1)
    ]
    happened = [
        Happened(
            kind,
            now - timedelta(days=40 * (number % 2)),
            who,
            UUID(int=9),
            made[place].id,
            "13",
            {"qpv": True} if kind == "resident.filmed" else {},
        )
        for who, place, number in seen
        for kind in ("resident.filmed", "view.qualified")
        if not (who == "moved" and kind == "resident.filmed" and place)
    ]
    fill(session, now, happened)
    return made


def workbook(browser: TestClient, query: str = "") -> dict[str, list[list[Any]]]:
    """Return the tables of the workbook by name: numbers as integers, text as text."""
    answer = browser.get(f"/bilan.xlsx{query}")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    found = {}
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        words = ["".join(one.itertext()) for one in tree(book, "sharedStrings")]
        for number, sheet in enumerate(tree(book, "workbook").iterfind(".//x:sheet", SPACE), start=1):
            page = tree(book, f"worksheets/sheet{number}")
            assert page.find(".//x:f", SPACE) is None
            rows = page.iterfind(".//x:row", SPACE)
            found[sheet.attrib["name"]] = [
                [
                    words[int(cell.findtext("x:v", "", SPACE))]
                    if cell.get("t") == "s"
                    else int(cell.findtext("x:v", "", SPACE))
                    for cell in row
                ]
                for row in rows
            ]
    return found


def tree(book: zipfile.ZipFile, name: str) -> ET.Element:
    """Return one part of a workbook."""
    return ET.fromstring(book.read(f"xl/{name}.xml"))  # noqa: S314 - our own file


def lines(browser: TestClient, path: str) -> list[list[str]]:
    """Return the lines of a CSV, without its header."""
    text = browser.get(path).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


@pytest.mark.usefixtures("structures")
@pytest.mark.parametrize("query", ["", "?mois=2026-11", "?mois=an-1"])
@pytest.mark.parametrize("make", [make_admin, make_adviser, make_funder])
def test_the_page_the_csv_and_the_workbook_tell_the_same(
    session: Session, sign_in: SignIn, make: Any, query: str
) -> None:
    browser = sign_in(make(session))
    book = workbook(browser, query)
    page = unescape(browser.get(f"/bilan{query}").text)
    figures = [[str(cell) for cell in line[:2]] for line in book["Chiffres"][1:]]
    assert [line[:2] for line in lines(browser, f"/bilan.csv{query}")] == figures
    shown = re.findall(r'figure__value">([^<]+)</p>\s*<p class="figure__label">(?:<a[^>]*>)?([^<]+)<', page)
    assert [[label, value] for value, label in shown] == figures
    steps = re.findall(r'funnel__label">([^<]+)</span>\s*<span class="funnel__value">([^<]+)<', page)
    assert [list(step) for step in steps] == [[str(cell) for cell in line[:2]] for line in book[STEPS][1:]]
    of_book = [
        [name, line[0], label, str(cell)]
        for name in ("Mois par mois", "Quartiers prioritaires", "Départements")
        if name in book
        for line in book[name][1:]
        for label, cell in zip(book[name][0][1:], line[1:], strict=True)
    ]
    cuts = {line[0] for line in of_book}
    of_csv = [line[:4] for line in lines(browser, f"/bilan/tableaux.csv{query}") if line[0] in cuts]
    assert of_csv == of_book
    assert len(re.findall(r'data-label="Jeunes filmés"', page)) == len(
        [line for line in of_book if line[2] == "Jeunes filmés"]
    )


def test_numbers_are_numbers_and_the_name_of_a_structure_is_no_formula(
    session: Session, sign_in: SignIn, structures: list[Organisation]
) -> None:
    book = workbook(sign_in(make_adviser(session, structures[1])))
    filmed = book["Chiffres"][1]
    assert filmed[:2] == ["Jeunes filmés", 6]
    assert filmed[5] == "=Sud()"
    assert book["Convention"][1][2] in {750, 1000, 5250, 50}


def test_an_adviser_of_two_structures_counts_a_person_of_both_once(
    session: Session, sign_in: SignIn, now: datetime, structures: list[Organisation]
) -> None:
    adviser = make_adviser(session, structures[0])
    belonging = Membership(person_id=adviser.id, organisation_id=structures[1].id, role="adviser")
    belonging.created_at = now
    session.add(belonging)
    session.flush()
    for query, watched, views in (("", 13, 14), ("?mois=2026-11", 7, 8), ("?mois=an-1", 13, 14)):
        book = workbook(sign_in(adviser), query)
        assert ["Vues qualifiées", views] in [line[:2] for line in book["Chiffres"]]
        assert ["Personnes regardées", watched] in [line[:2] for line in book[STEPS]]
        by_quarter = {line[0]: line[1] for line in book["Quartiers prioritaires"][1:]}
        assert by_quarter["Quartier prioritaire"] == watched


def test_a_period_of_the_convention_is_chosen_by_its_name(
    session: Session, sign_in: SignIn, structures: list[Organisation]
) -> None:
    browser = sign_in(make_adviser(session, structures[0]))
    assert ">Première année</option>" in browser.get("/bilan?mois=an-1").text
    assert workbook(browser, "?mois=an-2")["Chiffres"][1][1] == 0
    assert "Première année" in lines(browser, "/bilan.csv?mois=an-1")[0]
    assert browser.get("/bilan/faits?chiffre=filmed&mois=an-1").text.count('scope="row"') == 7
