"""What follows a yes, and what time does: the company's word, reminders, silence, the end, leaving."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app import queue
from app.contacts import queries, rates, reminders, service, statements, telling
from app.contacts.models import Contact, Outcome
from app.contacts.queries import Exchange
from app.contacts.rules import (
    FOLLOW_UP_MONTHS,
    TAKE_BACK_WINDOW,
    WAITING_STATES,
    moved,
)
from app.contacts.service import ContactClosed, ContactNotFound
from app.people.rules import Who
from app.profiles.models import Profile
from app.settings import Settings
from app.words import N_

BATCH = 100

Step = Callable[[Session, Exchange, datetime], None]


@dataclass(frozen=True)
class Word:
    """What a company says to somebody who accepted: one of COMPANY_WORDS, a sentence, where and when."""

    word: str
    message: str = ""
    meets_at: datetime | None = None
    meets_where: str = ""


def open_details(session: Session, who: Who, contact_id: UUID, now: datetime) -> None:
    """Open what a yes gives to the recruiter: from then on it stands.  Raise ContactNotFound.

    Whoever takes the yes back at the same instant comes before, and nothing opens, or too late.
    """
    found = locked(session, who, contact_id)
    if found is None:
        raise ContactNotFound
    if found.has_details:
        service.settle(session, found, now)


def locked(session: Session, who: Who, contact_id: UUID) -> Exchange | None:
    """Return a recruiter's own exchange, others that would move it waiting; None for anybody else's."""
    queries.hold(session, contact_id)
    return queries.one_of_recruiter(session, who, contact_id)


def answer(session: Session, who: Who, contact_id: UUID, given: Word, now: datetime) -> Contact:
    """Note what the company answered, in time or late, state it and tell the resident.

    Raise ContactNotFound or ContactClosed.
    """
    found = locked(session, who, contact_id)
    if found is None:
        raise ContactNotFound
    contact = found.contact
    state = moved(contact.state, "answer")
    if state is None or found.is_withdrawn:
        raise ContactClosed(N_("Vous avez déjà répondu, ou l’échange est terminé."))
    service.settle(session, found, now)
    contact.state, contact.company_word, contact.company_answered_at = state, given.word, now
    contact.company_message, contact.company_answered_by = given.message, who.person_id
    if given.word == "appointment":
        contact.meets_at, contact.meets_where = given.meets_at, given.meets_where
    elif given.word == "not_retained":
        contact.meets_at = None
    session.flush()
    statements.count(session, "contact.company_answered", contact, found.profile, now)
    queue.announce(session, "contact.company_answered", contact.id)
    return contact


def follow(session: Session, now: datetime) -> int:
    """Do what time does to some of the exchanges, and return how many: again until nothing is left.

    Several at once share the work; each reminder is a row of the transaction that posts its mail.
    """
    waiting = Contact.state.in_(WAITING_STATES) & (Contact.expires_at > now) & ~queries.held()
    asked = waiting & queries.may_be_asked()
    seen_at = func.coalesce(Contact.forwarded_at, Contact.sent_at)
    owed = Contact.state == "accepted"
    steps: tuple[tuple[ColumnElement[bool], Step], ...] = (
        (unsettled(now), service.settle),
        (Contact.state.in_(WAITING_STATES) & (Contact.expires_at <= now), expire),
        (
            asked & reminders.unreminded(seen_at, "resident", now),
            reminders.remind_resident,
        ),
        (silent(now), fall_silent),
        (owed & reminders.unreminded(Contact.answered_at, "company", now), reminders.remind_company),
    )
    return sum(on_each(session, of_whom, step, now) for of_whom, step in steps)


def on_each(session: Session, of_whom: ColumnElement[bool], step: Step, now: datetime) -> int:
    """Take a step for the exchanges that nobody else works on now; return how many.

    Each step puts them out of the selection.
    """
    query = select(Contact.id).where(of_whom).order_by(Contact.id).limit(BATCH)
    taken = session.scalars(query.with_for_update(skip_locked=True)).all()
    for contact_id in taken:
        found = queries.exchange(session, contact_id)
        if found is not None:
            step(session, found, now)
    session.flush()
    return len(taken)


def unsettled(now: datetime) -> ColumnElement[bool]:
    """Select the answers that can no longer be taken back and were not stated."""
    return Contact.settled_at.is_(None) & (Contact.answered_at <= now - TAKE_BACK_WINDOW)


def silent(now: datetime) -> ColumnElement[bool]:
    """Select the yeses to which a company owed a word by now."""
    return (Contact.state == "accepted") & (Contact.company_due_at <= now)


def expire(session: Session, found: Exchange, now: datetime) -> None:
    """End a proposal that waited too long for an answer, and announce it."""
    contact = found.contact
    if state := moved(contact.state, "expire"):
        contact.state, contact.ended_at = state, now
        session.flush()
        queue.announce(session, "contact.expired", contact.id)


def note_silence(session: Session, found: Exchange, now: datetime) -> None:
    """Note that a company owes a word and gave none, and state it."""
    contact = found.contact
    if state := moved(contact.state, "fall_silent"):
        service.settle(session, found, now)
        contact.state = state
        session.flush()
        statements.count(session, "contact.company_silent", contact, found.profile, now)


def fall_silent(session: Session, found: Exchange, now: datetime) -> None:
    """Note that the word that was due did not come, and tell the company that it still may."""
    contact = found.contact
    if contact.state != "accepted" or contact.answered_at is None:
        return
    if found.is_withdrawn:
        end_for(session, found, now, withdrawn=True)
        return
    note_silence(session, found, now)
    if reminders.note(session, contact, "company", contact.answered_at, now):
        telling.tell_recruiter(session, found, "company_silent", now)


def leave(session: Session, profile: Profile, now: datetime) -> None:
    """End what is open with a resident who took the profile away, or has found; their recruiters are told.

    Who has found may have found there: what they accepted goes on.
    """
    withdrawn = profile.state != "placed"
    states = ("accepted", "answered", "company_silent", "closed") if withdrawn else ()
    query = select(Contact.id).where(
        Contact.profile_id == profile.id,
        Contact.state.in_((*WAITING_STATES, *states)),
        Contact.withdrawn_at.is_(None),
    )
    for contact_id in session.scalars(query.order_by(Contact.id).with_for_update()).all():
        found = queries.exchange(session, contact_id)
        if found is not None:
            end_for(session, found, now, withdrawn=withdrawn)
    session.flush()


def end_for(session: Session, found: Exchange, now: datetime, *, withdrawn: bool) -> None:
    """End one exchange of a resident who leaves; whoever waited for an answer, or owed one, is told."""
    contact = found.contact
    waited = contact.state in (*WAITING_STATES, "accepted")
    service.settle(session, found, now)
    if state := moved(contact.state, "leave"):
        contact.state, contact.ended_at = state, now
        contact.decline_reason = None if withdrawn or state != "declined" else "already_placed"
    if withdrawn:
        contact.withdrawn_at = found.profile.withdrawn_at or now
    session.flush()
    if waited:
        telling.tell_recruiter(session, found, "candidate_left", now)


def close(session: Session, settings: Settings, now: datetime) -> int:
    """End the exchanges in which nobody has said anything more for long; return how many."""
    long_ago = now - timedelta(days=settings.contact_close_days)
    over = (Contact.state == "answered") & (Contact.company_answered_at <= long_ago)
    forsaken = (Contact.state == "company_silent") & (Contact.company_due_at <= long_ago)
    return on_each(session, over | forsaken, end, now)


def end(session: Session, found: Exchange, now: datetime) -> None:  # noqa: ARG001 - a step
    """End one exchange."""
    if state := moved(found.contact.state, "close"):
        found.contact.state, found.contact.ended_at = state, now


def forget(session: Session, settings: Settings, now: datetime) -> int:
    """Delete the exchanges that led nowhere and ended long ago, with links and reminders; return how many.

    The words that were owed in them are counted first.  Nothing but rows of the transaction: a caller that
    rolls back knows what would go.
    """
    limit_at = now - timedelta(days=settings.contact_kept_days)
    # What led somewhere is asked after for the last time six months on.
    asked_for = limit_at - timedelta(days=31 * max(FOLLOW_UP_MONTHS))
    begun_at = func.coalesce(Outcome.starts_on, func.date(Outcome.declared_at))
    led = select(Outcome.contact_id).where(Outcome.state != "disputed", begun_at > asked_for.date())
    over = select(Contact.id).where(Contact.ended_at <= limit_at, Contact.id.not_in(led))
    led_nowhere: Sequence[UUID] = session.scalars(over.with_for_update(skip_locked=True)).all()
    rates.keep(session, led_nowhere, now)
    rates.forget_old(session, now)
    session.execute(delete(Contact).where(Contact.id.in_(led_nowhere)))
    return len(led_nowhere)
