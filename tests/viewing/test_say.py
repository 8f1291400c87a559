"""After watching, a recruiter may say what it changed: one answer, theirs alone, undone as easily."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Organisation, Person
from app.profiles.models import Profile
from app.viewing import queries, service
from app.viewing.models import Opinion
from tests.conftest import SignIn
from tests.factories import company_of, make_adviser, make_profile, make_recruiter
from tests.reading import words_of
from tests.viewing.test_show import make_viewing

ASKED = "Qu’est-ce que cette vidéo a changé pour vous ?"


@pytest.fixture
def profile(session: Session) -> Profile:
    return make_profile(session)


@pytest.fixture
def viewer(session: Session) -> Person:
    return make_recruiter(session)


@pytest.fixture
def signed_in(sign_in: SignIn, viewer: Person) -> TestClient:
    return sign_in(viewer)


def watch(session: Session, profile: Profile, viewer: Person, at: datetime, **columns: object) -> None:
    """Make a play that counts, for the viewer's own company."""
    company_id = company_of(session, viewer)
    make_viewing(session, profile, viewer, at, **{"organisation_id": company_id} | columns)


def opine(session: Session, profile: Profile, viewer: Person, said: str, at: datetime) -> None:
    """Have a recruiter watch and answer."""
    watch(session, profile, viewer, at)
    session.add(Opinion(viewer_id=viewer.id, profile_id=profile.id, said=said, said_at=at))
    session.flush()


def answer(signed_in: TestClient, profile: Profile, said: str) -> int:
    """Answer, and return the status."""
    return signed_in.post(f"/candidats/{profile.slug}/avis", data={"said": said}).status_code


def answers(session: Session) -> list[str]:
    """Return what was said."""
    return list(session.scalars(select(Opinion.said)))


def test_whoever_watched_is_asked_and_may_change_or_take_it_back(
    session: Session, now: datetime, signed_in: TestClient, profile: Profile, viewer: Person
) -> None:
    watch(session, profile, viewer, now)
    page = f"/candidats/{profile.slug}"
    assert answer(signed_in, profile, "learned") == 303
    assert answer(signed_in, profile, "changed") == 303
    assert answers(session) == ["changed"]
    assert 'value="changed" aria-pressed="true"' in " ".join(signed_in.get(page).text.split())
    assert answer(signed_in, profile, "nothing") == 303
    assert answers(session) == []
    assert 'aria-pressed="true"' not in signed_in.get(page).text


def test_the_question_waits_behind_the_page_until_enough_was_watched(
    session: Session, now: datetime, signed_in: TestClient, profile: Profile, viewer: Person
) -> None:
    page = f"/candidats/{profile.slug}"
    assert "data-visavis-opinion hidden" in " ".join(signed_in.get(page).text.split())
    watch(session, profile, viewer, now)
    assert "data-visavis-opinion >" in " ".join(signed_in.get(page).text.split())


@pytest.mark.parametrize("columns", [{"qualified_at": None}, {"excluded": "test_account"}])
def test_whoever_did_not_watch_enough_or_never_counts_says_nothing(
    session: Session,
    now: datetime,
    signed_in: TestClient,
    profile: Profile,
    viewer: Person,
    columns: dict[str, object],
) -> None:
    watch(session, profile, viewer, now, **columns)
    assert answer(signed_in, profile, "changed") == 404
    assert answers(session) == []


def test_an_answer_that_is_none_is_refused(
    session: Session, now: datetime, signed_in: TestClient, profile: Profile, viewer: Person
) -> None:
    watch(session, profile, viewer, now)
    assert answer(signed_in, profile, "loved") == 422
    assert answers(session) == []


def test_neither_the_resident_nor_a_colleague_nor_the_adviser_reads_an_answer(
    session: Session, now: datetime, sign_in: SignIn, profile: Profile, viewer: Person
) -> None:
    opine(session, profile, viewer, "changed", now)
    company = session.get_one(Organisation, company_of(session, viewer))
    structure = session.get_one(Organisation, profile.structure_id)
    eyes = {
        make_recruiter(session, company): (f"/candidats/{profile.slug}", "/messages"),
        session.get_one(Person, profile.person_id): ("/moi", "/moi/vues"),
        make_adviser(session, structure): (f"/accompagnement/{profile.person_id}",),
    }
    for person, paths in eyes.items():
        browser = sign_in(person)
        for path in paths:
            page = browser.get(path)
            assert page.status_code == 200, path
            assert 'aria-pressed="true"' not in page.text
    resident = session.get_one(Person, profile.person_id)
    assert '"said":' not in sign_in(resident).post("/moi/donnees.json").text


def test_its_author_takes_an_answer_away(
    session: Session, now: datetime, profile: Profile, viewer: Person
) -> None:
    opine(session, profile, viewer, "learned", now)
    said = queries.export_person(session, viewer.id)["opinions"]
    assert said == [{"profile": profile.slug, "said": "learned", "said_at": now}]
    assert queries.export_person(session, profile.person_id)["opinions"] == []


@pytest.mark.parametrize("whose", ["resident", "recruiter"])
def test_an_answer_goes_with_either_of_the_two(
    session: Session, now: datetime, profile: Profile, viewer: Person, whose: str
) -> None:
    opine(session, profile, viewer, "learned", now)
    opine(session, make_profile(session), make_recruiter(session), "changed", now)
    service.erase_person(session, profile.person_id if whose == "resident" else viewer.id, now)
    assert answers(session) == ["changed"]


def test_answers_are_counted_for_the_residents_of_structures(
    session: Session, now: datetime, profile: Profile, viewer: Person
) -> None:
    opine(session, profile, viewer, "changed", now)
    watch(session, profile, viewer, now + timedelta(hours=2))  # seen twice, said once
    opine(session, make_profile(session), viewer, "confirmed", now)
    everywhere = queries.opinions_of(session, None)
    assert everywhere.answers == {"confirmed": 1, "learned": 0, "changed": 1}
    assert (everywhere.recruiters, everywhere.residents) == (1, 2)
    assert profile.structure_id
    assert queries.opinions_of(session, (profile.structure_id,)).answers["confirmed"] == 0


def test_an_answer_of_many_recruiters_about_one_resident_is_of_one(
    session: Session, now: datetime, profile: Profile, viewer: Person
) -> None:
    for recruiter in (viewer, make_recruiter(session), make_recruiter(session)):
        opine(session, profile, recruiter, "changed", now)
    found = queries.opinions_of(session, None)
    assert (found.answers["changed"], found.recruiters) == (3, 3)
    assert (found.by_answer["changed"], found.by_answer["moved"]) == (1, 1)


def test_the_answer_of_a_company_that_is_verified_no_more_is_not_counted(
    session: Session, now: datetime, profile: Profile, viewer: Person
) -> None:
    opine(session, profile, viewer, "changed", now)
    session.get_one(Organisation, company_of(session, viewer)).state = "suspended"
    session.flush()
    assert queries.opinions_of(session, None).answers["changed"] == 0


def test_the_page_says_who_reads_it(
    session: Session, now: datetime, signed_in: TestClient, profile: Profile, viewer: Person
) -> None:
    watch(session, profile, viewer, now)
    said = words_of(signed_in.get(f"/candidats/{profile.slug}").text)
    assert ASKED in said
    assert "Ni la personne ni votre entreprise ne le sauront" in said
