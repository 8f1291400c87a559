"""Favourites: one tap keeps a profile; notes are one recruiter's, read by the person, and soon gone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.directory import queries, shortlist
from app.directory.models import Favourite
from app.directory.rules import CRITERIA, NOTE_MAX_LENGTH, UNDO_FOR
from app.people import blocks
from app.people.models import AuditEntry, Organisation, Person
from app.profiles import service as profiles
from app.profiles.models import Profile
from tests.conftest import MovingClock, SignIn
from tests.directory.rows import who_is
from tests.factories import (
    company_of,
    make_company,
    make_favourite,
    make_profile,
    make_recruiter,
    make_resident,
)
from tests.reading import words_of
from workers.announcements import LISTENERS

NOTES = {
    "skills_note": "A tenu une caisse deux étés.",
    "availability_note": "Libre en janvier.",
    "motivation_note": "Veut passer le CAP.",
}


@pytest.fixture
def person(session: Session) -> Person:
    return make_resident(session)


@pytest.fixture
def profile(session: Session, person: Person) -> Profile:
    return make_profile(session, person)


def favourites(session: Session) -> Sequence[Favourite]:
    """Return every favourite as it is now."""
    return session.scalars(select(Favourite).execution_options(populate_existing=True)).all()


def test_one_tap_keeps_a_profile_and_comes_back_where_one_was(
    session: Session, recruiter: TestClient, profile: Profile
) -> None:
    back = "/candidats?mots=vente#une-carte"
    answer = recruiter.post(f"/candidats/{profile.slug}/favori", data={"back": back})
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert [one.profile_id for one in favourites(session)] == [profile.id]
    assert profile.headline in recruiter.get("/favoris").text


@pytest.mark.parametrize("back", ["//ailleurs.test", "https://ailleurs.test", "/\\ailleurs.test"])
def test_a_tap_never_leads_to_another_site(recruiter: TestClient, profile: Profile, back: str) -> None:
    answer = recruiter.post(f"/candidats/{profile.slug}/favori", data={"back": back})
    assert answer.headers["location"] == f"/candidats/{profile.slug}"


def test_two_taps_keep_a_profile_once(session: Session, recruiter: TestClient, profile: Profile) -> None:
    for _ in range(2):
        recruiter.post(f"/candidats/{profile.slug}/favori")
    assert len(favourites(session)) == 1


def test_the_profile_says_whether_it_is_kept(recruiter: TestClient, profile: Profile) -> None:
    assert "data-kept" not in recruiter.get(f"/candidats/{profile.slug}").text
    recruiter.post(f"/candidats/{profile.slug}/favori")
    assert "data-kept" in recruiter.get(f"/candidats/{profile.slug}").text


def test_taken_out_by_mistake_it_comes_back_with_its_notes(
    session: Session, recruiter: TestClient, profile: Profile, marc: Person
) -> None:
    make_favourite(session, profile, marc, **NOTES)
    session.commit()
    answer = recruiter.post(f"/candidats/{profile.slug}/favori/retrait")
    page = recruiter.get(answer.headers["location"]).text
    assert f'action="/candidats/{profile.slug}/favori"' in page
    assert NOTES["skills_note"] not in page
    recruiter.post(f"/candidats/{profile.slug}/favori", data={"back": "/favoris"})
    assert [one.skills_note for one in favourites(session)] == [NOTES["skills_note"]]


def test_after_the_hour_of_undo_it_comes_back_without_its_notes(
    session: Session, recruiter: TestClient, profile: Profile, marc: Person, clock: MovingClock
) -> None:
    make_favourite(session, profile, marc, **NOTES)
    session.commit()
    recruiter.post(f"/candidats/{profile.slug}/favori/retrait")
    clock.advance(seconds=UNDO_FOR.total_seconds())
    recruiter.post(f"/candidats/{profile.slug}/favori")
    [kept] = favourites(session)
    assert (kept.skills_note, kept.removed_at, kept.created_at) == ("", None, clock.now())


def test_notes_are_written_and_shown_to_their_author(
    session: Session, recruiter: TestClient, profile: Profile, marc: Person
) -> None:
    make_favourite(session, profile, marc)
    session.commit()
    answer = recruiter.post(f"/favoris/{profile.slug}", data=NOTES)
    assert answer.headers["location"] == f"/favoris#{profile.slug}"
    page = words_of(recruiter.get("/favoris").text)
    assert all(note in page for note in NOTES.values())


def test_the_page_of_notes_says_that_the_person_may_ask_to_read_them(
    session: Session, recruiter: TestClient, profile: Profile, marc: Person
) -> None:
    make_favourite(session, profile, marc)
    session.commit()
    page = words_of(recruiter.get(f"/favoris/{profile.slug}").text)
    assert f"{profile.shown_name} peut demander à lire ces notes" in page
    assert "Jamais l’apparence" in page


def test_a_note_that_is_too_long_comes_back_as_it_was_typed(
    session: Session, recruiter: TestClient, profile: Profile, marc: Person
) -> None:
    make_favourite(session, profile, marc)
    session.commit()
    long = "m" * (NOTE_MAX_LENGTH + 1)
    answer = recruiter.post(f"/favoris/{profile.slug}", data=NOTES | {"motivation_note": long})
    assert (answer.status_code, long in answer.text) == (422, True)
    assert [one.skills_note for one in favourites(session)] == [""]


def test_notes_are_on_three_criteria_of_the_job_alone() -> None:
    assert set(NOTES) == set(CRITERIA)


@pytest.mark.parametrize("other_s", ["colleague", "recruiter elsewhere"])
def test_nobody_else_sees_a_recruiter_s_favourites_and_notes(
    session: Session, sign_in: SignIn, profile: Profile, marc: Person, other_s: str
) -> None:
    make_favourite(session, profile, marc, **NOTES)
    own = session.get_one(Organisation, company_of(session, marc))
    company = own if other_s == "colleague" else make_company(session)
    other = make_recruiter(session, company)
    session.commit()
    browser = sign_in(other)
    assert profile.headline not in browser.get("/favoris").text
    assert browser.get(f"/favoris/{profile.slug}").status_code == 404
    assert browser.post(f"/favoris/{profile.slug}", data=NOTES).status_code == 404
    assert "data-kept" not in browser.get(f"/candidats/{profile.slug}").text


def test_the_person_reads_what_was_noted_once_they_ask_and_that_is_noted(
    session: Session, sign_in: SignIn, person: Person, profile: Profile, marc: Person, now: datetime
) -> None:
    make_favourite(session, profile, marc, noted_at=now, **NOTES)
    session.commit()
    browser = sign_in(person)
    assert not any(note in browser.get("/moi/notes").text for note in NOTES.values())
    page = words_of(browser.post("/moi/notes").text)
    assert all(note in page for note in NOTES.values())
    assert marc.given_name not in page
    [entry] = session.scalars(select(AuditEntry)).all()
    assert (entry.tag, entry.actor_id, entry.about_id) == ("notes:read:done", person.id, person.id)


def test_another_resident_reads_nothing_of_it(
    session: Session, sign_in: SignIn, profile: Profile, marc: Person, now: datetime
) -> None:
    make_favourite(session, profile, marc, noted_at=now, **NOTES)
    stranger = make_resident(session)
    session.commit()
    assert not any(note in sign_in(stranger).post("/moi/notes").text for note in NOTES.values())


def test_a_withdrawal_hides_favourites_at_once_and_its_news_delete_them(
    session: Session, recruiter: TestClient, profile: Profile, marc: Person, now: datetime
) -> None:
    make_favourite(session, profile, marc, **NOTES)
    profiles.withdraw(session, profile, now)
    session.commit()
    assert profile.headline not in recruiter.get("/favoris").text
    assert recruiter.get(f"/favoris/{profile.slug}").status_code == 404
    for listener in LISTENERS["profile.withdrawn"]:
        listener(session, profile.id, now)
    assert favourites(session) == []


def test_a_pause_hides_favourites_until_the_person_comes_back(
    session: Session, recruiter: TestClient, profile: Profile, marc: Person, now: datetime
) -> None:
    make_favourite(session, profile, marc)
    profiles.pause(session, profile)
    session.commit()
    assert profile.headline not in recruiter.get("/favoris").text
    profile.state = "published"
    session.commit()
    assert profile.headline in recruiter.get("/favoris").text
    assert shortlist.sweep_favourites(session, now) == 0


def test_nothing_is_kept_of_somebody_who_went_away_meanwhile(
    session: Session, recruiter: TestClient, profile: Profile, now: datetime
) -> None:
    profiles.withdraw(session, profile, now)
    session.commit()
    assert recruiter.post(f"/candidats/{profile.slug}/favori").status_code == 404
    assert favourites(session) == []


def test_favourites_go_after_three_months_however_often_they_are_noted(
    session: Session, recruiter: TestClient, profile: Profile, clock: MovingClock
) -> None:
    recruiter.post(f"/candidats/{profile.slug}/favori")
    clock.advance(days=89)
    [kept] = favourites(session)
    kept.noted_at = clock.now()
    session.flush()
    assert shortlist.sweep_favourites(session, clock.now()) == 0
    assert shortlist.sweep_favourites(session, clock.advance(days=1)) == 1
    assert favourites(session) == []


def test_favourites_are_hidden_on_their_last_day_before_the_sweep_comes(
    session: Session, recruiter: TestClient, profile: Profile, marc: Person, now: datetime
) -> None:
    make_favourite(session, profile, marc, expires_at=now)
    session.commit()
    assert profile.headline not in recruiter.get("/favoris").text


def test_the_sweep_takes_what_was_taken_out_and_what_belongs_to_who_withdrew(
    session: Session, profile: Profile, now: datetime
) -> None:
    make_favourite(session, profile, removed_at=now - UNDO_FOR)
    make_favourite(session, profile, removed_at=now - UNDO_FOR + timedelta(seconds=1))
    make_favourite(session, make_profile(session, published=False, state="withdrawn"))
    make_favourite(session, make_profile(session))
    assert shortlist.sweep_favourites(session, now) == 2
    assert len(favourites(session)) == 2


@pytest.mark.parametrize("state", ["pending", "suspended"])
def test_a_company_that_is_not_verified_keeps_and_sees_nobody(
    session: Session, sign_in: SignIn, profile: Profile, state: str
) -> None:
    unverified = make_recruiter(session, make_company(session, state))
    make_favourite(session, profile, unverified)
    session.commit()
    browser = sign_in(unverified)
    assert browser.get("/favoris").headers["location"] == "/candidats"
    assert browser.get(f"/favoris/{profile.slug}").status_code == 404
    assert browser.post(f"/candidats/{profile.slug}/favori").status_code == 404


@pytest.mark.parametrize(("days", "kept"), [(1, True), (0, False)])
def test_a_card_says_that_it_is_kept_until_the_last_day(
    *, session: Session, profile: Profile, marc: Person, now: datetime, days: int, kept: bool
) -> None:
    make_favourite(session, profile, marc, expires_at=now + timedelta(days=days))
    shown = queries.cards(session, who_is(session, marc), (profile.id,), (), now)
    assert [card.is_kept for card in shown.cards] == [kept]


@pytest.mark.parametrize("went", ["paused", "blocked", "withdrawn", "nobody"])
def test_whoever_went_away_is_taken_out_from_an_open_page_like_anybody_and_nothing_is_told(
    *, session: Session, recruiter: TestClient, profile: Profile, marc: Person, now: datetime, went: str
) -> None:
    make_favourite(session, profile, marc, **NOTES)
    if went == "paused":
        profiles.pause(session, profile)
    elif went == "blocked":
        blocks.block(session, profile.person_id, company_of(session, marc), now)
    elif went == "withdrawn":
        profiles.withdraw(session, profile, now)
    session.commit()
    slug = "personne" if went == "nobody" else profile.slug
    answer = recruiter.post(f"/candidats/{slug}/favori/retrait")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/favoris?retire={slug}")
    page = recruiter.get(answer.headers["location"]).text
    assert "Retiré de vos favoris" in words_of(page)
    assert "Annuler" not in page
    assert [one.removed_at for one in favourites(session)] == [None if went == "nobody" else now]
