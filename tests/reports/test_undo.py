"""Somebody tries to undo the suppression by subtraction, with every page and file of the bilans."""

import csv
import io
import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.evidence.models import Fact
from app.paris import PARIS
from app.places.rules import DEPARTMENTS
from app.reports.rules import FUNDER_MINIMUM, INDICATORS, PUBLIC_MINIMUM
from app.reports.suppression import wholes_of
from tests.conftest import SignIn
from tests.factories import make_admin, make_funder, make_structure
from tests.journal import Happened, fill

LABELS = {indicator.label: indicator.code for indicator in INDICATORS}
CUTS = ("Mois par mois", "Quartiers prioritaires", "Départements")
CAPTIONS = {"Par département": "Départements"}
# How many were filmed, then watched twice each, by department, months ago and priority neighbourhood.
HAPPENED = (
    ("13", 0, True, 14),
    ("13", 1, False, 3),
    ("59", 1, True, 12),
    ("69", 2, False, 2),
    ("75", 2, True, 21),
    ("93", 2, False, 30),
)
Known = dict[tuple[str, str, str], int]


@pytest.fixture
def journal(session: Session, now: datetime) -> None:
    """Fill the journal with large figures and small ones beside each other."""
    structure = make_structure(session).id
    people = [
        (place, now - timedelta(days=30 * months), qpv, number)
        for place, months, qpv, people in HAPPENED
        for number in range(people)
    ]
    facts = [of_one(department, at, number, qpv=qpv) for department, at, qpv, number in people]
    facts += [of_few(now), of_one_who_says_no(now)]
    fill(session, now, (replace(fact, territory=structure) for one in facts for fact in one))


def of_one(department: str, at: datetime, number: int, *, qpv: bool) -> list[Happened]:
    """Have somebody filmed, published, watched by two companies, and half of them asked."""
    kinds = ["resident.filmed", "profile.published", "view.qualified", "view.qualified"]
    kinds += ["contact.sent", "contact.answered"] * (number % 2)
    measures = {"resident.filmed": {"qpv": qpv}, "contact.answered": {"accepted": True}}
    who = f"{department}:{at.isoformat()}:{number}"
    return [
        Happened(kind, at, who, UUID(int=9 * number + place), None, department, measures.get(kind, {}))
        for place, kind in enumerate(kinds, start=1)
    ]


def of_few(now: datetime) -> list[Happened]:
    """Have one of those filmed elsewhere watched by twelve companies in one place, asked as often."""
    at = now - timedelta(days=60)
    who = f"93:{at.isoformat()}:0"
    kinds = ["view.qualified", "contact.sent", "contact.answered", "outcome.confirmed"] * 12
    measures = {"contact.answered": {"accepted": True}}
    return [
        Happened(kind, at, who, UUID(int=place), None, "04", measures.get(kind, {}))
        for place, kind in enumerate(kinds, start=1)
    ]


def of_one_who_says_no(now: datetime) -> list[Happened]:
    """Have one of those who were asked by nobody refuse a dozen proposals."""
    at = now - timedelta(days=60)
    who = f"93:{at.isoformat()}:2"
    kinds = ["contact.sent", "contact.answered"] * 12
    measures = {"contact.answered": {"accepted": False}}
    return [
        Happened(kind, at, who, UUID(int=place), None, "93", measures.get(kind, {}))
        for place, kind in enumerate(kinds, start=1)
    ]


def of_files(browser: TestClient) -> Known:
    """Return what the files of a reader tell, by indicator, cut and line; the whole has no cut."""
    known: Known = {}
    for line in read(browser, "/bilan.csv"):
        note(known, line["indicateur"], "", "", line["valeur"])
    for line in read(browser, "/bilan/tableaux.csv"):
        cut = line["tableau"] if line["tableau"] in CUTS else ""
        note(known, line["indicateur"], cut, line["ligne"] if cut else "", line["valeur"])
    return known


def read(browser: TestClient, path: str) -> list[dict[str, str]]:
    """Return the lines of a file."""
    return list(csv.DictReader(io.StringIO(browser.get(path).content.decode("utf-8-sig")), delimiter=";"))


def of_page(browser: TestClient, path: str) -> Known:
    """Return what the page of a reader tells, with spaces as files have them."""
    page = unescape(browser.get(path).text).replace("\u00a0", " ")
    known: Known = {}
    for value, label in re.findall(r'figure__value">([^<]+)</p>\s*<p class="figure__label">([^<]+)<', page):
        note(known, label, "", "", value)
    for label, value in re.findall(
        r'funnel__label">([^<]+)</span>\s*<span class="funnel__value">([^<]+)<', page
    ):
        note(known, label, "", "", value)
    for caption, table in re.findall(r"<caption[^>]*>([^<]+)</caption>(.*?)</table>", page, re.DOTALL):
        for row in table.split("<tr>")[2:]:
            name = re.search(r'scope="row">([^<]*)<', row)
            for label, value in re.findall(r'data-label="([^"]+)"><span>([^<]*)<', row):
                note(known, label, CAPTIONS.get(caption, caption), name[1] if name else "", value)
    return known


