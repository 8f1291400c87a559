"""A company describes itself to residents, and its recruiters come by invitation of a colleague."""

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.mail.models import Mail
from app.people import companies
from app.people.models import Membership, Organisation, Person
from tests.conftest import START, SignIn
from tests.factories import (
    PASSWORD,
    make_adviser,
    make_company,
    make_person,
    make_recruiter,
    make_resident,
)

SAID = {
    "city": "Roubaix",
    "about": "Du pain, depuis trois générations.",
    "sectors": ["I", "G"],
    "engagement": "contrat_de_ville",
    "engagement_name": "Contrat de ville de Roubaix",
    "engaged_on": "2024-03-01",
}
LEA = {"given_name": "Léa", "family_name": "Roy", "email": "lea@roux.test"}


@pytest.fixture
def company(session: Session) -> Organisation:
    return make_company(session)


@pytest.fixture
def marc(session: Session, company: Organisation) -> Person:
    return make_recruiter(session, company, name="Marc")


@pytest.fixture
def desk(sign_in: SignIn, marc: Person) -> TestClient:
    """Return Marc's browser."""
    return sign_in(marc)


def path(company: Organisation, rest: str) -> str:
    """Return an address of a company's own page."""
    return f"/entreprise/{company.id}/{rest}"


def invite(desk: TestClient, session: Session, company: Organisation) -> tuple[Person, str]:
    """Invite Léa, and return her with the path of her link."""
    assert desk.post(path(company, "collegues"), data=LEA).headers["location"] == "/entreprise"
    newest = select(Mail).where(Mail.template == "colleague_invitation").order_by(Mail.id.desc())
    mail = session.scalars(newest).first()
    assert mail
    return session.scalars(select(Person).filter_by(email=LEA["email"])).one(), str(mail.values["path"])


def test_a_colleague_is_invited_in_the_language_of_their_browser(
    desk: TestClient, client: TestClient, session: Session, company: Organisation
) -> None:
    _, link = invite(desk, session, company)
    english = {"accept-language": "en"}
    assert "Welcome, Léa</h1>" in client.get(link, headers=english).text
    short = client.post(link, data={"password": "court"}, headers=english)
    assert (short.status_code, '<html lang="en">' in short.text) == (422, True)


def test_residents_and_advisers_read_what_a_verified_company_says_of_itself(
    desk: TestClient, session: Session, sign_in: SignIn, company: Organisation, marc: Person
) -> None:
    said = SAID | {"answering": [str(marc.id)]}
    assert desk.post(path(company, "presentation"), data=said).status_code == 303
    for reader in (make_resident(session), make_adviser(session)):
        page = sign_in(reader).get(f"/entreprises/{company.id}").text
        for words in (
            *("Du pain, depuis trois générations.", "Roubaix", "Hébergement et restauration"),
            *("Contrat de ville de Roubaix", "1er mars 2024", "Marc B.", "Vérifiée le 23 novembre 2026"),
        ):
            assert words in page.replace("\u00a0", " ")
        assert str(marc.email) not in page


