"""Who recruits for a company, today or once: its exchanges are theirs to go on with."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.people import queries
from app.people.models import Membership, Person


def recruiters_of(session: Session, company_id: UUID) -> Sequence[Person]:
    """Return the recruiters of a company who opened their account and may still sign in, by family name."""
    query = queries.members("recruiter", (company_id,)).where(Person.suspended_at.is_(None))
    return session.scalars(query.where(Person.password_hash.is_not(None))).all()


def recruits(
    person_id: InstrumentedAttribute[UUID], company_id: InstrumentedAttribute[UUID]
) -> ColumnElement[bool]:
    """Say in SQL that somebody recruits for a company today, and may sign in."""
    return exists().where(
        Membership.person_id == person_id,
        Membership.organisation_id == company_id,
        Membership.role == "recruiter",
        Membership.ended_at.is_(None),
        Person.id == Membership.person_id,
        Person.suspended_at.is_(None),
        Person.erased_at.is_(None),
    )


def was_member(session: Session, organisation_ids: Collection[UUID], person_id: UUID) -> bool:
    """Tell whether somebody works, or once worked, in one of these organisations."""
    ever = exists().where(
        Membership.person_id == person_id,
        Membership.organisation_id.in_(organisation_ids),
        Membership.role != "resident",
    )
    return bool(session.scalar(select(ever)))
