"""Tasks of advisers: asked for by what happens, once each; done, undone, or settled by what follows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app.accompaniment.models import Task
from app.accompaniment.rules import CLOSED_SHOWN_MAX, SETTLED_BY, TOLD, UNANSWERED_AFTER
from app.contacts import advising, flags, telling
from app.contacts import queries as contacts
from app.contacts.models import Contact, Outcome
from app.contacts.queries import Exchange
from app.contacts.rules import WAITING_STATES, is_held
from app.db import new_id
from app.directory.models import Need, NeedProposal
from app.errors import NotFound
from app.paris import PARIS
from app.people import reaching
from app.people.models import Organisation, Person
from app.people.queries import structure_of
from app.people.rules import Who

DoneBy = aliased(Person)


class TaskNotFound(NotFound):
    """There is no such task, or it is another structure's."""


@dataclass(frozen=True)
class Listed:
    """A task with whom it is about, the company behind it and who did it, when there is one."""

    task: Task
    person: Person
    company: str | None
    done_by: Person | None


def ask(session: Session, kind: str, source_id: UUID, found: Exchange, now: datetime) -> bool:
    """Ask the advisers of a resident for something today; return False when it was asked already."""
    return add(session, kind, source_id, found.resident.id, found.contact.id, now)


def add(
    session: Session, kind: str, source_id: UUID, person_id: UUID, contact_id: UUID | None, now: datetime
) -> bool:
    """Write a task for the structure that accompanies somebody; False without one, or when it stands."""
    structure_id = structure_of(session, person_id)
    if structure_id is None:
        return False
    row = {
        "id": new_id(),
        "kind": kind,
        "source_id": source_id,
        "person_id": person_id,
        "structure_id": structure_id,
        "contact_id": contact_id,
        "due_on": now.astimezone(PARIS).date(),
        "created_at": now,
    }
    written = insert(Task).values(row).on_conflict_do_nothing().returning(Task.id)
    return session.scalar(written) is not None


def note_proposal(session: Session, contact_id: UUID, now: datetime) -> None:
    """Ask for what a new proposal needs of an adviser: to pass it on, or to tell somebody out of reach."""
    found = contacts.exchange(session, contact_id)
    if found is None:
        return
    contact = found.contact
    if is_held(contact.route, contact.forwarded_at) and contact.state in WAITING_STATES:
        ask(session, "forward", contact.id, found, now)
    elif contact.route == "structure" or not telling.ways_to(session, found):
        ask(session, "unreachable", contact.id, found, now)


def note_disowned(session: Session, contact_id: UUID, now: datetime) -> None:
    """Ask for what to do when a message reached somebody else: the resident is told by the adviser."""
    found = contacts.exchange(session, contact_id)
    if found is not None and not ask(session, "unreachable", contact_id, found, now):
        reopen(session, contact_id, ("unreachable",))


def reopen(session: Session, contact_id: UUID, kinds: Collection[str]) -> None:
    """Put what was asked because of a contact back among what is to be done."""
    again = update(Task).where(Task.contact_id == contact_id, Task.kind.in_(kinds))
    session.execute(again.values(done_at=None, done_by=None))


def note_taken_back(session: Session, contact_id: UUID, now: datetime) -> None:  # noqa: ARG001 - a listener
    """Ask again for what a yes, or an end, had settled by itself: undone, the proposal waits as before."""
    contact = session.get(Contact, contact_id)
    if contact is None or contact.state not in WAITING_STATES:
        return
    kinds = set(TOLD) - set(SETTLED_BY.get(contact.state, ()))
    if not is_held(contact.route, contact.forwarded_at):
        kinds.remove("forward")
    again = update(Task).where(Task.contact_id == contact_id, Task.kind.in_(kinds), Task.done_by.is_(None))
    session.execute(again.values(done_at=None))


