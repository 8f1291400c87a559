"""A need in one click, from results or while the company waits, and unsaid when it was a slip."""

import re
from datetime import datetime

from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.directory.rules import NEEDS_A_DAY_MAX
from app.people.models import Person
from app.profiles import indexing
from app.profiles.models import Profile
from tests.conftest import MovingClock, SignIn
from tests.directory.conftest import make_found
from tests.directory.rows import hear, stated
from tests.factories import make_company, make_job, make_need, make_need_proposal, make_recruiter


def test_results_become_a_need_in_one_click_and_the_page_says_so(
    session: Session, recruiter: TestClient, adviser: Person, now: datetime
) -> None:
    make_found(session, "Vendeuse en boulangerie")
    asked = "metier=D1106&contrat=cdd&departement=13&tri=recents"
    page = recruiter.get(f"/candidats?{asked}").text
    assert f'name="asked" value="{asked.replace("&", "&amp;")}"' in page
    answer = recruiter.post("/besoins/recherche", data={"asked": asked})
    [need] = stated(session)
    assert answer.headers["location"] == f"/candidats?{asked}&besoin={need.id}"
    assert (need.job_code, need.contract, need.department) == ("D1106", "cdd", "13")
    assert "les conseillers du département le reçoivent" in recruiter.get(answer.headers["location"]).text
    assert hear(session, now) == [("need_published", adviser.email)]


def test_results_that_name_no_job_lead_to_the_form_with_what_they_say(
    session: Session, recruiter: TestClient
) -> None:
    answer = recruiter.post("/besoins/recherche", data={"asked": "mots=licornes&contrat=cdd&departement=59"})
    assert answer.headers["location"] == "/besoins/nouveau?mots=licornes&contrat=cdd&departement=59"
    form = recruiter.get(answer.headers["location"]).text
    assert re.findall(r'<option value="(\w+)"[^>]*\bselected', form) == ["cdd", "59"]
    assert 'value="licornes"' in form
    assert stated(session) == []


def test_a_company_that_waits_states_a_need_in_one_click_from_the_counts(
    session: Session, sign_in: SignIn
) -> None:
    for number in range(5):
        make_found(session, f"Vendeuse {number}")
    indexing.teach(session)
    browser = sign_in(make_recruiter(session, make_company(session, "pending")))
    session.commit()
    assert 'name="asked" value="metier=D1106"' in browser.get("/candidats").text
    answer = browser.post("/besoins/recherche", data={"asked": "metier=D1106"})
    assert [need.job_code for need in stated(session)] == ["D1106"]
    assert "Annuler" in browser.get(answer.headers["location"]).text


def test_a_need_that_was_a_slip_is_unsaid_on_the_page_it_was_stated_from(
    session: Session, recruiter: TestClient, now: datetime
) -> None:
    make_job(session)
    session.commit()
    recruiter.post("/besoins/recherche", data={"asked": "metier=D1106"})
    [need] = stated(session)
    answer = recruiter.post(f"/besoins/{need.id}", data={"move": "undo", "back": "/candidats?metier=D1106"})
    assert answer.headers["location"] == "/candidats?metier=D1106"
    [undone] = stated(session)
    assert (undone.state, undone.ended_at) == ("undone", now)
    assert f"/besoins/{need.id}" not in recruiter.get("/besoins").text
    assert recruiter.get(f"/besoins/{need.id}").status_code == 404


def test_a_need_that_was_answered_or_is_old_can_be_closed_but_not_unsaid(
    session: Session, recruiter: TestClient, marc: Person, clock: MovingClock, profile: Profile
) -> None:
    answered, old = make_need(session, marc), make_need(session, marc, posts=2)
    make_need_proposal(session, answered, profile)
    session.commit()
    refused = recruiter.post(f"/besoins/{answered.id}", data={"move": "undo"})
    clock.advance(hours=1)
    refused_too = recruiter.post(f"/besoins/{old.id}", data={"move": "undo"})
    assert [refused.status_code, refused_too.status_code] == [409, 409]
    assert {need.state for need in stated(session)} == {"open"}


def test_needs_that_are_unsaid_count_for_the_day(
    session: Session, recruiter: TestClient, marc: Person
) -> None:
    make_job(session)
    for number in range(NEEDS_A_DAY_MAX):
        make_need(session, marc, posts=number + 3, state="undone")
    session.commit()
    answer = recruiter.post("/besoins/recherche", data={"asked": "metier=D1106"})
    assert answer.status_code == 409
