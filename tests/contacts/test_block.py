"""Blocking: for a blocked company the person does not exist, anywhere, and it is undone by one button."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contacts import following, queries, rates, service
from app.contacts.models import Contact
from app.contacts.rules import Rate
from app.contacts.service import Proposal, send
from app.people import blocks
from app.profiles.documents import document_of
from app.profiles.queries import profile_of
from app.profiles.service import ProfileNotFound
from app.search import service as search
from app.settings import Settings
from tests.conftest import START, MovingClock, SignIn
from tests.contacts.conftest import announced, stated
from tests.contacts.parties import Parties, make_parties, who_is
from tests.factories import make_company, make_contact, make_recruiter

PROPOSAL = Proposal("job", "Bonjour, venez nous voir à la boulangerie.")


@pytest.fixture
def met(session: Session) -> Parties:
    met = make_parties(session, phone="0612345678", email="aicha@courrier.test")
    profile = profile_of(session, met.resident.id)
    assert profile is not None
    search.index(session, document_of(session, profile))
    return met


def block(sign_in: SignIn, met: Parties) -> int:
    """Block the company as the resident does; return the status."""
    path = f"/moi/entreprises/{met.company.id}/bloquer"
    return sign_in(met.resident).post(path).status_code


def test_for_a_blocked_company_the_person_does_not_exist(
    session: Session, sign_in: SignIn, settings: Settings, met: Parties
) -> None:
    make_contact(session, met.profile, met.recruiter)
    browser, slug = sign_in(met.recruiter), met.profile.slug
    play = browser.post("/lectures", json={"profile": slug})
    beat = {"token": play.json()["token"], "spans": [[0, 1]]}
    beats = f"/lectures/{play.json()['id']}/battements"
    assert browser.post(beats, json=beat).status_code == 200
    assert slug in browser.get("/candidats").text
    assert block(sign_in, met) == 303
    assert slug not in browser.get("/candidats").text
    for path in ("", "/lecture", "/contact"):
        assert browser.get(f"/candidats/{slug}{path}").status_code == 404
    assert browser.post("/lectures", json={"profile": slug}).status_code == 404
    assert browser.post(beats, json=beat).status_code == 404
    assert browser.get(f"/signaler?profil={slug}").status_code == 404
    with pytest.raises(ProfileNotFound):
        send(session, who_is(session, met.recruiter), met.profile, PROPOSAL, START, settings)


def test_a_colleague_is_blocked_too_and_another_company_is_not(
    session: Session, sign_in: SignIn, met: Parties
) -> None:
    make_contact(session, met.profile, met.recruiter)
    block(sign_in, met)
    colleague = make_recruiter(session, met.company)
    stranger = make_recruiter(session, make_company(session, name="Atelier Blanc"))
    path = f"/candidats/{met.profile.slug}"
    assert [sign_in(person).get(path).status_code for person in (colleague, stranger)] == [404, 200]


def test_blocking_declines_what_waits_and_shuts_what_was_open(
    session: Session, sign_in: SignIn, met: Parties
) -> None:
    waiting = make_contact(session, met.profile, met.recruiter)
    accepted = make_contact(session, met.profile, make_recruiter(session, met.company), state="accepted")
    recruiter = session.get_one(type(met.recruiter), accepted.recruiter_id)
    assert "0612345678" in sign_in(recruiter).get(f"/messages/{accepted.id}").text
    block(sign_in, met)
    session.refresh(waiting)
    assert (waiting.state, waiting.decline_reason) == ("declined", "not_interested")
    page = sign_in(recruiter).get(f"/messages/{accepted.id}").text
    assert not [word for word in ("0612345678", "aicha@courrier.test", "bloqu") if word in page]


def test_details_that_stand_in_a_closed_exchange_are_shut_too(
    session: Session, sign_in: SignIn, met: Parties
) -> None:
    closed = make_contact(session, met.profile, met.recruiter, state="closed", ended_at=START)
    path = f"/messages/{closed.id}"
    assert "0612345678" in sign_in(met.recruiter).get(path).text
    block(sign_in, met)
    assert "0612345678" not in sign_in(met.recruiter).get(path).text


def test_a_search_of_a_blocked_company_does_not_count_the_person(
    session: Session, sign_in: SignIn, met: Parties
) -> None:
    make_contact(session, met.profile, met.recruiter, state="declined")
    assert "1 profil" in sign_in(met.recruiter).get("/candidats").text
    block(sign_in, met)
    assert "1 profil" not in sign_in(met.recruiter).get("/candidats").text


def test_the_list_undoes_it(session: Session, sign_in: SignIn, met: Parties) -> None:
    make_contact(session, met.profile, met.recruiter, state="declined")
    block(sign_in, met)
    browser = sign_in(met.resident)
    assert "Boulangerie Roux" in browser.get("/moi/entreprises-bloquees").text
    path = f"/moi/entreprises/{met.company.id}/debloquer"
    assert [browser.post(path).status_code for _ in range(2)] == [303, 404]
    assert sign_in(met.recruiter).get(f"/candidats/{met.profile.slug}").status_code == 200


def test_one_blocks_only_who_wrote_or_watched(session: Session, sign_in: SignIn, met: Parties) -> None:
    assert block(sign_in, met) == 404
    sign_in(met.recruiter).post("/lectures", json={"profile": met.profile.slug})
    assert block(sign_in, met) == 303
    assert [company.id for company, _ in blocks.companies(session, met.resident.id)] == [met.company.id]


@pytest.fixture
def accepted(session: Session, met: Parties) -> Contact:
    """Make a proposal to which the resident said yes."""
    contact = make_contact(session, met.profile, met.recruiter)
    return service.accept(session, met.resident.id, contact.id, START)


def test_a_recruiter_who_ends_an_exchange_after_a_yes_gives_the_word_that_is_owed(
    session: Session, sign_in: SignIn, met: Parties, accepted: Contact
) -> None:
    browser, word = sign_in(met.recruiter), "Nous avons choisi quelqu’un d’autre, bonne chance."
    assert 'name="goodbye"' in browser.get(f"/messages/{accepted.id}").text
    form = {"word": "not_retained", "goodbye": word}
    assert browser.post(f"/messages/{accepted.id}/arreter", data=form).status_code == 303
    session.refresh(accepted)
    assert (accepted.state, accepted.company_word, accepted.stopped_by) == (
        "closed",
        "not_retained",
        "recruiter",
    )
    assert stated(session)[-1][1] == {"kind": "internship", "word": "not_retained", "in_time": True}
    assert announced(session)[-1] == "contact.company_answered"
    assert word in sign_in(met.resident).get(f"/moi/messages/{accepted.id}").text
    assert rates.rate_of(session, met.company.id, START) == Rate(1, 1)


def test_a_recruiter_who_ends_it_without_a_word_counts_as_silent_at_once_and_may_still_speak(
    session: Session, sign_in: SignIn, met: Parties, accepted: Contact, clock: MovingClock
) -> None:
    browser = sign_in(met.recruiter)
    assert browser.post(f"/messages/{accepted.id}/arreter").status_code == 303
    session.refresh(accepted)
    assert (accepted.state, accepted.stopped_by) == ("company_silent", "recruiter")
    assert [kind for kind, _ in stated(session)] == ["contact.answered", "contact.company_silent"]
    assert rates.rate_of(session, met.company.id, START) == Rate(1, 0)
    assert [found.contact.id for found in queries.silent(session)] == [accepted.id]
    assert "sans te répondre" in sign_in(met.resident).get(f"/moi/messages/{accepted.id}").text
    page = browser.get(f"/messages/{accepted.id}").text
    assert "0612345678" not in page
    assert f'action="/messages/{accepted.id}/reponse"' in page
    clock.advance(minutes=1)
    browser.post(f"/messages/{accepted.id}/reponse", data={"word": "reply"})
    assert "t’a répondu" in sign_in(met.resident).get(f"/moi/messages/{accepted.id}").text
    assert rates.rate_of(session, met.company.id, clock.now()) == Rate(1, 0)


def test_a_late_word_may_end_an_exchange_too(
    session: Session, sign_in: SignIn, met: Parties, accepted: Contact, clock: MovingClock
) -> None:
    following.follow(session, clock.advance(days=11))
    session.commit()
    form = {"word": "not_retained", "goodbye": "Trop tard, pardon."}
    sign_in(met.recruiter).post(f"/messages/{accepted.id}/arreter", data=form)
    session.refresh(accepted)
    assert (accepted.state, accepted.company_word) == ("closed", "not_retained")


def test_a_recruiter_ends_an_exchange_and_nothing_more_is_asked_of_the_resident(
    session: Session, sign_in: SignIn, met: Parties
) -> None:
    contact = make_contact(session, met.profile, met.recruiter)
    browser = sign_in(met.recruiter)
    assert browser.post(f"/messages/{contact.id}/arreter").status_code == 303
    assert "0612345678" not in browser.get(f"/messages/{contact.id}").text
    resident = sign_in(met.resident)
    assert resident.post(f"/moi/messages/{contact.id}/accepter").status_code == 409
    assert "Cet échange est terminé" in resident.get(f"/moi/messages/{contact.id}").text
    assert browser.post(f"/messages/{contact.id}/arreter").status_code == 409


def test_nobody_else_ends_it(session: Session, sign_in: SignIn, met: Parties) -> None:
    contact = make_contact(session, met.profile, met.recruiter)
    colleague = make_recruiter(session, met.company)
    assert sign_in(colleague).post(f"/messages/{contact.id}/arreter").status_code == 404
    assert session.scalars(select(Contact.stopped_at)).one() is None
