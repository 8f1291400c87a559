"""What is asked of the table of uploads."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func, insert, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.types import Uuid

from app.uploads.models import Upload
from app.uploads.rules import KEEPS_BYTES, Begun

# What every request runs is built once, of columns alone: otherwise that costs more than running it.
ROW = Upload.metadata.tables[Upload.__tablename__]
OWNER = bindparam("owner_id", type_=Uuid())
UNFINISHED = (
    update(ROW)
    .where(
        ROW.c.id == bindparam("upload_id"), ROW.c.state == "receiving", ROW.c.expires_at > bindparam("now")
    )
    .returning(*ROW.c)
)
CLAIM = UNFINISHED.where(or_(OWNER.is_(None), ROW.c.person_id == OWNER)).values(
    writer_token=bindparam("writer")
)
IS_WHOLE = ROW.c.length_bytes == bindparam("size_bytes")
SETTLE = UNFINISHED.values(
    expires_at=bindparam("expiry"),
    state=case((IS_WHOLE, "complete"), else_=ROW.c.state),
    completed_at=case((IS_WHOLE, bindparam("now", type_=ROW.c.completed_at.type))),
)
ADD = insert(ROW)
BEGUN = (
    select(ROW.c.id, ROW.c.kind, ROW.c.state, ROW.c.length_bytes, ROW.c.created_at, ROW.c.expires_at)
    .where(
        ROW.c.person_id == bindparam("person_id"),
        or_(ROW.c.state == "receiving", ROW.c.created_at > bindparam("limit_at")),
    )
    .order_by(ROW.c.created_at)
)
PROMISED = select(func.sum(ROW.c.length_bytes)).where(ROW.c.state == "receiving")


def upload_alone(session: Session, upload_id: UUID) -> Upload | None:
    """Return an upload, which nobody else changes until the transaction ends."""
    return session.scalar(
        select(Upload)
        .where(Upload.id == upload_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def begun_by(session: Session, person_id: UUID, limit_at: datetime) -> Sequence[Begun]:
    """Return what a person has begun since `limit_at`, or has not finished, oldest first."""
    return [Begun(*row) for row in session.execute(BEGUN, {"person_id": person_id, "limit_at": limit_at})]


def unfinished(session: Session, person_id: UUID, kind: str) -> Sequence[Upload]:
    """Return what a person has begun of a kind and not finished, alone until the step ends."""
    receiving = select(Upload).where(
        Upload.person_id == person_id, Upload.kind == kind, Upload.state == "receiving"
    )
    alone = receiving.order_by(Upload.id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(alone).all()


def end(session: Session, quiet: Begun) -> bool:
    """Mark an upload as expired, unless a byte has come for it meanwhile; tell whether that was done."""
    still_quiet = update(Upload).where(
        Upload.id == quiet.upload_id, Upload.state == "receiving", Upload.expires_at == quiet.expires_at
    )
    return session.scalar(still_quiet.values(state="expired").returning(Upload.id)) is not None


def added(session: Session, values: Mapping[str, object]) -> Upload:
    """Add an upload, and return it as it stands apart from the session."""
    session.execute(ADD, values)
    return Upload(**values)


def claimed(
    session: Session, upload_id: UUID, owner_id: UUID | None, writer_token: UUID, now: datetime
) -> Upload | None:
    """Give an unfinished upload a new writer in one step; `owner_id` is whose it must be, None nobody's.

    Return it as it stands by then; None where it is not unfinished, not there or not theirs.
    """
    said = {"upload_id": upload_id, "owner_id": owner_id, "writer": writer_token, "now": now}
    return _changed(session, CLAIM, said)


def settled(
    session: Session, upload_id: UUID, size_bytes: int, expires_at: datetime, now: datetime
) -> Upload | None:
    """Put the end of an unfinished upload off, or complete it, once, if these are all its bytes; in one step.

    Return it as it stands by then; None where it is not unfinished.
    """
    said = {"upload_id": upload_id, "size_bytes": size_bytes, "expiry": expires_at, "now": now}
    return _changed(session, SETTLE, said)


def _changed(session: Session, change: ReturningUpdate[Any], said: Mapping[str, object]) -> Upload | None:
    row = session.execute(change, said).mappings().one_or_none()
    return None if row is None else Upload(**row)


def unused_of(session: Session, person_id: UUID) -> Sequence[Upload]:
    """Return the uploads of a person that are no video yet, alone until the step ends."""
    found = select(Upload).where(Upload.person_id == person_id, Upload.state.in_(("receiving", "complete")))
    found = found.order_by(Upload.id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).all()


def parts(session: Session, part_ids: Iterable[UUID]) -> Sequence[Upload]:
    """Return these uploads, which nobody else changes until the transaction ends."""
    found = select(Upload).where(Upload.id.in_(list(part_ids))).order_by(Upload.id)
    return session.scalars(found.with_for_update().execution_options(populate_existing=True)).all()


def promised_bytes(session: Session) -> int:
    """Return the whole length in bytes of all unfinished uploads together."""
    return int(session.scalar(PROMISED) or 0)


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
