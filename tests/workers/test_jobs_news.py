"""News reach who listens: letters to the right mailbox, and what an agreement withdrawn takes away."""

from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail
from app.contacts import answering
from app.contacts.models import Contact
from app.mail.models import Mail
from app.people.consents import withdraw
from app.people.models import Organisation, Person
from app.people.queries import organisation
from app.profiles import service as profile_service
from app.profiles.models import Profile, Review
from app.videos import queries as videos
from tests.factories import give_consent, make_adviser, make_contact, make_profile, make_video
from workers.announcements import LISTENERS, deliver
from workers.desk import Desk


@pytest.fixture
def profile(session: Session) -> Profile:
    return make_profile(session)


@pytest.fixture
def adviser(session: Session, profile: Profile) -> Person:
    assert profile.structure_id
    structure = organisation(session, profile.structure_id)
    assert isinstance(structure, Organisation)
    return make_adviser(session, structure)


@pytest.fixture
def contact(session: Session, profile: Profile) -> Contact:
    """Send a proposal."""
    return make_contact(session, profile)


def letters(session: Session) -> list[tuple[str, str, str]]:
    """Return what was posted: to whom, which letter, leading where."""
    found = session.scalars(select(Mail).order_by(Mail.id))
    return [(letter.recipient, letter.template, letter.values["path"]) for letter in found]


def owner(session: Session, profile: Profile) -> Person:
    """Return whose profile it is."""
    return session.get_one(Person, profile.person_id)


def test_a_proposal_is_told_to_the_resident(
    desk: Desk, session: Session, profile: Profile, contact: Contact
) -> None:
    deliver(desk, "contact.sent", contact.id)
    ((address, template, path),) = letters(session)
    assert (address, template) == (owner(session, profile).email, "contact_received")
    _, found = answering.standing(session, path.removeprefix("/r/"), contact.sent_at)
    assert found.contact.id == contact.id


def test_an_address_that_somebody_else_said_is_theirs_gets_nothing_and_the_advisers_do(
    desk: Desk, session: Session, profile: Profile, contact: Contact, adviser: Person
) -> None:
    deliver(desk, "contact.sent", contact.id)
    ((_, _, path),) = letters(session)
    answering.disown(session, path.removeprefix("/r/"), contact.sent_at)
    session.commit()
    deliver(desk, "contact.disowned", contact.id)
    deliver(desk, "contact.sent", contact.id)
    page = f"/accompagnement/{profile.person_id}"
    assert letters(session)[1:] == [
        (adviser.email, "disowned", f"{page}/coordonnees"),
        (adviser.email, "contact_received", f"{page}/messages/{contact.id}"),
    ]


def test_a_withdrawal_gives_a_receipt_and_ends_what_is_open(
    desk: Desk, session: Session, profile: Profile, contact: Contact, now: datetime
) -> None:
    profile_service.withdraw(session, profile, now)
    session.commit()
    deliver(desk, "profile.withdrawn", profile.id)
    recruiter = session.get_one(Person, contact.recruiter_id)
    assert letters(session) == [
        (recruiter.email, "candidate_left", f"/messages/{contact.id}"),
        (owner(session, profile).email, "withdrawn", "/moi/retrait"),
    ]


@pytest.mark.parametrize(
    ("kind", "template", "goes_to"),
    [
        ("contact.taken_back", "contact_taken_back", "recruiter_id"),
        ("contact.expired", "contact_expired", "recruiter_id"),
        ("contact.company_answered", "company_answered", "resident_id"),
    ],
)
def test_what_one_side_says_is_told_to_the_other(
    desk: Desk, session: Session, contact: Contact, kind: str, template: str, goes_to: str
) -> None:
    deliver(desk, kind, contact.id)
    person = session.get_one(Person, getattr(contact, goes_to))
    assert [(to, word) for to, word, _ in letters(session)] == [(person.email, template)]


