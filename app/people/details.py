"""How somebody is reached: a phone corrected at once, an e-mail address once its mailbox has answered."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import mail
from app.db import new_id
from app.errors import Invalid, NotFound
from app.people import invitations, queries, service
from app.people.invitations import EmailTaken, NobodyToInvite
from app.people.models import EmailChange, Person, SignInLink
from app.people.rules import Who, is_mobile, may_accompany
from app.settings import Settings
from app.signing import token_sha256
from app.words import N_


class EmailChangeUnknown(NotFound):
    """No change of address has this token; or it is too old, or done."""

    title = N_("Ce lien ne marche pas, ou plus")


@dataclass(frozen=True)
class Details:
    """A person's phone (None for none) and e-mail address (None: as it is) as they are to be."""

    phone: str | None
    email: str | None

    def moves(self, person: Person) -> str:
        """Return the new address, empty when it is the one that the person has."""
        email = self.email or ""
        return "" if email.lower() == (person.email or "").lower() else email


def correct(session: Session, person_id: UUID, details: Details, now: datetime, settings: Settings) -> bool:
    """Write the phone, and mail a link to a new address; tell whether one was mailed.  Raise EmailTaken."""
    person = held(session, person_id)
    email = details.moves(person)
    if email:
        ask(session, person, email, now, settings)
    person.phone = details.phone
    session.flush()
    return bool(email)


def correct_for(
    session: Session, who: Who, person_id: UUID, details: Details, now: datetime, settings: Settings
) -> bool:
    """Do as `correct` for a resident of the adviser's structure; raise NobodyToInvite for anybody else's.

    The address of somebody who never came is corrected at once, and the link that went to the wrong one dies.
    """
    if not may_accompany(who, queries.structure_of(session, person_id)):
        raise NobodyToInvite
    if queries.has_come(session, person_id):
        return correct(session, person_id, details, now, settings)
    person = held(session, person_id)
    if email := details.moves(person):
        take(session, person, email)
        invitations.withdraw(session, person.id)
    person.phone = details.phone
    session.flush()
    return False


def choose_channel(session: Session, person_id: UUID, reached_by: str, settings: Settings) -> None:
    """Keep how a resident wants to be told that a company writes, one of REACHED_BY.

    Raise Invalid for an SMS without a mobile number, or where none can leave.
    """
    person = held(session, person_id)
    if reached_by != "mail" and not mail.sends_texts(settings):
        raise Invalid(errors={"reached_by": N_("Aucun SMS ne part d’ici pour l’instant : choisis l’e-mail.")})
    if reached_by != "mail" and not is_mobile(person.phone):
        raise Invalid(errors={"reached_by": N_("Il faut d’abord un numéro de portable, en 06 ou 07.")})
    person.reached_by = reached_by
    session.flush()


def held(session: Session, person_id: UUID) -> Person:
    """Return a person whom nobody erases meanwhile; raise PersonUnknown."""
    person = service.required(session, person_id)
    if not queries.none_erased(session, (person_id,)):
        raise service.PersonUnknown
    return person


def ask(session: Session, person: Person, email: str, now: datetime, settings: Settings) -> None:
    """Mail to a new address the link that makes it the person's; an earlier one dies.  Raise EmailTaken."""
    if queries.person_of_email(session, email):
        raise EmailTaken
    token = secrets.token_urlsafe(32)
    values = {
        "email": email,
        "token_sha256": token_sha256(token),
        "created_at": now,
        "expires_at": now + timedelta(hours=settings.email_change_hours),
    }
    change = insert(EmailChange).values(id=new_id(), person_id=person.id, **values)
    session.execute(change.on_conflict_do_update(index_elements=[EmailChange.person_id], set_=values))
    words = {
        "name": person.given_name,
        "path": f"/compte/adresse/{token}",
        "hours": settings.email_change_hours,
    }
    to = queries.mailbox(person)._replace(address=email)
    mail.post(session, to, "email_change", words, now)


def standing(session: Session, token: str, now: datetime) -> EmailChange:
    """Return the change of a token; raise EmailChangeUnknown."""
    change = session.scalar(select(EmailChange).where(EmailChange.token_sha256 == token_sha256(token)))
    if change is None or change.expires_at <= now:
        raise EmailChangeUnknown(N_("Un tel lien sert une seule fois. « Mon compte » en envoie un autre."))
    return change


def confirm(session: Session, token: str, now: datetime, settings: Settings) -> Person:
    """Make the new address the person's, tell the one before, and return the person.

    Links that sign in and wait in the mailbox before die.  Raise EmailChangeUnknown or EmailTaken.
    """
    change = standing(session, token, now)
    person = held(session, change.person_id)
    before = person.email
    take(session, person, change.email)
    mail.own(session, queries.mailbox(person))
    session.execute(delete(EmailChange).where(EmailChange.id == change.id))
    session.execute(delete(SignInLink).where(SignInLink.person_id == person.id, SignInLink.used_at.is_(None)))
    if before:
        words = {"name": person.given_name, "path": "/connexion", "contact": settings.contact_email}
        to = queries.mailbox(person)._replace(address=before)
        mail.post(session, to, "email_changed", words, now)
    return person


def take(session: Session, person: Person, email: str) -> None:
    """Give an address to a person; raise EmailTaken, when two take it at once too."""
    if queries.person_of_email(session, email):
        raise EmailTaken
    try:
        with session.begin_nested():
            person.email = email
    except IntegrityError as taken:
        raise EmailTaken from taken


def sweep(session: Session, now: datetime) -> int:
    """Forget the addresses whose mailbox never answered; return how many."""
    old = delete(EmailChange).where(EmailChange.expires_at <= now)
    return len(session.scalars(old.returning(EmailChange.id)).all())
