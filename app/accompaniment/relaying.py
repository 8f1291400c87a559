"""What reaches a resident by no way of their own: their advisers are asked to tell it, the same day."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accompaniment import tasks
from app.accompaniment.models import Task
from app.accompaniment.rules import ASKED_BEFORE
from app.contacts import queries as contacts
from app.contacts import telling
from app.contacts.models import Contact, FollowUp, Outcome
from app.contacts.queries import Exchange
from app.mail import Concern
from app.paris import PARIS, day_of
from app.people import reaching
from app.people.reaching import Message

# What advisers do when a letter reaches no resident: the kind of their task, and the letter that asks for it.
RELAYED = {
    "contact_received": ("unreachable", "contact_received"),
    "contact_reminder": ("unreachable", "contact_received"),
    "company_answered": ("word", "word_to_tell"),
    "outcome_told": ("outcome", "outcome_to_tell"),
    "follow_up": ("still_there", "follow_up_with"),
    "company_gone": ("company_gone", "company_gone"),
    "company_back": ("company_back", "company_back"),
}
# What comes after a yes: whoever withdrew or blocked the company hears none of it.
AFTERWARDS = ("word", "outcome", "still_there", "company_back")


def tell(session: Session, found: Exchange, said: Message, now: datetime) -> None:
    """Tell a resident something of an exchange by each way that they chose, or else their advisers, today."""
    if not reaching.tell(session, found.resident, said, now):
        relay(session, found, said.template, said.concerns, now)


def take_up(session: Session, waiting: Concern, now: datetime) -> None:
    """Ask the advisers for what a message should have told that was given up, unless it went to others."""
    found = exchange_of(session, waiting.concerns)
    if found is not None and waiting.person_id == found.resident.id and waiting.template in RELAYED:
        relay(session, found, waiting.template, waiting.concerns, now)


def exchange_of(session: Session, concerns: str) -> Exchange | None:
    """Return the exchange that a message is about, itself or by an outcome of it."""
    kind, _, about = concerns.partition(":")
    if kind == "contact":
        return contacts.exchange(session, UUID(about))
    outcome = session.get(Outcome, UUID(about)) if kind == "outcome" else None
    return contacts.exchange(session, outcome.contact_id) if outcome else None


def relay(session: Session, found: Exchange, template: str, concerns: str, now: datetime) -> None:
    """Ask the advisers to tell what `template` says, by a task of today and a letter."""
    kind, letter = RELAYED[template]
    source_id = UUID(concerns.partition(":")[2])
    if not tasks.ask(session, kind, source_id, found, now):
        ask_again(session, kind, source_id, now)
    ask_advisers(session, found, letter, concerns, now)


def ask_advisers(session: Session, found: Exchange, letter: str, concerns: str, now: datetime) -> None:
    """Write the letter of this name to the advisers of a resident, about one of their exchanges."""
    path = f"/accompagnement/{found.resident.id}/messages/{found.contact.id}"
    values = {"company": found.company.name, "resident": found.profile.shown_name}
    if letter == "contact_received":
        values["until"] = day_of(found.contact.expires_at)
    key = telling.occasion(session, concerns, now)
    said = Message(letter, key, path, values, about=(found.resident.id,))
    reaching.write_to_advisers(session, found.profile.structure_id, said, now)


def ask_again(session: Session, kind: str, source_id: UUID, now: datetime) -> None:
    """Put back what was asked long ago because of the same thing: months later, it is another question."""
    again = update(Task).where(Task.kind == kind, Task.source_id == source_id)
    again = again.where(Task.created_at <= now - ASKED_BEFORE)
    today = now.astimezone(PARIS).date()
    session.execute(again.values(done_at=None, done_by=None, created_at=now, due_on=today))


def settle(session: Session, now: datetime) -> None:
    """Settle what was answered since (an outcome, how things go), and what nobody wants."""
    answered = select(Outcome.id).where(Outcome.state != "declared")
    asked = select(FollowUp.outcome_id).join(Outcome, Outcome.id == FollowUp.outcome_id)
    waiting = asked.where(FollowUp.answered_at.is_(None), Outcome.state != "disputed")
    gone = select(Contact.id).where(Contact.withdrawn_at.is_not(None) | (Contact.stopped_by == "resident"))
    open_ones = update(Task).where(Task.done_at.is_(None)).values(done_at=now)
    session.execute(open_ones.where(Task.kind.in_(AFTERWARDS), Task.contact_id.in_(gone)))
    session.execute(open_ones.where(Task.kind == "outcome", Task.source_id.in_(answered)))
    session.execute(open_ones.where(Task.kind == "still_there", Task.source_id.not_in(waiting)))
