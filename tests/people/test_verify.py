"""What the operator checks of a company, what advisers say for it, and a verification that was a mistake."""

import pytest
from procrastinate.jobs import Status
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.mail.models import Mail
from app.people import audit
from app.people.models import AuditEntry, Organisation, Recommendation
from app.people.rules import is_free_mail, speaks_of
from app.settings import Settings
from tests.conftest import MovingClock, SignIn
from tests.factories import (
    make_admin,
    make_adviser,
    make_company,
    make_factor,
    make_organisation,
    make_profile,
    make_recruiter,
    make_structure,
)
from tests.reading import words_of

WORD = {"word": "Ils ont pris deux stagiaires, tout s’est bien passé."}
WHY = {"reason": "Le siège ne connaît pas cette personne."}


def office_of(company: Organisation) -> str:
    """Return where the operator decides for a company."""
    return f"/administration/organisations/{company.id}"


def announced(session: Session, kind: str) -> int:
    """Count the announcements of a kind that wait to be told."""
    waiting = text(
        "select count(*) from jobs.procrastinate_jobs where status = :todo"
        " and task_name = 'announcements.deliver' and args ->> 'kind' = :kind"
    )
    return int(session.execute(waiting, {"kind": kind, "todo": Status.TODO.value}).scalar_one())


def test_the_queue_says_what_there_is_to_check(sign_in: SignIn, session: Session) -> None:
    company = make_company(session, state="pending", name="Boulangeries Roux")
    make_recruiter(session, company, email="marc@boulangeries-roux.fr")
    other = make_company(session, state="pending", name="Atelier Neuf")
    make_recruiter(session, other, email="atelier.neuf@gmail.com")
    page = sign_in(make_admin(session)).get("/administration").text
    assert f"https://annuaire-entreprises.data.gouv.fr/etablissement/{company.siret}" in page
    assert page.index("ressemble au nom") < page.index("boîte personnelle")


def test_a_word_of_an_adviser_near_reaches_the_operator_and_verifies_nothing(
    sign_in: SignIn, session: Session
) -> None:
    company = make_company(session, state="pending")
    make_recruiter(session, company)
    adviser = make_adviser(session, make_structure(session, "Mission locale du Port"))
    theirs = sign_in(adviser)
    assert company.name in theirs.get("/entreprises").text
    address = f"/entreprises/{company.id}/recommandation"
    assert theirs.post(address, data=WORD).status_code == 303
    assert theirs.post(address, data={"word": "Je les connais depuis dix ans."}).status_code == 303
    session.refresh(company)
    assert company.state == "pending"
    page = sign_in(make_admin(session)).get(office_of(company)).text
    assert "Je les connais depuis dix ans." in page
    assert "Mission locale du Port" in page
    assert session.scalar(select(func.count(Recommendation.id))) == 1


def test_an_adviser_says_nothing_of_companies_elsewhere_or_that_wait_for_nothing(
    sign_in: SignIn, session: Session
) -> None:
    far = make_company(session, state="pending", name="Ailleurs")
    far.department = "75"
    verified = make_company(session, name="Déjà vérifiée")
    session.flush()
    theirs = sign_in(make_adviser(session))
    page = theirs.get("/entreprises").text
    for company in (far, verified, make_organisation(session, "partner", "Réseau", state="pending")):
        assert company.name not in page
        assert theirs.post(f"/entreprises/{company.id}/recommandation", data=WORD).status_code == 404
    assert session.scalar(select(func.count(Recommendation.id))) == 0


def test_a_refused_company_reads_why_by_mail_and_on_its_page(sign_in: SignIn, session: Session) -> None:
    company = make_company(session, state="pending")
    recruiter = make_recruiter(session, company)
    office = sign_in(make_admin(session))
    assert office.post(f"{office_of(company)}/refuser", data=WHY).status_code == 303
    told = session.scalars(select(Mail)).one()
    assert (told.recipient, told.template) == (recruiter.email, "company_refused")
    assert told.values["reason"] == WHY["reason"]
    page = sign_in(recruiter).get("/entreprise").text
    assert "Nous n’avons pas pu vérifier votre entreprise" in page
    assert WHY["reason"] in page
    assert office.post(f"{office_of(company)}/refuser", data=WHY).status_code == 409
    assert office.post(f"{office_of(company)}/verifier", data={"method": "visit"}).status_code == 303


def test_nothing_is_refused_without_a_reason(sign_in: SignIn, session: Session) -> None:
    company = make_company(session, state="pending")
    office = sign_in(make_admin(session))
    assert office.post(f"{office_of(company)}/refuser", data={"reason": "non"}).status_code == 422
    session.refresh(company)
    assert company.state == "pending"


