"""Needs: stated in one click or one form, heard by the advisers of the territory, ended."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.directory import needs
from app.directory.rules import NEED_STATES, NEEDS_A_DAY_MAX, OPEN_NEEDS_MAX, Brief, months_ahead, moved_need
from app.mail.models import Mail
from app.people import blocks
from app.people.models import Organisation, Person
from app.profiles import indexing
from app.profiles.models import Profile
from app.rights import service as rights
from tests.conftest import START, MovingClock, SignIn
from tests.directory.conftest import SALES, make_found
from tests.directory.rows import hear, news, stated, who_is
from tests.factories import (
    company_of,
    make_adviser,
    make_commune,
    make_company,
    make_filled_profile,
    make_job,
    make_need,
    make_need_proposal,
    make_profile,
    make_recruiter,
    make_resident,
    make_saved_search,
    make_structure,
)
from workers.announcements import LISTENERS

FORM = {"job": "Vente en alimentation", "department": "13", "posts": "2", "word": "On apprend sur place."}
BRIEF = Brief(job_code=SALES[0], department="13")


# Stating


def test_a_form_states_a_need_and_the_advisers_of_the_department_hear_of_it(
    session: Session, recruiter: TestClient, adviser: Person, now: datetime
) -> None:
    make_job(session)
    elsewhere = make_structure(session, "Mission locale de Lille")
    elsewhere.department = "59"
    make_adviser(session, elsewhere)
    session.commit()
    answer = recruiter.post("/besoins/nouveau", data=FORM | {"starts_on": "2027-01-01", "contract": "cdi"})
    [need] = stated(session)
    assert answer.headers["location"] == f"/besoins/{need.id}"
    assert (need.job_code, need.contract, need.posts) == ("D1106", "cdi", 2)
    assert (need.department, need.starts_on, need.state) == ("13", date(2027, 1, 1), "open")
    assert hear(session, now) == [("need_published", adviser.email)]


def test_a_commune_says_the_department(session: Session, recruiter: TestClient) -> None:
    make_job(session)
    make_commune(session, "59350", "Lille")
    session.commit()
    recruiter.post("/besoins/nouveau", data=FORM | {"commune": "Lille"})
    assert [(need.insee, need.department) for need in stated(session)] == [("59350", "59")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"job": ""}, "job"),
        ({"job": "Dompteur de licornes"}, "job"),
        ({"commune": "Nulle-Part"}, "commune"),
        ({"department": "00"}, "department"),
        ({"starts_on": "2025-01-01"}, "starts_on"),
        ({"posts": "0"}, "posts"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_beside_it_and_nothing_is_lost(
    session: Session, recruiter: TestClient, change: dict[str, str], field: str
) -> None:
    make_job(session)
    session.commit()
    answer = recruiter.post("/besoins/nouveau", data=FORM | change)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert FORM["word"] in answer.text
    assert stated(session) == []


def test_words_that_mean_several_jobs_let_one_choose(session: Session, recruiter: TestClient) -> None:
    make_job(session)
    make_job(session, "D1107", "Vente en gros")
    session.commit()
    page = recruiter.post("/besoins/nouveau", data=FORM | {"job": "vente"})
    assert set(re.findall(r'name="code"\s+value="(\w+)"', page.text)) == {"D1106", "D1107"}
    recruiter.post("/besoins/nouveau", data=FORM | {"job": "vente", "code": "D1107"})
    assert [need.job_code for need in stated(session)] == ["D1107"]


def test_a_saved_search_becomes_a_need_in_one_click(
    session: Session, recruiter: TestClient, marc: Person
) -> None:
    make_job(session)
    saved = make_saved_search(session, marc, asked="mots=vente+alimentation&contrat=cdd&departement=59")
    session.commit()
    answer = recruiter.post(f"/alertes/{saved.id}/besoin")
    [need] = stated(session)
    assert answer.headers["location"] == f"/besoins/{need.id}"
    assert (need.job_code, need.contract, need.department) == ("D1106", "cdd", "59")


def test_a_search_that_names_no_job_leads_to_the_form_with_what_it_says(
    session: Session, recruiter: TestClient, marc: Person
) -> None:
    saved = make_saved_search(session, marc, asked="contrat=cdd&departement=59")
    session.commit()
    answer = recruiter.post(f"/alertes/{saved.id}/besoin")
    assert answer.headers["location"] == "/besoins/nouveau?contrat=cdd&departement=59"
    chosen = re.findall(
        r'<option value="(\w+)"[^>]*\bselected', recruiter.get(answer.headers["location"]).text
    )
    assert chosen == ["cdd", "59"]
    assert stated(session) == []


def test_an_ended_need_is_not_opened_beside_the_same_one_that_is_open(
    session: Session, recruiter: TestClient, marc: Person
) -> None:
    ended = make_need(session, marc, state="filled", ended_at=START)
    standing = make_need(session, marc)
    session.commit()
    answer = recruiter.post(f"/besoins/{ended.id}", data={"move": "keep"})
    assert answer.headers["location"] == f"/besoins/{standing.id}"
    session.expire_all()
    assert (ended.state, standing.state) == ("filled", "open")


def test_the_same_need_said_ten_times_at_once_is_one(committed: Engine, now: datetime) -> None:
    sessions = sessionmaker(committed, expire_on_commit=False)
    with sessions.begin() as session:
        make_job(session)
        who = who_is(session, make_recruiter(session))

    def state(_: int) -> str:
        with sessions.begin() as own:
            return str(needs.publish(own, who, BRIEF, now, 60).id)

    with ThreadPoolExecutor(10) as threads:
        assert len(set(threads.map(state, range(10)))) == 1
    with sessions() as session:
        assert [kind for kind, _ in news(session)] == ["need.published"]


def test_a_company_states_so_many_needs_and_no_more(
    session: Session, recruiter: TestClient, marc: Person
) -> None:
    for number in range(OPEN_NEEDS_MAX):
        make_need(session, marc, posts=number + 3)
    session.commit()
    answer = recruiter.post("/besoins/nouveau", data=FORM, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "trop-de-besoins")


def test_needs_that_are_closed_and_stated_again_do_not_mail_advisers_all_day(
    session: Session, recruiter: TestClient, marc: Person
) -> None:
    for number in range(NEEDS_A_DAY_MAX):
        make_need(session, marc, posts=number + 3, state="closed")
    session.commit()
    answer = recruiter.post("/besoins/nouveau", data=FORM, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "trop-de-besoins")


def test_a_company_that_waits_sees_counts_by_job_alone_and_is_heard_by_advisers(
    session: Session, sign_in: SignIn, adviser: Person, now: datetime
) -> None:
    for number in range(5):
        found = make_found(session, f"Vendeuse {number}")
    indexing.teach(session)
    browser = sign_in(make_recruiter(session, make_company(session, "pending")))
    session.commit()
    page = browser.get("/candidats").text
    assert re.search(r"Vente en alimentation</span>\s*<span>5<", page)
    assert found.headline not in page
    assert browser.post("/besoins/nouveau", data=FORM).status_code == 303
    assert hear(session, now) == [("need_published", adviser.email)]


def test_a_suspended_company_states_nothing(session: Session, sign_in: SignIn) -> None:
    make_job(session)
    suspended = make_recruiter(session, make_company(session, "suspended"))
    session.commit()
    assert sign_in(suspended).post("/besoins/nouveau", data=FORM).status_code == 404
    assert stated(session) == []


# Ending


@pytest.mark.parametrize(("move", "state"), [("fill", "filled"), ("close", "closed")])
def test_a_need_is_ended_and_opened_again(
    session: Session, recruiter: TestClient, marc: Person, clock: MovingClock, move: str, state: str
) -> None:
    need = make_need(session, marc, reminded_at=START)
    session.commit()
    recruiter.post(f"/besoins/{need.id}", data={"move": move})
    [ended] = stated(session)
    assert (ended.state, ended.ended_at) == (state, START)
    clock.advance(days=1)
    recruiter.post(f"/besoins/{need.id}", data={"move": "keep"})
    [again] = stated(session)
    assert (again.state, again.ended_at, again.reminded_at) == ("open", None, None)
    assert again.expires_at == clock.now() + timedelta(days=60)


def test_an_ended_need_cannot_be_ended_again(session: Session, recruiter: TestClient, marc: Person) -> None:
    need = make_need(session, marc, state="filled", ended_at=START)
    session.commit()
    answer = recruiter.post(f"/besoins/{need.id}", data={"move": "close"})
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "etat-du-besoin")


def test_an_adviser_proposes_nobody_for_a_need_that_was_ended_meanwhile(
    session: Session, sign_in: SignIn, adviser: Person, profile: Profile
) -> None:
    need = make_need(session, state="closed")
    session.commit()
    form = {"profiles": [str(profile.id)]}
    assert sign_in(adviser).post(f"/accompagnement/besoins/{need.id}", data=form).status_code == 404


def test_no_need_is_opened_again_beside_as_many_as_there_may_be(
    session: Session, recruiter: TestClient, marc: Person
) -> None:
    for number in range(OPEN_NEEDS_MAX):
        kept = make_need(session, marc, posts=number + 3)
    ended = make_need(session, marc, state="filled", ended_at=START)
    session.commit()
    answer = recruiter.post(f"/besoins/{ended.id}", data={"move": "keep"})
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "trop-de-besoins")
    assert recruiter.post(f"/besoins/{kept.id}", data={"move": "keep"}).status_code == 303
    assert sum(need.state == "open" for need in stated(session)) == OPEN_NEEDS_MAX


def test_a_need_outlives_the_account_of_who_stated_it(
    session: Session, sign_in: SignIn, marc: Person, profile: Profile, now: datetime
) -> None:
    need = make_need(session, marc)
    make_need_proposal(session, need, profile)
    colleague = make_recruiter(session, session.get_one(Organisation, need.company_id))
    rights.erase_person(session, marc.id, now)
    session.commit()
    [kept] = stated(session)
    assert (kept.author_id, kept.state, kept.word) == (None, "open", need.word)
    assert profile.headline in sign_in(colleague).get(f"/besoins/{need.id}").text
    for listener in LISTENERS["need.answered"]:
        listener(session, need.id, now)
    assert [letter.recipient for letter in session.scalars(select(Mail))] == [colleague.email]


def test_a_company_of_which_nobody_is_left_looks_for_nobody(
    session: Session, marc: Person, now: datetime
) -> None:
    make_need(session, marc)
    other = make_need(session)
    rights.erase_person(session, marc.id, now)
    assert [(need.state, need.ended_at) for need in stated(session)] == [("closed", now), ("open", None)]
    assert other.author_id is not None


def test_every_state_can_be_left_by_hand_but_that_of_a_need_that_was_unsaid() -> None:
    assert [state for state in NEED_STATES if moved_need(state, "keep") != "open"] == ["undone"]
    assert moved_need("filled", "expire") is None


def test_the_author_is_asked_once_before_a_need_ends_by_itself(
    session: Session, clock: MovingClock, marc: Person
) -> None:
    make_need(session, marc)
    clock.advance(days=45)
    assert needs.remind_of_needs(session, clock.now(), 14) == 0
    clock.advance(days=1)
    assert [needs.remind_of_needs(session, clock.now(), 14) for _ in range(2)] == [1, 0]
    assert hear(session, clock.now()) == [("need_ends_soon", marc.email)]
    assert session.scalars(select(Mail.values["until"])).one() == f"{START + timedelta(days=60):%Y-%m-%d}"
    assert needs.expire_needs(session, clock.now()) == 0
    assert needs.expire_needs(session, clock.advance(days=14)) == 1
    assert [need.state for need in stated(session)] == ["expired"]


def test_colleagues_are_asked_when_who_stated_a_need_has_left(
    session: Session, marc: Person, now: datetime
) -> None:
    need = make_need(session, marc)
    company = session.get_one(Organisation, company_of(session, marc))
    colleague = make_recruiter(session, company)
    marc.suspended_at = now
    session.flush()
    for listener in LISTENERS["need.ends_soon"]:
        listener(session, need.id, now)
    assert [letter.recipient for letter in session.scalars(select(Mail))] == [colleague.email]


def test_a_year_of_months_is_offered() -> None:
    months = months_ahead(date(2026, 11, 23))
    assert (months[0], months[2], months[-1]) == (date(2026, 11, 1), date(2027, 1, 1), date(2027, 10, 1))


def test_what_is_proposed_counts_only_who_may_be_seen(session: Session, profile: Profile) -> None:
    need = make_need(session)
    make_need_proposal(session, need, profile)
    make_need_proposal(session, need, make_profile(session), declined_at=START)
    make_need_proposal(session, need, make_profile(session, published=False, state="paused"))
    blocked = make_filled_profile(session, make_resident(session, name="Nora"))
    make_need_proposal(session, need, blocked)
    blocks.block(session, blocked.person_id, need.company_id, START)
    assert needs.proposed_counts(session, (need.id,)) == {need.id: 1}
