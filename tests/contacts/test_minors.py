"""Under 18: the adviser reads first, personal details never open, and nothing tells the recruiter why."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accompaniment import tasks
from app.accompaniment.models import Task
from app.contacts import following
from app.contacts.models import Contact
from app.contacts.queries import of_resident, waiting_count
from tests.conftest import MovingClock, SignIn
from tests.contacts.conftest import letters
from tests.contacts.parties import Parties, make_parties

FORM = {"kind": "job", "message": "Bonjour, venez nous voir à la boulangerie.", "place": "Marseille"}
# Whatever could say that somebody is young, or that somebody else decides.
TELLS = re.compile(
    r"\b(mineure?s?|18 ans|quinze|âge|majeure?|parent|responsable légal|autorisation)\b", re.IGNORECASE
)


@pytest.fixture
def minor(session: Session) -> Parties:
    return make_parties(session, age=16, email="aicha@courrier.test", phone="0612345678")


def write(session: Session, sign_in: SignIn, met: Parties) -> Contact:
    """Send a proposal as the recruiter does."""
    answer = sign_in(met.recruiter).post(f"/candidats/{met.profile.slug}/contact", data=FORM)
    assert answer.status_code == 303
    return session.scalars(select(Contact).filter_by(profile_id=met.profile.id)).one()


def page_of(met: Parties, contact: Contact) -> str:
    return f"/accompagnement/{met.resident.id}/messages/{contact.id}"


def test_a_message_to_a_minor_waits_for_the_adviser(
    session: Session, sign_in: SignIn, minor: Parties
) -> None:
    contact = write(session, sign_in, minor)
    browser = sign_in(minor.resident)
    assert browser.get(f"/moi/messages/{contact.id}").status_code == 404
    assert browser.post(f"/moi/messages/{contact.id}/accepter").status_code == 404
    assert (of_resident(session, minor.resident.id), waiting_count(session, minor.resident.id)) == ([], 0)
    sign_in(minor.adviser).post(f"{page_of(minor, contact)}/transmettre")
    assert browser.get(f"/moi/messages/{contact.id}").status_code == 200
    assert waiting_count(session, minor.resident.id) == 1


def test_after_a_yes_of_a_minor_the_structure_is_called_and_never_the_minor(
    session: Session, sign_in: SignIn, minor: Parties, clock: MovingClock
) -> None:
    contact = write(session, sign_in, minor)
    sign_in(minor.adviser).post(f"{page_of(minor, contact)}/transmettre")
    sign_in(minor.resident).post(f"/moi/messages/{contact.id}/accepter")
    for years in (0, 3):  # of age later, what was promised for this message still holds
        clock.advance(days=365 * years)
        page = sign_in(minor.recruiter).get(f"/messages/{contact.id}").text
        assert str(minor.adviser.email) in page
        assert "Mission locale du Nord" in page
        assert not [word for word in ("0612345678", "06 12 34 56 78", "aicha@courrier.test") if word in page]


def test_a_recruiter_reads_the_same_of_a_minor_and_of_an_adult_out_of_reach(
    session: Session, sign_in: SignIn, minor: Parties
) -> None:
    adult = make_parties(session, email=None, phone=None)
    pages = []
    for met in (minor, adult):
        contact = write(session, sign_in, met)
        page = sign_in(met.recruiter).get(f"/messages/{contact.id}").text
        assert "La structure qui l’accompagne transmet" in page
        main = page.partition("<main")[2].partition("</main>")[0]
        pages.append(main.replace(str(contact.id), "").replace(met.profile.shown_name, ""))
    assert re.sub(r'value="[^"]*"', "", pages[0]) == re.sub(r'value="[^"]*"', "", pages[1])


@pytest.mark.parametrize("end", ["sent", "transmettre", "decliner", "accepter"])
def test_no_page_of_the_recruiter_tells_an_age(
    session: Session, sign_in: SignIn, minor: Parties, end: str
) -> None:
    browser = sign_in(minor.recruiter)
    before = browser.get(f"/candidats/{minor.profile.slug}").text
    contact = write(session, sign_in, minor)
    if end == "decliner":
        sign_in(minor.adviser).post(f"{page_of(minor, contact)}/decliner", data={"reason": "not_available"})
    elif end != "sent":
        sign_in(minor.adviser).post(f"{page_of(minor, contact)}/transmettre")
    if end == "accepter":
        sign_in(minor.resident).post(f"/moi/messages/{contact.id}/accepter")
    pages = [before, *(browser.get(path).text for path in ("/messages", f"/messages/{contact.id}"))]
    assert [TELLS.findall(page) for page in pages] == [[], [], []]


def test_what_the_adviser_declines_says_the_reason_to_the_company_and_nothing_to_the_minor(
    session: Session, sign_in: SignIn, minor: Parties
) -> None:
    contact = write(session, sign_in, minor)
    sign_in(minor.adviser).post(f"{page_of(minor, contact)}/decliner", data={"reason": "too_far"})
    session.refresh(contact)
    assert (contact.state, contact.decline_reason, contact.helped_by) == (
        "declined",
        "too_far",
        minor.adviser.id,
    )
    assert "trop loin" in sign_in(minor.recruiter).get(f"/messages/{contact.id}").text
    assert sign_in(minor.resident).get(f"/moi/messages/{contact.id}").status_code == 404


def test_a_message_is_passed_on_once(session: Session, sign_in: SignIn, minor: Parties) -> None:
    contact = write(session, sign_in, minor)
    browser = sign_in(minor.adviser)
    assert browser.post(f"{page_of(minor, contact)}/transmettre").status_code == 303
    assert browser.post(f"{page_of(minor, contact)}/transmettre").status_code == 409
    late = browser.post(f"{page_of(minor, contact)}/decliner", data={"reason": "other"})
    assert late.status_code == 409


def test_whoever_gets_a_message_late_has_as_long_as_anybody_to_answer(
    session: Session, sign_in: SignIn, minor: Parties, clock: MovingClock
) -> None:
    contact = write(session, sign_in, minor)
    clock.advance(days=14)
    sign_in(minor.adviser).post(f"{page_of(minor, contact)}/transmettre")
    session.refresh(contact)
    assert contact.expires_at == clock.now() + timedelta(days=15)
    following.follow(session, clock.advance(days=15, seconds=-1))
    assert contact.state == "sent"
    following.follow(session, clock.advance(seconds=1))
    assert contact.state == "expired"


def test_reminders_count_from_the_day_that_the_message_was_passed_on(
    session: Session, sign_in: SignIn, minor: Parties, clock: MovingClock
) -> None:
    contact = write(session, sign_in, minor)
    clock.advance(days=9)
    sign_in(minor.adviser).post(f"{page_of(minor, contact)}/transmettre")
    session.refresh(contact)
    told = []
    for _ in range(11):
        following.follow(session, clock.advance(days=1))
        told.append(len(letters(session)))
    assert told == [0] * 4 + [1] * 5 + [2] * 2


def test_the_dates_that_a_recruiter_reads_do_not_tell_a_minor_from_somebody_out_of_reach(
    session: Session, sign_in: SignIn, minor: Parties, clock: MovingClock
) -> None:
    adult = make_parties(session, email=None, phone=None)
    held, told = (write(session, sign_in, met) for met in (minor, adult))
    tasks.note_proposal(session, told.id, clock.now())
    clock.advance(days=3)
    sign_in(minor.adviser).post(f"{page_of(minor, held)}/transmettre")
    task_id = session.scalars(select(Task.id).filter_by(contact_id=told.id)).one()
    sign_in(adult.adviser).post(f"/accompagnement/taches/{task_id}/faite")
    session.expire_all()
    assert held.expires_at == told.expires_at == clock.now() + timedelta(days=15)
    pages = [
        sign_in(met.recruiter).get(f"/messages/{one.id}").text for met, one in ((minor, held), (adult, told))
    ]
    assert not [page for page in pages if "décembre" in page]


def test_who_comes_of_age_is_written_to_like_everybody(
    session: Session, sign_in: SignIn, minor: Parties
) -> None:
    minor.resident.born_on = date(2005, 1, 15)
    session.flush()
    assert write(session, sign_in, minor).route == "direct"


def test_another_structure_sees_nothing_of_the_exchange(
    session: Session, sign_in: SignIn, minor: Parties
) -> None:
    contact = write(session, sign_in, minor)
    stranger = sign_in(make_parties(session).adviser)
    assert stranger.get(page_of(minor, contact)).status_code == 404
    for verb, form in (
        ("transmettre", {}),
        ("decliner", {"reason": "other"}),
        ("reponse", {"how": "phone", "answer": "yes"}),
        ("suite", {"kind": "job"}),
    ):
        assert stranger.post(f"{page_of(minor, contact)}/{verb}", data=form).status_code == 404
