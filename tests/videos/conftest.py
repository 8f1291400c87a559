"""A resident who agrees to be seen and heard, and their finished upload."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.people.models import Person
from app.settings import Settings
from app.uploads.models import Upload
from tests.factories import give_consent, make_resident
from tests.sending import make_upload

NewUpload = Callable[..., Upload]


@pytest.fixture
def resident(session: Session) -> Person:
    person = make_resident(session)
    give_consent(session, person)
    return person


@pytest.fixture
def upload(session: Session, settings: Settings, resident: Person, tmp_path: Path) -> NewUpload:
    """Return `upload(kind)`: a complete upload of the resident, each time a new one."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"film")
    return lambda kind="video": make_upload(session, settings, resident, clip, kind)