def test_a_proposal_to_somebody_without_a_mailbox_is_told_to_the_advisers(
    desk: Desk, session: Session, profile: Profile, contact: Contact, adviser: Person
) -> None:
    owner(session, profile).email = None
    session.flush()
    deliver(desk, "contact.sent", contact.id)
    path = f"/accompagnement/{profile.person_id}/messages/{contact.id}"
    assert letters(session) == [(adviser.email, "contact_received", path)]


def test_an_acceptance_is_told_to_the_recruiter(desk: Desk, session: Session, contact: Contact) -> None:
    deliver(desk, "contact.accepted", contact.id)
    recruiter = session.get_one(Person, contact.recruiter_id)
    assert letters(session) == [(recruiter.email, "contact_accepted", f"/messages/{contact.id}")]


def test_a_publication_is_told_to_the_resident(desk: Desk, session: Session, profile: Profile) -> None:
    deliver(desk, "profile.published", profile.id)
    assert letters(session) == [(owner(session, profile).email, "published", "/moi")]


def test_a_presentation_to_look_at_is_told_to_every_adviser(
    desk: Desk, session: Session, profile: Profile, adviser: Person
) -> None:
    deliver(desk, "profile.submitted", profile.id)
    assert letters(session) == [(adviser.email, "submitted", f"/relecture/{profile.id}")]


def test_changes_are_told_with_the_adviser_s_word(
    desk: Desk, session: Session, profile: Profile, adviser: Person, now: datetime
) -> None:
    review = Review(reviewer_id=adviser.id, verdict="changes_requested", word="Parle plus fort", notes=[])
    review.profile_id, review.created_at = profile.id, now
    session.add(review)
    session.flush()
    deliver(desk, "profile.changes_requested", profile.id)
    found = session.scalars(select(Mail)).one()
    assert (found.template, found.values["word"]) == ("changes_requested", "Parle plus fort")


def test_an_agreement_withdrawn_takes_the_profile_away_and_stops_the_videos(
    desk: Desk, session: Session, profile: Profile, now: datetime
) -> None:
    person = owner(session, profile)
    on_its_way = make_video(session, person, ready=False).id
    withdraw(session, person.id, "image_and_voice", person.id, now)
    session.commit()
    deliver(desk, "consent.withdrawn", person.id)
    session.expire_all()
    assert session.get_one(Profile, profile.id).state == "withdrawn"
    assert videos.video(session, on_its_way) is None
    assert videos.of_person(session, person.id) == []


def test_an_image_no_longer_agreed_to_goes_although_the_voice_is_what_is_shown(
    desk: Desk, session: Session, now: datetime
) -> None:
    profile = make_profile(session, presentation="voice")
    person = owner(session, profile)
    give_consent(session, person)
    make_video(session, person)
    withdraw(session, person.id, "image_and_voice", person.id, now)
    session.commit()
    deliver(desk, "consent.withdrawn", person.id)
    session.expire_all()
    assert session.get_one(Profile, profile.id).state == "published"
    assert [video.id for video in videos.of_person(session, person.id)] == [profile.current_video_id]


@pytest.mark.parametrize(
    ("kind", "goes_to"),
    [("profile.submitted", "adviser"), ("contact.sent", "adviser"), ("contact.accepted", "recruiter")],
)
def test_a_letter_that_names_a_resident_goes_with_them(
    desk: Desk, session: Session, contact: Contact, adviser: Person, kind: str, goes_to: str
) -> None:
    person = session.get_one(Person, contact.resident_id)
    person.email = None
    session.flush()
    deliver(desk, kind, contact.profile_id if kind.startswith("profile") else contact.id)
    reader = adviser if goes_to == "adviser" else session.get_one(Person, contact.recruiter_id)
    assert [letter[0] for letter in letters(session)] == [reader.email]
    mail.erase_person(session, person.id, contact.sent_at)
    assert letters(session) == []


@pytest.mark.parametrize("kind", LISTENERS)
def test_news_of_what_is_gone_are_no_trouble(desk: Desk, session: Session, kind: str) -> None:
    deliver(desk, kind, uuid4())
    assert letters(session) == []


def test_news_that_nobody_listens_to_are_no_trouble(desk: Desk) -> None:
    deliver(desk, "profile.whispered", uuid4())
