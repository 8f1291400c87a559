"""A company registers itself and waits; the operator verifies, suspends, and opens structures."""

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.mail import render
from app.mail.models import Mail
from app.people.models import Membership, Organisation, Person
from app.people.rules import siret_is_valid
from app.settings import Settings
from tests.conftest import START, MovingClock, SignIn
from tests.factories import (
    PASSWORD,
    make_admin,
    make_adviser,
    make_company,
    make_person,
    make_recruiter,
    make_resident,
    make_siret,
    make_structure,
)
from tests.people.pressing import press
from tests.reading import words_of


def form(**values: str) -> dict[str, str]:
    """Return what a recruiter types, some of it replaced."""
    return {
        "company": "Atelier Neuf",
        "siret": make_siret(),
        "city": "Marseille",
        "department": "13",
        "given_name": "Nora",
        "family_name": "Petit",
        "email": "nora@atelier.test",
        "password": PASSWORD,
    } | values


def organisation_of(session: Session, siret: str) -> Organisation | None:
    """Return the organisation of a SIRET as the database has it now."""
    query = select(Organisation).where(Organisation.siret == siret)
    return session.scalar(query.execution_options(populate_existing=True))


def test_the_sirets_of_the_tests_hold() -> None:
    assert all(siret_is_valid(make_siret()) for _ in range(50))


def link_mailed(session: Session) -> str:
    """Return the path of the last letter that confirms an address."""
    newest = select(Mail).where(Mail.template == "registration").order_by(Mail.id.desc())
    found = session.scalars(newest).first()
    assert found
    return str(found.values["path"])


