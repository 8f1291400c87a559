"""Reports: who may report what, the operator's decision with reasons to both sides, and what follows."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contacts.models import Contact, Flag
from app.mail.models import Mail
from app.people.models import AuditEntry
from tests.conftest import START, SignIn
from tests.contacts.parties import Parties, make_parties
from tests.factories import make_admin, make_contact, make_recruiter
from workers.announcements import mail_decision

FORM = {"subject": "person", "reason": "fraud", "word": "On me demande de l’argent."}
REASONS = "Le message demande de l’argent avant l’embauche."


@pytest.fixture
def met(session: Session) -> Parties:
    return make_parties(session)


@pytest.fixture
def contact(session: Session, met: Parties) -> Contact:
    return make_contact(session, met.profile, met.recruiter)


def flag_by(session: Session, sign_in: SignIn, reporter: object, query: str, **form: str) -> Flag:
    """Report as somebody does, and return what is kept."""
    answer = sign_in(reporter).post(f"/signaler?{query}", data=FORM | form)  # type: ignore[arg-type]  # a person
    assert answer.status_code == 303
    return session.scalars(select(Flag)).one()


def test_every_message_and_every_presentation_has_its_button(
    sign_in: SignIn, met: Parties, contact: Contact
) -> None:
    recruiter, resident = sign_in(met.recruiter), sign_in(met.resident)
    assert (
        f'href="/signaler?profil={met.profile.slug}"' in recruiter.get(f"/candidats/{met.profile.slug}").text
    )
    link = f'href="/signaler?message={contact.id}"'
    assert link in recruiter.get(f"/messages/{contact.id}").text
    assert link in resident.get(f"/moi/messages/{contact.id}").text


def test_a_resident_reports_a_message_and_the_company_stands_behind_it(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact
) -> None:
    flag = flag_by(session, sign_in, met.resident, f"message={contact.id}", subject="message")
    assert (flag.about_id, flag.company_id) == (met.recruiter.id, met.company.id)
    assert (flag.contact_id, flag.reason, flag.word) == (contact.id, "fraud", FORM["word"])


def test_a_recruiter_reports_a_presentation(session: Session, sign_in: SignIn, met: Parties) -> None:
    flag = flag_by(session, sign_in, met.recruiter, f"profil={met.profile.slug}", subject="profile")
    assert (flag.about_id, flag.profile_id, flag.company_id) == (met.resident.id, met.profile.id, None)


def test_one_reports_only_what_one_sees(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact
) -> None:
    strangers = (make_parties(session).resident, make_recruiter(session), make_parties(session).adviser)
    for person in strangers:
        answer = sign_in(person).post(f"/signaler?message={contact.id}", data=FORM)
        assert answer.status_code == 404
    assert sign_in(met.resident).post(f"/signaler?profil={met.profile.slug}", data=FORM).status_code == 404
    wrong = FORM | {"subject": "profile"}
    assert sign_in(met.resident).post(f"/signaler?message={contact.id}", data=wrong).status_code == 404
    assert not session.scalars(select(Flag)).all()


def test_the_same_is_reported_once_while_it_waits(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact
) -> None:
    flag_by(session, sign_in, met.resident, f"message={contact.id}")
    again = sign_in(met.resident).post(f"/signaler?message={contact.id}", data=FORM)
    assert (again.status_code, "déjà signalé" in again.text) == (409, True)


def test_ten_reports_at_once_are_enough(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact
) -> None:
    flag_by(session, sign_in, met.resident, f"message={contact.id}")
    browser = sign_in(met.resident)
    found = [browser.post(f"/signaler?message={contact.id}", data=FORM).status_code for _ in range(10)]
    assert (found[0], found[-1]) == (409, 429)


def test_without_an_account_the_page_says_whom_to_write_to(sign_in: SignIn, met: Parties) -> None:
    page = sign_in(met.resident).get("/signaler")
    assert (page.status_code, "equipe@visavis.example" in page.text) == (200, True)


@pytest.mark.parametrize(("decision", "status"), [("kept", 200), ("company_suspended", 404)])
def test_a_decision_suspends_the_company_or_not_and_both_read_why(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact, decision: str, status: int
) -> None:
    flag = flag_by(session, sign_in, met.resident, f"message={contact.id}")
    admin = make_admin(session)
    path = f"/administration/signalements/{flag.id}"
    browser = sign_in(admin)
    assert "vraie proposition" not in browser.get(path).text
    assert browser.post(path, data={"decision": decision, "word": REASONS}).status_code == 303
    assert sign_in(met.recruiter).get(f"/candidats/{met.profile.slug}").status_code == status
    session.expire_all()
    mail_decision(session, flag.id, START)
    letters = {
        letter.recipient: letter.values
        for letter in session.scalars(select(Mail).filter_by(template="flag_decided"))
    }
    readers = {met.resident.email} | ({met.recruiter.email} if decision != "kept" else set())
    assert set(letters) == readers
    assert all(values["word"] == REASONS for values in letters.values())
    assert (
        session.scalars(select(AuditEntry.tag).where(AuditEntry.tag.like("flag:%"))).one()
        == f"flag:{decision}:done"
    )


def test_a_decision_takes_a_profile_away(session: Session, sign_in: SignIn, met: Parties) -> None:
    flag = flag_by(session, sign_in, met.recruiter, f"profil={met.profile.slug}", subject="profile")
    path = f"/administration/signalements/{flag.id}"
    browser = sign_in(make_admin(session))
    assert browser.post(path, data={"decision": "company_suspended", "word": REASONS}).status_code == 409
    assert browser.post(path, data={"decision": "profile_withdrawn", "word": REASONS}).status_code == 303
    assert sign_in(met.recruiter).get(f"/candidats/{met.profile.slug}").status_code == 404
    assert browser.post(path, data={"decision": "kept", "word": REASONS}).status_code == 409


def test_no_decision_without_reasons(
    session: Session, sign_in: SignIn, met: Parties, contact: Contact
) -> None:
    flag = flag_by(session, sign_in, met.resident, f"message={contact.id}")
    path = f"/administration/signalements/{flag.id}"
    answer = sign_in(make_admin(session)).post(path, data={"decision": "kept", "word": "Non"})
    session.refresh(flag)
    assert (answer.status_code, flag.decided_at) == (422, None)


def test_the_queue_is_the_operators_alone(sign_in: SignIn, met: Parties) -> None:
    for person in (met.resident, met.recruiter, met.adviser):
        assert sign_in(person).get("/administration/signalements").status_code == 404
