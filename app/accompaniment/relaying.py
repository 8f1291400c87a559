"""What reaches a resident by no way of their own: their advisers are asked to tell it, the same day."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accompaniment import tasks
from app.accompaniment.models import Task
from app.accompaniment.rules import ASKED_BEFORE
from app.contacts.models import FollowUp, Outcome
from app.contacts.queries import Exchange
from app.paris import PARIS
from app.people import queries as people
from app.people import reaching
from app.people.reaching import Message


@dataclass(frozen=True)
class Relay:
    """What advisers are asked instead: a task of this kind, by `source_id`, and the letter that says so."""

    kind: str
    source_id: UUID
    letter: Message


def tell(session: Session, found: Exchange, said: Message, relay: Relay, now: datetime) -> None:
    """Tell a resident something of an exchange by each way that they chose, or else their advisers, today."""
    if reaching.tell(session, found.resident, said, now):
        return
    if not tasks.ask(session, relay.kind, relay.source_id, found, now):
        ask_again(session, relay, now)
    structure_id = found.profile.structure_id
    for adviser in people.advisers_of(session, structure_id) if structure_id else ():
        reaching.write(session, adviser, relay.letter, now)


def ask_again(session: Session, relay: Relay, now: datetime) -> None:
    """Put back what was asked long ago because of the same thing: months later, it is another question."""
    again = update(Task).where(Task.kind == relay.kind, Task.source_id == relay.source_id)
    again = again.where(Task.created_at <= now - ASKED_BEFORE)
    today = now.astimezone(PARIS).date()
    session.execute(again.values(done_at=None, done_by=None, created_at=now, due_on=today))


def settle(session: Session, now: datetime) -> None:
    """Settle what was answered since: the outcome by somebody, the question how things go."""
    answered = select(Outcome.id).where(Outcome.state != "declared")
    waiting = select(FollowUp.outcome_id).where(FollowUp.answered_at.is_(None))
    open_ones = update(Task).where(Task.done_at.is_(None)).values(done_at=now)
    session.execute(open_ones.where(Task.kind == "outcome", Task.source_id.in_(answered)))
    session.execute(open_ones.where(Task.kind == "still_there", Task.source_id.not_in(waiting)))
