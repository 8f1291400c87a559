"""Who closes their account for good: what nobody would be left for, and who must be replaced first."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.people.companies import LastColleague
from app.people.models import Membership, Organisation, Person
from app.people.rules import Belonging, Who
from app.words import N_


def others_sign_in(
    person_id: UUID, role: str, organisation_id: InstrumentedAttribute[UUID] | UUID | None
) -> ColumnElement[bool]:
    """Say in SQL that somebody else of a role, in an organisation or the operator's, can sign in."""
    return exists().where(
        Membership.role == role,
        Membership.organisation_id.is_not_distinct_from(organisation_id),
        Membership.ended_at.is_(None),
        Membership.person_id != person_id,
        Person.id == Membership.person_id,
        Person.password_hash.is_not(None),
        Person.suspended_at.is_(None),
        Person.erased_at.is_(None),
    )


def alone_in(session: Session, who: Who) -> Sequence[Belonging]:
    """Return where nobody could sign in any more if this person went."""
    return [
        one
        for one in who.belongings
        if not session.scalar(select(others_sign_in(who.person_id, one.role, one.organisation_id)))
    ]


def companies_left(session: Session, who: Who) -> Sequence[Belonging]:
    """Return the companies of which nobody would be left: what is theirs ends, who waits for them is told."""
    return [one for one in alone_in(session, who) if one.role == "recruiter"]


def needed_by(session: Session, who: Who) -> Sequence[Belonging]:
    """Return where somebody is the last on whom others depend: the service, a structure with residents."""
    return [
        one
        for one in alone_in(session, who)
        if one.role == "admin" or (one.role == "adviser" and accompanies(session, one.organisation_id))
    ]


def accompanies(session: Session, structure_id: UUID | None) -> bool:
    """Tell whether a structure accompanies anybody."""
    resident = exists().where(
        Membership.organisation_id == structure_id,
        Membership.role == "resident",
        Membership.ended_at.is_(None),
        Person.id == Membership.person_id,
        Person.erased_at.is_(None),
    )
    return bool(session.scalar(select(resident)))


def require_replaced(session: Session, who: Who) -> None:
    """Raise LastColleague for the last operator, or adviser of residents; two at once take turns."""
    if "admin" in who.roles:
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("operators leave", 0))))
    mine = [one.organisation_id for one in who.belongings if one.organisation_id]
    held = select(Organisation.id).where(Organisation.id.in_(mine)).order_by(Organisation.id)
    # What others write of the organisation meanwhile does not wait: they may hold what this waits for.
    session.execute(held.with_for_update(key_share=True))
    if needed_by(session, who):
        raise LastColleague(
            N_("Vous êtes la dernière personne : une autre doit d’abord pouvoir se connecter.")
        )
