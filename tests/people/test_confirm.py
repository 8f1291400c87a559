"""A registered account is opened by its mailbox, by the button of the link, and to who typed its password."""

from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.mail.models import Mail
from app.people import registrations
from app.people.models import EmailConfirmation, Person
from app.settings import Settings
from tests.conftest import MovingClock, SignIn
from tests.factories import PASSWORD, make_admin, make_person
from tests.people.pressing import PAGE, press
from tests.people.test_register import form, link_mailed, organisation_of


def test_scanners_that_open_the_link_confirm_nothing(client: TestClient, session: Session) -> None:
    client.post("/inscription/entreprise", data=form())
    for _ in range(2):
        assert client.get(link_mailed(session)).status_code == 200
    assert session.scalar(select(func.count(EmailConfirmation.id))) == 1


def test_whoever_reads_the_mailbox_without_the_password_opens_nothing(
    app: FastAPI, client: TestClient, session: Session
) -> None:
    client.post("/inscription/entreprise", data=form())
    link = link_mailed(session)
    victim = TestClient(app, base_url="https://testserver", follow_redirects=False)
    assert "mot de passe de l’inscription" in victim.get(link, headers=PAGE).text
    assert victim.post(link).status_code == 409
    typed = {"identifier": "nora@atelier.test", "password": PASSWORD, "suite": link}
    assert victim.post("/connexion", data=typed).headers["location"] == link
    assert press(victim, link) == (303, "/entreprise")


def test_a_confirmed_link_serves_once_and_an_old_one_not_at_all(
    client: TestClient, session: Session, clock: MovingClock
) -> None:
    client.post("/inscription/entreprise", data=form())
    link = link_mailed(session)
    clock.advance(hours=24)
    assert client.get(link).status_code == 410
    client.post("/connexion", data={"identifier": "nora@atelier.test", "password": PASSWORD})
    client.cookies.clear()
    answer = client.post("/connexion", data={"identifier": "nora@atelier.test", "password": PASSWORD})
    assert answer.headers["location"] == "/inscription/confirmation"
    press(client, "/inscription/confirmation", email="nora@atelier.test")
    assert press(client, link_mailed(session)) == (303, "/entreprise")
    assert client.get(link_mailed(session)).status_code == 404
    assert client.get(link).status_code == 404


def test_a_mistyped_address_is_corrected_and_its_letter_goes_to_the_right_one(
    client: TestClient, session: Session
) -> None:
    make_person(session, email="prise@atelier.test")
    client.post("/inscription/entreprise", data=form(email="nroa@atelier.test"))
    wrong = link_mailed(session)
    assert press(client, "/inscription/confirmation", email="prise@atelier.test")[0] == 409
    assert press(client, "/inscription/confirmation", email="nora@atelier.test")[0] == 303
    sent_to = select(Mail.recipient).where(Mail.template == "registration").order_by(Mail.id)
    assert session.scalars(sent_to).all() == ["nroa@atelier.test", "nora@atelier.test"]
    assert client.get(wrong).status_code == 404
    assert press(client, link_mailed(session)) == (303, "/entreprise")


def test_the_letter_is_not_asked_for_again_and_again(client: TestClient) -> None:
    client.post("/inscription/entreprise", data=form())
    sent = [press(client, "/inscription/confirmation", email="nora@atelier.test")[0] for _ in range(4)]
    assert sent == [303, 303, 303, 429]


def test_the_operator_is_told_of_a_company_once_its_mailbox_answered(
    client: TestClient, session: Session, sign_in: SignIn
) -> None:
    operator = make_admin(session, email="omar@visavis.test")
    typed = form()
    client.post("/inscription/entreprise", data=typed)
    company = organisation_of(session, typed["siret"])
    assert company
    office, address = sign_in(operator), f"/administration/organisations/{company.id}"
    assert "Adresse pas encore confirmée" in office.get("/administration").text
    assert office.post(f"{address}/verifier", data={"method": "sirene"}).status_code == 409
    press(client, link_mailed(session))
    told = session.scalars(select(Mail).where(Mail.template == "company_waiting")).one()
    assert (told.recipient, told.values["path"]) == ("omar@visavis.test", address)
    assert office.post(f"{address}/verifier", data={"method": "sirene"}).status_code == 303


def test_a_registration_whose_mailbox_never_answers_is_forgotten_and_its_siret_free(
    client: TestClient, session: Session, settings: Settings, clock: MovingClock
) -> None:
    typed = form()
    client.post("/inscription/entreprise", data=typed)
    assert registrations.sweep(session, settings, clock.now() + timedelta(days=6)) == 0
    assert registrations.sweep(session, settings, clock.now() + timedelta(days=7)) == 1
    assert organisation_of(session, typed["siret"]) is None
    assert session.scalar(select(func.count(Mail.id))) == 0
    assert session.scalar(select(func.count(Person.id)).where(Person.email.is_not(None))) == 0
    session.commit()
    client.cookies.clear()
    assert client.post("/inscription/entreprise", data=typed).status_code == 303
