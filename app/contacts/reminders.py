"""Reminders: at five and at ten days, to who has yet to answer, each once."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from app import queue
from app.contacts import telling
from app.contacts.models import Contact, Reminder
from app.contacts.queries import Exchange
from app.contacts.rules import FIRST_REMINDER, LAST_REMINDER, due_reminders
from app.paris import day_of


def unreminded(
    since: ColumnElement[datetime] | InstrumentedAttribute[datetime | None], side: str, now: datetime
) -> ColumnElement[bool]:
    """Select those that wait since long, and whose side was not reminded of it."""

    def lacks(days: str) -> ColumnElement[bool]:
        sent = exists().where(Reminder.contact_id == Contact.id, Reminder.kind == f"{side}_{days}")
        return ~sent

    first = (since <= now - FIRST_REMINDER) & (since > now - LAST_REMINDER) & lacks("5")
    last = (since <= now - LAST_REMINDER) & lacks("10")
    return first | last


def note(session: Session, contact: Contact, side: str, since: datetime, now: datetime) -> bool:
    """Write the reminders that are due as sent; tell whether the last of them was not yet.

    A clock that jumped over one writes both, and one mail goes.
    """
    kinds = [f"{side}_{days}" for days in due_reminders(since, now)]
    if not kinds:
        return False
    rows = [{"contact_id": contact.id, "kind": kind, "sent_at": now} for kind in kinds]
    written = insert(Reminder).values(rows).on_conflict_do_nothing().returning(Reminder.kind)
    return kinds[-1] in session.scalars(written).all()


def remind_resident(session: Session, found: Exchange, now: datetime) -> None:
    """Remind a resident who did not answer, since they could; one whom nothing reaches is announced."""
    since = found.contact.forwarded_at or found.contact.sent_at
    if not note(session, found.contact, "resident", since, now):
        return
    if not telling.tell_resident(session, found, "contact_reminder", now):
        queue.announce(session, "contact.untold", found.contact.id)


def remind_company(session: Session, found: Exchange, now: datetime) -> None:
    """Remind a company that somebody waits for its word, and until when."""
    contact = found.contact
    if contact.answered_at is None or contact.company_due_at is None:
        return
    if note(session, contact, "company", contact.answered_at, now) and not found.is_withdrawn:
        until = day_of(contact.company_due_at)
        telling.tell_recruiter(session, found, "company_reminder", now, {"until": until})
