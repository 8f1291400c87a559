"""What the directory keeps about a person, to give and to erase."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.directory import hearing
from app.directory.needs import exported_needs, forget_needs
from app.directory.saved_searches import exported_searches, forget_searches
from app.directory.shortlist import exported_favourites, forget_favourites
from app.directory.unsent import take_out


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return the favourites, notes, saved searches and needs of a person or about them, what they hear."""
    return {
        "favourites": exported_favourites(session, person_id),
        **exported_searches(session, person_id),
        **exported_needs(session, person_id),
        **hearing.exported_silence(session, person_id),
    }


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:
    """Delete what a person kept or stated, and what recruiters and advisers kept about them."""
    forget_favourites(session, person_id)
    forget_searches(session, person_id)
    take_out(session, person_id)
    forget_needs(session, person_id, now)
    hearing.hear_again(session, person_id)
