"""Letters of new profiles that have not left: who is hidden meanwhile is taken out, the others stay."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import mail
from app.directory.models import SavedSearch, ToldProfile
from app.people import blocks
from app.people import queries as people
from app.profiles.models import Profile
from app.profiles.queries import published

LETTER = "search_news"


def take_out_hidden(session: Session, profile_id: UUID, now: datetime) -> None:  # noqa: ARG001 - as news is heard
    """Take a profile out of the letters whose readers may not see it any more."""
    owner_id = session.scalar(select(Profile.person_id).where(Profile.id == profile_id))
    if owner_id is None:
        return
    for letter in mail.unsent_about(session, LETTER, owner_id):
        reader_id = mail.reader_of(session, letter.id)
        if not is_shown_to(session, profile_id, reader_id):
            forget_told(session, profile_id, reader_id, letter.created_at)
            mail.name_no_more(session, letter, owner_id, without(letter.values, profile_id))


def forget_told(session: Session, profile_id: UUID, reader_id: UUID, told_at: datetime) -> None:
    """Forget that a letter told of a profile which it does not name any more: whoever comes back is new."""
    own = select(SavedSearch.id).where(SavedSearch.recruiter_id == reader_id)
    untold = delete(ToldProfile).where(ToldProfile.profile_id == profile_id, ToldProfile.told_at == told_at)
    session.execute(untold.where(ToldProfile.search_id.in_(own)))


def take_out(session: Session, person_id: UUID) -> None:
    """Take somebody who is erased out of every letter."""
    profile_id = session.scalar(select(Profile.id).where(Profile.person_id == person_id))
    if profile_id is not None:
        for letter in mail.unsent_about(session, LETTER, person_id):
            mail.name_no_more(session, letter, person_id, without(letter.values, profile_id))


def is_shown_to(session: Session, profile_id: UUID, reader_id: UUID) -> bool:
    """Tell whether a profile is shown, and its owner blocked no company of this recruiter."""
    companies = [company.id for company in people.companies_of(session, reader_id)]
    shown = published().where(Profile.id == profile_id, ~blocks.has_blocked(Profile.person_id, companies))
    return session.scalar(shown.with_only_columns(Profile.id)) is not None


def without(values: Mapping[str, Any], profile_id: UUID) -> Mapping[str, Any] | None:
    """Return what a letter says of the others, None when there are none."""
    if values["count"] <= 1:
        return None
    named = zip(values["profiles"], values["headlines"], strict=True)
    kept = [(profile, headline) for profile, headline in named if profile != str(profile_id)]
    return {
        **values,
        "count": values["count"] - 1,
        "profiles": [profile for profile, _ in kept],
        "headlines": [headline for _, headline in kept],
    }
