"""What follows a yes: a word is owed, both sides are reminded once, silence is noted, the end comes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from app.accompaniment.models import Task
from app.contacts import answering, following, service
from app.contacts.following import Word
from app.contacts.models import AnswerLink, Contact, Reminder
from app.contacts.service import ContactClosed, ContactNotFound
from app.mail.models import Mail
from app.people.models import Organisation, Person
from app.profiles.models import Profile
from app.settings import Settings
from tests.conftest import START, MovingClock, SignIn
from tests.contacts.conftest import announced, heard, letters, link_to, stated
from tests.contacts.parties import make_parties, who_is
from tests.factories import make_contact, make_recruiter

SLOT = START + timedelta(days=3, hours=1)


@pytest.fixture
def accepted(session: Session, contact: Contact, resident: Person, now: datetime) -> Contact:
    return service.accept(session, resident.id, contact.id, now)


def test_the_company_says_in_one_tap_that_it_answered(
    session: Session, sign_in: SignIn, accepted: Contact, recruiter: Person
) -> None:
    browser = sign_in(recruiter)
    assert f'action="/messages/{accepted.id}/reponse"' in browser.get(f"/messages/{accepted.id}").text
    assert "avant le 3 décembre 2026" in browser.get(f"/messages/{accepted.id}").text
    assert browser.post(f"/messages/{accepted.id}/reponse", data={"word": "reply"}).status_code == 303
    session.refresh(accepted)
    assert (accepted.state, accepted.company_word, accepted.company_answered_at) == (
        "answered",
        "reply",
        START,
    )
    assert announced(session)[-1] == "contact.company_answered"
    assert stated(session)[-1] == (
        "contact.company_answered",
        {"kind": "internship", "word": "reply", "in_time": True},
    )
    page = browser.get(f"/messages/{accepted.id}").text
    assert "Réponse donnée" in page
    assert "/reponse" not in page


def test_the_chosen_slot_is_confirmed_in_one_tap_and_the_resident_sees_the_appointment(
    session: Session, sign_in: SignIn, contact: Contact, resident: Person, recruiter: Person
) -> None:
    contact.slots, contact.place = [SLOT], "12 rue de Lyon"
    service.accept(session, resident.id, contact.id, START, SLOT)
    browser = sign_in(recruiter)
    assert "Rendez-vous confirmé\u00a0: jeudi 26 novembre" in browser.get(f"/messages/{contact.id}").text
    word = {"word": "appointment", "meets_at": "2026-11-26T11:00", "meets_where": "12 rue de Lyon"}
    assert browser.post(f"/messages/{contact.id}/reponse", data=word).status_code == 303
    session.refresh(contact)
    assert (contact.meets_at, contact.meets_where) == (SLOT, "12 rue de Lyon")
    page = sign_in(resident).get(f"/moi/messages/{contact.id}").text
    assert "te donne rendez-vous" in page
    assert "jeudi 26 novembre à 11\u00a0h" in page


@pytest.mark.parametrize("meets_at", ["", "2026-11-23T09:59", "jamais"])
def test_an_appointment_without_an_instant_to_come_is_asked_for_again(
    session: Session, sign_in: SignIn, accepted: Contact, recruiter: Person, meets_at: str
) -> None:
    word = {"word": "appointment", "meets_at": meets_at, "meets_where": "Lyon"}
    page = sign_in(recruiter).post(f"/messages/{accepted.id}/reponse", data=word)
    assert page.status_code == 422
    assert 'id="meets_at-error"' in page.text
    assert 'value="Lyon"' in page.text
    session.refresh(accepted)
    assert accepted.state == "accepted"


def test_a_kind_no_is_read_by_the_resident(
    sign_in: SignIn, accepted: Contact, resident: Person, recruiter: Person
) -> None:
    word = {"word": "not_retained", "message": "Nous avons choisi quelqu’un d’autre, bonne chance."}
    sign_in(recruiter).post(f"/messages/{accepted.id}/reponse", data=word)
    page = sign_in(resident).get(f"/moi/messages/{accepted.id}").text
    assert "bonne chance" in page
    assert "ne donne pas suite" in page


def test_nobody_answers_for_another_company_nor_before_the_yes_nor_twice(
    session: Session, contact: Contact, resident: Person, recruiter: Person
) -> None:
    who = who_is(session, recruiter)
    with pytest.raises(ContactClosed):
        following.answer(session, who, contact.id, Word("reply"), START)
    service.accept(session, resident.id, contact.id, START)
    with pytest.raises(ContactNotFound):
        following.answer(session, who_is(session, make_recruiter(session)), contact.id, Word("reply"), START)
    following.answer(session, who, contact.id, Word("reply"), START)
    with pytest.raises(ContactClosed):
        following.answer(session, who, contact.id, Word("not_retained"), START)


def test_after_ten_days_a_company_is_silent_and_it_may_still_answer_late(
    session: Session, accepted: Contact, recruiter: Person, clock: MovingClock
) -> None:
    following.follow(session, clock.advance(days=10, seconds=-1))
    assert accepted.state == "accepted"
    for _ in range(2):
        following.follow(session, clock.advance(seconds=1))
    assert accepted.state == "company_silent"
    assert [kind for kind, _ in stated(session)] == ["contact.answered", "contact.company_silent"]
    following.answer(session, who_is(session, recruiter), accepted.id, Word("reply"), clock.now())
    assert accepted.state == "answered"
    assert stated(session)[-1][1] == {"kind": "internship", "word": "reply", "in_time": False}


def test_what_never_counts_does_not_count_later_either(
    session: Session, contact: Contact, resident: Person, clock: MovingClock
) -> None:
    contact.excluded = "test_account"
    service.accept(session, resident.id, contact.id, START)
    following.follow(session, clock.advance(days=10))
    assert contact.state == "company_silent"
    assert stated(session) == []


def test_a_resident_who_does_not_answer_is_reminded_at_five_and_ten_days_and_no_more(
    session: Session, contact: Contact, clock: MovingClock
) -> None:
    told = []
    for _ in range(15):
        following.follow(session, clock.advance(days=1))
        told.append(len(letters(session)))
    assert told == [0] * 4 + [1] * 5 + [2] * 6
    assert letters(session) == [("aicha@courrier.test", "contact_reminder")] * 2
    paths = [mail.values["path"] for mail in session.scalars(select(Mail))]
    kept = session.scalars(select(AnswerLink)).all()
    assert len({*paths}) == len(kept) == 2
    assert all(link.expires_at == contact.expires_at for link in kept)


@pytest.mark.usefixtures("accepted")
def test_a_company_that_owes_a_word_is_reminded_at_five_days_and_told_at_ten(
    session: Session, recruiter: Person, clock: MovingClock
) -> None:
    for _ in range(12):
        following.follow(session, clock.advance(days=1))
    assert letters(session) == [(recruiter.email, "company_reminder"), (recruiter.email, "company_silent")]


@pytest.mark.usefixtures("contact")
def test_a_clock_that_jumps_reminds_once_and_one_that_goes_back_never_again(
    session: Session, clock: MovingClock
) -> None:
    following.follow(session, clock.advance(days=11))
    assert len(letters(session)) == 1
    assert set(session.scalars(select(Reminder.kind))) == {"resident_5", "resident_10"}
    for days in (-6, 3, 3):
        following.follow(session, clock.advance(days=days))
    assert len(letters(session)) == 1


def test_whoever_answered_left_or_disowned_the_address_is_not_reminded(
    session: Session, contact: Contact, profile: Profile, resident: Person, clock: MovingClock
) -> None:
    declined = make_contact(session, profile)
    service.decline(session, resident.id, declined.id, "other", START)
    answering.disown(session, link_to(session, contact), START)
    clock.advance(days=6)
    assert following.follow(session, clock.now()) == 1
    assert letters(session) == []


@pytest.mark.parametrize("state", ["paused", "placed"])
def test_who_asked_for_quiet_is_not_reminded_and_keeps_no_job_busy(
    session: Session, contact: Contact, profile: Profile, clock: MovingClock, state: str
) -> None:
    profile.state = state
    session.flush()
    assert following.follow(session, clock.advance(days=6)) == 0
    assert letters(session) == []
    profile.state = "published"
    session.flush()
    assert following.follow(session, clock.now()) == 1
    assert letters(session) == [("aicha@courrier.test", "contact_reminder")]
    assert contact.state == "sent"


def test_a_company_that_is_shut_out_reminds_nobody_and_keeps_no_job_busy(
    session: Session, contact: Contact, clock: MovingClock
) -> None:
    session.get_one(Organisation, contact.company_id).state = "suspended"
    session.flush()
    assert following.follow(session, clock.advance(days=6)) == 0
    assert letters(session) == []


def test_a_reminder_that_reaches_nobody_is_the_adviser_s_task_of_the_day(
    session: Session, clock: MovingClock
) -> None:
    met = make_parties(session, email=None, phone="0612345678")
    contact = make_contact(session, met.profile, met.recruiter)
    assert following.follow(session, clock.advance(days=6)) == 1
    assert announced(session) == ["contact.untold"]
    heard(session, "contact.untold", contact.id)
    assert letters(session) == [(met.adviser.email, "contact_received")]
    assert session.scalars(select(Task.kind)).all() == ["unreachable"]


def test_four_jobs_at_once_send_each_reminder_once(committed: Engine) -> None:
    sessions = sessionmaker(committed, expire_on_commit=False)
    with sessions.begin() as session:
        made = [make_contact(session) for _ in range(6)]
        for contact in made[:3]:
            service.accept(session, contact.resident_id, contact.id, START)

    def job(days: int) -> None:
        with sessions.begin() as own:
            following.follow(own, START + timedelta(days=days))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(job, [6] * 12))
    job(6)
    with sessions() as session:
        assert len(session.scalars(select(Reminder)).all()) == 6
        sent = [template for _, template in letters(session)]
        assert sorted(sent) == ["company_reminder"] * 3 + ["contact_reminder"] * 3


def test_an_exchange_ends_a_month_after_its_last_word_and_is_deleted_three_months_later(
    session: Session, accepted: Contact, recruiter: Person, settings: Settings, clock: MovingClock
) -> None:
    following.answer(session, who_is(session, recruiter), accepted.id, Word("reply"), START)
    link_to(session, accepted)
    assert following.close(session, settings, clock.advance(days=29)) == 0
    assert following.close(session, settings, clock.advance(days=1)) == 1
    assert (accepted.state, accepted.ended_at) == ("closed", clock.now())
    assert following.forget(session, settings, clock.advance(days=89)) == 0
    assert following.forget(session, settings, clock.advance(days=1)) == 1
    assert session.scalars(select(Contact.id)).all() == []
    assert session.scalars(select(AnswerLink)).all() == []
    assert len(stated(session)) == 2


@pytest.mark.parametrize("how", ["declined", "expired", "silent"])
def test_whatever_led_nowhere_goes_three_months_after_it_ended(
    session: Session, contact: Contact, resident: Person, settings: Settings, clock: MovingClock, how: str
) -> None:
    if how == "declined":
        service.decline(session, resident.id, contact.id, "other", START)
    elif how == "expired":
        following.follow(session, clock.advance(days=15))
    else:
        service.accept(session, resident.id, contact.id, START)
        following.follow(session, clock.advance(days=10))
        following.close(session, settings, clock.advance(days=30))
    session.expire_all()
    ended_at = contact.ended_at
    assert ended_at == clock.now()
    assert following.forget(session, settings, ended_at + timedelta(days=90, seconds=-1)) == 0
    assert following.forget(session, settings, ended_at + timedelta(days=90)) == 1


@pytest.mark.usefixtures("accepted")
def test_what_is_open_is_never_deleted(
    session: Session, profile: Profile, settings: Settings, clock: MovingClock
) -> None:
    make_contact(session, profile)
    assert following.forget(session, settings, clock.advance(days=1000)) == 0
