"""Sends a clip as a resident's finished upload: its row, its bytes in the spool."""

import shutil
from pathlib import Path
from uuid import uuid4

from sqlalchemy.orm import Session

from app.people.models import Person
from app.settings import Settings
from app.uploads import service as uploads
from app.uploads.models import Upload
from app.uploads.rules import Medium, expiry
from app.videos import service as videos
from app.videos.models import Video
from tests.conftest import START

SAYS_VOICE = "kind dm9pY2U="  # of a file that holds the sound alone


def make_upload(
    session: Session, settings: Settings, person: Person, clip: Path, kind: Medium = "video"
) -> Upload:
    """Make a complete upload of a clip."""
    upload = Upload(
        id=uuid4(),
        person_id=person.id,
        state="complete",
        length_bytes=clip.stat().st_size,
        tus_metadata=SAYS_VOICE if kind == "voice" else "",
        created_at=START,
        completed_at=START,
        expires_at=expiry(START, settings.upload_life_days),
    )
    session.add(upload)
    session.flush()
    settings.spool_dir.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(clip, uploads.spool_path(settings, upload.id))
    return upload


def receive_clips(
    session: Session, settings: Settings, person: Person, *clips: Path, kind: Medium = "video"
) -> Video:
    """Receive the video of a person who has agreed, or their voice alone, made of these takes."""
    sent = [make_upload(session, settings, person, clip, kind).id for clip in clips]
    return videos.receive(session, person.id, sent, START, kind)
