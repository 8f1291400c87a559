"""Whether advisers hear of needs by letter: one click in one stops them, their list shows needs anyway."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import mail
from app.directory.models import NeedSilence
from app.errors import NotFound
from app.people import queries as people
from app.people.models import Person
from app.settings import Settings


class NeedLettersUnknown(NotFound):
    """The token came with no letter of needs to this person, or they are erased."""


def hears() -> ColumnElement[bool]:
    """Say in SQL that a person wants the letters of needs."""
    return ~exists().where(NeedSilence.person_id == Person.id)


def is_silent(session: Session, person_id: UUID) -> bool:
    """Tell whether a person wants no letter of needs."""
    return session.get(NeedSilence, person_id, populate_existing=True) is not None


def stop(session: Session, person_id: UUID, now: datetime) -> None:
    """Send no letter of needs to a person any more; again changes nothing."""
    silence = insert(NeedSilence).values(person_id=person_id, asked_at=now)
    session.execute(silence.on_conflict_do_nothing())


def hear_again(session: Session, person_id: UUID) -> None:
    """Send letters of needs to a person again, of those that are stated from now on."""
    session.execute(delete(NeedSilence).where(NeedSilence.person_id == person_id))


def stop_page_path(person_id: UUID) -> str:
    """Return the page that ends the letters of needs to a person, for whoever got one."""
    return f"/besoins/arret/{person_id}"


def require_reader(session: Session, person_id: UUID, token: str, settings: Settings) -> None:
    """Raise NeedLettersUnknown unless the token came with a letter of needs to this person."""
    came = mail.may_stop(settings, stop_page_path(person_id), token)
    if not came or people.person(session, person_id) is None:
        raise NeedLettersUnknown


def exported_silence(session: Session, person_id: UUID) -> dict[str, object]:
    """Return since when a person wants no letter of needs, if they said so."""
    asked_at = select(NeedSilence.asked_at).where(NeedSilence.person_id == person_id)
    return {"no_letters_of_needs_since": session.scalar(asked_at)}