def note(known: Known, label: str, cut: str, line: str, value: str) -> None:
    """Keep a number that is shown."""
    digits = re.sub(r"\s", "", value)
    if digits.isdigit() and label in LABELS:
        known[LABELS[label], cut, line] = int(digits)


def left_over(known: Known) -> list[int]:
    """Return everything that a subtraction gives: a whole less its parts, a cut less its lines."""
    found = []
    for code in LABELS.values():
        whole = known.get((code, "", ""))
        if whole is None:
            continue
        found += [known[larger, "", ""] - whole for larger in wholes_of(code) if (larger, "", "") in known]
        for cut in CUTS:
            lines = [value for (which, of, _), value in known.items() if (which, of) == (code, cut)]
            found += [whole - sum(lines), *(whole - value for value in lines)] if lines else []
    return found


@pytest.mark.usefixtures("journal")
def test_a_funder_who_subtracts_learns_no_small_figure(session: Session, sign_in: SignIn) -> None:
    browser = sign_in(make_funder(session))
    known = of_files(browser)
    assert known["filmed", "", ""] == 82
    assert ("filmed", "Départements", "Seine-Saint-Denis") in known
    assert ("filmed", "Départements", "Rhône") not in known
    assert not [value for value in known.values() if 0 < value < FUNDER_MINIMUM]
    assert not [rest for rest in left_over(known) if 0 < abs(rest) < FUNDER_MINIMUM]


@pytest.mark.usefixtures("journal")
def test_the_public_who_subtracts_learns_no_small_figure(client: TestClient) -> None:
    known = of_page(client, "/statistiques")
    assert {cut for _, cut, _ in known} >= set(CUTS)
    assert not [value for value in known.values() if 0 < value < PUBLIC_MINIMUM]
    assert not [rest for rest in left_over(known) if 0 < abs(rest) < PUBLIC_MINIMUM]


@pytest.mark.usefixtures("journal")
def test_a_funder_who_reads_the_public_page_too_learns_nothing_more(
    session: Session, client: TestClient, sign_in: SignIn
) -> None:
    public = of_page(client, "/statistiques")
    funder = of_files(sign_in(make_funder(session)))
    lines = {key: value for key, value in public.items() if key[1]}
    assert lines.items() <= {key: funder.get((key[0], key[1], line_of(key))) for key in lines}.items()


def line_of(key: tuple[str, str, str]) -> str:
    """Return how files call a line of the page: months by their code."""
    months = {"novembre 2026": "2026-11", "octobre 2026": "2026-10", "septembre 2026": "2026-09"}
    return months.get(key[2], key[2])


@pytest.mark.usefixtures("journal")
def test_a_dozen_facts_about_one_person_are_a_small_figure(
    session: Session, client: TestClient, sign_in: SignIn
) -> None:
    behind = people_behind(session)
    assert behind["views", "Départements", "Alpes-de-Haute-Provence"] == 1
    for minimum, known in (
        (PUBLIC_MINIMUM, of_page(client, "/statistiques")),
        (FUNDER_MINIMUM, of_files(sign_in(make_funder(session)))),
    ):
        assert not [key for key in known if key[0] == "outcomes"]
        assert not [key for key in known if 0 < behind.get((*key[:2], line_of(key)), minimum) < minimum]


@pytest.mark.usefixtures("journal")
def test_what_was_sent_less_what_was_accepted_is_not_what_one_person_refused(
    session: Session, client: TestClient, sign_in: SignIn
) -> None:
    sent, yes = (
        {fact.subject for fact in session.scalars(select(Fact).where(Fact.kind == kind, *of_measure))}
        for kind, of_measure in (
            ("contact.sent", ()),
            ("contact.answered", (Fact.measures.contains({"accepted": True}),)),
        )
    )
    assert len(sent - yes) == 1
    for known in (of_page(client, "/statistiques"), of_files(sign_in(make_funder(session)))):
        assert ("contacts", "", "") in known
        assert ("accepted", "", "") not in known
    everything = of_files(sign_in(make_admin(session)))
    assert everything["contacts", "", ""] - everything["accepted", "", ""] == 12


def people_behind(session: Session) -> Known:
    """Return how few persons or companies stand behind every figure of facts, by the facts themselves."""
    codes = {"view.qualified": "views", "contact.sent": "contacts", "outcome.confirmed": "outcomes"}
    places: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in session.scalars(select(Fact).where(Fact.kind.in_(codes))):
        month, department = fact.at.astimezone(PARIS).strftime("%Y-%m"), DEPARTMENTS[fact.department]
        for cut, line in (("", ""), ("Départements", department), ("Mois par mois", month)):
            places.setdefault((codes[fact.kind], cut, line), []).append(fact)
    persons = {key: len({fact.subject for fact in facts}) for key, facts in places.items()}
    companies = {key: len({fact.organisation for fact in facts}) for key, facts in places.items()}
    return {key: min(one, companies[key] if key[0] == "views" else one) for key, one in persons.items()}


@pytest.mark.usefixtures("journal")
def test_whoever_sees_all_reads_the_small_ones(session: Session, sign_in: SignIn) -> None:
    known = of_files(sign_in(make_admin(session)))
    assert (
        known["filmed", "Départements", "Rhône"],
        known["filmed", "Départements", "Bouches-du-Rhône"],
    ) == (
        2,
        17,
    )