def test_a_registered_company_waits_and_its_recruiter_is_signed_in_once_the_mailbox_answers(
    client: TestClient, session: Session
) -> None:
    typed = form()
    answer = client.post("/inscription/entreprise", data=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/inscription/confirmation")
    assert typed["email"] in client.get("/inscription/confirmation").text
    assert client.get("/entreprise").status_code == 401
    assert press(client, link_mailed(session)) == (303, "/entreprise")
    company = organisation_of(session, typed["siret"])
    assert company is not None
    assert (company.state, company.kind) == ("pending", "company")
    assert "Nous vérifions votre entreprise" in client.get("/entreprise").text


def test_a_siret_is_read_however_it_is_spaced(client: TestClient, session: Session) -> None:
    siret = make_siret()
    spaced = f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"
    client.post("/inscription/entreprise", data=form(siret=spaced))
    assert organisation_of(session, siret) is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("siret", "12345678901234"),
        ("siret", "123"),
        ("email", "nora"),
        ("department", "99"),
        ("password", "court"),
        ("company", ""),
        ("given_name", "x" * 101),
    ],
)
def test_a_wrong_field_is_shown_again_with_its_sentence_and_nothing_is_kept(
    client: TestClient, session: Session, field: str, value: str
) -> None:
    answer = client.post("/inscription/entreprise", data=form(**{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="Marseille"' in answer.text
    assert session.scalar(select(func.count(Organisation.id))) == 0


def test_a_password_is_never_shown_again(client: TestClient) -> None:
    answer = client.post("/inscription/entreprise", data=form(siret="123", password="phrase visible ?"))
    assert "phrase visible" not in answer.text


def test_a_company_registers_once(client: TestClient, session: Session) -> None:
    known = make_company(session)
    answer = client.post("/inscription/entreprise", data=form(siret=known.siret or ""))
    assert answer.status_code == 409
    assert "déjà inscrite" in answer.text
    assert session.scalar(select(func.count(Person.id))) == 0


def test_an_address_that_has_an_account_registers_no_company(client: TestClient, session: Session) -> None:
    make_person(session, email="nora@atelier.test")
    answer = client.post("/inscription/entreprise", data=form())
    assert answer.status_code == 409
    assert session.scalar(select(func.count(Organisation.id))) == 0


def test_one_network_registers_few_companies(client: TestClient) -> None:
    statuses = []
    for number in range(6):
        client.cookies.clear()
        answer = client.post("/inscription/entreprise", data=form(email=f"n{number}@atelier.test"))
        statuses.append(answer.status_code)
    assert statuses == [303] * 5 + [429]


def test_young_people_are_shown_their_own_door(client: TestClient) -> None:
    page = client.get("/inscription/entreprise").text
    assert "Tu cherches un emploi" in page
    assert '<a href="/">C’est par ici</a>' in page


def test_a_recruiter_sees_where_the_verification_stands_and_the_colleagues(
    sign_in: SignIn, session: Session
) -> None:
    for state, words in (
        ("pending", "Nous vérifions"),
        ("verified", "est vérifiée"),
        ("suspended", "Motif des tests"),
    ):
        company = make_company(session, state=state)
        make_recruiter(session, company, name="Zineb")
        page = sign_in(make_recruiter(session, company)).get("/entreprise").text
        assert words in page
        assert "Zineb" in page


def test_whoever_waits_reads_how_long_and_whom_to_ask_and_is_led_to_no_closed_page(
    sign_in: SignIn, session: Session, settings: Settings
) -> None:
    browser = sign_in(make_recruiter(session, make_company(session, state="pending")))
    for path in ("/candidats", "/entreprise"):
        page = browser.get(path).text
        assert "Comptez 3 jours ouvrés au plus" in words_of(page)
        assert f'href="mailto:{settings.contact_email}"' in page
    messages = browser.get("/messages").text
    assert 'href="/entreprise"' in messages
    assert "Voir les candidats" not in messages


def test_every_door_leads_somewhere(client: TestClient, settings: Settings) -> None:
    page = client.get("/inscription").text
    for way in ("https://www.unml.info/", "/inscription/entreprise", f"mailto:{settings.contact_email}"):
        assert f'href="{way}' in page


def test_the_recruiters_of_a_company_are_told_that_it_is_verified(
    sign_in: SignIn, session: Session, settings: Settings
) -> None:
    company = make_company(session, state="pending")
    recruiter = make_recruiter(session, company)
    make_recruiter(session, make_company(session, state="pending"))
    method = {"method": "sirene"}
    sign_in(make_admin(session)).post(f"/administration/organisations/{company.id}/verifier", data=method)
    told = session.scalars(select(Mail)).one()
    assert (told.recipient, told.template) == (recruiter.email, "company_verified")
    assert "les candidats vous sont ouverts" in str(render(told, settings)["Subject"])


def test_verifying_keeps_the_method_the_date_and_who(
    sign_in: SignIn, session: Session, clock: MovingClock
) -> None:
    company, operator = make_company(session, state="pending"), make_admin(session)
    answer = sign_in(operator).post(
        f"/administration/organisations/{company.id}/verifier", data={"method": "sirene"}
    )
    assert answer.status_code == 303
    session.refresh(company)
    kept = (company.state, company.verification_method, company.verified_at, company.verified_by)
    assert kept == ("verified", "sirene", clock.now(), operator.id)


def test_nothing_is_verified_without_saying_how(sign_in: SignIn, session: Session) -> None:
    company = make_company(session, state="pending")
    browser = sign_in(make_admin(session))
    assert browser.post(f"/administration/organisations/{company.id}/verifier").status_code == 422
    session.refresh(company)
    assert company.state == "pending"


def test_what_waits_stands_first(sign_in: SignIn, session: Session) -> None:
    make_company(session, name="Abeille")
    make_company(session, state="pending", name="Zèbre")
    page = sign_in(make_admin(session)).get("/administration").text
    assert page.index("Zèbre") < page.index("Abeille")


def test_a_suspension_counts_at_the_next_request_of_its_members(sign_in: SignIn, session: Session) -> None:
    company = make_company(session)
    recruiter = sign_in(make_recruiter(session, company))
    assert "est vérifiée" in recruiter.get("/entreprise").text
    sign_in(make_admin(session)).post(
        f"/administration/organisations/{company.id}/suspendre", data={"reason": "Fausse entreprise"}
    )
    page = recruiter.get("/entreprise").text
    assert "suspendu" in page
    assert "Fausse entreprise" in page
    assert recruiter.get("/connexion").headers["location"] == "/entreprise"


def test_nothing_is_suspended_without_a_reason(sign_in: SignIn, session: Session) -> None:
    company = make_company(session)
    browser = sign_in(make_admin(session))
    assert browser.post(f"/administration/organisations/{company.id}/suspendre").status_code == 422
    session.refresh(company)
    assert company.state == "verified"


def test_a_structure_is_opened_with_its_first_adviser_and_the_link_shown_once(
    sign_in: SignIn, session: Session, client: TestClient
) -> None:
    typed = {
        "structure": "Mission locale de l’Est",
        "city": "Metz",
        "department": "57",
        "given_name": "Claire",
        "family_name": "Weber",
        "email": "claire@mission.test",
    }
    browser = sign_in(make_admin(session))
    page = browser.post("/administration/structures/nouvelle", data=typed)
    posted = session.scalars(select(Mail)).one()
    path = posted.values["path"]
    assert posted.template == "adviser_invitation"
    assert f"https://testserver{path}" in page.text
    structure = session.scalars(select(Organisation)).one()
    assert (structure.kind, structure.state) == ("structure", "verified")
    assert client.post(path, data={"password": ""}).status_code == 422
    assert client.post(path, data={"password": PASSWORD}).headers["location"] == "/accompagnement"


def test_a_structure_is_not_opened_for_an_address_that_has_an_account(
    sign_in: SignIn, session: Session
) -> None:
    make_person(session, email="claire@mission.test")
    typed = form(structure="Mission locale de l’Est", email="claire@mission.test")
    answer = sign_in(make_admin(session)).post("/administration/structures/nouvelle", data=typed)
    assert answer.status_code == 409
    assert session.scalar(select(func.count(Organisation.id))) == 0


def test_a_structure_gets_more_advisers_and_fresh_links(sign_in: SignIn, session: Session) -> None:
    structure = make_structure(session)
    address = f"/administration/organisations/{structure.id}"
    browser = sign_in(make_admin(session))
    typed = {"given_name": "Léa", "family_name": "Roy", "email": "lea@mission.test"}
    assert browser.post(f"{address}/inviter", data=typed).status_code == 200
    assert browser.post(f"{address}/inviter", data=typed).status_code == 409
    lea = session.scalars(select(Person).where(Person.email == "lea@mission.test")).one()
    assert "Nouveau lien" in browser.get(address).text
    assert browser.post(f"{address}/inviter/{lea.id}").status_code == 200
    assert session.scalar(select(func.count(Mail.id))) == 2


def test_nobody_is_invited_as_an_adviser_into_a_company(sign_in: SignIn, session: Session) -> None:
    company = make_company(session)
    typed = {"given_name": "Léa", "family_name": "Roy", "email": "lea@mission.test"}
    browser = sign_in(make_admin(session))
    assert browser.post(f"/administration/organisations/{company.id}/inviter", data=typed).status_code == 404


def test_an_adviser_verifies_nothing(sign_in: SignIn, session: Session) -> None:
    company = make_company(session, state="pending")
    browser = sign_in(make_adviser(session))
    address = f"/administration/organisations/{company.id}/verifier"
    assert browser.post(address, data={"method": "adviser"}).status_code == 404
    session.refresh(company)
    assert company.state == "pending"


def test_somebody_whose_access_is_suspended_is_outside_everywhere_at_once(
    sign_in: SignIn, session: Session, client: TestClient
) -> None:
    company = make_company(session)
    recruiter, office = make_recruiter(session, company), sign_in(make_admin(session))
    theirs, address = sign_in(recruiter), f"/administration/organisations/{company.id}"
    assert office.post(f"{address}/membres/{recruiter.id}/suspendre").status_code == 303
    assert theirs.get("/entreprise").status_code == 401
    form = {"identifier": recruiter.email or "", "password": PASSWORD}
    assert client.post("/connexion", data=form).status_code == 422
    assert "accès suspendu" in office.get(address).text
    assert office.post(f"{address}/membres/{recruiter.id}/retablir").status_code == 303
    assert theirs.get("/entreprise").status_code == 401
    assert client.post("/connexion", data=form).status_code == 303


@pytest.mark.parametrize("whose", ["a resident", "elsewhere", "the operator"])
def test_the_operator_suspends_only_those_who_work_in_the_organisation(
    sign_in: SignIn, session: Session, whose: str
) -> None:
    structure, operator = make_structure(session), make_admin(session)
    session.add(
        Membership(person_id=operator.id, organisation_id=structure.id, role="adviser", created_at=START)
    )
    people = {
        "a resident": make_resident(session, structure),
        "elsewhere": make_adviser(session),
        "the operator": operator,
    }
    person = people[whose]
    address = f"/administration/organisations/{structure.id}/membres/{person.id}"
    office = sign_in(operator)
    for verb in ("suspendre", "retablir"):
        assert office.post(f"{address}/{verb}").status_code == 404
    session.refresh(person)
    assert person.suspended_at is None


def test_the_siret_comes_before_anything_personal(client: TestClient, session: Session) -> None:
    page = client.get("/inscription/entreprise").text
    assert re.findall(r'<input class="input"\s+id="(\w+)"', page) == ["siret"]
    wrong = client.post("/inscription/siret", data={"siret": "123"})
    assert (wrong.status_code, "vérifiez ses 14 chiffres" in wrong.text) == (422, True)
    siret = make_siret()
    spaced = {"siret": f"{siret[:9]} {siret[9:]}"}
    following = client.get(client.post("/inscription/siret", data=spaced).headers["location"]).text
    assert f'value="{siret}"' in following
    assert 'id="given_name"' in following
    known = client.post("/inscription/siret", data={"siret": make_company(session).siret})
    assert (known.status_code, "Rien n’est à refaire" in known.text) == (409, True)


def test_nobody_lists_our_companies_by_asking_number_after_number(client: TestClient) -> None:
    given = ({"siret": make_siret()} for _ in range(31))
    asked = [client.post("/inscription/siret", data=one).status_code for one in given]
    assert asked == [303] * 30 + [429]


def test_a_personal_mailbox_is_taken_from_who_insists(client: TestClient, session: Session) -> None:
    typed = form(email="atelier.nora@gmail.com")
    refused = client.post("/inscription/entreprise", data=typed)
    assert refused.status_code == 422
    assert "boîte personnelle" in refused.text
    assert 'name="no_work_address"' in refused.text
    assert session.scalar(select(func.count(Person.id))) == 0
    answer = client.post("/inscription/entreprise", data=typed | {"no_work_address": "true"})
    assert answer.status_code == 303
