"""How somebody is told something: by letter, or by SMS where they chose so; once, at their own address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import mail, queue
from app.people import queries
from app.people.models import Person
from app.people.rules import channels


@dataclass(frozen=True)
class Message:
    """What is said, by the name of its letter, of what `key` names (« contact:<id> »): nobody is told twice.

    Announced anew, it is told anew: a profile is published, and once more later.  `path` is the address that
    it leads to, or makes one for a channel and an address there; `about` are the other persons whom the words
    name.
    """

    template: str
    key: str
    path: str | Callable[[str, str], str]
    values: Mapping[str, object] = field(default_factory=dict)
    about: tuple[UUID, ...] = ()

    @property
    def concerns(self) -> str:
        """What it is about: the first two parts of its key."""
        return ":".join(self.key.split(":")[:2])


def write(session: Session, to: Person, said: Message, now: datetime) -> None:
    """Post a letter to somebody who has a mailbox, unless one of those whom it is about is erased."""
    if to.email and queries.none_erased(session, (to.id, *said.about)):
        post(session, to, said, ("mail", to.email), now)


def write_to_advisers(session: Session, structure_id: UUID | None, said: Message, now: datetime) -> None:
    """Write to each adviser of the structure that accompanies somebody; to nobody without one."""
    for adviser in queries.advisers_of(session, structure_id) if structure_id else ():
        write(session, adviser, said, now)


def tell(session: Session, to: Person, said: Message, now: datetime) -> bool:
    """Tell somebody by each way that they chose; False when there is none that is theirs."""
    ways = ways_to(session, to)
    for way in ways:
        post(session, to, said, way, now)
    return bool(ways)


def ways_to(session: Session, person: Person) -> list[tuple[str, str]]:
    """Return the channels and addresses of somebody: those that they chose, are theirs, and take messages."""
    if not queries.none_erased(session, (person.id,)):
        return []
    email, phone = email_of(session, person), phone_of(session, person)
    known = {"mail": email or "", "sms": phone or ""}
    return [(name, known[name]) for name in channels(person.reached_by, email, phone)]


def reaches(session: Session, person: Person, now: datetime) -> bool:
    """Tell whether a message reaches somebody by a way that they chose; mail that does not leave is none."""
    channels = [channel for channel, _ in ways_to(session, person)]
    return "sms" in channels or ("mail" in channels and not mail.is_stuck(session, person.id, now))


def post(session: Session, to: Person, said: Message, way: tuple[str, str], now: datetime) -> None:
    """Post a message by one way, once: one that was told is not made again, nor any link of it."""
    channel, address = way
    key = key_of(session, to, said)
    if mail.is_told(session, channel, key):
        return
    path = said.path if isinstance(said.path, str) else said.path(channel, address)
    values = {**said.values, "name": to.given_name, "path": path}
    at = queries.mailbox(to)._replace(address=address)
    draft = mail.Draft(at, said.template, values, said.about, said.concerns)
    if channel == "mail":
        mail.post_once(session, key, draft, now)
    else:
        mail.post_sms(session, key, mail.shortened(draft), now)


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
