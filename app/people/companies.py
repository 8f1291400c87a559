"""A company by itself: what residents read of it, who answers them, and its recruiters by invitation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import mail, queue
from app.errors import Conflict, NotFound
from app.people import invitations, queries, service, sessions
from app.people.invitations import EmailTaken, Invited, NobodyToInvite
from app.people.models import Membership, Organisation, Person
from app.people.rules import Who, may_describe, may_recruit
from app.settings import Settings
from app.words import N_


class CompanyUnknown(NotFound):
    """The company does not exist, or not for this person."""


class LastColleague(Conflict):
    """Somebody must stay who can sign in: for the company, for a structure's residents, for the service."""

    slug = "dernier-collegue"
    title = N_("Il faut que quelqu’un reste")


@dataclass(frozen=True)
class Described:
    """What a company says of itself: `sectors` are of the NAF, `engagement` one of rules.ENGAGEMENTS.

    `answering` are its recruiters who are named to residents as those who answer.
    """

    city: str
    about: str | None
    sectors: Collection[str]
    engagement: str | None
    engagement_name: str | None
    engaged_on: date | None
    answering: Collection[UUID]


def describe(session: Session, who: Who, company_id: UUID, said: Described) -> Organisation:
    """Write what a company says of itself; raise CompanyUnknown for anybody but its own recruiters."""
    company = own(session, who, company_id)
    engaged = said.engagement in ("contrat_de_ville", "charter")
    company.city, company.about = said.city, said.about
    company.sectors, company.engagement = sorted(said.sectors), said.engagement
    company.engagement_name = said.engagement_name if engaged else None
    company.engaged_on = said.engaged_on if engaged else None
    for member in queries.members_of(session, company_id):
        member.answers = member.person_id in said.answering
    session.flush()
    return company


def own(session: Session, who: Who, company_id: UUID) -> Organisation:
    """Return a company that somebody recruits for and may describe; raise CompanyUnknown."""
    company = queries.organisation(session, company_id)
    if company is None or not may_describe(who, company_id):
        raise CompanyUnknown
    return company


def open_to_residents(session: Session, company_id: UUID) -> Organisation:
    """Return a company that residents may read about, a verified one; raise CompanyUnknown."""
    company = queries.organisation(session, company_id)
    if company is None or (company.kind, company.state) != ("company", "verified"):
        raise CompanyUnknown
    return company


def invite(
    session: Session, who: Who, company_id: UUID, invited: Invited, now: datetime, settings: Settings
) -> Person:
    """Make a colleague's account, or give a former colleague back theirs, and mail the invitation.

    Raise EmailTaken, or NobodyToInvite for a company that is not verified or not the recruiter's.
    """
    require_recruiter(who, company_id)
    try:
        person = invitations.make_account(session, invited, now)
        invitations.join(session, person, "recruiter", company_id, now)
    except EmailTaken:
        person = back_again(session, str(invited.email), company_id)
    invitations.send(session, who, person, now, invitations.life_of(settings, at_desk=False))
    return person


def back_again(session: Session, email: str, company_id: UUID) -> Person:
    """Return somebody who left the company and has joined no other; raise EmailTaken for anybody else."""
    person = queries.person_of_email(session, email)
    mine = select(Membership).where(Membership.person_id == person.id) if person else None
    memberships = session.scalars(mine).all() if mine is not None else ()
    former = [one for one in memberships if one.organisation_id == company_id]
    if person is None or person.suspended_at or len(former) != len(memberships) or not former:
        raise EmailTaken
    if not former[0].ended_at or former[0].role != "recruiter":
        raise EmailTaken
    former[0].ended_at = None
    session.flush()
    return person


def renew(
    session: Session, who: Who, company_id: UUID, person_id: UUID, now: datetime, settings: Settings
) -> Person:
    """Mail a fresh invitation to a colleague who has not come yet; raise NobodyToInvite for anybody else.

    An account that is open is out of reach: the link would open it.
    """
    require_recruiter(who, company_id)
    colleague = queries.member_of(session, company_id, person_id)
    if colleague is None or colleague.password_hash or queries.has_come(session, person_id):
        raise NobodyToInvite
    invitations.send(session, who, colleague, now, invitations.life_of(settings, at_desk=False))
    return colleague


def remove(session: Session, who: Who, company_id: UUID, person_id: UUID, now: datetime) -> None:
    """End somebody's part in a company and their sessions; who never came is forgotten altogether.

    Announced as `member.left`, with their id: colleagues go on with what they had begun.  Raise
    CompanyUnknown, or LastColleague when nobody would be left who can sign in.
    """
    own(session, who, company_id)
    # Two who remove each other at once take turns: one stays.
    session.execute(select(Organisation.id).where(Organisation.id == company_id).with_for_update())
    members = queries.members_of(session, company_id)
    if person_id not in {one.person_id for one in members}:
        raise CompanyUnknown
    others = (one.person for one in members if one.person_id != person_id)
    if not any(one.password_hash and not one.suspended_at for one in others):
        raise LastColleague(N_("Invitez d’abord un collègue, et attendez qu’il ait ouvert son accès."))
    end = update(Membership).where(
        Membership.person_id == person_id,
        Membership.organisation_id == company_id,
        Membership.ended_at.is_(None),
    )
    session.execute(end.values(ended_at=now, answers=False))
    invitations.withdraw(session, person_id)
    if queries.has_come(session, person_id):
        sessions.close_all_sessions(session, person_id, now)
        queue.announce(session, "member.left", person_id)
    else:
        mail.erase_person(session, person_id, now)
        service.erase_person(session, person_id, now)


def require_recruiter(who: Who, company_id: UUID) -> None:
    """Raise NobodyToInvite for anybody but a recruiter of this verified company."""
    if not may_recruit(who, company_id):
        raise NobodyToInvite
