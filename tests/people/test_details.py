"""One's phone and e-mail address, corrected by oneself or by one's adviser: a new mailbox answers first."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.mail.models import Mail
from app.people import details
from app.people.details import Details
from app.people.models import EmailChange, Invitation, Person, SignInLink
from app.people.sessions import open_session
from app.settings import Settings
from tests.conftest import START, MovingClock, SignIn
from tests.factories import (
    PASSWORD,
    make_adviser,
    make_profile,
    make_recruiter,
    make_resident,
    make_structure,
)

PAGE = {"accept": "text/html"}
NEW = "nouvelle@courrier.test"
FORM = {"phone": "06 98 76 54 32", "email": NEW, "current": PASSWORD}


def fresh(session: Session, person: Person) -> tuple[str | None, str | None]:
    """Return the phone and the address of a person as the database has them."""
    session.expire_all()
    found = session.get_one(Person, person.id)
    return found.phone, found.email


def mails(session: Session) -> dict[str, str]:
    """Return who was written to, and which letter."""
    return {mail.recipient: mail.template for mail in session.scalars(select(Mail))}


def link(session: Session) -> str:
    """Return the path of the link that was mailed to the new address."""
    return str(session.scalars(select(Mail).where(Mail.recipient == NEW)).one().values["path"])


def test_a_phone_is_corrected_at_once_and_may_be_taken_away(sign_in: SignIn, session: Session) -> None:
    person = make_recruiter(session)
    browser, email = sign_in(person), person.email
    browser.post("/compte/coordonnees", data={"phone": "+33 6 98 76 54 32", "email": email})
    assert fresh(session, person) == ("0698765432", email)
    browser.post("/compte/coordonnees", data={"phone": "", "email": email})
    assert fresh(session, person) == (None, email)
    assert not mails(session)


def test_a_new_address_serves_once_its_mailbox_has_answered_and_the_old_one_is_told(
    sign_in: SignIn, session: Session
) -> None:
    person = make_resident(session)
    browser, before = sign_in(person), str(person.email)
    assert browser.post("/compte/coordonnees", data=FORM).headers["location"] == "/compte"
    assert fresh(session, person) == ("0698765432", before)
    assert f"{NEW} attend d’être confirmée" in browser.get("/compte").text
    path = link(session)
    assert NEW in browser.get(path).text
    assert fresh(session, person)[1] == before
    assert browser.post(path).headers["location"] == "/compte"
    assert fresh(session, person)[1] == NEW
    assert mails(session) == {NEW: "email_change", before: "email_changed"}
    assert browser.get(path).status_code == 404


def test_a_link_opened_on_another_device_changes_the_address_and_signs_nobody_in(
    sign_in: SignIn, client: TestClient, session: Session
) -> None:
    person = make_resident(session)
    sign_in(person).post("/compte/coordonnees", data=FORM)
    assert client.post(link(session)).headers["location"] == "/connexion"
    assert client.get("/compte").status_code == 401


def test_a_link_that_signs_in_and_waits_in_the_old_mailbox_dies_with_it(
    sign_in: SignIn, client: TestClient, session: Session
) -> None:
    person = make_resident(session)
    client.post("/connexion/lien", data={"email": person.email})
    sign_in(person).post("/compte/coordonnees", data=FORM)
    client.post(link(session))
    assert not session.scalars(select(SignInLink)).all()


def test_the_password_is_asked_for_a_new_address_alone(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session)
    page = sign_in(person).post("/compte/coordonnees", data=FORM | {"current": "au hasard"}, headers=PAGE)
    assert page.status_code == 422
    assert f'value="{NEW}"' in page.text
    assert fresh(session, person)[0] == "0612345678"
    assert not mails(session)


def test_who_has_no_password_confirms_by_the_link_alone(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session, password_hash=None, email=None)
    browser = sign_in(person)
    browser.post("/compte/coordonnees", data=FORM | {"current": ""})
    browser.post(link(session))
    assert fresh(session, person)[1] == NEW
    assert mails(session) == {NEW: "email_change"}


@pytest.mark.parametrize("path", ["/compte/coordonnees", "/accompagnement/{person}/coordonnees"])
def test_an_address_of_somebody_else_is_refused_and_nothing_is_kept(
    sign_in: SignIn, session: Session, path: str
) -> None:
    structure = make_structure(session)
    make_recruiter(session, email=NEW)
    person = make_resident(session, structure)
    make_profile(session, person, published=False)
    asker = person if path.startswith("/compte") else make_adviser(session, structure)
    page = sign_in(asker).post(path.format(person=person.id), data=FORM, headers=PAGE)
    assert page.status_code == 409
    assert "a déjà un compte" in page.text
    assert fresh(session, person)[0] == "0612345678"


def test_an_address_taken_while_the_link_waited_is_not_taken_twice(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session)
    browser, before = sign_in(person), person.email
    browser.post("/compte/coordonnees", data=FORM)
    make_recruiter(session, email=NEW)
    assert browser.post(link(session)).status_code == 409
    assert fresh(session, person)[1] == before


def test_a_second_request_takes_the_place_of_the_first(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session)
    browser = sign_in(person)
    browser.post("/compte/coordonnees", data=FORM)
    browser.post("/compte/coordonnees", data=FORM | {"email": "autre@courrier.test"})
    assert browser.get(link(session)).status_code == 404
    assert session.scalars(select(EmailChange.email)).all() == ["autre@courrier.test"]


def test_a_link_lives_a_day_and_is_then_forgotten(
    sign_in: SignIn, client: TestClient, session: Session, clock: MovingClock
) -> None:
    sign_in(make_resident(session)).post("/compte/coordonnees", data=FORM)
    assert details.sweep(session, clock.now()) == 0
    later = clock.advance(hours=24)
    assert client.get(link(session)).status_code == 404
    assert details.sweep(session, later) == 1


def test_a_mailbox_is_not_written_to_again_and_again(sign_in: SignIn, session: Session) -> None:
    browser = sign_in(make_resident(session))
    statuses = [browser.post("/compte/coordonnees", data=FORM).status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]


def test_an_adviser_corrects_a_resident_who_came_as_the_resident_would(
    sign_in: SignIn, session: Session
) -> None:
    structure = make_structure(session)
    person = make_resident(session, structure)
    make_profile(session, person, published=False)
    open_session(session, person.id, "tests", START)
    before = str(person.email)
    browser = sign_in(make_adviser(session, structure))
    answer = browser.post(f"/accompagnement/{person.id}/coordonnees", data=FORM, headers=PAGE)
    assert answer.headers["location"] == f"/accompagnement/{person.id}"
    assert fresh(session, person) == ("0698765432", before)
    browser.post(link(session))
    assert fresh(session, person)[1] == NEW


def test_the_wrong_address_of_somebody_who_never_came_is_corrected_at_once_and_its_link_dies(
    sign_in: SignIn, session: Session
) -> None:
    structure = make_structure(session)
    person = make_resident(session, structure, password_hash=None)
    make_profile(session, person, published=False)
    browser = sign_in(make_adviser(session, structure))
    browser.post(f"/accompagnement/{person.id}/invitation", data={"way": "post"})
    browser.post(f"/accompagnement/{person.id}/coordonnees", data=FORM)
    assert fresh(session, person) == ("0698765432", NEW)
    assert not session.scalars(select(Invitation)).all()
    assert NEW not in mails(session)


def test_nobody_corrects_a_resident_of_another_structure(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session)
    make_profile(session, person, published=False)
    browser = sign_in(make_adviser(session, make_structure(session, "Ailleurs")))
    assert browser.post(f"/accompagnement/{person.id}/coordonnees", data=FORM).status_code == 404
    assert browser.get(f"/accompagnement/{person.id}/coordonnees").status_code == 404


def test_the_same_address_in_capitals_is_no_new_one(session: Session, settings: Settings) -> None:
    person = make_resident(session, email="aicha@courrier.test")
    asked = details.correct(session, person.id, Details(None, "Aicha@Courrier.test"), START, settings)
    assert asked is False
    assert not re.search("email_change", str(mails(session)))
