"""Ending what one no longer wants: a resident blocks a company, a recruiter ends an exchange."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import queue
from app.contacts import following, queries, service
from app.contacts.following import Word
from app.contacts.models import Contact
from app.contacts.queries import Exchange
from app.contacts.rules import OWED_STATES, WAITING_STATES
from app.contacts.service import Answer, ContactClosed, ContactNotFound
from app.people import blocks
from app.people.blocks import CompanyUnknown
from app.people.models import Organisation
from app.people.rules import Who
from app.profiles.models import Profile
from app.viewing.queries import has_watched
from app.words import N_

OVER = ("declined", "expired", "closed")


def block(session: Session, person_id: UUID, company_id: UUID, now: datetime) -> Organisation:
    """Make a resident disappear for a company that wrote to them or watched, and end what is open with it.

    What waited is declined, without a word of why; who had the details is given them no more.  Raise
    CompanyUnknown for a company that the resident never met.
    """
    # A message that is being sent waits for this, or was waited for.
    profile_id = session.scalar(select(Profile.id).where(Profile.person_id == person_id).with_for_update())
    of_both = select(Contact).where(Contact.resident_id == person_id, Contact.company_id == company_id)
    open_ones = session.scalars(of_both.order_by(Contact.id).with_for_update()).all()
    if not open_ones and not has_watched(session, company_id, person_id):
        raise CompanyUnknown
    company = blocks.block(session, person_id, company_id, now)
    for contact in open_ones:
        end(session, contact, "resident", now)
    if profile_id is not None:
        queue.announce(session, "profile.blocked", profile_id)
    return company


def end(session: Session, contact: Contact, side: str, now: datetime) -> None:
    """End an exchange for both sides: what waits for a resident who ends it is declined, the rest closed."""
    found = queries.exchange(session, contact.id)
    if found is None:
        return
    if contact.state in OVER:
        # The details were given, and stand open: they are shut all the same.
        if contact.state == "closed" and contact.stopped_at is None:
            contact.stopped_at, contact.stopped_by = now, side
            session.flush()
        return
    waits = contact.state in WAITING_STATES and contact.expires_at > now and not found.is_gone
    if waits and side == "resident":
        service.answer(session, found, Answer("decline", "not_interested"), now)
    else:
        service.settle(session, found, now)
        contact.state, contact.ended_at = "closed", now
    contact.stopped_at, contact.stopped_by = now, side
    session.flush()


def stop(session: Session, who: Who, contact_id: UUID, word: Word | None, now: datetime) -> Contact:
    """End an exchange as its recruiter: nothing more is asked of the resident, and the details are shut.

    A word that is owed is given with it; without one, the exchange counts as left without an answer, which
    may still come.  Raise ContactNotFound, or ContactClosed for one that is over.
    """
    found = following.locked(session, who, contact_id)
    if found is None:
        raise ContactNotFound
    contact = found.contact
    if contact.stopped_at is not None or contact.state in OVER:
        raise ContactClosed(N_("Cet échange est déjà terminé."))
    if contact.state in OWED_STATES and not found.is_withdrawn:
        if word is not None:
            following.answer(session, who, contact_id, word, now)
        else:
            go_silent(session, found, now)
            return contact
    end(session, contact, "recruiter", now)
    return contact


def go_silent(session: Session, found: Exchange, now: datetime) -> None:
    """End an exchange for its recruiter without the word that is owed: it was due now, and did not come."""
    contact = found.contact
    if contact.state == "accepted":
        contact.company_due_at = now
        following.note_silence(session, found, now)
    contact.stopped_at, contact.stopped_by = now, "recruiter"
    session.flush()
