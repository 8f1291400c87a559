"""What recruiters never receive of a person, on any address of theirs, and what they do once accepted."""

import re
from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Person
from app.profiles.models import Profile
from tests.conftest import START
from tests.directory.conftest import make_found
from tests.factories import (
    make_commune,
    make_contact,
    make_favourite,
    make_need,
    make_need_proposal,
    make_resident,
    make_saved_search,
)
from tests.house.routes import addresses
from tests.reading import without_random

HOME = ("05061", "Gap-en-Champsaur")
BORN_ON = date(2003, 2, 9)
NEVER = {
    "birth date": ("2003-02-09", "09/02/2003", "9 février 2003", "date(2003"),
    "age": ("23 ans",),
    "home commune": HOME,
    "neighbourhood": ("QN00501M", "qpv", "quartier prioritaire"),
    "family name": ("Zerrouki",),
}
DETAILS = {"phone": "0698765432", "e-mail": "aicha.secrete@courrier.test"}
STATES = ("", "sent", "read", "declined", "expired", "accepted")


@pytest.fixture
def person(session: Session) -> Person:
    """Make a resident of whom everything is known."""
    make_commune(session, *HOME)
    return make_resident(
        session,
        family_name="Zerrouki",
        born_on=BORN_ON,
        home_commune=HOME[0],
        lives_in_qpv=True,
        qpv_code="QN00501M",
        qpv_vintage=2024,
        qpv_known_by="attested",
        phone=DETAILS["phone"],
        email=DETAILS["e-mail"],
    )


@pytest.fixture
def profile(session: Session, person: Person) -> Profile:
    return make_found(session, "Vendeuse en boulangerie", person=person)


def pages_of_recruiters(app: FastAPI) -> list[str]:
    """Return every address that recruiters may read, from the table of routes."""
    return [
        address.path
        for address in addresses(app)
        if "GET" in address.methods
        and address.dependant
        and any(
            getattr(child.call, "permission", "") == "recruiter" for child in address.dependant.dependencies
        )
    ]


def received(
    app: FastAPI, session: Session, recruiter: TestClient, profile: Profile, marc: Person, state: str
) -> dict[str, str]:
    """Return all that a recruiter can read of somebody, by address; `state` is that of their own message."""
    make_favourite(session, profile, marc)
    make_saved_search(session, marc)
    need = make_need(session, marc)
    make_need_proposal(session, need, profile)
    values = {"slug": profile.slug, "need_id": str(need.id)}
    session.commit()
    if state:
        reason = "too_far" if state == "declined" else None
        contact = make_contact(session, profile, marc, state=state, decline_reason=reason)
        values["contact_id"] = str(contact.id)
        session.commit()
    texts = {}
    for path in pages_of_recruiters(app):
        if set(re.findall(r"{(\w+)}", path)) <= set(values):
            answer = recruiter.get(path.format(**values))
            assert answer.status_code == 200, path
            texts[path] = answer.text
    texts["POST /lectures"] = recruiter.post("/lectures", json={"profile": profile.slug}).text
    return texts


def test_the_table_of_routes_gives_the_addresses_of_recruiters(app: FastAPI) -> None:
    known = {"/candidats", "/candidats/{slug}", "/candidats/{slug}/lecture", "/messages/{contact_id}"}
    assert known <= set(pages_of_recruiters(app))


@pytest.mark.parametrize("state", STATES)
def test_recruiters_never_receive_what_is_kept_apart(
    app: FastAPI, session: Session, recruiter: TestClient, profile: Profile, marc: Person, state: str
) -> None:
    texts = received(app, session, recruiter, profile, marc, state)
    assert profile.headline in texts["/candidats/{slug}"]
    leaks = [
        (path, field)
        for path, text in texts.items()
        for field, values in NEVER.items()
        if any(value.lower() in without_random(text).lower() for value in values)
    ]
    assert leaks == []


@pytest.mark.parametrize("state", STATES)
def test_phone_and_e_mail_wait_for_a_yes_and_stand_in_that_message_alone(
    app: FastAPI, session: Session, recruiter: TestClient, profile: Profile, marc: Person, state: str
) -> None:
    texts = received(app, session, recruiter, profile, marc, state)
    given = {
        (path, field) for path, text in texts.items() for field, value in DETAILS.items() if value in text
    }
    opened = {("/messages/{contact_id}", field) for field in DETAILS}
    assert given == (opened if state == "accepted" else set())


def test_the_yes_to_one_recruiter_opens_nothing_to_another(
    app: FastAPI, session: Session, recruiter: TestClient, profile: Profile, marc: Person
) -> None:
    accepted = make_contact(session, profile, state="accepted", sent_at=START)
    session.commit()
    texts = received(app, session, recruiter, profile, marc, "")
    assert not [path for path, text in texts.items() for value in DETAILS.values() if value in text]
    assert recruiter.get(f"/messages/{accepted.id}").status_code == 404
