"""Blocking: a company for which a person does not exist any more, until they say otherwise."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import NotFound
from app.people.models import Block, Organisation


class CompanyUnknown(NotFound):
    """There is no such company, or the person does not block it."""


def block(session: Session, person_id: UUID, company_id: UUID, now: datetime) -> Organisation:
    """Hide a person from a company, at once; again changes nothing.  Raise CompanyUnknown."""
    company = session.get(Organisation, company_id)
    if company is None or company.kind != "company":
        raise CompanyUnknown
    row = {"person_id": person_id, "company_id": company_id, "blocked_at": now}
    session.execute(insert(Block).values(row).on_conflict_do_nothing())
    return company


def unblock(session: Session, person_id: UUID, company_id: UUID) -> None:
    """Let a company see a person again; raise CompanyUnknown when it was not blocked."""
    lift = delete(Block).where(Block.person_id == person_id, Block.company_id == company_id)
    if session.scalar(lift.returning(Block.company_id)) is None:
        raise CompanyUnknown


def companies(session: Session, person_id: UUID) -> Sequence[tuple[Organisation, datetime]]:
    """Return the companies that a person blocked, with since when, by name."""
    query = select(Organisation, Block.blocked_at).join(Block, Block.company_id == Organisation.id)
    rows = session.execute(query.where(Block.person_id == person_id).order_by(Organisation.name))
    return [(row[0], row[1]) for row in rows]


def has_blocked(
    person_id: UUID | InstrumentedAttribute[UUID],
    company_ids: Collection[UUID | InstrumentedAttribute[UUID]] | BindParameter[UUID],
) -> ColumnElement[bool]:
    """Say in SQL that a person blocked one of these companies: for them, the person does not exist."""
    return exists().where(Block.person_id == person_id, Block.company_id.in_(company_ids))
