"""A resident who is proposed for a need and whom no letter reaches: their adviser is asked to tell them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accompaniment import tasks
from app.accompaniment.models import Task
from app.directory import proposals
from app.directory.models import NeedProposal
from app.people import reaching


def note_proposed(session: Session, proposal_id: UUID, now: datetime) -> None:
    """Ask the same day to tell somebody that they are proposed, when no letter can."""
    ask(session, now, proposal_id)


def note_answered(session: Session, proposal_id: UUID, now: datetime) -> None:
    """Settle the telling: the resident said yes or no."""
    settle = update(Task).where(Task.kind == "proposed", Task.source_id == proposal_id)
    session.execute(settle.where(Task.done_at.is_(None)).values(done_at=now))


def sweep(session: Session, now: datetime) -> int:
    """Settle what is over, and ask for those whose letter came back or never left; return how many."""
    waiting = [proposal.id for proposal, _ in proposals.unanswered(session)]
    known = select(NeedProposal.id).where(NeedProposal.id.in_(waiting))
    over = update(Task).where(Task.kind == "proposed", Task.done_at.is_(None), Task.source_id.not_in(known))
    session.execute(over.values(done_at=now))
    return ask(session, now)


def ask(session: Session, now: datetime, proposal_id: UUID | None = None) -> int:
    """Ask to tell those who wait for an answer and cannot be written to; return how many it was not yet."""
    return sum(
        tasks.add(session, "proposed", proposal.id, person.id, None, now)
        for proposal, person in proposals.unanswered(session, proposal_id)
        if not reaching.reaches(session, person, now)
    )
