"""A professional takes their data away or closes their account, and nobody who is needed goes unreplaced."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app import mail
from app.contacts.models import Contact
from app.directory.models import Favourite, Need
from app.mail.models import Mail
from app.people.access import SESSION_COOKIE
from app.people.models import AuditEntry, Membership, Organisation, Person
from app.people.verifications import waiting
from app.settings import Settings
from tests.conftest import START, SignIn
from tests.contacts.conftest import heard
from tests.factories import (
    PASSWORD,
    company_of,
    make_admin,
    make_adviser,
    make_company,
    make_contact,
    make_favourite,
    make_funder,
    make_need,
    make_profile,
    make_recruiter,
    make_resident,
    make_saved_search,
    make_structure,
)
from tests.reading import words_of
from tests.rights.test_every_table import places_of

PAGE, CLOSE = "/compte/donnees", "/compte/donnees/fermer"
EMAIL = "zyxwvutsky@roux.test"


@pytest.fixture
def marc(session: Session) -> Person:
    return make_recruiter(session, name="Marc", email=EMAIL)


def close(browser: TestClient, typed: str = PASSWORD) -> int:
    """Close the account of a browser with a password; return the status of the answer."""
    return browser.post(CLOSE, data={"current": typed}).status_code


def is_erased(session: Session, person: Person) -> bool:
    """Tell whether a person is erased by now."""
    return session.get_one(Person, person.id, populate_existing=True).erased_at is not None


# Taking away


def test_a_recruiter_takes_away_what_they_kept_and_did(
    session: Session, sign_in: SignIn, marc: Person
) -> None:
    profile = make_profile(session)
    make_favourite(session, profile, marc, skills_note="À rappeler")
    make_saved_search(session, marc, name="Vente près d’ici")
    make_need(session, marc, word="On apprend sur place.")
    make_contact(session, profile, marc, message="Venez nous voir.")
    session.add(AuditEntry(at=START, tag="colleague:invite:done", actor_id=marc.id, reference="r"))
    answer = sign_in(marc).post(f"{PAGE}.json")
    assert "attachment" in answer.headers["content-disposition"]
    for kept in (EMAIL, "À rappeler", "Vente près d’ici", "On apprend sur place.", "Venez nous voir."):
        assert kept in answer.text
    assert [act["tag"] for act in answer.json()["people"]["acts"]] == ["colleague:invite:done"]
    assert "sha256" not in answer.text
    assert str(marc.password_hash) not in answer.text


@pytest.mark.parametrize(
    ("make", "path"), [(make_recruiter, f"{PAGE}.json"), (make_resident, "/moi/donnees.json")]
)
def test_that_somebody_took_their_data_away_is_noted(
    session: Session, sign_in: SignIn, make: Callable[[Session], Person], path: str
) -> None:
    person = make(session)
    sign_in(person).post(path)
    noted = session.scalars(select(AuditEntry)).one()
    assert (noted.tag, noted.actor_id) == ("account:export:done", person.id)


def test_somebody_whose_part_in_a_company_ended_is_led_to_pages_that_are_theirs(
    session: Session, sign_in: SignIn, marc: Person
) -> None:
    browser = sign_in(marc)
    session.scalars(select(Membership).filter_by(person_id=marc.id)).one().ended_at = START
    session.commit()
    page = browser.get("/compte").text
    assert (f'href="{PAGE}"' in page, "/moi/donnees" in page) == (True, False)
    assert browser.get(PAGE).status_code == 200


def test_a_resident_has_their_own_pages_for_that(session: Session, sign_in: SignIn) -> None:
    browser = sign_in(make_resident(session))
    assert (browser.get(PAGE).status_code, browser.post(f"{PAGE}.json").status_code) == (404, 404)
    assert close(browser) == 404
    assert "/moi/donnees" in browser.get("/compte").text


# Closing


@pytest.mark.parametrize("make", [make_recruiter, make_funder])
def test_an_account_is_closed_at_once_on_every_device(
    session: Session, sign_in: SignIn, make: Callable[[Session], Person]
) -> None:
    person = make(session)
    browser, elsewhere = sign_in(person), sign_in(person)
    assert PAGE in browser.get("/compte").text
    answer = browser.post(CLOSE, data={"current": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/ferme?recu=1")
    assert SESSION_COOKIE in answer.headers["set-cookie"]
    assert "cookies" in answer.headers["clear-site-data"]
    assert "Un e-mail vous le confirme" in words_of(browser.get(answer.headers["location"]).text)
    assert elsewhere.get("/compte").status_code == 401
    assert is_erased(session, person)


@pytest.mark.parametrize("typed", ["", "au hasard"])
def test_another_password_closes_nothing(session: Session, sign_in: SignIn, marc: Person, typed: str) -> None:
    browser = sign_in(marc)
    answer = browser.post(CLOSE, data={"current": typed})
    assert answer.status_code == 422
    assert 'id="current-error"' in answer.text
    assert not is_erased(session, marc)
    assert session.scalars(select(AuditEntry.tag)).all() == []


def test_who_has_no_password_chooses_one_first(session: Session, sign_in: SignIn, marc: Person) -> None:
    marc.password_hash = None
    assert close(sign_in(marc), "") == 422
    assert not is_erased(session, marc)


def test_passwords_are_not_guessed_there(sign_in: SignIn, marc: Person) -> None:
    browser = sign_in(marc)
    assert [close(browser, "au hasard") for _ in range(11)][-1] == 429


def test_it_is_noted_without_a_name(session: Session, sign_in: SignIn, marc: Person) -> None:
    close(sign_in(marc))
    noted = session.scalars(select(AuditEntry)).one()
    assert (noted.tag, noted.actor_id) == ("account:close:done", None)


# The receipt


@pytest.mark.parametrize(("language", "subject"), [("fr", "Votre compte"), ("en", "Your Vis-à-vis account")])
def test_a_receipt_goes_to_the_address_that_was_theirs(
    *, session: Session, sign_in: SignIn, marc: Person, settings: Settings, language: str, subject: str
) -> None:
    marc.language = language
    close(sign_in(marc))
    message = mail.render(session.scalars(select(Mail)).one(), settings)
    assert message["To"] == EMAIL
    assert str(message["Subject"]).startswith(subject)


@pytest.mark.parametrize("refuses", [True, False])
def test_no_receipt_is_promised_to_who_gets_none(
    *, session: Session, sign_in: SignIn, marc: Person, now: datetime, refuses: bool
) -> None:
    browser = sign_in(marc)
    assert f"Un reçu part ensuite à {EMAIL}" in words_of(browser.get(PAGE).text)
    if refuses:
        refused = mail.post(
            session, mail.Recipient(marc.id, EMAIL), "published", {"name": "", "path": "/"}, now
        )
        mail.give_up(session, refused.id, now, is_address_dead=True)
    else:
        marc.email = None
    session.commit()
    assert "Un reçu" not in words_of(browser.get(PAGE).text)
    answer = browser.post(CLOSE, data={"current": PASSWORD})
    assert answer.headers["location"] == "/compte/ferme"
    closed = words_of(browser.get("/compte/ferme").text)
    assert "votre compte est fermé" in closed
    assert "Un e-mail" not in closed
    assert session.scalars(select(Mail)).all() == []


@pytest.mark.parametrize("leaves", [True, False])
def test_nothing_of_the_receipt_is_kept_once_it_left_or_never_will(
    *, session: Session, sign_in: SignIn, marc: Person, now: datetime, leaves: bool
) -> None:
    close(sign_in(marc))
    [mail_id] = session.scalars(select(Mail.id)).all()
    assert places_of(session, EMAIL) == {"mail"}
    if leaves:
        mail.mark_sent(session, mail_id, now)
    else:
        mail.give_up(session, mail_id, now, is_address_dead=True)
    assert places_of(session, EMAIL) == set()


# What stays


def test_colleagues_keep_the_needs_and_the_page_says_so(
    session: Session, sign_in: SignIn, marc: Person
) -> None:
    company = session.get_one(Organisation, company_of(session, marc))
    make_recruiter(session, company)
    need = make_need(session, marc)
    make_favourite(session, make_profile(session), marc)
    browser = sign_in(marc)
    page = words_of(browser.get(PAGE).text)
    assert "À vos collègues : les besoins de l’entreprise" in page
    assert "Personne d’autre ne peut se connecter" not in page
    close(browser)
    session.refresh(need)
    assert (need.state, need.author_id) == ("open", None)
    assert session.scalars(select(Favourite)).all() == []


def test_where_nobody_is_left_the_page_says_what_ends_and_it_does(
    session: Session, sign_in: SignIn, marc: Person
) -> None:
    company = session.get_one(Organisation, company_of(session, marc))
    # Invited, and not come yet: nobody who could answer.
    make_recruiter(session, company, password_hash=None)
    make_need(session, marc)
    contact = make_contact(session, make_profile(session), marc)
    browser = sign_in(marc)
    page = browser.get(PAGE).text
    assert f"Personne d’autre ne peut se connecter pour {company.name}" in words_of(page)
    assert f'href="/entreprise/{company.id}/collegues"' in page
    close(browser)
    heard(session, "member.left", marc.id)
    assert session.scalars(select(Need.state)).all() == ["closed"]
    assert session.get_one(Contact, contact.id, populate_existing=True).forsaken_at == START


def test_a_company_that_waits_is_looked_at_no_more_once_nobody_is_left(
    session: Session, sign_in: SignIn
) -> None:
    recruiter = make_recruiter(session, make_company(session, "pending"))
    browser = sign_in(recruiter)
    assert len(waiting(session)) == 1
    close(browser)
    assert waiting(session) == []


# Who is needed


def test_the_last_adviser_of_residents_is_replaced_first(session: Session, sign_in: SignIn) -> None:
    structure = make_structure(session)
    adviser = make_adviser(session, structure)
    make_adviser(session, structure, password_hash=None)
    make_resident(session, structure)
    browser = sign_in(adviser)
    page = browser.get(PAGE).text
    assert f"{structure.name} accompagne des jeunes" in words_of(page)
    assert CLOSE not in page
    assert close(browser) == 409
    assert not is_erased(session, adviser)
    make_adviser(session, structure)
    session.commit()
    assert CLOSE in browser.get(PAGE).text
    assert close(browser) == 303


def test_an_adviser_whom_no_resident_needs_goes(session: Session, sign_in: SignIn) -> None:
    assert close(sign_in(make_adviser(session))) == 303


@pytest.mark.parametrize("other", [{"password_hash": None}, {"suspended_at": START}, {"erased_at": START}])
def test_the_last_operator_does_not_go(session: Session, sign_in: SignIn, other: dict[str, object]) -> None:
    operator = make_admin(session)
    make_admin(session, **other)
    browser = sign_in(operator)
    assert "Vous êtes la dernière personne" in words_of(browser.get(PAGE).text)
    assert close(browser) == 409
    make_admin(session)
    session.commit()
    assert close(browser) == 303
