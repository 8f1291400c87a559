"""A recruiter's own favourites: kept, noted, taken out, read by the person they are about, forgotten."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from app.directory.models import Favourite
from app.directory.queries import stands_for
from app.directory.rules import CRITERIA, UNDO_FOR
from app.errors import NotFound
from app.people.models import Organisation
from app.people.rules import Who
from app.profiles.models import Profile, SoughtJob, WorkZone
from app.profiles.queries import visible_to
from app.profiles.service import ProfileNotFound

ON_A_CARD = (
    selectinload(Profile.jobs).selectinload(SoughtJob.job),
    selectinload(Profile.zones).selectinload(WorkZone.commune),
)


class FavouriteNotFound(NotFound):
    """The profile is not among the recruiter's own favourites, or exists no more for them."""


@dataclass(frozen=True)
class Kept:
    """A favourite with the profile that it is about."""

    favourite: Favourite
    profile: Profile


@dataclass(frozen=True)
class Noted:
    """What somebody of a company noted about a resident, for the resident: who of them is not said."""

    company: str
    favourite: Favourite


def keep(session: Session, who: Who, profile: Profile, now: datetime, kept_days: int) -> None:
    """Put a profile among the recruiter's favourites; one just taken out comes back with its notes.

    Raise ProfileNotFound when the profile was taken away since the recruiter saw it.
    """
    shown = visible_to(who).where(Profile.id == profile.id).with_only_columns(Profile.id)
    # Whoever takes the profile away waits for the end of this, and then forgets what is written here.
    if session.scalar(shown.with_for_update(read=True, key_share=True, of=Profile)) is None:
        raise ProfileNotFound
    fresh = {
        "created_at": now,
        "noted_at": None,
        "removed_at": None,
        "expires_at": now + timedelta(days=kept_days),
    } | dict.fromkeys(CRITERIA, "")
    statement = insert(Favourite).values(
        recruiter_id=who.person_id,
        company_id=who.organisations("recruiter")[0],
        profile_id=profile.id,
        **fresh,
    )
    gone = or_(Favourite.removed_at <= now - UNDO_FOR, Favourite.expires_at <= now)
    session.execute(
        statement.on_conflict_do_update(index_elements=["recruiter_id", "profile_id"], set_=fresh, where=gone)
    )
    restored = own(session, who.person_id, profile.id)
    if restored is not None:
        restored.removed_at = None
    session.flush()


def take_out(session: Session, who: Who, slug: str, now: datetime) -> None:
    """Take a profile out of the recruiter's favourites; nothing happens when it is not there.

    Whether it still exists for them is not asked: who went away, or blocked the company, is let go alike.
    """
    profile_id = session.scalar(select(Profile.id).where(Profile.slug == slug))
    favourite = own(session, who.person_id, profile_id) if profile_id else None
    if favourite is not None and favourite.removed_at is None:
        favourite.removed_at = now
        session.flush()


def note(session: Session, who: Who, profile_id: UUID, notes: Mapping[str, str], now: datetime) -> Favourite:
    """Write what the recruiter notes on each of CRITERIA; raise FavouriteNotFound."""
    favourite = own(session, who.person_id, profile_id)
    if favourite is None or favourite.removed_at is not None:
        raise FavouriteNotFound
    for criterion in CRITERIA:
        setattr(favourite, criterion, notes[criterion])
    favourite.noted_at = now if any(notes.values()) else None
    session.flush()
    return favourite


def own(session: Session, recruiter_id: UUID, profile_id: UUID) -> Favourite | None:
    """Return a recruiter's favourite of a profile to be changed, whatever its state."""
    query = select(Favourite).where(
        Favourite.recruiter_id == recruiter_id, Favourite.profile_id == profile_id
    )
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def kept_by(who: Who, now: datetime) -> Select[Favourite, Profile]:
    """Select what stands among the recruiter's favourites, with the profiles, which exist for them."""
    shown = visible_to(who).with_only_columns(Profile.id)
    return (
        select(Favourite, Profile)
        .join(Profile, Profile.id == Favourite.profile_id)
        .where(stands_for(who, now), Profile.id.in_(shown))
    )


