"""The form to write to somebody: never twice, never for a day that is gone, and no word of it is lost."""

from datetime import date, datetime, timedelta

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
    profile = make_profile(session, make_resident(session, age=17))
    page = sign_in(recruiter).post(f"/candidats/{profile.slug}/contact", data=FORM, headers=PAGE)
    assert page.status_code == 409
    assert f">{FORM['message']}</textarea>" in page.text


@pytest.mark.parametrize("on", [date(2020, 1, 1), date(2026, 11, 22), date(2062, 12, 1)])
def test_nobody_is_invited_for_a_day_that_is_gone_or_whose_year_is_mistyped(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person, on: date
) -> None:
    form = FORM | {"proposed_on": on.isoformat()}
    page = sign_in(recruiter).post(f"/candidats/{profile.slug}/contact", data=form, headers=PAGE)
    assert page.status_code == 422
    assert "Choisissez un jour à venir" in page.text
    assert not session.scalars(select(Contact)).all()


def test_one_may_be_invited_for_the_same_day_in_paris(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person, now: datetime
) -> None:
    for days in (0, 30):
        other = profile if days == 0 else make_profile(session)
        form = FORM | {"proposed_on": (now + timedelta(days=days)).date().isoformat()}
        assert sign_in(recruiter).post(f"/candidats/{other.slug}/contact", data=form).status_code == 303