@pytest.mark.parametrize("state", ["pending", "suspended"])
def test_a_company_that_is_not_verified_is_read_by_nobody(
    sign_in: SignIn, session: Session, state: str
) -> None:
    company = make_company(session, state=state)
    assert sign_in(make_resident(session)).get(f"/entreprises/{company.id}").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("sectors", ["A", "B", "C", "D"]), ("sectors", ["Z"]), ("engagement", "oui"), ("about", "x" * 601)],
)
def test_what_a_company_may_not_say_is_shown_again(
    desk: TestClient, company: Organisation, field: str, value: object
) -> None:
    answer = desk.post(path(company, "presentation"), data=SAID | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Contrat de ville de Roubaix" in answer.text


def test_a_company_without_an_engagement_keeps_none_of_its_details(
    desk: TestClient, session: Session, company: Organisation
) -> None:
    desk.post(path(company, "presentation"), data=SAID | {"engagement": "none"})
    session.refresh(company)
    assert (company.engagement, company.engagement_name, company.engaged_on) == ("none", None, None)


def test_a_company_that_waits_describes_itself_and_a_suspended_one_does_not(
    sign_in: SignIn, session: Session
) -> None:
    for state, status in (("pending", 303), ("suspended", 404)):
        company = make_company(session, state=state)
        desk = sign_in(make_recruiter(session, company))
        assert desk.post(path(company, "presentation"), data=SAID).status_code == status


def test_only_its_own_people_are_named_as_those_who_answer(
    desk: TestClient, session: Session, company: Organisation
) -> None:
    stranger = make_recruiter(session)
    desk.post(path(company, "presentation"), data=SAID | {"answering": [str(stranger.id)]})
    assert session.scalar(select(func.count(Membership.id)).where(Membership.answers)) == 0


def test_a_colleague_comes_by_a_link_and_sees_the_candidates(
    app: FastAPI, desk: TestClient, session: Session, company: Organisation
) -> None:
    _, link = invite(desk, session, company)
    assert "invitation envoyée" in desk.get("/entreprise").text
    theirs = TestClient(app, base_url="https://testserver", follow_redirects=False)
    assert company.name in theirs.get(link).text
    assert theirs.post(link, data={"password": ""}).status_code == 422
    assert theirs.post(link, data={"password": PASSWORD}).headers["location"] == "/candidats"
    assert theirs.post(link, data={"password": PASSWORD}).status_code in (403, 410)


def test_a_company_that_waits_invites_nobody(sign_in: SignIn, session: Session) -> None:
    company = make_company(session, state="pending")
    desk = sign_in(make_recruiter(session, company))
    assert desk.post(path(company, "collegues"), data=LEA).status_code == 404
    assert "Inviter un collègue" not in desk.get("/entreprise").text


def test_an_address_that_has_an_account_is_nobody_s_colleague(
    desk: TestClient, session: Session, company: Organisation
) -> None:
    make_person(session, email=LEA["email"])
    answer = desk.post(path(company, "collegues"), data=LEA)
    assert (answer.status_code, "a déjà un compte" in answer.text) == (409, True)


def test_a_mailing_of_invitations_is_stopped(desk: TestClient, company: Organisation) -> None:
    statuses = [
        desk.post(path(company, "collegues"), data=LEA | {"email": f"l{number}@roux.test"}).status_code
        for number in range(6)
    ]
    assert statuses == [303] * 5 + [429]


def test_a_fresh_link_is_for_who_has_not_come_yet(
    app: FastAPI, desk: TestClient, session: Session, company: Organisation
) -> None:
    lea, link = invite(desk, session, company)
    again = path(company, f"collegues/{lea.id}/inviter")
    assert desk.post(again).status_code == 303
    newest = select(Mail).where(Mail.template == "colleague_invitation").order_by(Mail.id.desc())
    fresh = str(session.scalars(newest).first().values["path"])  # type: ignore[union-attr]  # just posted
    theirs = TestClient(app, base_url="https://testserver", follow_redirects=False)
    assert theirs.get(link).status_code == 404
    assert theirs.post(fresh, data={"password": PASSWORD}).status_code == 303
    assert desk.post(again).status_code == 404


def test_a_colleague_who_is_removed_is_outside_at_once_and_can_come_back(
    sign_in: SignIn, desk: TestClient, session: Session, company: Organisation
) -> None:
    lea = make_recruiter(session, company, name="Léa", email=LEA["email"])
    theirs = sign_in(lea)
    assert desk.post(path(company, f"collegues/{lea.id}/retirer")).status_code == 303
    assert theirs.get("/entreprise").status_code == 401
    assert "Léa" not in desk.get("/entreprise").text
    session.expire_all()
    back, _ = invite(desk, session, company)
    assert back.id == lea.id
    assert "Léa" in desk.get("/entreprise").text


def test_who_never_came_and_is_removed_is_forgotten_and_the_address_free(
    desk: TestClient, session: Session, company: Organisation
) -> None:
    lea, _ = invite(desk, session, company)
    desk.post(path(company, f"collegues/{lea.id}/retirer"))
    session.refresh(lea)
    assert (lea.email, lea.given_name) == (None, "")
    assert session.scalar(select(func.count(Mail.id))) == 0
    assert invite(desk, session, company)[0].id != lea.id


def test_somebody_always_stays_who_can_sign_in(
    desk: TestClient, session: Session, company: Organisation, marc: Person
) -> None:
    own = path(company, f"collegues/{marc.id}/retirer")
    assert desk.post(own).status_code == 409
    invite(desk, session, company)
    assert desk.post(own).status_code == 409
    make_recruiter(session, company, name="Zoé", suspended_at=START)
    assert desk.post(own).status_code == 409
    make_recruiter(session, company, name="Nina")
    assert desk.post(own).headers["location"] == "/connexion"
    assert desk.get("/entreprise").status_code == 401


def test_a_company_is_out_of_reach_of_other_companies(sign_in: SignIn, session: Session) -> None:
    own, other = make_company(session), make_company(session, name="Autre")
    desk, theirs = sign_in(make_recruiter(session, own)), make_recruiter(session, other)
    make_recruiter(session, other)
    for method, rest in (
        *(("GET", "presentation"), ("POST", "presentation"), ("GET", "collegues"), ("POST", "collegues")),
        *(("POST", f"collegues/{theirs.id}/inviter"), ("POST", f"collegues/{theirs.id}/retirer")),
    ):
        assert desk.request(method, path(other, rest), data={**SAID, **LEA}).status_code == 404
    mine = path(own, f"collegues/{theirs.id}/retirer")
    assert desk.post(mine).status_code == 404


def test_a_pending_company_is_not_open_to_residents_by_the_query_either(session: Session) -> None:
    with pytest.raises(companies.CompanyUnknown):
        companies.open_to_residents(session, make_company(session, state="pending").id)
