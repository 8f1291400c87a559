"""The bilan, its facts, its CSV and the public figures: the same numbers, each reader their own."""

import csv
import io
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.contacts.models import Contact
from app.db import new_id
from app.evidence.service import Statement, record
from app.people.models import Organisation, Person
from app.reports.rules import PUBLIC_MINIMUM
from tests.conftest import SignIn
from tests.factories import (
    make_admin,
    make_adviser,
    make_funder,
    make_profile,
    make_recruiter,
    make_resident,
    make_structure,
)
from tests.journal import Happened, fill
from tests.journal import count as count_facts


def state(session: Session, kind: str, at: datetime, territory: UUID, count: int, **measures: bool) -> None:
    """Record facts of a kind about as many persons, in a structure."""
    company = new_id()
    for _ in range(count):
        person = new_id()
        statement = Statement(
            kind=kind,
            source=str(person),
            at=at,
            subject=person,
            organisation=company,
            department="13",
            measures=measures,
            territory=territory,
        )
        record(session, statement)


@pytest.fixture
def north(session: Session) -> Organisation:
    return make_structure(session, "Mission locale du Nord")


@pytest.fixture
def journal(session: Session, now: datetime, north: Organisation) -> None:
    """Fill the journal: 12 filmed in the north, of them 9 of priority neighbourhoods, 2 in the south."""
    south = make_structure(session, "Mission locale du Sud")
    state(session, "resident.filmed", now, north.id, 9, qpv=True)
    state(session, "resident.filmed", now - timedelta(days=40), north.id, 3, qpv=False)
    state(session, "resident.filmed", now, south.id, 2, qpv=False)
    state(session, "view.qualified", now, north.id, 4)
    count_facts(session, now)


def figures(browser: TestClient, query: str = "") -> dict[str, str]:
    """Return the figures of the CSV by label, checked to be what the page shows too."""
    lines = csv_lines(browser, query)
    page = browser.get(f"/bilan{query}").text
    shown = {line["indicateur"]: line["valeur"] for line in lines}
    assert all(f">{label}" in page for label in shown)
    assert all(f'figure__value">{value}<' in page for value in shown.values())
    return shown


