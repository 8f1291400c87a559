"""What people do with the power of their role is noted, read by the operator, and forgotten after a year."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.db import session_factory
from app.main import create_app
from app.people import audit
from app.people.audit import Act
from app.people.models import AuditEntry, Invitation, Organisation, Person
from app.settings import Settings
from tests.conftest import MovingClock, SignIn, make_resources, open_browser
from tests.factories import (
    make_admin,
    make_adviser,
    make_profile,
    make_recruiter,
    make_resident,
    make_structure,
)


@pytest.fixture
def structure(session: Session) -> Organisation:
    return make_structure(session)


@pytest.fixture
def operator(session: Session) -> Person:
    return make_admin(session)


@pytest.fixture
def office(sign_in: SignIn, operator: Person) -> TestClient:
    """Return the operator's browser."""
    return sign_in(operator)


def again(structure: Organisation, person: Person) -> str:
    """Return where the operator asks for a new link for somebody."""
    return f"/administration/organisations/{structure.id}/inviter/{person.id}"


def test_the_operator_gives_a_new_link_to_an_adviser_who_has_not_come_yet(
    office: TestClient, session: Session, structure: Organisation, operator: Person
) -> None:
    adviser = make_adviser(session, structure, password_hash=None)
    answer = office.post(again(structure, adviser))
    assert answer.status_code == 200
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.tag, entry.actor_id, entry.about_id, entry.organisation_id, entry.reference) == (
        "adviser:invite-again:done",
        operator.id,
        adviser.id,
        structure.id,
        answer.headers["x-request-id"],
    )


@pytest.mark.parametrize("whose", ["resident", "open", "suspended", "elsewhere", "recruiter", "admin"])
def test_the_operator_gets_no_link_into_anybody_else_s_account(
    office: TestClient, session: Session, structure: Organisation, operator: Person, whose: str
) -> None:
    others = {
        "resident": make_resident(session, structure, password_hash=None),
        "open": make_adviser(session, structure),
        "suspended": make_adviser(session, structure, password_hash=None, suspended_at=structure.created_at),
        "elsewhere": make_adviser(session, password_hash=None),
        "recruiter": make_recruiter(session, password_hash=None),
        "admin": operator,
    }
    answer = office.post(again(structure, others[whose]))
    assert answer.status_code == 404
    assert "/invitation/" not in answer.text
    assert session.scalar(select(func.count(Invitation.id))) == 0


@pytest.mark.parametrize("exists", [True, False])
def test_what_is_refused_is_noted_although_the_request_is_undone(
    settings: Settings, clock: MovingClock, committed: Engine, *, exists: bool
) -> None:
    factory = session_factory(committed)
    app = create_app(settings, make_resources(settings, clock, factory))
    with factory() as session:
        structure, operator, resident = make_structure(session), make_admin(session), make_resident(session)
        session.commit()
        office = open_browser(app, session, settings, operator, clock.now())
        asked = resident if exists else Person(id=structure.id)
        assert office.post(again(structure, asked)).status_code == 404
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.tag, entry.about_id) == (
            "adviser:invite-again:refused",
            resident.id if exists else None,
        )


def test_an_adviser_who_gives_a_resident_a_new_link_is_noted(
    sign_in: SignIn, session: Session, structure: Organisation
) -> None:
    adviser, resident = make_adviser(session, structure), make_resident(session, structure)
    make_profile(session, resident, published=False)
    answer = sign_in(adviser).post(f"/accompagnement/{resident.id}/invitation", data={"way": "desk"})
    assert answer.status_code == 200
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.tag, entry.actor_id, entry.about_id) == (
        "resident:invite-again:done",
        adviser.id,
        resident.id,
    )


def write(session: Session, actor: Person, clock: MovingClock, times: int = 1) -> None:
    """Note that somebody did something, as often as wanted."""
    for number in range(times):
        act = Act(actor.id, f"reference-{number}", clock.now())
        audit.note(session, act, "organisation:suspend:done")
    session.commit()


def test_the_operator_reads_what_was_done_newest_first(
    office: TestClient, session: Session, operator: Person, clock: MovingClock
) -> None:
    write(session, operator, clock)
    clock.advance(minutes=1)
    adviser = make_adviser(session, name="Claire")
    audit.note(session, Act(operator.id, "la-derniere", clock.now()), "adviser:invite:done", adviser.id)
    session.commit()
    page = office.get("/administration/journal").text
    assert "a invité Claire B." in page
    assert page.index("la-derniere") < page.index("reference-0")


def test_the_log_is_read_page_by_page(
    office: TestClient, session: Session, operator: Person, clock: MovingClock
) -> None:
    write(session, operator, clock, times=51)
    first = office.get("/administration/journal").text
    assert first.count("reference-") == 50
    following = re.search(r'href="(\?apres=[^"]+)"', first)
    assert following is not None
    second = office.get(f"/administration/journal{following[1]}").text
    assert (second.count("reference-"), "?apres=" in second) == (1, False)


def test_the_log_is_kept_for_a_year(
    session: Session, settings: Settings, operator: Person, clock: MovingClock
) -> None:
    write(session, operator, clock)
    assert audit.sweep(session, settings, clock.now() + timedelta(days=365)) == 0
    assert audit.sweep(session, settings, clock.now() + timedelta(days=366)) == 1
    assert session.scalar(select(func.count(AuditEntry.id))) == 0
