"""Who can be reached: an address that was refused for good stands aside until something arrives there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.mail.drafts import Recipient
from app.mail.models import Unreachable


def is_reachable(session: Session, to: Recipient) -> bool:
    """Tell whether what was last sent to this address of this person was not refused for good.

    Another address of theirs is another matter: who corrects it can be reached again.
    """
    refused = (Unreachable.person_id == to.person_id, Unreachable.address == plain(to.address))
    return session.scalar(select(Unreachable.person_id).where(*refused)) is None


def note_refusal(session: Session, person_id: UUID, address: str, now: datetime) -> None:
    """Note that an address of somebody takes nothing; the first refusal keeps its date."""
    note = insert(Unreachable).values(person_id=person_id, address=plain(address), refused_at=now)
    session.execute(note.on_conflict_do_nothing())


def forget_refusal(session: Session, to: Recipient) -> None:
    """Forget that an address of somebody was refused: they say that it takes letters again."""
    refused = (Unreachable.person_id == to.person_id, Unreachable.address == plain(to.address))
    session.execute(delete(Unreachable).where(*refused))


def note_arrival(session: Session, address: str) -> None:
    """Forget that an address was refused: something arrived there."""
    session.execute(delete(Unreachable).where(Unreachable.address == plain(address)))


def plain(address: str) -> str:
    """Return an address as it is compared."""
    return address.strip().lower()
