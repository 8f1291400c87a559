"""Answers to needs: advisers of the territory propose, residents are told and may say no, companies see."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.directory import proposals
from app.directory.models import NeedProposal
from app.directory.needs import exported_needs
from app.directory.rules import Brief
from app.mail.models import Mail
from app.people import blocks, organisations
from app.people.models import Organisation, Person
from app.people.rules import Belonging, Who
from app.profiles import service as profiles
from app.profiles.models import Profile
from tests.conftest import SignIn
from tests.contacts.parties import who_is
from tests.directory.conftest import SALES
from tests.directory.rows import hear, news
from tests.factories import (
    company_of,
    give_consent,
    make_admin,
    make_adviser,
    make_company,
    make_filled_profile,
    make_need,
    make_need_proposal,
    make_profile,
    make_recruiter,
    make_resident,
    make_structure,
)
from tests.reading import words_of
from workers.announcements import LISTENERS

FORM = {"job": "Vente en alimentation", "department": "13", "posts": "2", "word": "On apprend sur place."}
BRIEF = Brief(job_code=SALES[0], department="13")


def operator(session: Session) -> Who:
    """Return an operator as a request knows them."""
    omar = make_admin(session)
    return Who(omar.id, omar.id, omar.given_name, (Belonging("admin", None, "", ""),))


# Reading and answering


def test_an_adviser_reads_the_open_needs_of_the_department_alone(
    session: Session, sign_in: SignIn, adviser: Person
) -> None:
    near = make_need(session, make_recruiter(session, make_company(session, "pending", "Atelier Neuf")))
    hidden = [
        make_need(session, state="filled"),
        make_need(session, department="59"),
        make_need(session, make_recruiter(session, make_company(session, "suspended"))),
    ]
    session.commit()
    browser = sign_in(adviser)
    page = browser.get("/accompagnement/besoins").text
    assert re.findall(r"/accompagnement/besoins/([0-9a-f-]{36})", page) == [str(near.id)]
    assert "en cours de vérification" in words_of(page)
    assert browser.get(f"/accompagnement/besoins/{near.id}").status_code == 200
    for need in hidden:
        assert browser.get(f"/accompagnement/besoins/{need.id}").status_code == 404


def test_the_caseload_counts_the_needs_around(session: Session, sign_in: SignIn, adviser: Person) -> None:
    browser = sign_in(adviser)
    assert "besoin" not in browser.get("/accompagnement").text
    for _ in range(2):
        make_need(session)
    session.commit()
    assert "2 besoins d’entreprises ouverts" in words_of(browser.get("/accompagnement").text)


def test_those_who_seek_the_job_are_proposed_first(
    session: Session, sign_in: SignIn, adviser: Person, structure: Organisation
) -> None:
    need = make_need(session)
    make_profile(session, make_resident(session, structure, name="Amel"))
    zoe = make_resident(session, structure, name="Zoé")
    seeks = make_filled_profile(session, zoe)
    give_consent(session, zoe, "text")
    seeks.state, seeks.presentation = "published", "text"
    session.commit()
    page = sign_in(adviser).get(f"/accompagnement/besoins/{need.id}").text
    assert re.findall(r'choice__label">([^<]+)<', page) == ["Zoé B.", "Amel B."]


def test_residents_who_are_proposed_are_told_and_the_company_too(
    session: Session, sign_in: SignIn, adviser: Person, profile: Profile, marc: Person, now: datetime
) -> None:
    need = make_need(session, marc)
    session.commit()
    form = {"profiles": [str(profile.id)], "word": "Très à l’aise avec les clients."}
    answer = sign_in(adviser).post(f"/accompagnement/besoins/{need.id}", data=form)
    assert answer.status_code == 303
    [proposal] = session.scalars(select(NeedProposal)).all()
    assert (proposal.profile_id, proposal.adviser_id) == (profile.id, adviser.id)
    assert proposal.structure_id == profile.structure_id
    resident = session.get_one(Person, profile.person_id)
    assert hear(session, now) == [("need_proposed", resident.email), ("need_answered", marc.email)]


def test_proposing_twice_tells_once(
    session: Session, sign_in: SignIn, adviser: Person, profile: Profile
) -> None:
    need = make_need(session)
    session.commit()
    browser = sign_in(adviser)
    for _ in range(2):
        browser.post(f"/accompagnement/besoins/{need.id}", data={"profiles": [str(profile.id)]})
    assert [kind for kind, _ in news(session)] == ["need.proposed", "need.answered"]


def test_an_adviser_proposes_nobody_of_another_structure_nor_who_is_not_online(
    session: Session, sign_in: SignIn, adviser: Person, structure: Organisation
) -> None:
    need = make_need(session)
    others = [
        make_profile(session),
        make_profile(session, make_resident(session, structure), published=False),
    ]
    session.commit()
    form = {"profiles": [str(other.id) for other in others]}
    sign_in(adviser).post(f"/accompagnement/besoins/{need.id}", data=form)
    assert session.scalars(select(NeedProposal)).all() == []


def test_proposing_nobody_is_said_and_keeps_the_word(
    session: Session, sign_in: SignIn, adviser: Person, profile: Profile
) -> None:
    need = make_need(session)
    session.commit()
    answer = sign_in(adviser).post(f"/accompagnement/besoins/{need.id}", data={"word": "Un mot à garder."})
    assert (answer.status_code, "Un mot à garder." in answer.text) == (422, True)
    assert profile.shown_name in answer.text


def test_the_company_opens_who_is_proposed(
    session: Session, recruiter: TestClient, marc: Person, profile: Profile
) -> None:
    need = make_need(session, marc)
    make_need_proposal(session, need, profile, word="Très ponctuelle.")
    session.commit()
    assert "1 profil proposé" in words_of(recruiter.get("/besoins").text)
    page = recruiter.get(f"/besoins/{need.id}").text
    assert f'href="/candidats/{profile.slug}"' in page
    assert "Très ponctuelle." in page


def test_a_colleague_sees_the_needs_of_the_company_and_others_do_not(
    session: Session, sign_in: SignIn, marc: Person, profile: Profile
) -> None:
    need = make_need(session, marc)
    make_need_proposal(session, need, profile)
    company = session.get_one(Organisation, company_of(session, marc))
    colleague, other = make_recruiter(session, company), make_recruiter(session)
    session.commit()
    assert profile.headline in sign_in(colleague).get(f"/besoins/{need.id}").text
    stranger = sign_in(other)
    assert stranger.get(f"/besoins/{need.id}").status_code == 404
    assert stranger.post(f"/besoins/{need.id}", data={"move": "close"}).status_code == 404
    assert str(need.id) not in stranger.get("/besoins").text


def test_proposals_wait_until_the_company_is_verified(
    session: Session, sign_in: SignIn, profile: Profile, now: datetime
) -> None:
    company = make_company(session, "pending")
    neuf = make_recruiter(session, company)
    need = make_need(session, neuf)
    make_need_proposal(session, need, profile)
    session.commit()
    page = sign_in(neuf).get(f"/besoins/{need.id}").text
    assert "1 profil vous attend" in words_of(page)
    assert profile.headline not in page
    for listener in LISTENERS["need.answered"]:
        listener(session, need.id, now)
    assert session.scalars(select(Mail)).all() == []
    company.state = "verified"
    session.commit()
    assert profile.headline in sign_in(neuf).get(f"/besoins/{need.id}").text


def test_who_withdrew_is_proposed_to_nobody_any_more(
    session: Session, recruiter: TestClient, marc: Person, profile: Profile, now: datetime
) -> None:
    need = make_need(session, marc)
    make_need_proposal(session, need, profile)
    profiles.withdraw(session, profile, now)
    session.commit()
    assert profile.slug not in recruiter.get(f"/besoins/{need.id}").text
    assert "proposé" not in words_of(recruiter.get("/besoins").text).replace("proposent", "")


# Saying no


def test_a_resident_sees_where_they_are_proposed_and_says_no(
    session: Session, sign_in: SignIn, recruiter: TestClient, marc: Person, profile: Profile
) -> None:
    need = make_need(session, marc)
    proposal = make_need_proposal(session, need, profile)
    session.commit()
    browser = sign_in(session.get_one(Person, profile.person_id))
    assert "Boulangerie Roux" in browser.get("/moi/propositions").text
    browser.post(f"/moi/propositions/{proposal.id}/refuser")
    assert "Tu as dit non" in browser.get("/moi/propositions").text
    assert "Non merci" not in browser.get("/moi/propositions").text
    assert profile.slug not in recruiter.get(f"/besoins/{need.id}").text
    assert browser.post(f"/moi/propositions/{proposal.id}/refuser").status_code == 404


@pytest.mark.parametrize("agreed", [True, False])
def test_a_no_is_taken_back_with_what_was_said_before_it(
    *, session: Session, sign_in: SignIn, recruiter: TestClient, marc: Person, profile: Profile, agreed: bool
) -> None:
    need = make_need(session, marc)
    proposal = make_need_proposal(session, need, profile)
    session.commit()
    browser = sign_in(session.get_one(Person, profile.person_id))
    if agreed:
        browser.post(f"/moi/propositions/{proposal.id}/accepter")
    browser.post(f"/moi/propositions/{proposal.id}/refuser")
    assert f"/moi/propositions/{proposal.id}/reprendre" in browser.get("/moi/propositions").text
    for _ in range(2):
        assert browser.post(f"/moi/propositions/{proposal.id}/reprendre").status_code == 303
    page = recruiter.get(f"/besoins/{need.id}").text
    assert profile.slug in page
    assert ("Ça l’intéresse" in words_of(page)) == agreed
    assert "Tu as dit non" not in browser.get("/moi/propositions").text


@pytest.mark.parametrize("ended", [{"state": "filled"}, {"company": "suspended"}])
def test_a_no_to_a_need_that_is_over_stays(
    session: Session, sign_in: SignIn, marc: Person, profile: Profile, now: datetime, ended: dict[str, str]
) -> None:
    need = make_need(session, marc, state=ended.get("state", "open"))
    session.get_one(Organisation, need.company_id).state = ended.get("company", "verified")
    proposal = make_need_proposal(session, need, profile, declined_at=now)
    session.commit()
    browser = sign_in(session.get_one(Person, profile.person_id))
    assert "Tu as dit non" not in browser.get("/moi/propositions").text
    assert browser.post(f"/moi/propositions/{proposal.id}/reprendre").status_code == 404
    assert proposal.declined_at == now


@pytest.mark.parametrize("verb", ["accepter", "refuser", "reprendre"])
def test_nobody_answers_for_another(session: Session, sign_in: SignIn, profile: Profile, verb: str) -> None:
    proposal = make_need_proposal(session, make_need(session), profile)
    stranger = make_resident(session)
    session.commit()
    assert sign_in(stranger).post(f"/moi/propositions/{proposal.id}/{verb}").status_code == 404
    assert (proposal.agreed_at, proposal.declined_at) == (None, None)


def test_the_company_and_the_adviser_read_a_yes_which_may_still_become_a_no(
    session: Session,
    sign_in: SignIn,
    recruiter: TestClient,
    marc: Person,
    adviser: Person,
    profile: Profile,
) -> None:
    need = make_need(session, marc)
    proposal = make_need_proposal(session, need, profile)
    session.commit()
    browser = sign_in(session.get_one(Person, profile.person_id))
    pages = [(recruiter, f"/besoins/{need.id}"), (sign_in(adviser), f"/accompagnement/besoins/{need.id}")]
    assert ["Ça l’intéresse" in words_of(one.get(path).text) for one, path in pages] == [False, False]
    for _ in range(2):
        assert browser.post(f"/moi/propositions/{proposal.id}/accepter").status_code == 303
    assert ["Ça l’intéresse" in words_of(one.get(path).text) for one, path in pages] == [True, True]
    browser.post(f"/moi/propositions/{proposal.id}/refuser")
    assert profile.slug not in recruiter.get(f"/besoins/{need.id}").text
    assert browser.post(f"/moi/propositions/{proposal.id}/accepter").status_code == 404


def test_the_company_is_written_to_once_when_somebody_says_yes(
    session: Session, sign_in: SignIn, marc: Person, profile: Profile, now: datetime
) -> None:
    make_recruiter(session, session.get_one(Organisation, company_of(session, marc)))
    proposal = make_need_proposal(session, make_need(session, marc), profile)
    session.commit()
    browser = sign_in(session.get_one(Person, profile.person_id))
    for _ in range(2):
        browser.post(f"/moi/propositions/{proposal.id}/accepter")
    assert news(session) == [("need.agreed", str(proposal.id))]
    assert hear(session, now) == [("need_agreed", marc.email)]
    assert hear(session, now) == [("need_agreed", marc.email)]
    [letter] = session.scalars(select(Mail))
    assert letter.values["path"] == f"/candidats/{profile.slug}#ecrire"


def test_a_yes_during_a_break_is_told_when_it_ends(
    session: Session, marc: Person, profile: Profile, now: datetime
) -> None:
    profile.state = "paused"
    proposal = make_need_proposal(session, make_need(session, marc), profile, agreed_at=now)
    for listener in LISTENERS["need.agreed"]:
        listener(session, proposal.id, now)
    assert session.scalars(select(Mail)).all() == []
    profile.state = "published"
    for listener in LISTENERS["profile.resumed"]:
        listener(session, profile.id, now)
    assert [letter.template for letter in session.scalars(select(Mail))] == ["need_agreed"]


@pytest.mark.parametrize("why", ["pending", "blocked", "declined"])
def test_a_company_that_does_not_see_who_said_yes_is_not_written_to(
    session: Session, profile: Profile, now: datetime, why: str
) -> None:
    recruiter = make_recruiter(session, make_company(session, "pending" if why == "pending" else "verified"))
    need = make_need(session, recruiter)
    declined_at = now if why == "declined" else None
    proposal = make_need_proposal(session, need, profile, agreed_at=now, declined_at=declined_at)
    if why == "blocked":
        blocks.block(session, profile.person_id, need.company_id, now)
    for listener in LISTENERS["need.agreed"]:
        listener(session, proposal.id, now)
    assert session.scalars(select(Mail)).all() == []


def test_nobody_says_yes_to_a_need_that_was_ended(
    session: Session, sign_in: SignIn, profile: Profile
) -> None:
    proposal = make_need_proposal(session, make_need(session, state="filled"), profile)
    session.commit()
    browser = sign_in(session.get_one(Person, profile.person_id))
    assert browser.post(f"/moi/propositions/{proposal.id}/accepter").status_code == 404


@pytest.mark.parametrize(("proposed", "letters"), [(True, 1), (False, 0)])
def test_a_company_that_is_verified_hears_at_once_of_who_was_proposed_meanwhile(
    *, session: Session, profile: Profile, now: datetime, proposed: bool, letters: int
) -> None:
    company = make_company(session, "pending")
    neuf = make_recruiter(session, company)
    need = make_need(session, neuf)
    if proposed:
        make_need_proposal(session, need, profile)
    organisations.verify(session, operator(session), company.id, "visit", now)
    told = [letter for letter in hear(session, now) if letter[0] == "need_answered"]
    assert told == [("need_answered", neuf.email)] * letters


def test_an_adviser_takes_a_proposal_back_which_the_company_sees_no_more(
    session: Session, sign_in: SignIn, recruiter: TestClient, marc: Person, adviser: Person, profile: Profile
) -> None:
    need = make_need(session, marc)
    proposal = make_need_proposal(session, need, profile)
    stranger = make_adviser(session, make_structure(session, "Mission locale de Lille"))
    session.commit()
    path = f"/accompagnement/besoins/{need.id}/propositions/{proposal.id}/retirer"
    assert sign_in(stranger).post(path).status_code == 404
    assert profile.slug in recruiter.get(f"/besoins/{need.id}").text
    assert sign_in(adviser).post(path).status_code == 303
    assert profile.slug not in recruiter.get(f"/besoins/{need.id}").text
    assert news(session) == [("need.declined", str(proposal.id))]
    assert sign_in(adviser).post(path).status_code == 404


def test_what_an_adviser_takes_back_is_no_word_of_the_resident_and_may_be_proposed_again(
    session: Session, marc: Person, adviser: Person, profile: Profile, now: datetime
) -> None:
    need = make_need(session, marc)
    proposal = make_need_proposal(session, need, profile)
    who = who_is(session, adviser)
    proposals.take_back(session, who, need.id, proposal.id)
    assert exported_needs(session, profile.person_id)["proposals"] == []
    assert proposals.propose(session, who, need.id, [profile.id], "", now) == 1


def test_a_no_that_came_first_is_told_to_nobody(session: Session, profile: Profile, now: datetime) -> None:
    proposal = make_need_proposal(session, make_need(session), profile, declined_at=now)
    for listener in LISTENERS["need.proposed"]:
        listener(session, proposal.id, now)
    assert session.scalars(select(Mail)).all() == []
