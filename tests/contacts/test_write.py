"""The form to write to somebody: never twice, never for a day that is gone, and no word of it is lost."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contacts.models import Contact
from app.people.models import Person
from app.profiles.models import Profile
from app.settings import Settings
from tests.conftest import SignIn
from tests.factories import make_contact, make_profile, make_recruiter, make_resident

PAGE = {"accept": "text/html"}
FORM = {"kind": "job", "message": "Bonjour, venez nous voir à la boulangerie.", "place": "Marseille"}


@pytest.fixture
def profile(session: Session) -> Profile:
    return make_profile(session)


@pytest.fixture
def recruiter(session: Session) -> Person:
    return make_recruiter(session)


@pytest.mark.parametrize("ending", ["", "/contact"])
def test_who_has_written_already_is_led_to_the_message(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person, ending: str
) -> None:
    contact = make_contact(session, profile, recruiter)
    page = sign_in(recruiter).get(f"/candidats/{profile.slug}{ending}").text
    assert "Vous lui avez écrit le 23 novembre 2026." in page
    assert f'href="/messages/{contact.id}"' in page
    assert "Envoyer le message" not in page


def test_after_an_answer_one_may_write_again(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person
) -> None:
    make_contact(session, profile, recruiter, state="declined")
    page = sign_in(recruiter).get(f"/candidats/{profile.slug}").text
    assert "Envoyer le message" in page


def test_a_second_message_is_refused_with_a_link_to_the_first_and_its_words_to_copy(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person
) -> None:
    contact = make_contact(session, profile, recruiter)
    page = sign_in(recruiter).post(f"/candidats/{profile.slug}/contact", data=FORM, headers=PAGE)
    assert page.status_code == 409
    assert "Vous avez déjà écrit à cette personne" in page.text
    assert f'href="/messages/{contact.id}"' in page.text
    assert f">{FORM['message']}</textarea>" in page.text


def test_a_message_over_the_quota_stays_in_the_form_and_says_when_to_send_it(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person, settings: Settings, now: datetime
) -> None:
    for _ in range(settings.contacts_per_day):
        make_contact(session, make_profile(session), recruiter, sent_at=now)
    page = sign_in(recruiter).post(f"/candidats/{profile.slug}/contact", data=FORM, headers=PAGE)
    assert page.status_code == 429
    assert page.headers["retry-after"]
    assert "Nouvel essai possible dans 14\u00a0heures." in page.text
    assert f">{FORM['message']}</textarea>" in page.text
    assert "Envoyer le message" in page.text


def test_a_message_to_somebody_out_of_reach_is_not_lost(
    session: Session, sign_in: SignIn, recruiter: Person
) -> None:
    profile = make_profile(session, make_resident(session, age=17), structure_id=None)
    page = sign_in(recruiter).post(f"/candidats/{profile.slug}/contact", data=FORM, headers=PAGE)
    assert page.status_code == 409
    assert f">{FORM['message']}</textarea>" in page.text


@pytest.mark.parametrize(
    "slot", ["2020-01-01T10:00", "2026-11-23T09:59", "2062-12-01T10:00", "demain", "9999-12-31T23:59"]
)
def test_nobody_is_invited_for_an_instant_that_is_gone_or_whose_year_is_mistyped(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person, slot: str
) -> None:
    form = FORM | {"slots": ["2026-12-01T10:00", slot]}
    page = sign_in(recruiter).post(f"/candidats/{profile.slug}/contact", data=form, headers=PAGE)
    assert page.status_code == 422
    assert "hoisi" in page.text.partition('id="slots-error"')[2][:300]
    assert 'value="2026-12-01T10:00"' in page.text
    assert not session.scalars(select(Contact)).all()


def test_up_to_three_instants_are_proposed_on_the_clock_of_paris_soonest_first(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person
) -> None:
    browser, path = sign_in(recruiter), f"/candidats/{profile.slug}/contact"
    too_many = FORM | {"slots": [f"2026-12-0{day}T10:00" for day in range(1, 5)]}
    assert browser.post(path, data=too_many).status_code == 422
    three = FORM | {"slots": ["2026-12-03T18:30", "", "2026-11-23T10:00", "2026-12-03T18:30"]}
    assert browser.post(path, data=three).status_code == 303
    (contact,) = session.scalars(select(Contact)).all()
    assert [slot.isoformat() for slot in contact.slots] == [
        "2026-11-23T09:00:00+00:00",
        "2026-12-03T17:30:00+00:00",
    ]
    page = browser.get(f"/messages/{contact.id}").text
    assert "lundi 23 novembre à 10\u00a0h" in page
    assert "jeudi 3 décembre à 18\u00a0h\u00a030" in page


def test_without_an_instant_it_is_to_be_agreed_on(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person
) -> None:
    assert sign_in(recruiter).post(f"/candidats/{profile.slug}/contact", data=FORM).status_code == 303
    (contact,) = session.scalars(select(Contact)).all()
    assert contact.slots == []
    assert "À convenir ensemble" in sign_in(recruiter).get(f"/messages/{contact.id}").text


def test_the_form_begins_with_a_sentence_that_may_leave_as_it_is_and_a_number_may_stand_in_it(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person
) -> None:
    browser = sign_in(recruiter)
    page = browser.get(f"/candidats/{profile.slug}").text
    words = page.partition('id="message"')[2].partition(">")[2].partition("</textarea>")[0]
    assert words.startswith(f"Bonjour {profile.shown_name}")
    form = FORM | {"message": f"{words} 06 12 34 56 78, marc@roux.example"}
    assert browser.post(f"/candidats/{profile.slug}/contact", data=form).status_code == 303
    assert "06 12 34 56 78" in session.scalars(select(Contact)).one().message


def test_the_form_says_how_many_messages_are_left_today(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person, now: datetime, settings: Settings
) -> None:
    for _ in range(settings.contacts_per_day - 1):
        make_contact(session, make_profile(session), recruiter, sent_at=now)
    page = sign_in(recruiter).get(f"/candidats/{profile.slug}/contact").text
    assert "Il vous reste 1 message aujourd’hui." in page
