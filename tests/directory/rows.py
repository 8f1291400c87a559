"""What tests of favourites, saved searches and needs read back: rows, news that wait, letters."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.directory.models import Need, SavedSearch
from app.mail.models import Mail
from app.people.models import Organisation, Person
from app.people.rules import Belonging, Who
from tests.factories import company_of
from workers.announcements import LISTENERS


def saved(session: Session) -> Sequence[SavedSearch]:
    """Return every saved search as it is now."""
    return session.scalars(select(SavedSearch).execution_options(populate_existing=True)).all()


def stated(session: Session) -> Sequence[Need]:
    """Return every need as it is now."""
    return session.scalars(select(Need).order_by(Need.id).execution_options(populate_existing=True)).all()


def news(session: Session) -> list[tuple[str, str]]:
    """Return the news that wait to be told: their kind, and what they are about."""
    jobs = (
        "select args->>'kind', args->>'id' from procrastinate_jobs"
        " where task_name = 'announcements.deliver' order by id"
    )
    return [(kind, about) for kind, about in session.execute(text(jobs))]


def hear(session: Session, now: datetime) -> list[tuple[str, str]]:
    """Tell the news that wait; return the letters that were written, as template and recipient."""
    for kind, about in news(session):
        for listener in LISTENERS.get(kind, ()):
            listener(session, about, now)  # type: ignore[arg-type]  # the text of an id serves as well
    return [(letter.template, letter.recipient) for letter in session.scalars(select(Mail).order_by(Mail.id))]


def who_is(session: Session, person: Person) -> Who:
    """Return a recruiter as a request knows them."""
    company = session.get_one(Organisation, company_of(session, person))
    belonging = Belonging("recruiter", company.id, company.name, company.state)
    return Who(person.id, person.id, person.given_name, (belonging,))
