"""How somebody is told something: a letter, once, whatever tells it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import mail, queue
from app.people import queries
from app.people.models import Person


@dataclass(frozen=True)
class Message:
    """What is said, by the name of its letter, of what `key` names (« contact:<id> »): nobody is told twice.

    Announced anew, it is told anew: a profile is published, and once more later.  `path` is the address that
    it leads to; `about` are the other persons whom the words name.
    """

    template: str
    key: str
    path: str
    values: Mapping[str, object] = field(default_factory=dict)
    about: tuple[UUID, ...] = ()


def write(session: Session, to: Person, said: Message, now: datetime) -> None:
    """Post a letter to somebody who has a mailbox, unless one of those whom it is about is erased."""
    if to.email and queries.none_erased(session, (to.id, *said.about)):
        values = {**said.values, "name": to.given_name, "path": said.path}
        draft = mail.Draft(queries.mailbox(to), said.template, values, said.about)
        mail.post_once(session, key_of(session, to, said), draft, now)


def email_of(session: Session, person: Person) -> str | None:
    """Return the address of a mailbox that is somebody's and takes letters, None without one."""
    return person.email if person.email and is_theirs(session, person, person.email) else None


def phone_of(session: Session, person: Person) -> str | None:
    """Return a phone that is somebody's, None without one."""
    return person.phone if person.phone and is_theirs(session, person, person.phone) else None


def is_theirs(session: Session, person: Person, address: str) -> bool:
    """Tell whether an address takes messages, and nobody else said that it is theirs."""
    return mail.is_reachable(session, mail.Recipient(person.id, address))


def key_of(session: Session, to: Person, said: Message) -> str:
    """Return what names one message to one person: what, which letter, to whom, by which announcement."""
    parts = (said.key, said.template, str(to.id), queue.heard(session))
    return ":".join(filter(None, parts))
