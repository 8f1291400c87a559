"""A resident who leaves: what is open ends, details shut, and whoever waits is told kindly."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from app.contacts import following, queries, rates, service
from app.contacts.models import Contact
from app.people.models import Person
from app.profiles import service as profiles
from app.profiles.models import Profile
from tests.conftest import SignIn
from tests.contacts.conftest import letters, stated
from tests.factories import make_contact, make_recruiter


def test_a_withdrawal_ends_what_waits_without_counting_an_answer_and_tells_the_recruiter(
    session: Session, profile: Profile, contact: Contact, recruiter: Person, now: datetime, sign_in: SignIn
) -> None:
    profiles.withdraw(session, profile, now)
    for _ in range(2):
        following.leave(session, profile, now)
    assert (contact.state, contact.decline_reason, contact.ended_at) == ("declined", None, now)
    assert letters(session) == [(recruiter.email, "candidate_left")]
    assert stated(session) == []
    page = sign_in(recruiter).get(f"/messages/{contact.id}").text
    assert "n’est plus sur Vis-à-vis" in page
    assert queries.ended_by_leaving(session, profile.person_id) == 1


def test_a_withdrawal_shuts_the_details_at_once_and_nothing_is_owed_any_more(
    session: Session, profile: Profile, contact: Contact, recruiter: Person, now: datetime, sign_in: SignIn
) -> None:
    service.accept(session, profile.person_id, contact.id, now)
    browser = sign_in(recruiter)
    assert "0612345678" in browser.get(f"/messages/{contact.id}").text
    profiles.withdraw(session, profile, now)
    session.commit()
    assert "0612345678" not in browser.get(f"/messages/{contact.id}").text
    assert browser.post(f"/messages/{contact.id}/reponse", data={"word": "reply"}).status_code == 409
    following.leave(session, profile, now)
    assert contact.state == "closed"
    # Who comes back later does not open what was shut.
    profile.state = "published"
    session.commit()
    assert "0612345678" not in browser.get(f"/messages/{contact.id}").text


def test_who_has_found_refuses_what_waits_and_keeps_what_was_accepted(
    session: Session, profile: Profile, contact: Contact, now: datetime, sign_in: SignIn
) -> None:
    other = make_recruiter(session, name="Léa")
    going_on = make_contact(session, profile, other)
    service.accept(session, profile.person_id, going_on.id, now)
    profiles.place(session, profile, now)
    following.leave(session, profile, now)
    assert (contact.state, contact.decline_reason) == ("declined", "already_placed")
    assert (going_on.state, going_on.withdrawn_at) == ("accepted", None)
    assert "0612345678" in sign_in(other).get(f"/messages/{going_on.id}").text


def test_a_company_that_forgot_somebody_who_left_is_not_noted_as_silent(
    session: Session, profile: Profile, contact: Contact, now: datetime
) -> None:
    service.accept(session, profile.person_id, contact.id, now)
    profiles.withdraw(session, profile, now)
    due_at = contact.company_due_at
    assert due_at is not None
    following.follow(session, due_at)
    assert contact.state == "closed"
    assert [kind for kind, _ in stated(session)] == ["contact.answered"]
    assert rates.rate_of(session, contact.company_id, due_at).owed == 0


@pytest.mark.usefixtures("contact")
def test_a_receipt_says_what_was_withdrawn_and_what_stays(
    session: Session, profile: Profile, resident: Person, now: datetime, sign_in: SignIn
) -> None:
    browser = sign_in(resident)
    assert browser.get("/moi/retrait").headers["location"] == "/moi"
    assert browser.post("/moi/retrait").headers["location"] == "/moi/retrait"
    session.refresh(profile)
    following.leave(session, profile, now)
    session.commit()
    page = browser.get("/moi/retrait").text
    assert "23 novembre 2026 à 10\u00a0h\u00a000" in page
    assert "1 échange en cours est terminé" in page
    assert "Ce qui reste" in page
    assert profile.shown_name in page


def test_who_has_found_may_say_how(
    session: Session, profile: Profile, resident: Person, sign_in: SignIn
) -> None:
    browser = sign_in(resident)
    assert browser.get("/moi/trouve").headers["location"] == "/moi"
    assert browser.post("/moi/trouve/comment", data={"how": "adviser"}).status_code == 409
    assert browser.post("/moi/trouve").headers["location"] == "/moi/trouve"
    assert 'name="how"' in browser.get("/moi/trouve").text
    assert browser.post("/moi/trouve/comment").status_code == 422
    assert browser.post("/moi/trouve/comment", data={"how": "company_here"}).status_code == 303
    session.refresh(profile)
    assert profile.placed_how == "company_here"
    browser.post("/moi/reprise")
    browser.post("/moi/trouve")
    session.refresh(profile)
    assert profile.placed_how is None
