"""How a company answers: words owed and given in time, shown once there are enough of them."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contacts import blocking, erasing, following, rates, service, statements
from app.contacts.models import Contact, WordTally
from app.contacts.rules import RATE_MINIMUM, Rate
from app.evidence import service as evidence
from app.people.models import Person
from app.people.queries import organisation
from app.profiles.models import Profile
from app.settings import Settings
from tests.conftest import START, MovingClock, SignIn
from tests.factories import company_of, make_adviser, make_company, make_contact, make_profile, make_recruiter


def yes(
    session: Session, recruiter: Person, *, answered: float | None = None, days_ago: float = 20
) -> Contact:
    """Make an accepted proposal of so long ago, answered after some days or not at all."""
    at = START - timedelta(days=days_ago)
    columns: dict[str, object] = {
        "answered_at": at,
        "settled_at": at,
        "company_due_at": at + timedelta(days=10),
    }
    if answered is None:
        return make_contact(session, None, recruiter, state="company_silent", **columns)
    columns |= {"company_answered_at": at + timedelta(days=answered), "company_word": "reply"}
    return make_contact(session, None, recruiter, state="answered", **columns)


def rate(session: Session, recruiter: Person, now: datetime = START) -> Rate:
    """Return the rate of a recruiter's company."""
    company_id = make_contact(session, None, recruiter).company_id
    return rates.rate_of(session, company_id, now)


def test_a_word_in_time_is_kept_a_late_one_and_none_are_not(session: Session, recruiter: Person) -> None:
    yes(session, recruiter, answered=9)
    yes(session, recruiter, answered=11)
    yes(session, recruiter)
    assert rate(session, recruiter) == Rate(owed=3, kept=1)


def test_what_is_not_due_yet_weighs_nothing_and_what_was_said_early_counts(
    session: Session, recruiter: Person
) -> None:
    yes(session, recruiter, days_ago=2)
    assert rate(session, recruiter) == Rate(0, 0)
    yes(session, recruiter, answered=1, days_ago=2)
    assert rate(session, recruiter) == Rate(1, 1)


def test_colleagues_share_a_rate_other_companies_have_theirs_and_a_year_is_enough(
    session: Session, recruiter: Person
) -> None:
    yes(session, recruiter, answered=1)
    yes(session, make_recruiter(session), answered=1)
    yes(session, recruiter, answered=1, days_ago=366)
    company_id = make_contact(session, None, recruiter).company_id
    company = organisation(session, company_id)
    yes(session, make_recruiter(session, company))
    assert rates.rate_of(session, company_id, START) == Rate(2, 1)


@pytest.mark.parametrize(("owed", "percent"), [(0, None), (RATE_MINIMUM - 1, None), (RATE_MINIMUM, 60)])
def test_a_rate_of_too_few_is_not_shown(owed: int, percent: int | None) -> None:
    assert Rate(owed, min(owed, 3)).percent == percent


def test_the_resident_reads_the_rate_on_the_message(
    session: Session, sign_in: SignIn, resident: Person, contact: Contact, recruiter: Person
) -> None:
    browser = sign_in(resident)
    path = f"/moi/messages/{contact.id}"
    assert "Encore trop peu de réponses" in browser.get(path).text
    for answered in (1, 1, 1, 12, None):
        yes(session, recruiter, answered=answered)
    session.commit()
    assert "A répondu à temps à 3 personnes sur 5" in browser.get(path).text


@pytest.mark.usefixtures("contact")
def test_advisers_read_which_companies_wrote_to_their_residents_and_how_they_answer(
    session: Session,
    sign_in: SignIn,
    profile: Profile,
    recruiter: Person,
    clock: MovingClock,
) -> None:
    assert profile.structure_id
    adviser = make_adviser(session, organisation(session, profile.structure_id))
    make_contact(session, None, make_recruiter(session, make_company(session, name="Ailleurs")))
    for answered in (1, 1, 1, 1, None):
        yes(session, recruiter, answered=answered)
    browser = sign_in(adviser)
    page = browser.get("/accompagnement/entreprises").text
    assert "Boulangerie Roux" in page
    assert "80\u00a0%" in page
    assert "Ailleurs" not in page
    clock.advance(days=366)
    assert "Aucune entreprise" in sign_in(adviser).get("/accompagnement/entreprises").text


def total(session: Session, recruiter: Person, now: datetime = START) -> Rate:
    """Return the rate of a recruiter's company, and write to nobody for it."""
    return rates.rate_of(session, company_of(session, recruiter), now)


def test_exchanges_that_are_deleted_still_weigh_for_a_year_and_no_longer(
    session: Session, recruiter: Person, settings: Settings, clock: MovingClock
) -> None:
    yes(session, recruiter, answered=1)
    yes(session, recruiter, answered=12)
    yes(session, recruiter)
    for days in (60, 130):
        now = clock.advance(days=days)
        following.close(session, settings, now)
        following.forget(session, settings, now)
    assert session.scalars(select(Contact)).all() == []
    assert total(session, recruiter, clock.now()) == Rate(owed=3, kept=1)
    later = clock.advance(days=220)
    assert total(session, recruiter, later) == Rate(0, 0)
    following.forget(session, settings, later)
    assert session.scalars(select(WordTally)).all() == []


@pytest.mark.parametrize("who", ["resident", "recruiter"])
def test_an_erased_person_leaves_the_word_that_was_kept_or_not(
    session: Session, recruiter: Person, who: str
) -> None:
    silent = yes(session, recruiter)
    session.flush()
    before = total(session, recruiter)
    erasing.erase_person(session, getattr(silent, f"{who}_id"), START)
    assert (total(session, recruiter), before) == (Rate(1, 0), Rate(1, 0))


def test_what_is_not_due_when_somebody_is_erased_is_never_counted(
    session: Session, recruiter: Person
) -> None:
    open_yet = yes(session, recruiter, days_ago=2)
    erasing.erase_person(session, open_yet.resident_id, START)
    assert total(session, recruiter, START + timedelta(days=30)) == Rate(0, 0)


def test_who_blocks_a_company_before_its_word_is_due_is_owed_none(
    session: Session, recruiter: Person, resident: Person, contact: Contact
) -> None:
    service.accept(session, resident.id, contact.id, START)
    blocking.block(session, resident.id, contact.company_id, START + timedelta(days=2))
    assert total(session, recruiter, START + timedelta(days=30)) == Rate(0, 0)


def test_a_company_whose_messages_are_gone_is_still_among_those_that_wrote(
    session: Session, profile: Profile, contact: Contact, clock: MovingClock
) -> None:
    other = make_profile(session, structure_id=profile.structure_id)
    recruiter = session.get_one(Person, contact.recruiter_id)
    assert profile.structure_id
    gone = [make_contact(session, other, recruiter), make_contact(session, profile)]
    for written in (contact, *gone):
        statements.count(session, "contact.sent", written, profile, START)
    for written in gone:
        session.delete(written)
    evidence.drain(session, START)
    found = rates.correspondents(session, (profile.structure_id,), clock.advance(days=300))
    assert {(one.company.id == contact.company_id, one.wrote_to) for one in found} == {(True, 2), (False, 1)}
    assert rates.correspondents(session, (profile.structure_id,), clock.advance(days=70)) == []
