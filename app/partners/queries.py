"""Nouns of partners: their keys, and the profiles that exist for each of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select, tuple_
from sqlalchemy.orm import Session

from app.partners.models import PartnerKey
from app.people import queries as people
from app.people.models import Consent, Organisation
from app.profiles import queries as profiles
from app.profiles.models import Profile

After = tuple[datetime, UUID]


def shared_with(partner_id: UUID) -> Select[Profile]:
    """Select the profiles that exist for a partner: published, and agreed to by name this instant."""
    agreed = exists().where(
        Consent.person_id == Profile.person_id,
        Consent.kind == "partner",
        Consent.partner_id == partner_id,
        people.stands(),
    )
    return profiles.published().where(agreed)


def shared_page(session: Session, partner_id: UUID, after: After | None, limit: int) -> Sequence[Profile]:
    """Return up to `limit` profiles to be read, the longest unchanged first, from behind `after`."""
    place = tuple_(Profile.updated_at, Profile.id)
    query = shared_with(partner_id)
    if after is not None:
        query = query.where(place > after)
    query = query.order_by(Profile.updated_at, Profile.id).limit(limit)
    return session.scalars(query.options(*profiles.OUTSIDE)).all()


def shared_profile(session: Session, partner_id: UUID, profile_id: UUID) -> Profile | None:
    """Return one profile to be read, None when it does not exist for this partner."""
    return profiles.from_outside(session, shared_with(partner_id).where(Profile.id == profile_id))


def key_and_partner(session: Session, key_id: str) -> tuple[PartnerKey, Organisation] | None:
    """Return a key with the organisation that holds it."""
    query = select(PartnerKey, Organisation).join(Organisation, Organisation.id == PartnerKey.partner_id)
    found = session.execute(query.where(PartnerKey.id == key_id)).one_or_none()
    return (found[0], found[1]) if found else None


def keys(session: Session) -> Sequence[tuple[PartnerKey, Organisation]]:
    """Return every key with its holder, by name and then the oldest first."""
    query = select(PartnerKey, Organisation).join(Organisation, Organisation.id == PartnerKey.partner_id)
    rows = session.execute(query.order_by(func.lower(Organisation.name), PartnerKey.created_at))
    return [(row[0], row[1]) for row in rows]


def partner_named(session: Session, name: str) -> Organisation | None:
    """Return the partner organisation of this name, whatever its state or its capitals."""
    query = select(Organisation).where(
        Organisation.kind == "partner", func.lower(Organisation.name) == name.lower()
    )
    return session.scalars(query.order_by(Organisation.created_at).limit(1)).first()
