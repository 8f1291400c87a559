"""What is asked of the table of uploads."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.people.models import Person
from app.uploads.models import Upload
from app.uploads.rules import KEEPS_BYTES


def upload_alone(session: Session, upload_id: UUID) -> Upload | None:
    """Return an upload, which nobody else changes until the transaction ends."""
    return session.scalar(
        select(Upload)
        .where(Upload.id == upload_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def wait_for_turn(session: Session, person_id: UUID) -> None:
    """Let one creation of a person at a time count what they have."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def unfinished_of(session: Session, person_id: UUID, kind: str) -> Sequence[Upload]:
    """Return the uploads of a kind that a person has begun and not finished, the quietest first."""
    unfinished = select(Upload).where(
        Upload.person_id == person_id, Upload.state == "receiving", Upload.kind == kind
    )
    return session.scalars(unfinished.order_by(Upload.expires_at, Upload.created_at, Upload.id)).all()


def begun_since(session: Session, person_id: UUID, limit_at: datetime) -> Sequence[Upload]:
    """Return what a person has begun to send since `limit_at`, oldest first; parts, not what they make."""
    begun = select(Upload).where(
        Upload.person_id == person_id, Upload.created_at > limit_at, Upload.kind != "final"
    )
    return session.scalars(begun.order_by(Upload.created_at)).all()


def parts(session: Session, part_ids: Iterable[UUID]) -> Sequence[Upload]:
    """Return these uploads, which nobody else changes until the transaction ends."""
    found = select(Upload).where(Upload.id.in_(list(part_ids))).order_by(Upload.id)
    return session.scalars(found.with_for_update().execution_options(populate_existing=True)).all()


def receiving(session: Session) -> dict[UUID, int]:
    """Return the whole length in bytes of every unfinished upload."""
    rows = session.execute(select(Upload.id, Upload.length_bytes).where(Upload.state == "receiving"))
    return {upload_id: length_bytes or 0 for upload_id, length_bytes in rows}


def writes(session: Session, upload_id: UUID, writer_token: UUID | None) -> bool:
    """Tell whether the holder of this token is still the one who should write."""
    found = select(Upload.id).where(
        Upload.id == upload_id, Upload.writer_token == writer_token, Upload.state == "receiving"
    )
    return session.scalar(found) is not None


def bytes_kept(session: Session, upload_ids: Iterable[UUID]) -> dict[UUID, bool]:
    """Tell, for each of these uploads that exists, whether its bytes are kept."""
    rows = session.execute(select(Upload.id, Upload.state).where(Upload.id.in_(list(upload_ids))))
    return {upload_id: state in KEEPS_BYTES for upload_id, state in rows}


def end_overdue(session: Session, now: datetime) -> int:
    """Mark as expired what nobody finished or used in time, and return how many."""
    overdue = update(Upload).where(Upload.state.in_(("receiving", "complete")), Upload.expires_at <= now)
    return len(session.scalars(overdue.values(state="expired").returning(Upload.id)).all())


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return what is kept of the uploads of a person, for the person."""
    found = session.scalars(select(Upload).filter_by(person_id=person_id).order_by(Upload.created_at))
    return {
        "uploads": [
            {
                "state": upload.state,
                "length_bytes": upload.length_bytes,
                "metadata": upload.tus_metadata,
                "created_at": upload.created_at.isoformat(),
                "completed_at": upload.completed_at.isoformat() if upload.completed_at else None,
            }
            for upload in found
        ]
    }
