"""Saved searches: kept, changed, stopped from a letter, forgotten; alerts.py looks at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from app import mail
from app.directory.models import SavedSearch, ToldProfile
from app.directory.rules import SAVED_MAX, UNDO_FOR, next_look
from app.errors import Conflict, NotFound
from app.people import queries as people
from app.people.models import Organisation
from app.people.rules import Who, may_see_profiles
from app.profiles.models import Profile
from app.settings import Settings
from app.words import N_


class SavedSearchNotFound(NotFound):
    """There is no such saved search, it is somebody else's, or the token is not the one of this search."""


class TooManySavedSearches(Conflict):
    """The recruiter has as many saved searches as one may."""

    slug = "trop-d-alertes"
    title = N_("Vous avez déjà beaucoup d’alertes")


@dataclass(frozen=True)
class Wanted:
    """What is kept of a search: how it is called, its address without `?`, how often it is looked at."""

    name: str
    asked: str
    frequency: str = "daily"


def save(session: Session, who: Who, wanted: Wanted, now: datetime) -> SavedSearch:
    """Save a search of a recruiter, from now on; the same one is saved once, and comes back once removed.

    Raise SavedSearchNotFound for somebody who may see nobody, and TooManySavedSearches.
    """
    if not may_see_profiles(who):
        raise SavedSearchNotFound
    # Two clicks wait for each other here.
    key = func.hashtextextended(f"saved searches:{who.person_id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))
    standing = session.scalars(select(SavedSearch).where(SavedSearch.recruiter_id == who.person_id)).all()
    if same := next((one for one in standing if one.asked == wanted.asked), None):
        same.removed_at = None
        restart(session, who, same)
        return same
    if sum(one.removed_at is None for one in standing) >= SAVED_MAX:
        raise TooManySavedSearches(N_("Supprimez-en une qui ne sert plus, puis recommencez."))
    saved = SavedSearch(
        recruiter_id=who.person_id,
        company_id=who.organisations("recruiter")[0],
        name=wanted.name,
        asked=wanted.asked,
        frequency=wanted.frequency,
        created_at=now,
        looked_at=now,
        next_at=next_look(wanted.frequency, now),
    )
    session.add(saved)
    session.flush()
    return saved


def change(session: Session, who: Who, search_id: UUID, name: str, frequency: str, now: datetime) -> None:
    """Call a saved search otherwise, or have it looked at more or less often; raise SavedSearchNotFound."""
    saved = required(session, who, search_id)
    saved.name = name
    if saved.frequency != frequency:
        saved.frequency, saved.next_at = frequency, next_look(frequency, now)
    session.flush()


def pause(session: Session, who: Who, search_id: UUID, now: datetime) -> None:
    """Send no letter until the recruiter wants them again; raise SavedSearchNotFound."""
    put_aside(required(session, who, search_id), "asked", now)
    session.flush()


def put_aside(saved: SavedSearch, reason: str, now: datetime) -> None:
    """Pause a saved search, for one of PAUSE_REASONS; what its owner asks stands before what happened."""
    if saved.paused_at is None or reason == "asked":
        saved.paused_at, saved.pause_reason = saved.paused_at or now, reason


def resume(session: Session, who: Who, search_id: UUID) -> None:
    """Send letters again, of what came meanwhile too; raise SavedSearchNotFound."""
    restart(session, who, required(session, who, search_id))


def restart(session: Session, who: Who, saved: SavedSearch) -> None:
    """End a pause; whoever no letter reached says that one does now: the next one is sent, and tells."""
    if saved.pause_reason == "unreachable" and (person := people.person(session, who.person_id)):
        mail.forget_refusal(session, people.mailbox(person))
    saved.paused_at = saved.pause_reason = None
    session.flush()


def remove(session: Session, who: Who, search_id: UUID, now: datetime) -> None:
    """Remove a saved search, which waits a moment for an undo; raise SavedSearchNotFound."""
    required(session, who, search_id).removed_at = now
    session.flush()


def restore(session: Session, who: Who, search_id: UUID) -> None:
    """Undo a removal, as long as nothing is forgotten; raise SavedSearchNotFound."""
    required(session, who, search_id, removed=True).removed_at = None
    session.flush()


def required(session: Session, who: Who, search_id: UUID, *, removed: bool = False) -> SavedSearch:
    """Return a recruiter's own saved search, to be changed; raise SavedSearchNotFound."""
    query = select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.recruiter_id == who.person_id)
    found = session.scalar(query.with_for_update())
    if found is None or (found.removed_at is not None and not removed):
        raise SavedSearchNotFound
    return found


def saved_by(session: Session, who: Who) -> Sequence[SavedSearch]:
    """Return a recruiter's saved searches, the newest first."""
    query = select(SavedSearch).where(
        SavedSearch.recruiter_id == who.person_id, SavedSearch.removed_at.is_(None)
    )
    return session.scalars(query.order_by(SavedSearch.id.desc())).all()


def stop_page_path(search_id: UUID) -> str:
    """Return the page that ends the letters of a saved search, for whoever got one."""
    return f"/alertes/arret/{search_id}"


def stoppable(session: Session, search_id: UUID, token: str, settings: Settings) -> SavedSearch:
    """Return the saved search of a letter; raise SavedSearchNotFound for another token."""
    came = mail.may_stop(settings, stop_page_path(search_id), token)
    found = session.get(SavedSearch, search_id) if came else None
    if found is None:
        raise SavedSearchNotFound
    return found


def stop(session: Session, search_id: UUID, token: str, now: datetime, settings: Settings) -> SavedSearch:
    """Send no letter of a saved search any more, asked from a letter; again changes nothing."""
    saved = stoppable(session, search_id, token, settings)
    put_aside(saved, "asked", now)
    session.flush()
    return saved


def sweep_searches(session: Session, now: datetime) -> int:
    """Delete the saved searches that were removed, once nobody can undo it; return how many."""
    old = delete(SavedSearch).where(SavedSearch.removed_at <= now - UNDO_FOR)
    return len(session.scalars(old.returning(SavedSearch.id)).all())


def told_with(person_id: UUID) -> Select[ToldProfile, str, UUID]:
    """Select what saved searches told about a person, or told the person, with the company and about whom."""
    return (
        select(ToldProfile, Organisation.name, Profile.person_id)
        .join(SavedSearch, SavedSearch.id == ToldProfile.search_id)
        .join(Organisation, Organisation.id == SavedSearch.company_id)
        .join(Profile, Profile.id == ToldProfile.profile_id)
        .where(or_(Profile.person_id == person_id, SavedSearch.recruiter_id == person_id))
        .order_by(ToldProfile.told_at)
    )


def exported_searches(session: Session, person_id: UUID) -> dict[str, object]:
    """Return the searches that a person saved, and which companies were told of the person when."""
    own = session.scalars(select(SavedSearch).where(SavedSearch.recruiter_id == person_id)).all()
    columns = ("name", "asked", "frequency", "created_at", "looked_at", "paused_at")
    return {
        "saved_searches": [{name: getattr(saved, name) for name in columns} for saved in own],
        "told": [
            {"about": "me" if about == person_id else "somebody else", "company": company, "at": told.told_at}
            for told, company, about in session.execute(told_with(person_id))
        ],
    }


def forget_searches(session: Session, person_id: UUID) -> None:
    """Delete the searches that a person saved, and that others were told of the person."""
    of_person = select(Profile.id).where(Profile.person_id == person_id)
    session.execute(delete(ToldProfile).where(ToldProfile.profile_id.in_(of_person)))
    session.execute(delete(SavedSearch).where(SavedSearch.recruiter_id == person_id))
