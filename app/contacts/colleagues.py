"""An exchange belongs to its company: who goes on for a recruiter who left, and what ends with nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from app import queue
from app.contacts import queries, service, telling
from app.contacts.models import Contact, Outcome
from app.contacts.queries import Exchange
from app.contacts.rules import moved
from app.contacts.service import ContactNotFound
from app.people import queries as people
from app.people import recruiters
from app.people.models import Person
from app.people.rules import Who

GOING_ON = and_(Contact.ended_at.is_(None), Contact.stopped_at.is_(None), Contact.withdrawn_at.is_(None))


@dataclass(frozen=True)
class LeftBehind:
    """The exchanges of a recruiter who left, which their company owes to go on with, newest first."""

    recruiter: Person
    exchanges: Sequence[Exchange]


def is_left() -> ColumnElement[bool]:
    """Say in SQL that the recruiter of an exchange is of its company no more, or may not sign in."""
    return ~recruiters.recruits(Contact.recruiter_id, Contact.company_id)


def awaits_company() -> ColumnElement[bool]:
    """Say in SQL that an exchange goes on, or that its company has yet to confirm what came of it."""
    said = exists().where(
        Outcome.contact_id == Contact.id, Outcome.state == "declared", Outcome.declared_side != "recruiter"
    )
    return or_(GOING_ON, said & Contact.forsaken_at.is_(None))


def left_behind(session: Session, who: Who) -> Sequence[LeftBehind]:
    """Return what recruiters who left had begun, for a colleague of a verified company, by who left."""
    of_company = Contact.company_id.in_(who.organisations("recruiter"))
    query = queries.exchanges().where(of_company, is_left(), awaits_company())
    found = [Exchange(*row) for row in session.execute(query)]
    in_order = sorted(found, key=lambda one: (one.recruiter.given_name, one.recruiter.id))
    parts = groupby(in_order, key=lambda one: one.recruiter)
    return [LeftBehind(recruiter, list(exchanges)) for recruiter, exchanges in parts]


def take_over(session: Session, who: Who, recruiter_id: UUID, now: datetime) -> int:
    """Go on with everything that a recruiter who left had begun; return how many exchanges that is.

    None are left when a colleague was faster.  Raise ContactNotFound for somebody who never was a colleague.
    """
    companies = who.organisations("recruiter")
    if recruiter_id == who.person_id or not recruiters.was_member(session, companies, recruiter_id):
        raise ContactNotFound
    # An erasure holds the person before their exchanges, and so do we.
    author_id = recruiter_id if people.none_erased(session, (recruiter_id,)) else None
    theirs = select(Contact).where(Contact.recruiter_id == recruiter_id, Contact.company_id.in_(companies))
    query = theirs.where(is_left(), awaits_company()).order_by(Contact.id).with_for_update()
    taken = session.scalars(query.execution_options(populate_existing=True)).all()
    for contact in taken:
        contact.written_by = contact.written_by or author_id
        contact.recruiter_id, contact.taken_over_at = who.person_id, now
    session.flush()
    return len(taken)


def note_departure(session: Session, person_id: UUID, now: datetime) -> None:
    """Tell the colleagues of a recruiter who left what waits for one of them; without any, end it."""
    query = queries.exchanges().where(Contact.recruiter_id == person_id, is_left(), awaits_company())
    found = [Exchange(*row) for row in session.execute(query.order_by(None).order_by(Contact.company_id))]
    for company, exchanges in groupby(found, key=lambda one: one.company):
        some = list(exchanges)
        if not recruiters.recruiters_of(session, company.id):
            forsake(session, company.id, now)
        else:
            telling.tell_colleagues(session, some, now)


def note_suspension(session: Session, company_id: UUID, now: datetime) -> None:
    """End what goes on with a company that was suspended, unless that was lifted meanwhile."""
    company = people.organisation(session, company_id)
    if company is not None and company.state == "suspended":
        forsake(session, company_id, now)


def forsake(session: Session, company_id: UUID, now: datetime) -> None:
    """End what goes on with a company that is suspended, or of which nobody is left: it can answer no more.

    No silence is counted for a word that was not due yet: it could not be given.
    """
    going_on = select(Contact.id).where(Contact.company_id == company_id, GOING_ON).order_by(Contact.id)
    for contact_id in session.scalars(going_on.with_for_update()).all():
        found = queries.exchange(session, contact_id)
        if found is not None:
            forsake_one(session, found, now)


def forsake_one(session: Session, found: Exchange, now: datetime) -> None:
    """End one exchange of a company that can answer no more, and announce it."""
    contact = found.contact
    service.settle(session, found, now)
    contact.state = moved(contact.state, "forsake") or contact.state
    contact.ended_at = contact.forsaken_at = now
    session.flush()
    queue.announce(session, "contact.forsaken", contact.id)
