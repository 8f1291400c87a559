"""Forgetting: what a person deletes, what waits too long, what an erased person had."""

import os
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from app.people.consents import withdraw
from app.people.models import Person
from app.settings import Settings
from app.uploads import queries, service, spool
from app.uploads.models import Upload
from app.videos.service import end_agreement
from tests.conftest import MovingClock
from tests.uploads.client import Tus, id_of, video_bytes


def sweep(session: Session, settings: Settings, now: datetime) -> int:
    """Sweep as the housekeeping job does: one committed step."""
    ended = service.sweep(session, settings, now)
    session.commit()
    return ended


def test_an_agreement_withdrawn_while_bytes_come_ends_the_upload_for_its_writer(
    tus: Tus, session: Session, resident: Person, now: datetime
) -> None:
    url = tus.begin(20)
    tus.append(url, 0, video_bytes(10))
    withdraw(session, resident.id, "image_and_voice", resident.id, now)
    end_agreement(session, resident.id)
    session.commit()
    assert tus.append(url, 10, video_bytes(10)).status_code == 404
    assert tus.ask("HEAD", url, {}).status_code == 404


def test_a_deleted_upload_is_gone_with_its_bytes(tus: Tus, session: Session, settings: Settings) -> None:
    url = tus.begin(10)
    tus.append(url, 0, video_bytes(5))
    assert tus.ask("DELETE", url, {}).status_code == 204
    for answer in (tus.ask("HEAD", url, {}), tus.append(url, 5, b"x"), tus.ask("DELETE", url, {})):
        assert answer.status_code == 404
    assert session.get(Upload, id_of(url)) is None
    assert not service.spool_path(settings, id_of(url)).exists()


def test_what_waits_too_long_expires_and_loses_its_bytes_once_that_is_committed(
    tus: Tus, session: Session, settings: Settings, clock: MovingClock
) -> None:
    waiting, unused = tus.begin(10), tus.begin(10)
    tus.append(unused, 0, video_bytes(10))
    now = clock.advance(days=13)
    fresh = tus.begin(10)
    assert sweep(session, settings, now) == 0
    now = clock.advance(days=1)
    assert sweep(session, settings, now) == 2
    assert service.spool_path(settings, id_of(waiting)).exists()
    assert sweep(session, settings, now) == 0
    assert not service.spool_path(settings, id_of(waiting)).exists()
    assert not service.spool_path(settings, id_of(unused)).exists()
    assert tus.ask("HEAD", waiting, {}).status_code == 410
    assert tus.offset(fresh) == 0


def test_what_belongs_to_a_video_is_not_swept(
    tus: Tus, session: Session, settings: Settings, clock: MovingClock, resident: Person
) -> None:
    url = tus.begin(10)
    tus.append(url, 0, video_bytes(10))
    service.mark_ingested(session, service.completed(session, id_of(url), resident.id))
    now = clock.advance(days=100)
    assert sweep(session, settings, now) == sweep(session, settings, now) == 0
    assert service.spool_path(settings, id_of(url)).exists()


def test_bytes_without_a_row_are_swept_after_an_hour(
    session: Session, settings: Settings, now: datetime
) -> None:
    old, young = uuid4(), uuid4()
    for upload_id, age_s in ((old, 3601), (young, 3599)):
        spool.make(settings.spool_dir, upload_id)
        at_s = now.timestamp() - age_s
        os.utime(service.spool_path(settings, upload_id), (at_s, at_s))
    (settings.spool_dir / "notes.txt").touch()
    sweep(session, settings, now)
    assert {path.name for path in settings.spool_dir.iterdir()} == {str(young), "notes.txt"}


def test_a_sweep_before_the_first_upload_does_nothing(
    session: Session, settings: Settings, now: datetime
) -> None:
    assert sweep(session, settings, now) == 0


def test_an_erased_person_leaves_no_upload(
    tus: Tus, session: Session, resident: Person, now: datetime
) -> None:
    url = tus.create(10, upload_metadata="filename ZmlsbQ==").headers["location"]
    exported = queries.export_person(session, resident.id)
    assert exported["uploads"] == [
        {
            "state": "receiving",
            "length_bytes": 10,
            "metadata": "filename ZmlsbQ==",
            "created_at": now.isoformat(),
            "completed_at": None,
        }
    ]
    service.erase_person(session, resident.id, now)
    session.commit()
    assert queries.export_person(session, resident.id) == {"uploads": []}
    assert tus.ask("HEAD", url, {}).status_code == 404
