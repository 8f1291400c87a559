"""Verbs of outcomes: what came of an exchange, said by one side, answered by another, asked after again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import queue
from app.contacts import queries, statements
from app.contacts.models import Contact, FollowUp, Outcome
from app.contacts.queries import Exchange
from app.contacts.rules import (
    FOLLOW_UP_MONTHS,
    OUTCOME_CONTACT_STATES,
    follow_ups_due,
    is_held,
    may_answer_outcome,
)
from app.errors import Conflict, NotFound
from app.paris import PARIS
from app.people.rules import Who
from app.profiles.rules import next_state
from app.words import N_


class OutcomeNotFound(NotFound):
    """There is no such outcome, or it is of somebody else's exchange."""


class OutcomeTooSoon(Conflict):
    """Nothing can come of an exchange that the resident has not accepted, or that a side ended."""

    slug = "suite-trop-tot"
    title = N_("Rien à dire encore de cet échange")


class OutcomeKnown(Conflict):
    """The exchange has this outcome already, and nobody disputes it."""

    slug = "suite-deja-dite"
    title = N_("Cette suite est déjà dite")


class OutcomeAnswered(Conflict):
    """It was answered already, or is not for this side to answer."""

    slug = "suite-deja-repondue"
    title = N_("Cette suite n’attend pas votre réponse")


@dataclass(frozen=True)
class Party:
    """Who speaks of an exchange, and for which side of it."""

    person_id: UUID
    side: str


@dataclass(frozen=True)
class Declared:
    """What came of it: one of OUTCOME_KINDS; the contract of a job; the first day, if there is one."""

    kind: str
    contract_type: str | None = None
    starts_on: date | None = None


@dataclass(frozen=True)
class News:
    """The answer to « still there? »: of which outcome, after how many months, yes or no."""

    outcome_id: UUID
    months: int
    is_still_there: bool


@dataclass(frozen=True)
class Sequel:
    """What was said of an exchange, for one side of it.

    `waiting` are the ids that this side answers, `asked` the questions that nobody answered; `is_open` says
    that something may be said, `may_be_placed` that the resident may leave search because of it.
    """

    said: Sequence[Outcome]
    waiting: frozenset[UUID]
    asked: Sequence[tuple[FollowUp, Outcome]]
    is_open: bool
    may_be_placed: bool


def sequel_of(session: Session, party: Party, found: Exchange) -> Sequel:
    """Return what was said of an exchange, what waits for this side, and what may still be said."""
    said = of_contact(session, found.contact.id)
    mine = [one for one in said if may_answer_outcome(one.declared_side, party.side)]
    again = follow_ups_of(session, found.contact.id)
    asked = [row for row in again if row[0].answered_at is None and row[1].state == "confirmed"]
    has_job = any(one.kind == "job" and one.state != "disputed" for one in said)
    may_leave = next_state(found.profile.state, "place") is not None
    return Sequel(
        said=said,
        waiting=frozenset(one.id for one in mine if one.state == "declared"),
        asked=asked if party.side != "recruiter" and goes_on(found) else [],
        is_open=is_open(found),
        may_be_placed=party.side == "resident" and has_job and may_leave,
    )


def party_to(session: Session, who: Who, side: str, contact_id: UUID) -> tuple[Party, Exchange]:
    """Return who speaks and the exchange that is theirs as this side; raise OutcomeNotFound."""
    found = {
        "resident": lambda: queries.one_of_resident(session, who.person_id, contact_id),
        "recruiter": lambda: queries.one_of_recruiter(session, who, contact_id),
        "adviser": lambda: queries.one_of_structures(session, who.organisations("adviser"), contact_id),
    }[side]()
    if found is None:
        raise OutcomeNotFound
    return Party(who.person_id, side), found


def declare(session: Session, party: Party, found: Exchange, said: Declared, now: datetime) -> Outcome:
    """Say what came of an accepted exchange, and state it; raise OutcomeTooSoon or OutcomeKnown."""
    contact = found.contact
    if not is_open(found):
        raise OutcomeTooSoon(N_("Il faut d’abord un oui, et que personne n’ait mis fin à l’échange."))
    outcome = Outcome(
        contact_id=contact.id,
        kind=said.kind,
        # A page hides this field from who changes their mind, and may still send it.
        contract_type=said.contract_type if said.kind == "job" else None,
        starts_on=said.starts_on,
        declared_at=now,
        declared_by=party.person_id,
        declared_side=party.side,
    )
    try:
        with session.begin_nested():
            session.add(outcome)
    except IntegrityError as refused:
        raise OutcomeKnown(N_("Rechargez la page : il suffit de la confirmer.")) from refused
    statements.count_outcome(session, "outcome.declared", outcome, found, now)
    queue.announce(session, "outcome.declared", outcome.id)
    return outcome


