"""What is told about a contact, and to whom: letters posted in the transaction that they speak of."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app import mail
from app.contacts import answering
from app.contacts.queries import Exchange
from app.people import queries as people


def tell_resident(session: Session, found: Exchange, template: str, now: datetime) -> bool:
    """Post a letter with a link that answers to a resident, by each way that they chose.

    False when there is none that is theirs: the adviser has to tell them.
    """
    told = False
    for channel, address in ways_to(session, found):
        path = answering.make(session, found.contact, channel, address, now)
        values = {"name": found.resident.given_name, "path": path, "company": found.company.name}
        if template == "contact_received":
            values["resident"] = ""
        mail.post(session, mail.Recipient(found.resident.id, address), template, values, now)
        told = True
    return told


def ways_to(session: Session, found: Exchange) -> list[tuple[str, str]]:
    """Return the channels and addresses of a resident, but those that somebody else said are theirs."""
    person = found.resident
    if not people.none_erased(session, (person.id,)):
        return []
    ways = [("mail", person.email)] if person.email else []
    return [way for way in ways if not answering.is_disowned(session, person.id, way[1])]


def tell_recruiter(
    session: Session,
    found: Exchange,
    template: str,
    now: datetime,
    values: Mapping[str, object] | None = None,
) -> None:
    """Post a letter about an exchange to the recruiter who wrote."""
    recruiter = found.recruiter
    if recruiter.email and people.none_erased(session, (recruiter.id, found.resident.id)):
        named = {
            "name": recruiter.given_name,
            "path": f"/messages/{found.contact.id}",
            "candidate": found.profile.shown_name,
        }
        to = mail.Recipient(recruiter.id, recruiter.email)
        mail.post(session, to, template, named | dict(values or {}), now, about=(found.resident.id,))
