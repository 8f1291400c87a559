"""What is told about a contact, and to whom: letters posted in the transaction that they speak of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app import queue
from app.contacts import answering
from app.contacts.queries import Exchange
from app.paris import day_of
from app.people import reaching, recruiters
from app.people.models import Person
from app.people.reaching import Message


def tell_resident(session: Session, found: Exchange, template: str, now: datetime) -> bool:
    """Tell a resident of a proposal, with a link that answers it, by each way that they chose.

    False when there is none that is theirs: the adviser has to tell them.
    """
    return reaching.tell(session, found.resident, proposal(session, found, template, now), now)


def proposal(session: Session, found: Exchange, template: str, now: datetime) -> Message:
    """Return what is said to a resident of a proposal, by a link of each message's own."""
    # The link itself is kept nowhere.
    key = occasion(session, f"contact:{found.contact.id}", now)
    values: dict[str, object] = {"company": found.company.name, "until": day_of(found.contact.expires_at)}
    if template == "contact_received":
        values["resident"] = ""

    def link(channel: str, address: str) -> str:
        return answering.make(session, found.contact, channel, address, now)

    return Message(template, key, link, values)


def ways_to(session: Session, found: Exchange) -> list[tuple[str, str]]:
    """Return the channels and addresses by which a resident is told."""
    return reaching.ways_to(session, found.resident)


def tell_recruiter(
    session: Session,
    found: Exchange,
    template: str,
    now: datetime,
    values: Mapping[str, object] | None = None,
) -> None:
    """Post a letter that names the `candidate` of an exchange to who speaks for its verified company."""
    named = {"candidate": found.profile.shown_name} | dict(values or {})
    key = occasion(session, f"contact:{found.contact.id}", now)
    path = f"/messages/{found.contact.id}"
    tell_company(session, found, Message(template, key, path, named, (found.resident.id,)), now)


def tell_company(session: Session, found: Exchange, said: Message, now: datetime) -> None:
    """Post a letter about an exchange to who speaks for its verified company."""
    for person in speakers(session, found):
        path = said.path if person.id == found.recruiter.id else "/messages"  # where one takes it over
        reaching.write(session, person, replace(said, path=path), now)


def speakers(session: Session, found: Exchange) -> Sequence[Person]:
    """Return who speaks for the company of an exchange: its recruiter or, once they left, each colleague.

    Nobody does for a company that is not verified.
    """
    if found.company.state != "verified":
        return ()
    colleagues = recruiters.recruiters_of(session, found.company.id)
    return [one for one in colleagues if one.id == found.recruiter.id] or colleagues


def tell_colleagues(session: Session, left: Sequence[Exchange], now: datetime) -> None:
    """Tell the recruiters of a verified company that exchanges of one who left wait for one of them.

    Who was erased is named no more.
    """
    company, recruiter = left[0].company, left[0].recruiter
    if company.state != "verified":
        return
    named = () if recruiter.erased_at else (recruiter.id,)
    key = occasion(session, f"left:{company.id}:{recruiter.id}", now)
    values = {"count": len(left), "colleague": recruiter.given_name}
    said = Message("exchanges_left", key, "/messages", values, named)
    for person in recruiters.recruiters_of(session, company.id):
        reaching.write(session, person, said, now)


def occasion(session: Session, key: str, now: datetime) -> str:
    """Return what names a letter: told once an announcement, or once a day, since a reminder comes back."""
    return key if queue.heard(session) else f"{key}:{day_of(now)}"