def csv_lines(browser: TestClient, query: str = "") -> list[dict[str, str]]:
    """Return the lines of the CSV, read as French spreadsheets do."""
    answer = browser.get(f"/bilan.csv{query}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.usefixtures("journal")
def test_an_operator_reads_all_of_it(session: Session, sign_in: SignIn) -> None:
    read = figures(sign_in(make_admin(session)))
    assert read["Jeunes filmés"] == "14"
    assert read["dont habitants d’un quartier prioritaire"] == "9"
    assert read["Vues qualifiées"] == "4"
    assert read["Entreprises qui ont regardé"] == "1"


@pytest.mark.usefixtures("journal")
def test_an_operator_reads_departments_an_adviser_does_not(
    session: Session, sign_in: SignIn, north: Organisation
) -> None:
    assert 'data-label="Vues qualifiées"><span>4<' in sign_in(make_admin(session)).get("/bilan").text
    assert "Par département" not in sign_in(make_adviser(session, north)).get("/bilan").text


@pytest.mark.usefixtures("journal")
def test_an_adviser_reads_their_structure_alone(
    session: Session, sign_in: SignIn, north: Organisation
) -> None:
    read = figures(sign_in(make_adviser(session, north)))
    assert read["Jeunes filmés"] == "12"
    assert figures(sign_in(make_adviser(session)))["Jeunes filmés"] == "0"


@pytest.mark.usefixtures("journal")
def test_a_month_is_counted_apart(session: Session, sign_in: SignIn, north: Organisation) -> None:
    browser = sign_in(make_adviser(session, north))
    assert figures(browser, "?mois=2026-11")["Jeunes filmés"] == "9"
    assert figures(browser, "?mois=2026-10")["Jeunes filmés"] == "3"
    assert "octobre 2026" in browser.get("/bilan").text
    assert browser.get("/bilan?mois=2026-13").status_code == 422


@pytest.mark.usefixtures("journal")
def test_a_funder_reads_no_small_figure_no_month_and_no_fact(session: Session, sign_in: SignIn) -> None:
    browser = sign_in(make_funder(session))
    read = figures(browser)
    assert read["Jeunes filmés"] == "14"
    assert read["dont habitants d’un quartier prioritaire"] == "9"
    assert read["Vues qualifiées"] == "moins de 5"
    assert figures(browser, "?mois=2026-10") == read
    assert 'name="mois"' not in browser.get("/bilan").text
    assert browser.get("/bilan/faits?chiffre=filmed").status_code == 404


@pytest.mark.usefixtures("journal")
def test_the_public_reads_totals_from_eleven_on(client: TestClient) -> None:
    page = client.get("/statistiques")
    assert page.status_code == 200
    assert 'figure__value">14<' in page.text
    assert "moins de 11" in page.text
    assert ">9<" not in page.text


def test_the_public_page_is_whole_in_english(session: Session, client: TestClient, now: datetime) -> None:
    fill(session, now, [Happened("resident.filmed", now, f"{number}") for number in range(PUBLIC_MINIMUM)])
    page = client.get("/statistiques", headers={"accept-language": "en"}).text
    assert "Evidence log, agreement face-2026 (example)" in page
    assert ">Unknown<" in page
    assert not [word for word in ("Journal de preuves", "Inconnu") if word in page]


@pytest.mark.usefixtures("journal")
def test_the_public_reads_the_small_ones_in_one_sentence_and_no_name_of_a_rule(client: TestClient) -> None:
    page = client.get("/statistiques").text
    assert page.count('class="figure__value"') == 1
    assert "profils publiés, vues qualifiées, entreprises qui ont regardé, propositions envoyées et " in page
    assert "-2026.1" not in page


def test_before_anything_is_large_enough_the_public_reads_that_the_service_begins(client: TestClient) -> None:
    page = client.get("/statistiques").text
    assert 'class="figure__value"' not in page
    assert "Le service démarre" in page


def test_every_line_says_what_it_counts_by_which_rule_and_as_of_when(
    session: Session, sign_in: SignIn, journal: None, now: datetime
) -> None:
    assert journal is None
    for line in csv_lines(sign_in(make_admin(session)), "?mois=2026-11"):
        assert line["définition"].endswith(".")
        assert "-2026.1" in line["règle"]
        assert line["période"] == "2026-11"
        assert line["source"].startswith("Journal de preuves")
        assert str(now.year) in line["arrêté au"]


@pytest.mark.usefixtures("journal")
def test_the_name_of_a_structure_is_no_formula(session: Session, sign_in: SignIn) -> None:
    structure = make_structure(session, "=HYPERLINK(1)")
    lines = csv_lines(sign_in(make_adviser(session, structure)))
    assert {line["périmètre"] for line in lines} == {"'=HYPERLINK(1)"}


@pytest.mark.usefixtures("journal")
def test_the_facts_under_a_figure_are_listed_without_a_name(
    session: Session, sign_in: SignIn, north: Organisation
) -> None:
    browser = sign_in(make_adviser(session, north))
    page = browser.get("/bilan/faits?chiffre=filmed_qpv&mois=2026-11").text
    assert page.count("quartier prioritaire : oui") == 9
    assert "personnes-2026.1" in page
    assert browser.get("/bilan/faits?chiffre=x").status_code == 404


def test_facts_are_turned_page_by_page(
    session: Session, sign_in: SignIn, now: datetime, north: Organisation
) -> None:
    state(session, "view.qualified", now, north.id, 51)
    count_facts(session, now)
    browser = sign_in(make_admin(session))
    first = browser.get("/bilan/faits?chiffre=views").text
    address = first.partition('rel="next"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    rest = browser.get(f"/bilan/faits{address}").text
    assert (first.count('scope="row"'), rest.count('scope="row"')) == (50, 1)


def test_an_empty_journal_says_so(session: Session, sign_in: SignIn) -> None:
    page = sign_in(make_admin(session)).get("/bilan").text
    assert "Rien n’est encore compté" in page
    assert "Rien n’a été écarté" in page
    assert page.count("Pas encore suivi ici") == 4


def test_what_a_test_account_does_is_counted_apart_and_never_among_the_figures(
    session: Session, sign_in: SignIn, now: datetime
) -> None:
    tester = make_recruiter(session, email="essai@visavis.invalid")
    profile = make_profile(session)
    form = {"kind": "job", "message": "Bonjour, ceci est un essai de notre équipe."}
    sign_in(tester).post(f"/candidats/{profile.slug}/contact", data=form)
    contact = session.scalars(select(Contact)).one()
    sign_in(session.get_one(Person, profile.person_id)).post(f"/moi/messages/{contact.id}/accepter")
    count_facts(session, now)
    browser = sign_in(make_admin(session))
    read = figures(browser)
    assert (read["Propositions envoyées"], read["Propositions acceptées"]) == ("0", "0")
    assert ">Compte d’essai<" in browser.get("/bilan").text
    assert 'data-label="Propositions"><span>1<' in browser.get("/bilan").text


def test_nobody_else_has_a_bilan(session: Session, sign_in: SignIn, client: TestClient) -> None:
    for person in (make_resident(session), make_recruiter(session)):
        browser = sign_in(person)
        for path in ("/bilan", "/bilan.csv", "/bilan/faits?chiffre=filmed"):
            assert browser.get(path).status_code == 404
    assert client.get("/bilan.csv").status_code == 401