def note_moved(session: Session, contact_id: UUID, now: datetime) -> None:
    """Settle what a contact no longer needs: it was passed on, answered, or is over."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        return
    kinds = set(SETTLED_BY.get(contact.state, ()))
    if contact.forwarded_at is not None:
        kinds.add("forward")
    settle = update(Task).where(Task.contact_id == contact_id, Task.kind.in_(kinds), Task.done_at.is_(None))
    session.execute(settle.values(done_at=now))


def note_forsaken(session: Session, contact_id: UUID, now: datetime) -> None:
    """Ask for a word with a resident whom a company can answer no more, after a yes or out of reach."""
    found = contacts.exchange(session, contact_id)
    if found is None or is_held(found.contact.route, found.contact.forwarded_at):
        return
    is_asked = found.contact.answered_at is not None or not telling.ways_to(session, found)
    if is_asked and not ask(session, "company_gone", contact_id, found, now):
        reopen(session, contact_id, ("company_gone",))


def note_resumed(session: Session, contact_id: UUID, now: datetime) -> None:
    """Settle the word on a company that is back, and ask again for what its absence had settled."""
    gone = update(Task).where(Task.kind == "company_gone", Task.contact_id == contact_id)
    session.execute(gone.where(Task.done_at.is_(None)).values(done_at=now))
    note_taken_back(session, contact_id, now)


def note_forwarded(session: Session, contact_id: UUID, now: datetime) -> None:
    """Settle the passing on; who cannot be told is told by the adviser, today too."""
    note_moved(session, contact_id, now)
    note_proposal(session, contact_id, now)


def note_dispute(session: Session, outcome_id: UUID, now: datetime) -> None:
    """Ask the advisers to look at an outcome on which two sides do not agree."""
    outcome = session.get(Outcome, outcome_id)
    found = contacts.exchange(session, outcome.contact_id) if outcome else None
    if found is not None:
        ask(session, "disputed", outcome_id, found, now)


def note_flag(session: Session, flag_id: UUID, now: datetime) -> None:
    """Tell the advisers of a resident who reports, or is reported."""
    found = flags.reported(session, flag_id)
    if found is None:
        return
    for person_id in (found.flag.reporter_id, found.flag.about_id):
        if structure_of(session, person_id) is not None:
            add(session, "flagged", flag_id, person_id, found.flag.contact_id, now)
            return


def sweep(session: Session, now: datetime) -> int:
    """Settle what is over, and ask for what time alone brings; return how much was asked.

    That is: no answer for days, a silent company, mail that never left.
    """
    for state, kinds in SETTLED_BY.items():
        of_state = select(Contact.id).where(Contact.state == state)
        over = update(Task).where(Task.done_at.is_(None), Task.kind.in_(kinds), Task.contact_id.in_(of_state))
        session.execute(over.values(done_at=now))
    asked = 0
    for found in contacts.unanswered_since(session, now - UNANSWERED_AFTER):
        asked += ask(session, "unanswered", found.contact.id, found, now)
    for found in contacts.silent(session):
        asked += ask(session, "company_silent", found.contact.id, found, now)
    for found in contacts.unread(session):
        if not reaching.reaches(session, found.resident, now):
            asked += ask(session, "unreachable", found.contact.id, found, now)
    return asked


def listed(structure_ids: Collection[UUID]) -> Select[Task, Person, str | None, Person | None]:
    """Select the tasks of structures with whom they are about."""
    return (
        select(Task, Person, Organisation.name, DoneBy)
        .join(Person, Person.id == Task.person_id)
        .outerjoin(Contact, Contact.id == Task.contact_id)
        .outerjoin(NeedProposal, NeedProposal.id == Task.source_id)
        .outerjoin(Need, Need.id == NeedProposal.need_id)
        .outerjoin(Organisation, Organisation.id == func.coalesce(Contact.company_id, Need.company_id))
        .outerjoin(DoneBy, DoneBy.id == Task.done_by)
        .where(Task.structure_id.in_(structure_ids))
    )


def to_do(session: Session, structure_ids: Collection[UUID]) -> Sequence[Listed]:
    """Return what is to be done, what was due first at the top."""
    query = listed(structure_ids).where(Task.done_at.is_(None)).order_by(Task.due_on, Task.id)
    return [Listed(*row) for row in session.execute(query)]


def closed(session: Session, structure_ids: Collection[UUID]) -> Sequence[Listed]:
    """Return what was done last, by somebody or by what followed."""
    query = listed(structure_ids).where(Task.done_at.is_not(None)).order_by(Task.done_at.desc(), Task.id)
    return [Listed(*row) for row in session.execute(query.limit(CLOSED_SHOWN_MAX))]


def open_counts(session: Session, structure_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many tasks each resident of structures has to be done."""
    query = select(Task.person_id, func.count()).where(Task.structure_id.in_(structure_ids))
    return dict(session.execute(query.where(Task.done_at.is_(None)).group_by(Task.person_id)).all())


def finish(session: Session, who: Who, task_id: UUID, now: datetime) -> Task:
    """Note that a task is done, by whom; again changes nothing.  Raise TaskNotFound."""
    task = own(session, who, task_id)
    if task.done_at is None:
        task.done_at, task.done_by = now, who.person_id
        session.flush()
        if task.kind == "unreachable" and task.contact_id is not None:
            advising.note_told(session, who, task.contact_id, now)
    return task


def take_up(session: Session, who: Who, task_id: UUID) -> Task:
    """Put a task back among those to be done; raise TaskNotFound."""
    task = own(session, who, task_id)
    task.done_at = task.done_by = None
    session.flush()
    return task


def own(session: Session, who: Who, task_id: UUID) -> Task:
    """Return a task of the adviser's structures, others that would move it waiting; raise TaskNotFound."""
    query = select(Task).where(Task.id == task_id, Task.structure_id.in_(who.organisations("adviser")))
    task = session.scalar(query.with_for_update())
    if task is None:
        raise TaskNotFound
    return task


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return what advisers were asked to do for a person."""
    query = select(Task).where(Task.person_id == person_id).order_by(Task.id)
    columns = ("kind", "due_on", "created_at", "done_at")
    return {
        "tasks": [{name: getattr(task, name) for name in columns} for task in session.scalars(query)],
    }


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:  # noqa: ARG001 - as rights calls it
    """Delete every task about a person."""
    session.execute(delete(Task).where(Task.person_id == person_id))
