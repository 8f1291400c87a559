"""Facts are read in French: no code of the program reaches the page."""

import re
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from app.contacts.rules import DECLINE_REASONS, KINDS, OUTCOME_CONTRACTS, OUTCOME_KINDS, SIDES
from app.db import new_id
from app.evidence.rules import Measure
from app.evidence.service import Statement, record
from app.people.rules import KNOWN_BY
from app.profiles.rules import PRESENTATIONS
from tests.conftest import SignIn
from tests.factories import make_admin
from tests.journal import count

CELL = re.compile(r'data-label="Ce qui est mesuré"><span>(.*?)</span>', re.DOTALL)
# Each measure whose values are codes: the kind of fact that has it, and the figure under which it is read.
CODED = {
    "known_by": (KNOWN_BY, "resident.filmed", "filmed"),
    "presentation": (PRESENTATIONS, "profile.published", "published"),
    "kind": (KINDS, "contact.sent", "contacts"),
    "reason": (DECLINE_REASONS, "contact.answered", "accepted"),
    "contract": (OUTCOME_CONTRACTS, "outcome.confirmed", "outcomes"),
    "side": (SIDES, "outcome.confirmed", "outcomes"),
    "declared_by": (SIDES, "outcome.confirmed", "outcomes"),
}


def said(session: Session, sign_in: SignIn, now: datetime, figure: str) -> list[str]:
    """Return what the page says of each fact that was stated."""
    count(session, now)
    page = sign_in(make_admin(session)).get(f"/bilan/faits?chiffre={figure}").text
    return [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in CELL.findall(page)]


def state(session: Session, kind: str, now: datetime, measures: dict[str, Measure]) -> None:
    """State a fact."""
    record(session, Statement(kind=kind, source=str(new_id()), at=now, subject=new_id(), measures=measures))


@pytest.mark.parametrize("measure", CODED)
def test_every_code_of_a_fact_has_a_french_word(
    session: Session, sign_in: SignIn, now: datetime, measure: str
) -> None:
    codes, kind, figure = CODED[measure]
    for code in codes:
        state(session, kind, now, {measure: code, "accepted": True})
    cells = said(session, sign_in, now, figure)
    assert len(set(cells)) == len(codes)
    assert not [cell for cell in cells if re.search(rf"\b({'|'.join((*codes, measure))})\b", cell)]
    assert not [cell for cell in cells if cell.endswith(": autre")]


def test_a_code_and_a_measure_that_nobody_knows_are_not_shown(
    session: Session, sign_in: SignIn, now: datetime
) -> None:
    state(session, "contact.sent", now, {"kind": "apprenticeship_abroad", "mood": "cheerful", "depth": 3})
    (cell,) = said(session, sign_in, now, "contacts")
    assert sorted(cell.split(", ")) == ["autre mesure : 3", "autre mesure : autre", "proposition : autre"]


def test_times_and_years_are_written_for_people(session: Session, sign_in: SignIn, now: datetime) -> None:
    state(session, "view.qualified", now, {"credited_ms": 12_300, "duration_ms": 75_000})
    assert said(session, sign_in, now, "views") == ["temps compté : 12 s, durée : 1 min 15 s"]
    state(session, "resident.filmed", now, {"qpv": True, "known_by": "", "vintage": 2024})
    assert said(session, sign_in, now, "filmed") == ["quartier prioritaire : oui, millésime : 2024"]


def test_what_came_of_an_exchange_is_said_as_such(session: Session, sign_in: SignIn, now: datetime) -> None:
    for kind in OUTCOME_KINDS:
        state(session, "outcome.confirmed", now, {"kind": kind})
    cells = said(session, sign_in, now, "outcomes")
    assert {cell.partition(" : ")[0] for cell in cells} == {"suite"}
    assert len(set(cells)) == len(OUTCOME_KINDS)
    assert "suite : autre" not in cells