@pytest.mark.parametrize("mistaken", [True, False])
def test_a_suspension_tells_the_company_and_says_whether_the_verification_was_a_mistake(
    *, sign_in: SignIn, session: Session, clock: MovingClock, mistaken: bool
) -> None:
    company = make_company(session)
    recruiter = make_recruiter(session, company)
    theirs, office = sign_in(recruiter), sign_in(make_admin(session))
    assert theirs.get("/candidats").status_code == 200
    sent = WHY | ({"mistaken": "true"} if mistaken else {})
    office.post(f"{office_of(company)}/suspendre", data=sent)
    session.refresh(company)
    assert (company.state, company.mistaken_at) == ("suspended", clock.now() if mistaken else None)
    assert company.verified_at is not None
    assert announced(session, "company.suspended") == 1
    told = session.scalars(select(Mail)).one()
    assert (told.template, told.values["reason"]) == ("company_suspended", WHY["reason"])
    assert WHY["reason"] in theirs.get("/entreprise").text
    assert "En attente" not in theirs.get("/candidats").text
    tag = "organisation:suspend-mistaken:done" if mistaken else "organisation:suspend:done"
    assert session.scalars(select(AuditEntry.tag)).all() == [tag]


def test_every_session_of_a_suspended_company_loses_sight_at_its_next_request(
    sign_in: SignIn, session: Session
) -> None:
    company, profile = make_company(session), make_profile(session)
    marc, zineb = make_recruiter(session, company), make_recruiter(session, company)
    browsers = [sign_in(marc), sign_in(marc), sign_in(zineb)]
    address = f"/candidats/{profile.slug}"
    assert [browser.get(address).status_code for browser in browsers] == [200] * 3
    sign_in(make_admin(session)).post(f"{office_of(company)}/suspendre", data=WHY)
    assert [browser.get(address).status_code for browser in browsers] == [404] * 3
    started = [browser.post("/lectures", json={"profile": profile.slug}).status_code for browser in browsers]
    assert started == [404] * 3


def test_a_suspended_company_may_still_turn_out_to_be_a_mistake_and_be_verified_anew(
    sign_in: SignIn, session: Session, clock: MovingClock
) -> None:
    company = make_company(session)
    office = sign_in(make_admin(session))
    office.post(f"{office_of(company)}/suspendre", data=WHY)
    at = clock.now()
    clock.advance(days=1)
    office.post(f"{office_of(company)}/suspendre", data=WHY | {"mistaken": "true"})
    session.refresh(company)
    assert (company.suspended_at, company.mistaken_at) == (at, clock.now())
    office.post(f"{office_of(company)}/verifier", data={"method": "visit"})
    session.refresh(company)
    assert (company.suspended_at, company.mistaken_at) == (None, None)


@pytest.mark.parametrize(
    ("email", "name", "like"),
    [
        ("marc@boulangeries-roux.fr", "Boulangeries Roux", True),
        ("marc@electricite-dupre.fr", "Électricité Dupré SARL", True),
        ("marc@autre.fr", "Boulangeries Roux", False),
        ("marc@sas.fr", "SAS Roux", False),
    ],
)
def test_a_domain_that_has_a_word_of_the_name_is_seen(email: str, name: str, *, like: bool) -> None:
    assert speaks_of(email, name) is like


@pytest.mark.parametrize(
    ("email", "free"), [("a@GMAIL.com", True), ("a@orange.fr", True), ("a@roux.fr", False)]
)
def test_a_mailbox_that_anybody_opens_is_known(email: str, *, free: bool) -> None:
    assert is_free_mail(email) is free


def test_each_verification_is_kept_and_the_first_date_stays(
    sign_in: SignIn, session: Session, clock: MovingClock, settings: Settings
) -> None:
    company, operator = make_company(session, state="pending"), make_admin(session)
    office, first_at = sign_in(operator), clock.now()
    office.post(f"{office_of(company)}/verifier", data={"method": "visit"})
    office.post(f"{office_of(company)}/suspendre", data=WHY)
    session.commit()
    clock.advance(days=400)
    office = sign_in(operator)
    office.post(f"{office_of(company)}/verifier", data={"method": "sirene"})
    session.refresh(company)
    assert (company.verified_at, company.verification_method) == (first_at, "visit")
    assert audit.sweep(session, settings, clock.now()) == 1
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.at)).all()
    kept = [(entry.tag, entry.at, entry.actor_id) for entry in entries]
    assert kept == [
        ("organisation:verify-visit:done", first_at, operator.id),
        ("organisation:verify-sirene:done", clock.now(), operator.id),
    ]
    page = words_of(office.get(office_of(company)).text)
    assert page.index("annuaire, puis appel") < page.index("rencontre ou visite")


def test_a_verification_after_a_mistake_is_the_first_one(
    sign_in: SignIn, session: Session, clock: MovingClock
) -> None:
    company, operator = make_company(session), make_admin(session)
    sign_in(operator).post(f"{office_of(company)}/suspendre", data=WHY | {"mistaken": "true"})
    session.commit()
    clock.advance(days=1)
    sign_in(operator).post(f"{office_of(company)}/verifier", data={"method": "visit"})
    session.refresh(company)
    assert (company.verified_at, company.verification_method) == (clock.now(), "visit")


def test_a_code_is_reset_for_those_alone_who_have_one(
    sign_in: SignIn, session: Session, settings: Settings
) -> None:
    company = make_company(session)
    with_phone, without = make_recruiter(session, company), make_recruiter(session, company)
    make_factor(session, with_phone, settings)
    page = sign_in(make_admin(session)).get(office_of(company)).text
    assert f"/membres/{with_phone.id}/code" in page
    assert f"/membres/{without.id}/code" not in page
