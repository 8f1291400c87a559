"""One optional answer after watching: did it change a mind?  Its author alone reads it; others get totals."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.people.rules import Who
from app.profiles.queries import is_still_shown
from app.viewing.models import Opinion
from app.viewing.queries import views_that_count
from app.viewing.service import ViewingNotFound


def may_say(session: Session, who: Who, profile_id: UUID) -> bool:
    """Tell whether somebody watched a profile for as long as counts, and is asked what it changed."""
    seen: ColumnElement[bool] = exists(views_that_count(who.person_id, profile_id))
    return bool(session.scalar(seen.select()))


def said_by(session: Session, who: Who, profile_id: UUID) -> str:
    """Return what somebody said of a profile, one of OPINIONS; empty when they said nothing."""
    opinion = session.get(Opinion, (who.person_id, profile_id))
    return opinion.said if opinion else ""


def say(session: Session, who: Who, profile_id: UUID, said: str, now: datetime) -> None:
    """Keep what watching a profile changed, instead of what was said before; raise ViewingNotFound."""
    if not (is_still_shown(session, profile_id, who) and may_say(session, who, profile_id)):
        raise ViewingNotFound
    answer = {"said": said, "said_at": now}
    written = insert(Opinion).values(viewer_id=who.person_id, profile_id=profile_id, **answer)
    session.execute(written.on_conflict_do_update(index_elements=["viewer_id", "profile_id"], set_=answer))


def take_back(session: Session, who: Who, profile_id: UUID) -> None:
    """Forget what somebody said of a profile."""
    session.execute(
        delete(Opinion).where(Opinion.viewer_id == who.person_id, Opinion.profile_id == profile_id)
    )
