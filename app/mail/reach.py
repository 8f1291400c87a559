"""Who can be reached: not where all was refused for good, nor where somebody else said that they live."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.mail.drafts import Recipient
from app.mail.models import Disowned, Unreachable
from app.mail.numbers import mobile
from app.signing import token_sha256


def is_reachable(session: Session, to: Recipient) -> bool:
    """Tell whether an address of a person is theirs, and what was last sent there not refused for good.

    Another address of theirs is another matter: who corrects it can be reached again.
    """
    refused = (Unreachable.person_id == to.person_id, Unreachable.address == plain(to.address))
    if session.scalar(select(Unreachable.person_id).where(*refused)) is not None:
        return False
    return not is_disowned(session, to)


def is_disowned(session: Session, to: Recipient) -> bool:
    """Tell whether somebody else said that this address of this person is theirs."""
    query = select(Disowned.person_id).where(
        Disowned.person_id == to.person_id, Disowned.address_sha256 == address_sha256(to.address)
    )
    return session.scalar(query) is not None


def disown(session: Session, person_id: UUID, address: bytes, now: datetime) -> None:
    """Note that the address of this hash is not this person's; the first time keeps its date."""
    note = insert(Disowned).values(person_id=person_id, address_sha256=address, disowned_at=now)
    session.execute(note.on_conflict_do_nothing())


def own(session: Session, to: Recipient) -> None:
    """Note that the mailbox at this address answered for this person: it is theirs after all."""
    session.execute(
        delete(Disowned).where(
            Disowned.person_id == to.person_id, Disowned.address_sha256 == address_sha256(to.address)
        )
    )


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
    """Return an address or a number as it is compared: a mobile as networks write it."""
    return mobile(address.strip()) or address.strip().lower()


def address_sha256(address: str) -> bytes:
    """Return what is kept of an address that may be somebody else's."""
    return token_sha256(plain(address))
