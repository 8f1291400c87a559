"""Clips made once a session, and a bench to work on."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.mail import open_texter, open_transport
from app.people.models import Person
from app.settings import Settings
from app.storage import Storage
from app.uploads.rules import Medium
from app.videos.rules import Limits
from tests.conftest import MovingClock
from tests.factories import give_consent, make_resident
from tests.media import Clips
from tests.sending import receive_clips
from workers.desk import Desk
from workers.pipeline import Work

Send = Callable[..., UUID]
SHORT = Limits(min_s=1.0, max_s=180.0)


@pytest.fixture(scope="session")
def clips(session_dir: Path) -> Clips:
    """Share the clips among the processes of one session, where there are several."""
    root = session_dir / "clips"
    root.mkdir(exist_ok=True)
    return Clips(root)


@pytest.fixture
def bench(clips: Clips, tmp_path: Path) -> Callable[..., Work]:
    """Return `bench(clip, …)`: the takes of a video on the bench, in a room of their own."""
    return lambda *names: Work(tuple(clips[name] for name in names), tmp_path / "-".join(names), SHORT)


@pytest.fixture
def desk(settings: Settings, clock: MovingClock, storage: Storage, sessions: sessionmaker[Session]) -> Desk:
    """Give the jobs what they work with: real files and the database of the test."""
    return Desk(settings, clock, storage, open_transport(settings), open_texter(settings), sessions.begin)


@pytest.fixture
def resident(session: Session) -> Person:
    """Make a resident who agrees to be seen and heard."""
    person = make_resident(session)
    give_consent(session, person)
    session.commit()
    return person


@pytest.fixture
def send(session: Session, settings: Settings, resident: Person, clips: Clips) -> Send:
    """Return `send(clip, …)`: the video of the resident, or voice, made of these takes, just received."""

    def sent(*names: str, kind: Medium = "video") -> UUID:
        takes = [clips[name] for name in names]
        video = receive_clips(session, settings, resident, *takes, kind=kind)
        session.commit()
        return video.id

    return sent
