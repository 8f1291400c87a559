"""A recruiter is erased: what goes on is their company's, and nothing of them stays in it."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import tables
from app.accompaniment.models import Task
from app.contacts import colleagues, erasing, following, queries, service
from app.contacts.following import Word
from app.contacts.models import Contact
from app.mail.models import Mail
from app.people.models import Person
from app.rights.service import erase_person
from app.settings import Settings
from tests.conftest import START, SignIn
from tests.contacts.conftest import announced, heard, letters
from tests.contacts.parties import Parties, make_parties, who_is
from tests.factories import make_contact, make_recruiter

SAID = "phrase-que-personne-ne-dit"


@pytest.fixture
def met(session: Session) -> Parties:
    return make_parties(session, email="aicha@courrier.test")


@pytest.fixture
def colleague(session: Session, met: Parties) -> Person:
    return make_recruiter(session, met.company, name="Léa")


@pytest.fixture
def accepted(session: Session, met: Parties) -> Contact:
    """Make a proposal to which the resident said yes."""
    contact = make_contact(session, met.profile, met.recruiter, message=SAID)
    return service.accept(session, met.resident.id, contact.id, START)


def erase(session: Session, met: Parties) -> None:
    """Erase the recruiter, and let everybody hear of it."""
    erase_person(session, met.recruiter.id, START)
    session.flush()
    if "member.left" in announced(session):
        heard(session, "member.left", met.recruiter.id)


def test_the_colleagues_of_who_is_erased_are_told_and_one_goes_on(
    session: Session, sign_in: SignIn, met: Parties, colleague: Person, accepted: Contact
) -> None:
    gone = met.recruiter.id
    erase(session, met)
    assert letters(session) == [(colleague.email, "exchanges_left")]
    assert session.scalars(select(Mail.values["colleague"])).one() == ""
    browser = sign_in(colleague)
    assert "Conversations d’un collègue qui a effacé son compte" in browser.get("/messages").text
    browser.post(f"/messages/collegues/{gone}/reprendre")
    session.refresh(accepted)
    assert (accepted.recruiter_id, accepted.written_by, accepted.state) == (colleague.id, None, "accepted")
    page = browser.get(f"/messages/{accepted.id}").text
    assert "Ces mots sont partis avec le compte de la personne qui les a écrits" in page


def test_a_resident_reads_the_company_s_name_where_the_erased_one_s_stood(
    session: Session, sign_in: SignIn, met: Parties, colleague: Person, accepted: Contact
) -> None:
    assert (
        f"{met.recruiter.given_name} t’écrit"
        in sign_in(met.resident).get(f"/moi/messages/{accepted.id}").text
    )
    erase(session, met)
    page = sign_in(met.resident).get(f"/moi/messages/{accepted.id}").text
    assert f"{met.company.name} t’écrit" in page
    assert colleague.given_name not in page


def test_where_nobody_is_left_the_resident_is_told_that_nobody_answers_any_more(
    session: Session, met: Parties, accepted: Contact
) -> None:
    erase(session, met)
    session.refresh(accepted)
    assert (accepted.state, accepted.forsaken_at) == ("closed", START)
    heard(session, "contact.forsaken", accepted.id)
    assert letters(session) == [("aicha@courrier.test", "company_gone")]
    assert session.scalars(select(Task.kind)).all() == ["company_gone"]


def test_no_word_of_an_erased_recruiter_is_left_in_what_goes_on(
    session: Session, met: Parties, colleague: Person, accepted: Contact
) -> None:
    met.recruiter.given_name = met.recruiter.family_name = SAID
    who = who_is(session, met.recruiter)
    following.answer(session, who, accepted.id, Word("reply", SAID), START)
    over = make_contact(session, make_parties(session).profile, met.recruiter, message=SAID, ended_at=START)
    erase(session, met)
    session.expire_all()
    assert letters(session) == [(colleague.email, "exchanges_left")]
    names = [table.name for table in tables.metadata.sorted_tables]
    for name in names:
        rows = text(f"select count(*) from {name} as kept where kept::text ilike :word")  # noqa: S608 - our own names
        assert session.execute(rows, {"word": f"%{SAID}%"}).scalar_one() == 0, name
    assert session.get(Contact, over.id) is None
    assert session.get_one(Contact, accepted.id).company_word == "reply"


def test_a_colleague_s_word_outlives_who_wrote_first(
    session: Session, met: Parties, colleague: Person, accepted: Contact
) -> None:
    heard(session, "contact.accepted", accepted.id)
    accepted.recruiter_id, accepted.written_by = colleague.id, met.recruiter.id
    accepted.taken_over_at = START
    session.flush()
    word = Word("reply", "Venez lundi à 9 h.")
    following.answer(session, who_is(session, colleague), accepted.id, word, START)
    erasing.erase_person(session, met.recruiter.id, START)
    session.refresh(accepted)
    assert (accepted.message, accepted.company_message) == ("", "Venez lundi à 9 h.")


def test_what_was_taken_over_from_who_is_erased_counts_for_no_colleague_s_day(
    session: Session, met: Parties, colleague: Person, accepted: Contact, settings: Settings
) -> None:
    gone = met.recruiter.id
    erase(session, met)
    who = who_is(session, colleague)
    assert colleagues.take_over(session, who, gone, START) == 1
    assert queries.left_for(session, who, START, settings) == settings.contacts_per_day
    assert accepted.message == ""
