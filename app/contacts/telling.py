"""What is told about a contact, and to whom: letters posted in the transaction that they speak of."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app import mail, queue
from app.contacts import answering
from app.contacts.queries import Exchange
from app.paris import PARIS, day_of
from app.people import queries as people
from app.people import reaching, recruiters
from app.people.reaching import Message
from app.people.rules import channels


def tell_resident(session: Session, found: Exchange, template: str, now: datetime) -> bool:
    """Post a letter with a link that answers to a resident, by each way that they chose.

    False when there is none that is theirs: the adviser has to tell them.
    """
    ways = ways_to(session, found)
    # Nothing is told twice a day; the link itself is kept nowhere.
    told = f"{template}:{found.contact.id}:{day_of(now)}"
    for channel, address in ways:
        to = mail.Recipient(found.resident.id, address, found.resident.language)
        path = answering.make(session, found.contact, channel, address, now)
        values = {"path": path, "company": found.company.name}
        if channel == "sms":
            mail.post_sms(session, told, mail.Draft(to, template, values), now)
            continue
        values |= {"name": found.resident.given_name, "until": day_of(found.contact.expires_at)}
        if template == "contact_received":
            values["resident"] = ""
        mail.post_once(session, told, mail.Draft(to, template, values), now)
    return bool(ways)


def ways_to(session: Session, found: Exchange) -> list[tuple[str, str]]:
    """Return the channels and addresses of a resident, but those that somebody else said are theirs."""
    person = found.resident
    if not people.none_erased(session, (person.id,)):
        return []
    email, phone = reaching.email_of(session, person), reaching.phone_of(session, person)
    known = {"mail": email or "", "sms": phone or ""}
    return [(name, known[name]) for name in channels(person.reached_by, email, phone)]


def tell_recruiter(
    session: Session,
    found: Exchange,
    template: str,
    now: datetime,
    values: Mapping[str, object] | None = None,
) -> None:
    """Post a letter that names the `candidate` of an exchange to who speaks for its verified company."""
    named = {"candidate": found.profile.shown_name} | dict(values or {})
    tell_company(session, found, template, named, now)


def tell_company(
    session: Session, found: Exchange, template: str, values: Mapping[str, object], now: datetime
) -> None:
    """Post a letter about an exchange to its recruiter, or, once they left, to each of their colleagues.

    Nobody is written to of a company that is not verified.
    """
    if found.company.state != "verified":
        return
    key = occasion(session, f"contact:{found.contact.id}", now)
    colleagues = recruiters.recruiters_of(session, found.company.id)
    own = [one for one in colleagues if one.id == found.recruiter.id]
    path = f"/messages/{found.contact.id}" if own else "/messages"
    for person in own or colleagues:
        reaching.write(session, person, Message(template, key, path, values, (found.resident.id,)), now)


def tell_colleagues(session: Session, left: Sequence[Exchange], now: datetime) -> None:
    """Tell the recruiters of a verified company that exchanges of one who left wait for one of them."""
    company, recruiter = left[0].company, left[0].recruiter
    if company.state != "verified":
        return
    key = occasion(session, f"left:{company.id}:{recruiter.id}", now)
    values = {"count": len(left), "colleague": recruiter.given_name}
    for person in recruiters.recruiters_of(session, company.id):
        reaching.write(
            session, person, Message("exchanges_left", key, "/messages", values, (recruiter.id,)), now
        )


def occasion(session: Session, key: str, now: datetime) -> str:
    """Return what names a letter: told once an announcement, or once a day, since a reminder comes back."""
    return key if queue.heard(session) else f"{key}:{now.astimezone(PARIS).date()}"
