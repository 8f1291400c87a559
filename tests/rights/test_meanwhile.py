"""Erasure and what is under way in another connection wait for each other: nothing arrives behind it."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.contacts.models import Contact
from app.contacts.service import Proposal, send
from app.db import Base
from app.errors import NotFound
from app.mail.models import Mail
from app.people.models import Membership, Person, SignInLink, SignInSession
from app.people.rules import Belonging, Who
from app.people.service import request_link
from app.people.sessions import open_session
from app.profiles.models import Profile
from app.profiles.service import ProfileNotFound
from app.rights.service import erase_person
from app.settings import Settings
from app.viewing.models import Viewing
from app.viewing.service import NothingToWatch, start
from tests.factories import make_adviser, make_profile, make_recruiter, make_resident, make_structure
from workers.announcements import mail_submission

PATIENCE_S = 20
BLOCKED = text(
    "select exists (select from pg_stat_activity"
    " where datname = current_database() and wait_event_type = 'Lock')"
)
Verb = Callable[[Session], object]


@dataclass(frozen=True)
class Scene:
    """A resident who is shown, and a recruiter who sees them, in a database of their own."""

    engine: Engine
    profile: Profile
    who: Who
    now: datetime
    settings: Settings

    def send(self, session: Session) -> None:
        """Write to the resident."""
        send(
            session,
            self.who,
            self.profile,
            Proposal("job", "Bonjour Aïcha, venez nous voir."),
            self.now,
            self.settings,
        )

    def play(self, session: Session) -> None:
        """Start the resident's video."""
        start(session, self.who, self.profile, self.now, b"key")

    def sign_in(self, session: Session) -> None:
        """Sign the resident in on another device."""
        open_session(session, self.profile.person_id, "Firefox", self.now)

    def ask_for_a_link(self, session: Session) -> None:
        """Ask for a sign-in link in the resident's name."""
        resident = session.get_one(Person, self.profile.person_id)
        request_link(session, str(resident.email), "browser", self.now, self.settings)

    def tell_the_advisers(self, session: Session) -> None:
        """Write to the resident's advisers that a presentation waits."""
        mail_submission(session, self.profile.id, self.now)

    def erase(self, session: Session) -> None:
        """Erase the resident."""
        erase_person(session, self.profile.person_id, self.now)


@pytest.fixture
def scene(committed: Engine, now: datetime, settings: Settings) -> Scene:
    with sessionmaker(committed, expire_on_commit=False).begin() as session:
        structure = make_structure(session)
        make_adviser(session, structure)
        profile, recruiter = make_profile(session, make_resident(session, structure)), make_recruiter(session)
        company = session.scalars(select(Membership.organisation_id).filter_by(person_id=recruiter.id)).one()
    who = Who(recruiter.id, recruiter.id, "Marc", (Belonging("recruiter", company, "", "verified"),))
    return Scene(committed, profile, who, now, settings)


def wait_for(engine: Engine, running: Future[None]) -> None:
    """Return once the other connection waits for a lock, or has done without waiting."""
    end = time.monotonic() + PATIENCE_S
    with engine.connect() as connection:
        while not running.done() and not connection.scalar(BLOCKED):
            connection.rollback()
            assert time.monotonic() < end
            time.sleep(0.01)


def overlap(engine: Engine, first: Verb, second: Verb) -> None:
    """Begin `second` in another connection before what `first` wrote is committed; raise as `second` does."""
    sessions = sessionmaker(engine, expire_on_commit=False)

    def other() -> None:
        with sessions.begin() as session:
            second(session)

    with ThreadPoolExecutor(1) as threads, sessions.begin() as session:
        first(session)
        running = threads.submit(other)
        wait_for(engine, running)
        session.commit()
        running.result(PATIENCE_S)


def kept(engine: Engine, table: type[Base]) -> int:
    """Count the rows of a table."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    ("under_way", "table"),
    [
        ("send", Contact),
        ("play", Viewing),
        ("sign_in", SignInSession),
        ("ask_for_a_link", Mail),
        ("tell_the_advisers", Mail),
    ],
)
def test_what_is_not_committed_when_erasure_begins_is_erased_too(
    scene: Scene, under_way: str, table: type[Base]
) -> None:
    overlap(scene.engine, getattr(scene, under_way), scene.erase)
    assert kept(scene.engine, table) == 0
    with Session(scene.engine) as session:
        assert session.get_one(Person, scene.profile.person_id).erased_at == scene.now


@pytest.mark.parametrize(
    ("late", "refusal", "table"), [("send", ProfileNotFound, Contact), ("play", NothingToWatch, Viewing)]
)
def test_nothing_is_written_about_somebody_whose_erasure_is_under_way(
    scene: Scene, late: str, refusal: type[NotFound], table: type[Base]
) -> None:
    with pytest.raises(refusal):
        overlap(scene.engine, scene.erase, getattr(scene, late))
    assert kept(scene.engine, table) == 0


@pytest.mark.parametrize("late", ["ask_for_a_link", "tell_the_advisers"])
def test_no_letter_names_somebody_whose_erasure_is_under_way(scene: Scene, late: str) -> None:
    overlap(scene.engine, scene.erase, getattr(scene, late))
    assert kept(scene.engine, Mail) == 0
    assert kept(scene.engine, SignInLink) == 0
