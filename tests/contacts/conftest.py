"""What tests of contacts share: a resident, a recruiter, a proposal between them, and who is who."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.contacts import answering
from app.contacts.models import Contact
from app.evidence.models import OutboxEntry
from app.mail.models import Mail
from app.people.models import Person
from app.people.rules import Who
from app.profiles.models import Profile
from tests.conftest import START
from tests.contacts.parties import operator_of
from tests.factories import make_contact, make_profile, make_recruiter, make_resident
from workers.announcements import LISTENERS


@pytest.fixture
def recruiter(session: Session) -> Person:
    return make_recruiter(session)


@pytest.fixture
def resident(session: Session) -> Person:
    return make_resident(session, phone="0612345678", email="aicha@courrier.test")


@pytest.fixture
def operator(session: Session) -> Who:
    return operator_of(session)


@pytest.fixture
def profile(session: Session, resident: Person) -> Profile:
    return make_profile(session, resident)


@pytest.fixture
def contact(session: Session, profile: Profile, recruiter: Person) -> Contact:
    return make_contact(session, profile, recruiter)


@pytest.fixture
def token(session: Session, contact: Contact) -> str:
    """Make a link of a mail that answers the proposal, and return its token."""
    return link_to(session, contact)


def link_to(session: Session, contact: Contact, address: str = "aicha@courrier.test") -> str:
    """Return the token of a new link to a proposal."""
    return answering.make(session, contact, "mail", address, START).removeprefix("/r/")


def heard(session: Session, kind: str, about: object) -> None:
    """Tell every listener a piece of news, as the worker does."""
    for listener in LISTENERS[kind]:
        listener(session, about, START)  # type: ignore[arg-type]  # an id


def announced(session: Session) -> list[str]:
    """Return the kinds of news that wait to be told."""
    jobs = (
        "select args->>'kind' from procrastinate_jobs where task_name = 'announcements.deliver' order by id"
    )
    return [str(kind) for kind in session.scalars(text(jobs))]


def stated(session: Session) -> list[tuple[object, object]]:
    """Return the kinds and measures of what was stated."""
    entries = session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))
    return [(entry.statement["kind"], entry.statement["measures"]) for entry in entries]


def letters(session: Session) -> list[tuple[str, str]]:
    """Return what was posted: to whom, which letter."""
    return [(mail.recipient, mail.template) for mail in session.scalars(select(Mail).order_by(Mail.id))]
