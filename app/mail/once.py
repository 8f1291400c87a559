"""What is told once: a reminder or an alert has a key, and the second of a key is never written."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.mail.models import Told

# Longer than the life of what reminders are about.
TOLD_KEPT = timedelta(days=730)


def is_first(session: Session, key: str, person_id: UUID, now: datetime) -> bool:
    """Note that somebody is told what `key` names; tell whether nobody did so before.

    A transaction that says the same waits for this one, and finds it said unless this one is rolled back.
    """
    note = insert(Told).values(key=key, person_id=person_id, told_at=now)
    return session.scalar(note.on_conflict_do_nothing().returning(Told.key)) is not None


def is_told(session: Session, channel: str, key: str) -> bool:
    """Tell whether what `key` names was told by a channel."""
    return session.get(Told, f"{channel}:{key}") is not None


def forget(session: Session, now: datetime) -> None:
    """Delete the keys that nothing can ask for again."""
    session.execute(delete(Told).where(Told.told_at <= now - TOLD_KEPT))
