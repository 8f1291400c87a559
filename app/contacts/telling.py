"""What is told about a contact, and to whom: letters posted in the transaction that they speak of."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import mail
from app.contacts import answering
from app.contacts.queries import Exchange
from app.paris import PARIS
from app.people import queries as people
from app.people.rules import channels


def tell_resident(session: Session, found: Exchange, template: str, now: datetime) -> bool:
    """Post a letter with a link that answers to a resident, by each way that they chose.

    False when there is none that is theirs: the adviser has to tell them.
    """
    ways = ways_to(session, found)
    # Nothing is told twice a day; the link itself is kept nowhere.
    told = f"{template}:{found.contact.id}:{now.astimezone(PARIS).date()}"
    for channel, address in ways:
        to = mail.Recipient(found.resident.id, address, found.resident.language)
        path = answering.make(session, found.contact, channel, address, now)
        values = {"path": path, "company": found.company.name}
        if channel == "sms":
            mail.post_sms(session, told, mail.Draft(to, template, values), now)
            continue
        values["name"] = found.resident.given_name
        if template == "contact_received":
            values["resident"] = ""
        mail.post_once(session, told, mail.Draft(to, template, values), now)
    return bool(ways)


def ways_to(session: Session, found: Exchange) -> list[tuple[str, str]]:
    """Return the channels and addresses of a resident, but those that somebody else said are theirs."""
    person = found.resident
    if not people.none_erased(session, (person.id,)):
        return []
    email, phone = person.email or "", person.phone
    if email and not is_open(session, person.id, email):
        email = ""
    if phone and not is_open(session, person.id, phone):
        phone = None
    known = {"mail": email, "sms": phone or ""}
    return [(name, known[name]) for name in channels(person.reached_by, email, phone)]


def is_open(session: Session, person_id: UUID, address: str) -> bool:
    """Tell whether an address takes messages, and nobody else said that it is theirs."""
    reachable = mail.is_reachable(session, mail.Recipient(person_id, address))
    return reachable and not answering.is_disowned(session, person_id, address)


def tell_recruiter(
    session: Session,
    found: Exchange,
    template: str,
    now: datetime,
    values: Mapping[str, object] | None = None,
) -> None:
    """Post a letter about an exchange to who wrote it, while they are of a verified company."""
    recruiter, company = found.recruiter, found.company
    if company.state != "verified" or recruiter.suspended_at is not None:
        return
    if people.member_of(session, company.id, recruiter.id) is None:
        return
    if recruiter.email and people.none_erased(session, (recruiter.id, found.resident.id)):
        named = {
            "name": recruiter.given_name,
            "path": f"/messages/{found.contact.id}",
            "candidate": found.profile.shown_name,
        }
        to = mail.Recipient(recruiter.id, recruiter.email, recruiter.language)
        mail.post(session, to, template, named | dict(values or {}), now, about=(found.resident.id,))
