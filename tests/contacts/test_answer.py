"""A resident reads and answers; phone and e-mail wait for their yes."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.contacts import erasing, following, queries, service
from app.contacts.models import Contact
from app.contacts.service import ContactClosed, ContactNotFound
from app.db import new_id
from app.evidence.models import OutboxEntry
from app.people.models import Organisation, Person
from app.profiles.models import Profile
from tests.conftest import MovingClock, SignIn
from tests.factories import make_contact, make_profile, make_recruiter, make_resident


@pytest.fixture
def recruiter(session: Session) -> Person:
    return make_recruiter(session)


@pytest.fixture
def resident(session: Session) -> Person:
    return make_resident(session, phone="0612345678", email="aicha@courrier.test")


@pytest.fixture
def profile(session: Session, resident: Person) -> Profile:
    return make_profile(session, resident)


@pytest.fixture
def contact(session: Session, profile: Profile, recruiter: Person) -> Contact:
    return make_contact(session, profile, recruiter)


def statements(session: Session) -> list[dict[str, object]]:
    """Return what was stated."""
    return [entry.statement for entry in session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))]


def announced(session: Session) -> list[str]:
    """Return the kinds of news that wait to be told."""
    jobs = (
        "select args->>'kind' from procrastinate_jobs where task_name = 'announcements.deliver' order by id"
    )
    return [str(kind) for kind in session.scalars(text(jobs))]


def test_opening_a_message_from_the_list_marks_it_read_once(
    session: Session, sign_in: SignIn, clock: MovingClock, resident: Person, contact: Contact
) -> None:
    browser = sign_in(resident)
    assert "Lire le message" in browser.get("/moi/messages").text
    opened = browser.post(f"/moi/messages/{contact.id}/lire")
    assert (opened.status_code, opened.headers["location"]) == (303, f"/moi/messages/{contact.id}")
    session.refresh(contact)
    read_at = contact.read_at
    assert (contact.state, read_at) == ("read", clock.now())
    clock.advance(hours=1)
    browser.post(f"/moi/messages/{contact.id}/lire")
    session.refresh(contact)
    assert contact.read_at == read_at


def test_looking_at_a_message_changes_nothing(
    session: Session, sign_in: SignIn, resident: Person, contact: Contact
) -> None:
    page = sign_in(resident).get(f"/moi/messages/{contact.id}")
    assert page.status_code == 200
    assert "<p>venez nous voir.</p>" in page.text
    session.refresh(contact)
    assert contact.state == "sent"


def test_a_yes_opens_the_details_is_announced_and_stated(
    session: Session, sign_in: SignIn, resident: Person, recruiter: Person, contact: Contact
) -> None:
    before = sign_in(recruiter).get(f"/messages/{contact.id}")
    assert sign_in(resident).post(f"/moi/messages/{contact.id}/accepter").status_code == 303
    after = sign_in(recruiter).get(f"/messages/{contact.id}")
    for detail in ("0612345678", "aicha@courrier.test"):
        assert detail not in before.text
        assert detail in after.text
    session.refresh(contact)
    assert (contact.state, announced(session)) == ("accepted", ["contact.accepted"])
    (statement,) = statements(session)
    assert statement["kind"] == "contact.answered"
    assert statement["measures"] == {"kind": "internship", "accepted": True, "reason": ""}


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_what_does_not_count_when_sent_does_not_count_when_answered(
    session: Session, now: datetime, resident: Person, contact: Contact, verb: str
) -> None:
    contact.excluded = "test_account"
    session.flush()
    service.read(session, resident.id, contact.id, now)
    if verb == "accept":
        service.accept(session, resident.id, contact.id, now)
    else:
        service.decline(session, resident.id, contact.id, "other", now)
    assert statements(session) == []
    assert len(announced(session)) == 1


def test_a_no_keeps_the_details_and_gives_the_reason(
    session: Session, sign_in: SignIn, resident: Person, recruiter: Person, contact: Contact
) -> None:
    sign_in(resident).post(f"/moi/messages/{contact.id}/refuser", data={"reason": "too_far"})
    page = sign_in(recruiter).get(f"/messages/{contact.id}").text
    assert "C’est trop loin" in page
    assert "0612345678" not in page
    assert announced(session) == ["contact.declined"]
    assert statements(session)[0]["measures"] == {
        "kind": "internship",
        "accepted": False,
        "reason": "too_far",
    }


def test_a_no_without_a_reason_asks_for_it(
    session: Session, sign_in: SignIn, resident: Person, contact: Contact
) -> None:
    answer = sign_in(resident).post(f"/moi/messages/{contact.id}/refuser", data={"reason": "ugly"})
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert "Pourquoi\u00a0? Choisis une raison.</a>" in answer.text
    session.refresh(contact)
    assert contact.state == "sent"


def test_an_answer_is_given_once(session: Session, now: datetime, resident: Person, contact: Contact) -> None:
    service.accept(session, resident.id, contact.id, now)
    with pytest.raises(ContactClosed):
        service.decline(session, resident.id, contact.id, "other", now)
    with pytest.raises(ContactClosed):
        service.accept(session, resident.id, contact.id, now)
    assert len(statements(session)) == 1


def test_a_late_answer_is_refused_even_before_the_sweep(
    session: Session, resident: Person, contact: Contact
) -> None:
    with pytest.raises(ContactClosed):
        service.accept(session, resident.id, contact.id, contact.expires_at)


def test_nobody_reads_or_answers_for_somebody_else(
    session: Session, now: datetime, sign_in: SignIn, recruiter: Person, contact: Contact
) -> None:
    stranger = make_resident(session)
    browser = sign_in(stranger)
    assert browser.get(f"/moi/messages/{contact.id}").status_code == 404
    assert browser.post(f"/moi/messages/{contact.id}/accepter").status_code == 404
    assert sign_in(make_recruiter(session)).get(f"/messages/{contact.id}").status_code == 404
    assert sign_in(recruiter).post(f"/moi/messages/{contact.id}/accepter").status_code == 404
    with pytest.raises(ContactNotFound):
        service.accept(session, stranger.id, contact.id, now)
    with pytest.raises(ContactNotFound):
        service.accept(session, stranger.id, new_id(), now)
    session.refresh(contact)
    assert contact.state == "sent"


def test_a_suspended_company_loses_its_messages_and_the_details_in_them(
    session: Session, now: datetime, sign_in: SignIn, resident: Person, recruiter: Person, contact: Contact
) -> None:
    service.accept(session, resident.id, contact.id, now)
    session.get_one(Organisation, contact.company_id).state = "suspended"
    session.flush()
    browser = sign_in(recruiter)
    assert browser.get(f"/messages/{contact.id}").status_code == 404
    assert str(contact.id) not in browser.get("/messages").text


def test_what_waited_fifteen_days_expires_and_what_was_answered_does_not(
    session: Session, now: datetime, recruiter: Person, contact: Contact
) -> None:
    accepted = make_contact(session, recruiter=recruiter)
    service.accept(session, accepted.resident_id, accepted.id, now)
    accepted.company_due_at = contact.expires_at + timedelta(days=1)
    following.follow(session, contact.expires_at - timedelta(seconds=1))
    assert contact.state == "sent"
    for _ in range(2):
        following.follow(session, contact.expires_at)
    assert (contact.state, contact.ended_at, accepted.state) == ("expired", contact.expires_at, "accepted")
    assert announced(session).count("contact.expired") == 1


def test_a_recruiter_turns_the_pages_of_what_they_sent(
    session: Session, sign_in: SignIn, recruiter: Person
) -> None:
    sent = [make_contact(session, recruiter=recruiter) for _ in range(31)]
    browser = sign_in(recruiter)
    first = browser.get("/messages").text
    assert str(sent[-1].id) in first
    assert str(sent[0].id) not in first
    cursor = first.partition("?apres=")[2].partition('"')[0]
    assert str(sent[0].id) in browser.get(f"/messages?apres={cursor}").text
    assert browser.get("/messages?apres=x").status_code == 400


def test_what_waits_for_an_answer_comes_first(
    session: Session, now: datetime, resident: Person, profile: Profile
) -> None:
    waiting = make_contact(session, profile)
    answered = make_contact(session, profile)
    service.accept(session, resident.id, answered.id, now)
    found = queries.of_resident(session, resident.id)
    assert [exchange.contact.id for exchange in found] == [waiting.id, answered.id]
    assert queries.waiting_count(session, resident.id) == 1


@pytest.mark.parametrize(("path", "role"), [("/messages", "recruiter"), ("/moi/messages", "resident")])
def test_an_empty_list_says_what_to_do(
    sign_in: SignIn, resident: Person, recruiter: Person, path: str, role: str
) -> None:
    page = sign_in(resident if role == "resident" else recruiter).get(path)
    assert page.status_code == 200
    assert "empty__title" in page.text


def test_a_message_is_taken_away_and_erased_with_its_person(
    session: Session, now: datetime, resident: Person, contact: Contact
) -> None:
    assert "venez nous voir" in str(queries.export_person(session, resident.id))
    erasing.erase_person(session, resident.id, now)
    assert queries.export_person(session, resident.id) == {
        "contacts": [],
        "proposed": [],
        "answered": [],
        "outcomes": [],
        "follow_ups": [],
        "flags": [],
    }
    assert session.get(Contact, contact.id, populate_existing=True) is None
