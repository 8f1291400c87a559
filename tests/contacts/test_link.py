"""A link of a mail answers without a password: one proposal, by a button alone, while it waits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app import mail
from app.contacts import answering, erasing, following
from app.contacts.models import AnswerLink, Contact
from app.contacts.rules import TAKE_BACK_WINDOW
from app.contacts.service import Answer, TooLateToTakeBack
from app.mail.models import Told
from app.people.models import Organisation, Person
from app.profiles import service as profiles
from app.profiles.models import Profile
from app.signing import token_sha256
from tests.conftest import START, MovingClock, SignIn
from tests.contacts.conftest import announced, link_to, stated
from tests.contacts.parties import who_is
from tests.factories import make_contact, make_profile, make_recruiter

SLOTS = [START + timedelta(days=days, hours=1) for days in (3, 4, 5)]


def test_opening_a_link_changes_nothing_however_often_a_scanner_does(
    session: Session, client: TestClient, contact: Contact, token: str
) -> None:
    for _ in range(3):
        page = client.get(f"/r/{token}")
    assert page.status_code == 200
    assert "Boulangerie Roux t’écrit" in page.text
    session.refresh(contact)
    assert (contact.state, contact.read_at) == ("sent", None)


def test_a_link_signs_nobody_in_and_its_token_is_kept_nowhere(
    session: Session, client: TestClient, token: str
) -> None:
    page = client.get(f"/r/{token}")
    assert not client.cookies
    assert "aicha@courrier.test" not in page.text
    assert "0612345678" not in page.text
    assert client.get("/moi/messages").status_code == 401
    kept = session.scalars(select(AnswerLink)).one()
    assert kept.token_sha256 == token_sha256(token)


def test_the_token_stands_in_no_key_of_what_was_told(session: Session, token: str) -> None:
    assert not [key for key in session.scalars(select(Told.key)) if token in key]


def test_one_tap_says_yes_to_a_slot_and_the_next_step_has_its_date(
    session: Session, client: TestClient, profile: Profile, recruiter: Person
) -> None:
    contact = make_contact(session, profile, recruiter, slots=SLOTS, place="12 rue de Lyon")
    token = link_to(session, contact)
    assert "Oui, vendredi 27 novembre à 11\u00a0h" in client.get(f"/r/{token}").text
    answer = client.post(f"/r/{token}/oui", data={"slot": "2"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/r/{token}")
    session.refresh(contact)
    assert (contact.state, contact.meets_at) == ("accepted", SLOTS[1])
    page = client.get(f"/r/{token}").text
    assert "vendredi 27 novembre à 11\u00a0h" in page
    assert "te répond avant le 3 décembre 2026" in page
    assert announced(session) == ["contact.accepted"]


def test_a_slot_that_was_not_proposed_leaves_the_day_open(
    session: Session, client: TestClient, contact: Contact, token: str
) -> None:
    client.post(f"/r/{token}/oui", data={"slot": "3"})
    session.refresh(contact)
    assert (contact.state, contact.meets_at) == ("accepted", None)


def test_a_second_tap_changes_nothing_and_another_answer_is_refused(
    session: Session, client: TestClient, contact: Contact, token: str
) -> None:
    assert [client.post(f"/r/{token}/oui").status_code for _ in range(2)] == [303, 303]
    assert client.post(f"/r/{token}/non", data={"reason": "other"}).status_code == 409
    session.refresh(contact)
    assert contact.state == "accepted"
    assert announced(session) == ["contact.accepted"]


def test_a_no_takes_its_reason_and_without_one_asks_for_it(
    session: Session, client: TestClient, contact: Contact, token: str
) -> None:
    assert client.post(f"/r/{token}/non").status_code == 422
    assert client.post(f"/r/{token}/non", data={"reason": "too_far"}).status_code == 303
    session.refresh(contact)
    assert (contact.state, contact.decline_reason, contact.ended_at) == ("declined", "too_far", START)
    assert "C’est trop loin" in client.get(f"/r/{token}").text


def test_a_yes_is_stated_once_it_cannot_be_undone_with_the_instant_of_the_tap(
    session: Session, contact: Contact, token: str, clock: MovingClock
) -> None:
    answering.answer(session, token, Answer("accept", revocable=True), clock.now())
    following.follow(session, clock.advance(minutes=9))
    assert stated(session) == []
    following.follow(session, clock.advance(minutes=1))
    following.follow(session, clock.advance(minutes=1))
    assert [kind for kind, _ in stated(session)] == ["contact.answered"]
    assert contact.settled_at == START + TAKE_BACK_WINDOW


def test_a_yes_is_undone_while_the_company_saw_nothing_and_may_be_given_again(
    session: Session, client: TestClient, sign_in: SignIn, contact: Contact, recruiter: Person, token: str
) -> None:
    client.post(f"/r/{token}/oui")
    fresh = sign_in(recruiter).get(f"/messages/{contact.id}").text
    assert "0612345678" not in fresh
    assert "Voir ses coordonnées" in fresh
    assert client.post(f"/r/{token}/annuler").status_code == 303
    session.refresh(contact)
    assert (contact.state, contact.answered_at, contact.company_due_at) == ("read", None, None)
    assert stated(session) == []
    assert "En attente de sa réponse" in sign_in(recruiter).get(f"/messages/{contact.id}").text
    client.post(f"/r/{token}/non", data={"reason": "other"})
    assert announced(session) == ["contact.accepted", "contact.taken_back", "contact.declined"]
    assert [measures for _, measures in stated(session)] == [
        {"kind": "internship", "accepted": False, "reason": "other"}
    ]


def test_what_the_company_opened_is_not_undone(
    session: Session, client: TestClient, sign_in: SignIn, contact: Contact, recruiter: Person, token: str
) -> None:
    client.post(f"/r/{token}/oui")
    browser = sign_in(recruiter)
    browser.post(f"/messages/{contact.id}/coordonnees")
    assert "0612345678" in browser.get(f"/messages/{contact.id}").text
    assert client.post(f"/r/{token}/annuler").status_code == 409
    assert "Annuler mon oui" not in client.get(f"/r/{token}").text
    session.refresh(contact)
    assert contact.state == "accepted"
    assert [kind for kind, _ in stated(session)] == ["contact.answered"]


def test_after_ten_minutes_a_yes_is_not_undone_and_the_details_show_by_themselves(
    client: TestClient, sign_in: SignIn, contact: Contact, recruiter: Person, token: str, clock: MovingClock
) -> None:
    client.post(f"/r/{token}/oui")
    clock.advance(minutes=10)
    assert client.post(f"/r/{token}/annuler").status_code == 409
    assert "0612345678" in sign_in(recruiter).get(f"/messages/{contact.id}").text


def test_opening_before_a_yes_opens_nothing_and_somebody_else_opens_nothing(
    session: Session, sign_in: SignIn, contact: Contact, recruiter: Person
) -> None:
    browser = sign_in(recruiter)
    assert browser.post(f"/messages/{contact.id}/coordonnees").status_code == 303
    assert "0612345678" not in browser.get(f"/messages/{contact.id}").text
    stranger = sign_in(make_recruiter(session))
    assert stranger.post(f"/messages/{contact.id}/coordonnees").status_code == 404


def test_who_undoes_and_who_opens_at_once_agree_on_what_happened(committed: Engine) -> None:
    sessions = sessionmaker(committed, expire_on_commit=False)
    with sessions.begin() as session:
        contact = make_contact(session)
        recruiter = session.get_one(Person, contact.recruiter_id)
        who, token = who_is(session, recruiter), link_to(session, contact)
        answering.answer(session, token, Answer("accept", revocable=True), START)

    def undo() -> bool:
        try:
            with sessions.begin() as own:
                answering.take_back(own, token, START)
        except TooLateToTakeBack:
            return False
        return True

    def opens() -> None:
        with sessions.begin() as own:
            following.open_details(own, who, contact.id, START)

    with ThreadPoolExecutor(2) as threads:
        undone, opened = threads.submit(undo), threads.submit(opens)
        opened.result()
    with sessions() as session:
        left = session.get_one(Contact, contact.id)
        assert left.state == ("read" if undone.result() else "accepted")
        assert len(stated(session)) == (0 if undone.result() else 1)


def test_somebody_else_says_so_and_nothing_more_goes_there(
    session: Session, client: TestClient, contact: Contact, profile: Profile, token: str
) -> None:
    later = link_to(session, make_contact(session, profile))
    elsewhere = link_to(session, contact, "autre@courrier.test")
    client.post(f"/r/{token}/oui")
    assert client.post(f"/r/{token}/pas-moi").status_code == 200
    session.refresh(contact)
    assert (contact.state, contact.read_at) == ("sent", None)
    assert [client.get(f"/r/{one}").status_code for one in (token, later, elsewhere)] == [410, 410, 200]
    resident = mail.Recipient(contact.resident_id, "Aicha@courrier.test")
    assert mail.is_disowned(session, resident)
    assert not mail.is_disowned(session, resident._replace(address="autre@courrier.test"))
    assert announced(session)[-1] == "contact.disowned"


def test_a_link_dies_with_its_proposal(
    session: Session, client: TestClient, contact: Contact, token: str, clock: MovingClock
) -> None:
    clock.instant = contact.expires_at - timedelta(seconds=1)
    assert client.get(f"/r/{token}").status_code == 200
    clock.advance(seconds=1)
    assert client.get(f"/r/{token}").status_code == 410
    assert client.post(f"/r/{token}/oui").status_code == 410
    session.refresh(contact)
    assert contact.state == "sent"


@pytest.mark.parametrize("verb", ["withdraw", "place"])
def test_a_link_dies_at_once_with_the_profile(
    session: Session, client: TestClient, profile: Profile, contact: Contact, token: str, verb: str
) -> None:
    getattr(profiles, verb)(session, profile, START)
    assert client.get(f"/r/{token}").status_code == 410
    assert client.post(f"/r/{token}/oui").status_code == 410
    session.refresh(contact)
    assert contact.state == "sent"


def test_a_paused_profile_still_answers_what_it_received(
    session: Session, client: TestClient, profile: Profile, contact: Contact, token: str
) -> None:
    profiles.pause(session, profile)
    assert client.post(f"/r/{token}/oui").status_code == 303
    session.refresh(contact)
    assert contact.state == "accepted"


def test_a_suspended_company_gets_no_answer(
    session: Session, client: TestClient, contact: Contact, token: str
) -> None:
    session.get_one(Organisation, contact.company_id).state = "suspended"
    session.flush()
    assert client.post(f"/r/{token}/oui").status_code == 410


def test_an_unknown_link_and_an_erased_person_s_say_the_same(
    session: Session, client: TestClient, contact: Contact, token: str
) -> None:
    erasing.erase_person(session, contact.resident_id, START)
    for one in (token, "inconnu"):
        assert client.get(f"/r/{one}").status_code == 404


def test_taking_back_what_was_never_given_is_refused(session: Session, token: str) -> None:
    with pytest.raises(TooLateToTakeBack):
        answering.take_back(session, token, START)


def test_an_erasure_states_the_answers_that_were_fresh(
    session: Session, contact: Contact, token: str
) -> None:
    answering.answer(session, token, Answer("accept", revocable=True), START)
    erasing.erase_person(session, contact.resident_id, START)
    assert [kind for kind, _ in stated(session)] == ["contact.answered"]


def test_the_calendar_gets_the_appointment_or_the_day_of_the_answer(
    session: Session, client: TestClient, recruiter: Person
) -> None:
    contact = make_contact(session, make_profile(session), recruiter, slots=SLOTS, place="12, rue de Lyon")
    token = link_to(session, contact)
    assert client.get(f"/r/{token}/rendez-vous.ics").status_code == 404
    client.post(f"/r/{token}/oui", data={"slot": "1"})
    file = client.get(f"/r/{token}/rendez-vous.ics")
    assert file.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20261126T100000Z" in file.text
    assert "LOCATION:12\\, rue de Lyon" in file.text
    other = make_contact(session, make_profile(session), recruiter)
    token = link_to(session, other)
    client.post(f"/r/{token}/oui")
    assert "DTSTART;VALUE=DATE:20261203" in client.get(f"/r/{token}/rendez-vous.ics").text
