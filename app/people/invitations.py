"""Invitations: a single-use link that opens an account, for minutes at the desk or days by post."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager

from app import mail
from app.errors import Conflict, Gone, Invalid, NotFound
from app.people import neighbourhoods, queries, sessions
from app.people.models import Invitation, Membership, Organisation, Person
from app.people.passwords import hash_password
from app.people.rules import Who, may_accompany, may_administer, phone_digits
from app.people.service import require_birth
from app.settings import Settings
from app.signing import token_sha256
from app.words import N_

# Who may be invited, by role: the letter, and as what it names the one who invites, if it does.
LETTERS = {
    "resident": ("invitation", "adviser"),
    "adviser": ("adviser_invitation", ""),
    "recruiter": ("colleague_invitation", "colleague"),
}


class InvitationUnknown(NotFound):
    """No invitation has this token, or a newer one took its place."""

    title = N_("Cette invitation n’existe pas")


class InvitationUsed(Gone):
    """The invitation has opened its account already."""

    slug = "invitation-deja-utilisee"
    title = N_("Cette invitation a déjà servi")


class InvitationExpired(Gone):
    """The invitation is too old."""

    slug = "invitation-expiree"
    title = N_("Cette invitation n’est plus valable")


class EmailTaken(Conflict):
    """The e-mail address has an account already."""

    slug = "adresse-deja-prise"
    title = N_("Cette adresse e-mail a déjà un compte")


class NobodyToInvite(NotFound):
    """The person, or the organisation to invite into, does not exist for the one who invites."""


@dataclass(frozen=True)
class Invited:
    """Who is invited, and `at_desk` (the QR code is scanned now) or by post.

    `lives_in_qpv` is what the adviser attests, None when not asked; `home_commune` is an INSEE code.
    """

    given_name: str
    family_name: str
    born_on: date | None = None
    email: str | None = None
    phone: str | None = None
    lives_in_qpv: bool | None = None
    home_commune: str | None = None
    at_desk: bool = False


@dataclass(frozen=True)
class Life:
    """How long an invitation is valid: minutes at the desk, days by post."""

    at_desk: bool
    length: timedelta


@dataclass(frozen=True)
class Opened:
    """A valid invitation: to whom, into what, by whom."""

    row: Invitation
    person: Person
    structure: Organisation
    inviter: Person
    role: str


def invite(
    session: Session, who: Who, structure_id: UUID, invited: Invited, now: datetime, settings: Settings
) -> tuple[Person, str]:
    """Make a resident's account in the structure and return it with the token of its invitation.

    By post, the invitation is also mailed when there is an address.  Raise Invalid, EmailTaken, or
    NobodyToInvite for a structure that is not the adviser's.
    """
    if not may_accompany(who, structure_id):
        raise NobodyToInvite
    person = make_account(session, invited, now)
    join(session, person, "resident", structure_id, now)
    return person, send(session, who, person, now, life_of(settings, at_desk=invited.at_desk))


def invite_adviser(
    session: Session, who: Who, structure_id: UUID, invited: Invited, now: datetime, settings: Settings
) -> tuple[Person, str]:
    """Make an adviser's account in a structure and return it with the token; raise as `invite` does."""
    structure = queries.organisation(session, structure_id)
    if not may_administer(who) or structure is None or structure.kind != "structure":
        raise NobodyToInvite
    person = make_account(session, invited, now)
    join(session, person, "adviser", structure_id, now)
    return person, send(session, who, person, now, life_of(settings, at_desk=invited.at_desk))


def renew(
    session: Session, who: Who, person_id: UUID, now: datetime, settings: Settings, *, at_desk: bool
) -> str:
    """Return the token of a fresh invitation for a resident whose link or password is lost; older ones die.

    Raise NobodyToInvite unless the one who asks accompanies the resident.
    """
    person = queries.person(session, person_id)
    if person is None or not may_accompany(who, queries.structure_of(session, person_id)):
        raise NobodyToInvite
    return send(session, who, person, now, life_of(settings, at_desk=at_desk))


def renew_adviser(
    session: Session, who: Who, structure_id: UUID, person_id: UUID, now: datetime, settings: Settings
) -> tuple[Person, str]:
    """Return an adviser who has not opened their account yet, with the token of a fresh invitation.

    An account that is open, and whoever is no adviser of this structure, are out of the operator's reach: the
    link would open them.  Raise NobodyToInvite.
    """
    person = queries.invitable_adviser(session, structure_id, person_id)
    if person is None or not may_administer(who):
        raise NobodyToInvite
    return person, send(session, who, person, now, life_of(settings, at_desk=False))


def life_of(settings: Settings, *, at_desk: bool) -> Life:
    """Return how long the settings let an invitation live."""
    if at_desk:
        return Life(at_desk, timedelta(minutes=settings.invitation_desk_minutes))
    return Life(at_desk, timedelta(days=settings.invitation_post_days))


