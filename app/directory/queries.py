"""Nouns of the directory: the cards of a page of results."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session, selectinload

from app.people.rules import Who
from app.profiles.models import Profile, SoughtJob, WorkZone
from app.profiles.queries import visible_to

ON_A_CARD = (
    selectinload(Profile.jobs).selectinload(SoughtJob.job),
    selectinload(Profile.zones).selectinload(WorkZone.commune),
)


def cards(session: Session, who: Who, ids: Sequence[UUID]) -> list[Profile]:
    """Return the profiles of `ids` that exist for this person, in that order, with their jobs and zones."""
    found = session.scalars(visible_to(who).where(Profile.id.in_(ids)).options(*ON_A_CARD))
    by_id = {profile.id: profile for profile in found}
    return [by_id[profile_id] for profile_id in ids if profile_id in by_id]
