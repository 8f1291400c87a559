"""A company that could not answer is back soon enough: what ended because of that goes on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import queue
from app.contacts import queries
from app.contacts.models import AnswerLink, Contact
from app.contacts.queries import Exchange
from app.contacts.rules import RETURN_WITHIN, WAITING_STATES, resumed
from app.people import queries as people
from app.people import recruiters
from app.people.blocks import has_blocked


def note_return(session: Session, person_id: UUID, now: datetime) -> None:
    """Go on with what ended when somebody who may sign in again was the last of a company."""
    for company in people.companies_of(session, person_id):
        resume(session, company.id, now)


def resume(session: Session, company_id: UUID, now: datetime) -> None:
    """Go on with what ended a short while ago because a company could not answer, once somebody can.

    Not with whoever withdrew, blocked it or found elsewhere meanwhile.
    """
    company = people.organisation(session, company_id)
    if company is None or company.state != "verified" or not recruiters.recruiters_of(session, company_id):
        return
    recent = select(Contact.id).where(
        Contact.company_id == company_id,
        Contact.forsaken_at > now - RETURN_WITHIN,
        Contact.stopped_at.is_(None),
        ~has_blocked(Contact.resident_id, [company_id]),
    )
    for contact_id in session.scalars(recent.order_by(Contact.id).with_for_update()).all():
        found = queries.exchange(session, contact_id)
        if found is not None and may_go_on(session, found):
            resume_one(session, found, now)


def may_go_on(session: Session, found: Exchange) -> bool:
    """Tell whether an exchange still makes sense, and the recruiter began no other since."""
    contact = found.contact
    if found.is_withdrawn or (contact.answered_at is None and found.profile.state == "placed"):
        return False
    return queries.open_contact(session, contact.recruiter_id, contact.profile_id) is None


def resume_one(session: Session, found: Exchange, now: datetime) -> None:
    """Let an exchange stand where it did, and announce it: days in which nobody could answer do not count."""
    contact, gone_at = found.contact, found.contact.forsaken_at or now
    away = now - gone_at
    contact.state = resumed(contact.read_at, contact.answered_at, contact.company_answered_at)
    contact.ended_at = contact.forsaken_at = None
    if contact.state in WAITING_STATES:
        contact.expires_at += away
        links = update(AnswerLink).where(AnswerLink.contact_id == contact.id)
        session.execute(links.values(expires_at=AnswerLink.expires_at + away))
    elif contact.company_due_at is not None and contact.company_due_at > gone_at:
        contact.company_due_at += away
    session.flush()
    queue.announce(session, "contact.resumed", contact.id)
