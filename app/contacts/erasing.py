"""Somebody is erased: a resident's exchanges go, a recruiter's go on without them and without their words."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from app import queue
from app.contacts import kept, queries, rates, service
from app.contacts.colleagues import awaits_company
from app.contacts.models import Contact


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:
    """Delete the proposals that a person received, and those that they sent and are over; the facts stay.

    What goes on is their company's, as when they leave: announced as `member.left`, it is taken over, or ends
    and the resident knows.  What was answered and not stated yet in what goes is stated first, and words that
    were owed are counted.
    """
    of_person = or_(Contact.resident_id == person_id, Contact.recruiter_id == person_id)
    own = session.scalars(select(Contact.id).where(of_person).order_by(Contact.id).with_for_update()).all()
    left = left_to_company(session, person_id, own)
    gone = [contact_id for contact_id in own if contact_id not in left]
    for found in queries.unsettled_of(session, person_id):
        if found.contact.id in gone:
            service.settle(session, found, now)
    kept.forget(session, person_id)
    rates.keep(session, gone, now)
    session.execute(delete(Contact).where(Contact.id.in_(gone)))
    forget_words(session, person_id)
    if left:
        queue.announce(session, "member.left", person_id)


def left_to_company(session: Session, person_id: UUID, among: Collection[UUID]) -> Collection[UUID]:
    """Return which of these exchanges a recruiter leaves to their company."""
    sent = and_(Contact.recruiter_id == person_id, Contact.resident_id != person_id)
    query = select(Contact.id).where(Contact.id.in_(among), sent, awaits_company())
    return set(session.scalars(query))


def forget_words(session: Session, person_id: UUID) -> None:
    """Empty what a recruiter wrote in the exchanges that stay: where and when to meet is the company's."""
    wrote = update(Contact).where(queries.proposed_by(person_id))
    session.execute(wrote.values(message="", written_by=None))
    answered = update(Contact).where(Contact.company_answered_by == person_id)
    session.execute(answered.values(company_message="", company_answered_by=None))