def is_open(found: Exchange) -> bool:
    """Tell whether something may have come of an exchange: accepted once, ended by nobody, and not left."""
    contact = found.contact
    return (
        contact.state in OUTCOME_CONTACT_STATES
        and contact.stopped_at is None
        and not found.is_withdrawn
        and not is_held(contact.route, contact.forwarded_at)
    )


def goes_on(found: Exchange) -> bool:
    """Tell whether a resident may be asked about an exchange: they did not leave, nor end it themselves."""
    return not found.is_withdrawn and found.contact.stopped_by in (None, "recruiter")


def answer(
    session: Session, party: Party, found: Exchange, outcome_id: UUID, *, confirms: bool, now: datetime
) -> Outcome:
    """Confirm or dispute what another side said, once; raise OutcomeNotFound or OutcomeAnswered."""
    query = select(Outcome).where(Outcome.id == outcome_id, Outcome.contact_id == found.contact.id)
    outcome = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if outcome is None:
        raise OutcomeNotFound
    if outcome.state != "declared" or not may_answer_outcome(outcome.declared_side, party.side):
        raise OutcomeAnswered(N_("Rechargez la page pour voir où elle en est."))
    outcome.state = "confirmed" if confirms else "disputed"
    outcome.answered_at, outcome.answered_by, outcome.answered_side = now, party.person_id, party.side
    session.flush()
    statements.count_outcome(session, f"outcome.{outcome.state}", outcome, found, now)
    queue.announce(session, f"outcome.{outcome.state}", outcome.id)
    return outcome


def of_contact(session: Session, contact_id: UUID) -> Sequence[Outcome]:
    """Return what was said of an exchange, oldest first."""
    query = select(Outcome).where(Outcome.contact_id == contact_id)
    return session.scalars(query.order_by(Outcome.id)).all()


def follow_ups_of(session: Session, contact_id: UUID) -> Sequence[tuple[FollowUp, Outcome]]:
    """Return what was asked again about an exchange, oldest first, with what it is about."""
    query = select(FollowUp, Outcome).join(Outcome).where(Outcome.contact_id == contact_id)
    return [(row[0], row[1]) for row in session.execute(query.order_by(FollowUp.asked_at, FollowUp.months))]


def ask_again(session: Session, now: datetime) -> int:
    """Ask « still there? » of what is confirmed, one month and six months on; return how many were asked.

    The side that has not confirmed what was said is asked for it again.  Each question is asked once,
    whatever else runs: its row is written with its news.
    """
    today = now.astimezone(PARIS).date()
    asked = 0
    for outcome in standing(session):
        since = outcome.starts_on or outcome.declared_at.astimezone(PARIS).date()
        known = session.scalars(select(FollowUp.months).where(FollowUp.outcome_id == outcome.id)).all()
        for months in follow_ups_due(since, today, known):
            row = {"outcome_id": outcome.id, "months": months, "asked_at": now}
            fresh = insert(FollowUp).values(row).on_conflict_do_nothing().returning(FollowUp.months)
            if session.scalar(fresh) is not None:
                news = "outcome.asked_again" if outcome.state == "confirmed" else "outcome.unanswered"
                queue.announce(session, news, outcome.id)
                asked += 1
    return asked


def standing(session: Session) -> Sequence[Outcome]:
    """Return the outcomes that nobody disputes and that were not asked after for the last time.

    Whoever withdrew, or ended the exchange, is left in peace, as `goes_on` says.
    """
    done = select(FollowUp.outcome_id).where(FollowUp.months == max(FOLLOW_UP_MONTHS))
    query = select(Outcome).join(Contact).where(Outcome.state != "disputed", Outcome.id.not_in(done))
    # An interview is over once it was held.
    query = query.where(or_(Outcome.kind != "interview", Outcome.state == "declared"))
    by_company = func.coalesce(Contact.stopped_by, "recruiter") == "recruiter"
    query = query.where(Contact.withdrawn_at.is_(None), by_company)
    return session.scalars(query.order_by(Outcome.id)).all()


def tell_still_there(session: Session, party: Party, found: Exchange, news: News, now: datetime) -> FollowUp:
    """Answer the question of one month or six about an outcome, once.

    Raise OutcomeNotFound or OutcomeAnswered.
    """
    query = (
        select(FollowUp)
        .join(Outcome)
        .where(Outcome.id == news.outcome_id, Outcome.contact_id == found.contact.id)
        .where(FollowUp.months == news.months)
    )
    asked = session.scalar(query.with_for_update(of=FollowUp).execution_options(populate_existing=True))
    if asked is None:
        raise OutcomeNotFound
    if asked.answered_at is not None:
        raise OutcomeAnswered(N_("Quelqu’un a déjà répondu."))
    asked.is_still_there, asked.answered_at, asked.answered_by = news.is_still_there, now, party.person_id
    session.flush()
    return asked