def favourites(session: Session, who: Who, now: datetime) -> Sequence[Kept]:
    """Return the recruiter's favourites, the last one first, with the jobs and zones of each."""
    query = kept_by(who, now).order_by(Favourite.created_at.desc(), Favourite.id.desc())
    return [Kept(*row) for row in session.execute(query.options(*ON_A_CARD))]


def taken_out(session: Session, who: Who, slug: str, now: datetime) -> bool:
    """Tell whether a profile that exists for this recruiter was just taken out, and may come back."""
    query = visible_to(who).join(Favourite, Favourite.profile_id == Profile.id)
    mine = Favourite.recruiter_id == who.person_id, Favourite.removed_at > now - UNDO_FOR
    return session.scalar(query.where(Profile.slug == slug, *mine).with_only_columns(Profile.id)) is not None


def favourite_of(session: Session, who: Who, slug: str, now: datetime) -> Kept | None:
    """Return the recruiter's favourite of this address, None when there is none."""
    row = session.execute(kept_by(who, now).where(Profile.slug == slug).options(*ON_A_CARD)).one_or_none()
    return Kept(*row) if row else None


def kept_among(session: Session, who: Who, profile_ids: Collection[UUID], now: datetime) -> frozenset[UUID]:
    """Return which of these profiles stand among the recruiter's favourites."""
    query = select(Favourite.profile_id).where(stands_for(who, now), Favourite.profile_id.in_(profile_ids))
    return frozenset(session.scalars(query))


def noted_about(session: Session, person_id: UUID) -> Sequence[Noted]:
    """Return what recruiters keep about a resident, newest first; one just taken out is still kept."""
    query = (
        select(Organisation.name, Favourite)
        .join(Organisation, Organisation.id == Favourite.company_id)
        .join(Profile, Profile.id == Favourite.profile_id)
        .where(Profile.person_id == person_id)
        .order_by(Favourite.created_at.desc(), Favourite.id.desc())
    )
    return [Noted(*row) for row in session.execute(query)]


def forget_withdrawn(session: Session, profile_id: UUID, now: datetime) -> None:  # noqa: ARG001 - as news is heard
    """Forget what recruiters kept about a profile that its owner took away."""
    session.execute(delete(Favourite).where(Favourite.profile_id == profile_id))


def sweep_favourites(session: Session, now: datetime) -> int:
    """Delete the favourites that were kept long enough or taken out, those of people who withdrew too."""
    withdrawn = select(Profile.id).where(Profile.state.in_(("withdrawn", "erased")))
    old = delete(Favourite).where(
        or_(
            Favourite.expires_at <= now,
            Favourite.removed_at <= now - UNDO_FOR,
            Favourite.profile_id.in_(withdrawn),
        )
    )
    return len(session.scalars(old.returning(Favourite.id)).all())


def exported_favourites(session: Session, person_id: UUID) -> list[dict[str, object]]:
    """Return what recruiters keep about a person, and what the person keeps about others."""
    query = (
        select(Favourite, Organisation.name, Profile.person_id)
        .join(Organisation, Organisation.id == Favourite.company_id)
        .join(Profile, Profile.id == Favourite.profile_id)
        .where(or_(Profile.person_id == person_id, Favourite.recruiter_id == person_id))
        .order_by(Favourite.id)
    )
    columns = (*CRITERIA, "created_at", "noted_at", "expires_at")
    return [
        {"about": "me" if about == person_id else "somebody else, by me", "company": company}
        | {name: getattr(favourite, name) for name in columns}
        for favourite, company, about in session.execute(query)
    ]


def forget_favourites(session: Session, person_id: UUID) -> None:
    """Delete what recruiters keep about a person, and what the person keeps about others."""
    of_person = select(Profile.id).where(Profile.person_id == person_id)
    session.execute(
        delete(Favourite).where(or_(Favourite.recruiter_id == person_id, Favourite.profile_id.in_(of_person)))
    )
