"""Whoever is proposed for a need reads it on their own page; whom no letter reaches, the adviser tells."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail
from app.accompaniment import out_of_reach
from app.accompaniment.models import Task
from app.directory import needs, proposals
from app.directory.models import NeedProposal
from app.mail.models import Unreachable
from app.paris import PARIS
from app.people.models import Organisation, Person
from app.profiles import service as profiles
from app.profiles.models import Profile
from tests.conftest import START, SignIn
from tests.factories import (
    make_adviser,
    make_need,
    make_need_proposal,
    make_profile,
    make_resident,
    make_structure,
)
from tests.reading import words_of
from workers.announcements import LISTENERS


@pytest.fixture
def structure(session: Session) -> Organisation:
    return make_structure(session)


@pytest.fixture
def profile(session: Session, structure: Organisation) -> Profile:
    return make_profile(session, make_resident(session, structure, email=None))


@pytest.fixture
def proposal(session: Session, profile: Profile) -> NeedProposal:
    return make_need_proposal(session, make_need(session), profile)


def heard(session: Session, kind: str, about: object) -> None:
    """Tell every listener a piece of news, as the worker does."""
    for listener in LISTENERS[kind]:
        listener(session, about, START)  # type: ignore[arg-type]  # an id


def to_do(session: Session) -> list[tuple[str, object]]:
    """Return what is to be done, of which kind and when."""
    return [(task.kind, task.due_on) for task in session.scalars(select(Task).where(Task.done_at.is_(None)))]


@pytest.mark.parametrize("fault", ["no mailbox", "refused", "nothing"])
def test_who_cannot_be_written_to_is_told_by_the_adviser_the_same_day(
    session: Session, profile: Profile, proposal: NeedProposal, fault: str
) -> None:
    resident = session.get_one(Person, profile.person_id)
    if fault != "no mailbox":
        resident.email = "aicha@courrier.test"
    if fault == "refused":
        session.add(Unreachable(person_id=resident.id, address="aicha@courrier.test", refused_at=START))
    session.flush()
    for _ in range(2):
        heard(session, "need.proposed", proposal.id)
    today = START.astimezone(PARIS).date()
    assert to_do(session) == ([] if fault == "nothing" else [("proposed", today)])


def test_the_adviser_reads_whom_to_tell_and_of_which_company(
    session: Session, sign_in: SignIn, structure: Organisation, profile: Profile, proposal: NeedProposal
) -> None:
    adviser = make_adviser(session, structure)
    heard(session, "need.proposed", proposal.id)
    session.commit()
    page = words_of(sign_in(adviser).get("/accompagnement/taches").text)
    assert session.get_one(Person, profile.person_id).given_name in page
    assert "ni e-mail ni SMS ne lui parvient · Boulangerie Roux" in page


def test_a_letter_that_does_not_leave_is_seen_by_the_sweep_once(
    session: Session, profile: Profile, proposal: NeedProposal
) -> None:
    resident = session.get_one(Person, profile.person_id)
    resident.email = "aicha@courrier.test"
    heard(session, "need.proposed", proposal.id)
    assert to_do(session) == []
    assert not mail.is_stuck(session, resident.id, START)
    later = START + timedelta(hours=2)
    assert [out_of_reach.sweep(session, later) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize("verb", ["agree", "decline"])
def test_an_answer_settles_the_telling(
    session: Session, profile: Profile, proposal: NeedProposal, verb: str
) -> None:
    heard(session, "need.proposed", proposal.id)
    getattr(proposals, verb)(session, profile.person_id, proposal.id, START)
    heard(session, "need.agreed" if verb == "agree" else "need.declined", proposal.id)
    assert to_do(session) == []


@pytest.mark.parametrize("end", ["need", "pause"])
def test_nothing_is_to_be_told_of_what_is_over(
    session: Session, profile: Profile, proposal: NeedProposal, end: str
) -> None:
    heard(session, "need.proposed", proposal.id)
    assert out_of_reach.sweep(session, START) == 0
    assert len(to_do(session)) == 1
    if end == "need":
        needs.expire_needs(session, START + timedelta(days=60))
    else:
        profiles.pause(session, profile)
    out_of_reach.sweep(session, START)
    assert to_do(session) == []


@pytest.mark.parametrize(("verb", "said"), [("accepter", "Tu as dit oui"), ("refuser", "Tu as dit non")])
def test_a_standing_proposal_is_answered_in_one_tap_from_one_s_own_page(
    session: Session, sign_in: SignIn, profile: Profile, proposal: NeedProposal, verb: str, said: str
) -> None:
    session.commit()
    browser = sign_in(session.get_one(Person, profile.person_id))
    page = browser.get("/moi").text
    assert "Boulangerie Roux" in page
    assert f'action="/moi/propositions/{proposal.id}/{verb}"' in page
    answer = browser.post(f"/moi/propositions/{proposal.id}/{verb}", data={"back": "/moi"})
    assert answer.headers["location"] == "/moi"
    assert "Boulangerie Roux" not in browser.get("/moi").text
    own = words_of(browser.get("/moi/propositions").text)
    assert "Boulangerie Roux" in own
    assert said in own
