"""A resident sees which companies watched, and no more; everything goes with the person."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.people.models import Organisation, Person
from app.profiles.models import Profile
from app.videos.models import Video
from app.viewing import queries, service
from app.viewing.models import Viewing
from app.viewing.queries import Watched, companies_that_watched, exclusions
from tests.conftest import SignIn
from tests.factories import make_company, make_profile, make_recruiter
from tests.reading import words_of


def make_viewing(
    session: Session, profile: Profile, viewer: Person, at: datetime, **columns: object
) -> Viewing:
    """Make a play that counts, by a recruiter of one company."""
    values: dict[str, object] = {
        "video_id": profile.current_video_id,
        "profile_id": profile.id,
        "viewer_id": viewer.id,
        "token_sha256": b"",
        "started_at": at,
        "last_beat_at": at,
        "policy": "vues-2026.1",
        "qualified_at": at,
    }
    viewing = Viewing(**values | columns)
    session.add(viewing)
    session.flush()
    return viewing


@pytest.fixture
def profile(session: Session) -> Profile:
    return make_profile(session)


@pytest.fixture
def company(session: Session) -> Organisation:
    return make_company(session, name="Boulangerie Roux")


@pytest.fixture
def viewer(session: Session, company: Organisation) -> Person:
    return make_recruiter(session, company)


def test_companies_are_listed_by_day_in_paris_newest_first(
    session: Session, now: datetime, profile: Profile, company: Organisation, viewer: Person
) -> None:
    late = now.replace(hour=23, minute=30)  # already tomorrow in Paris
    make_viewing(session, profile, viewer, now, organisation_id=company.id, qualified_at=None)
    make_viewing(session, profile, viewer, now, organisation_id=company.id)
    make_viewing(session, profile, viewer, late, organisation_id=company.id, qualified_at=None)
    assert companies_that_watched(session, profile.person_id) == [
        Watched("Boulangerie Roux", now.date() + timedelta(days=1), qualified=False, company_id=company.id),
        Watched("Boulangerie Roux", now.date(), qualified=True, company_id=company.id),
    ]


def test_the_page_names_the_company_and_neither_the_person_nor_seconds(
    session: Session, now: datetime, sign_in: SignIn, profile: Profile, company: Organisation, viewer: Person
) -> None:
    make_viewing(session, profile, viewer, now, organisation_id=company.id, credited_s=41.0)
    page = sign_in(session.get_one(Person, profile.person_id)).get("/moi/vues")
    assert page.status_code == 200
    assert "Boulangerie Roux" in page.text
    assert "23 novembre 2026" in page.text
    assert viewer.given_name not in words_of(page.text)
    assert "41" not in words_of(page.text)


def test_an_empty_page_says_what_to_do(session: Session, sign_in: SignIn, profile: Profile) -> None:
    page = sign_in(session.get_one(Person, profile.person_id)).get("/moi/vues")
    assert "Personne pour l’instant" in page.text
    assert "/moi/profil" in page.text


def test_a_recruiter_has_no_such_page(sign_in: SignIn, viewer: Person) -> None:
    assert sign_in(viewer).get("/moi/vues").status_code == 404


def test_exclusions_are_counted_by_reason_and_never_shown_to_the_resident(
    session: Session, now: datetime, profile: Profile, company: Organisation, viewer: Person
) -> None:
    excluded = {"organisation_id": company.id, "qualified_at": None, "excluded": "test_account"}
    make_viewing(session, profile, viewer, now, **excluded)
    make_viewing(session, profile, viewer, now + timedelta(days=2), **excluded)
    assert companies_that_watched(session, profile.person_id) == []
    assert exclusions(session, None, None) == {"test_account": 2}
    assert exclusions(session, now, now + timedelta(days=1)) == {"test_account": 1}


def test_a_person_takes_away_who_watched_and_what_they_watched(
    session: Session, now: datetime, profile: Profile, company: Organisation, viewer: Person
) -> None:
    make_viewing(session, profile, viewer, now, organisation_id=company.id)
    of_me = queries.export_person(session, profile.person_id)["viewings"]
    by_me = queries.export_person(session, viewer.id)["viewings"]
    assert "of me" in str(of_me)
    assert "by me" in str(by_me)
    assert str(viewer.id) not in str(of_me)


def test_a_play_outlives_its_video(
    session: Session, now: datetime, profile: Profile, company: Organisation, viewer: Person
) -> None:
    make_viewing(session, profile, viewer, now, organisation_id=company.id)
    video_id, profile.current_video_id = profile.current_video_id, None
    session.flush()
    session.execute(delete(Video).where(Video.id == video_id))
    assert [view.company for view in companies_that_watched(session, profile.person_id)] == [company.name]


@pytest.mark.parametrize("whose", ["resident", "recruiter"])
def test_erasing_a_person_deletes_the_plays_of_them_and_by_them(
    session: Session, now: datetime, profile: Profile, viewer: Person, whose: str
) -> None:
    make_viewing(session, profile, viewer, now)
    other = make_viewing(session, make_profile(session), make_recruiter(session), now)
    service.erase_person(session, profile.person_id if whose == "resident" else viewer.id, now)
    assert session.scalars(select(Viewing.id)).all() == [other.id]