def make_account(session: Session, invited: Invited, now: datetime) -> Person:
    """Make an account without a password; raise Invalid, or EmailTaken, when two ask at once too."""
    if invited.born_on:
        require_birth(invited.born_on, now.date())
    if invited.email and queries.person_of_email(session, invited.email):
        raise EmailTaken
    home = neighbourhoods.attested(session, lives=invited.lives_in_qpv)
    person = Person(
        given_name=invited.given_name,
        family_name=invited.family_name,
        born_on=invited.born_on,
        email=invited.email or None,
        phone=phone_digits(invited.phone or "") or None,
        lives_in_qpv=home.lives,
        qpv_known_by=home.known_by,
        qpv_vintage=home.vintage,
        home_commune=invited.home_commune or None,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as taken:
        raise EmailTaken from taken
    return person


def join(session: Session, person: Person, role: str, organisation_id: UUID, now: datetime) -> None:
    """Make a person a member of an organisation."""
    session.add(Membership(person_id=person.id, organisation_id=organisation_id, role=role, created_at=now))
    session.flush()


def send(session: Session, who: Who, person: Person, now: datetime, life: Life) -> str:
    """Write the one standing invitation of a person, mail it when it goes by post, return its token.

    Raise NobodyToInvite.
    """
    if not queries.none_erased(session, (person.id,)):
        raise NobodyToInvite
    role, structure = belonging(session, person.id)
    token = secrets.token_urlsafe(32)
    withdraw(session, person.id)
    session.add(
        Invitation(
            person_id=person.id,
            structure_id=structure.id,
            invited_by=who.person_id,
            token_sha256=token_sha256(token),
            created_at=now,
            expires_at=now + life.length,
        )
    )
    session.flush()
    if person.email and not life.at_desk:
        template, inviter_as = LETTERS[role]
        values = {"name": person.given_name, "structure": structure.name, "days": life.length.days}
        inviter = {inviter_as: who.name} if inviter_as else {}
        values |= inviter | {"path": f"/invitation/{token}"}
        to = queries.mailbox(person)
        mail.post(session, to, template, values, now, about=(who.person_id,) if inviter else ())
    return token


def withdraw(session: Session, person_id: UUID) -> None:
    """Let the link that is out die."""
    standing = Invitation.accepted_at.is_(None)
    session.execute(delete(Invitation).where(Invitation.person_id == person_id, standing))


def forget_inviter(session: Session, person_id: UUID, now: datetime) -> None:  # noqa: ARG001 - as rights calls it
    """Let the invitations that somebody who is erased wrote, and that have not left, name them no more."""
    for template, inviter_as in LETTERS.values():
        for letter in mail.unsent_about(session, template, person_id):
            mail.name_no_more(session, letter, person_id, {**letter.values, inviter_as: ""})


def belonging(session: Session, person_id: UUID) -> tuple[str, Organisation]:
    """Return the role and the organisation of somebody who is invited; raise NobodyToInvite for others."""
    query = (
        select(Membership)
        .join(Membership.organisation)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
        .where(Membership.role.in_(LETTERS), Organisation.kind.in_(("structure", "company")))
        .options(contains_eager(Membership.organisation))
        .order_by(Membership.created_at.desc())
    )
    found = session.scalars(query).first()
    if found is None or found.organisation is None:
        raise NobodyToInvite
    return found.role, found.organisation


def opened(session: Session, token: str, now: datetime) -> Opened:
    """Return what an invitation is; raise InvitationUnknown, InvitationUsed or InvitationExpired."""
    row = session.scalar(select(Invitation).where(Invitation.token_sha256 == token_sha256(token)))
    person = queries.person(session, row.person_id) if row else None
    inviter = session.get(Person, row.invited_by) if row else None
    if row is None or person is None or inviter is None or person.suspended_at:
        raise InvitationUnknown(N_("Vérifier l’adresse, ou demander un nouveau lien."))
    if row.accepted_at is not None:
        raise InvitationUsed
    if row.expires_at <= now:
        raise InvitationExpired
    role, structure = belonging(session, person.id)
    return Opened(row, person, structure, inviter, role)


def accept(session: Session, token: str, password: str | None, now: datetime) -> Person:
    """Open the account of an invitation, once; earlier sessions end when a password is set.

    A resident whose e-mail is known may have no password.  Raise as `opened` does, or Invalid.
    """
    invitation = opened(session, token, now)
    person = invitation.person
    if not password and not (invitation.role == "resident" and person.email):
        raise Invalid(errors={"password": N_("Choisis un mot de passe.")})
    kept = hash_password(password) if password else None
    use = update(Invitation).where(Invitation.id == invitation.row.id, Invitation.accepted_at.is_(None))
    if not session.scalar(use.values(accepted_at=now).returning(Invitation.id)):
        raise InvitationUsed
    if kept:
        person.password_hash = kept
        sessions.close_all_sessions(session, person.id, now)
        session.flush()
    return person
