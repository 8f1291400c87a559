"""What follows a proposal in the world of the matrix: a report of it, and a task for the adviser."""

from sqlalchemy.orm import Session

from app.accompaniment.models import Task
from app.contacts.models import Contact, Flag
from app.people.models import Organisation
from tests.conftest import START


def make_flag(session: Session, contact: Contact) -> Flag:
    """Report the recruiter's message, as the resident."""
    flag = Flag(
        subject="message",
        reason="fraud",
        word="",
        reporter_id=contact.resident_id,
        about_id=contact.recruiter_id,
        contact_id=contact.id,
        company_id=contact.company_id,
        flagged_at=START,
    )
    session.add(flag)
    session.flush()
    return flag


def make_task(session: Session, contact: Contact, structure: Organisation) -> Task:
    """Ask the structure to help the resident answer."""
    task = Task(
        kind="unanswered",
        source_id=contact.id,
        person_id=contact.resident_id,
        structure_id=structure.id,
        contact_id=contact.id,
        due_on=START.date(),
        created_at=START,
    )
    session.add(task)
    session.flush()
    return task
