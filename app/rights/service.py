"""Verbs of rights: erase a whole person, room after room, in one transaction; close an account."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import mail
from app.accompaniment import tasks
from app.contacts import erasing as contacts
from app.directory import service as directory
from app.evidence import service as evidence
from app.paris import day_of
from app.people import audit, invitations, leaving
from app.people import queries as persons
from app.people import service as people
from app.people.audit import Act
from app.people.models import Person
from app.people.rules import Who
from app.profiles import service as profiles
from app.rights import queries
from app.settings import Settings
from app.uploads import service as uploads
from app.videos import service as videos
from app.viewing import service as viewing

# Who points at others goes first.  The account goes after all that belongs to it, with its sessions; the key
# of the person's facts goes last, so that nothing above can make it again.
ERASURES: tuple[Callable[[Session, UUID, datetime], None], ...] = (
    tasks.erase_person,
    directory.erase_person,
    contacts.erase_person,
    invitations.forget_inviter,
    mail.erase_person,
    viewing.erase_person,
    profiles.erase_person,
    videos.erase_person,
    uploads.erase_person,
    people.erase_person,
    evidence.erase_person,
)


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:
    """Erase a person for ever: rows now, media by a job that leaves with this transaction.

    What stays names nobody: an empty account and profile, dated agreements, pseudonymous facts.
    """
    queries.hold(session, person_id)
    for erase in ERASURES:
        erase(session, person_id, now)


def gets_receipt(session: Session, person: Person) -> bool:
    """Tell whether a receipt can be mailed to somebody."""
    return bool(person.email) and mail.is_reachable(session, persons.mailbox(person))


def close_account(session: Session, who: Who, typed: str, act: Act, settings: Settings) -> bool:
    """Erase a professional who typed their password; mail a receipt, of which nothing is kept, if it arrives.

    Return whether it leaves.  Raise Invalid for another password, LastColleague for somebody on whom others
    depend.
    """
    person = people.require_own_password(session, who.person_id, typed)
    leaving.require_replaced(session, who)
    audit.note(session, act, "account:close:done")
    to, name = persons.mailbox(person), person.given_name
    receipt = gets_receipt(session, person)
    erase_person(session, who.person_id, act.now)
    if receipt:
        values = {"name": name, "path": "/", "on": day_of(act.now), "contact": settings.contact_email}
        mail.post(session, to, "account_closed", values, act.now)
    return receipt
