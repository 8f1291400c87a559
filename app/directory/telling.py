"""Who hears of needs: letters posted when the news of one are told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail
from app.directory import hearing
from app.directory.models import Need, NeedProposal
from app.directory.needs import WHOLE_NEED, proposed_counts
from app.paris import day_of
from app.people import queries as people
from app.people import recruiters
from app.people.blocks import has_blocked
from app.people.models import Organisation, Person
from app.people.reaching import Message, tell, write
from app.profiles.models import Profile
from app.profiles.queries import published


def tell_advisers(session: Session, need_id: UUID, now: datetime) -> None:
    """Tell the advisers of the department who want to know that a company looks for somebody."""
    need = whole(session, need_id)
    if need is None or need.state != "open":
        return
    around = select(Organisation.id).where(
        Organisation.kind == "structure",
        Organisation.state == "verified",
        Organisation.department == need.department,
    )
    values = {"company": need.company.name, "job": need.job.label}
    said = Message("need_published", f"need:{need.id}", f"/accompagnement/besoins/{need.id}", values)
    advisers = people.members("adviser", session.scalars(around).all())
    for adviser in session.scalars(advisers.where(Person.suspended_at.is_(None), hearing.hears())):
        stop = {"unsubscribe": hearing.stop_page_path(adviser.id)}
        write(session, adviser, replace(said, values=values | stop), now)


def tell_resident(session: Session, proposal_id: UUID, now: datetime) -> None:
    """Tell a resident that their adviser proposes them, unless they said no already."""
    proposal = session.get(NeedProposal, proposal_id)
    need = whole(session, proposal.need_id) if proposal else None
    profile = session.get(Profile, proposal.profile_id) if proposal else None
    resident = people.person(session, profile.person_id) if profile else None
    if need is None or proposal is None or proposal.declined_at or resident is None:
        return
    if need.state != "open" or need.company.state == "suspended":
        return
    structure = people.organisation(session, proposal.structure_id)
    values = {
        "company": need.company.name,
        "job": need.job.label,
        "structure": structure.name if structure else "",
    }
    said = Message("need_proposed", f"proposal:{proposal_id}", "/moi/propositions", values)
    tell(session, resident, said, now)


def tell_company(session: Session, need_id: UUID, now: datetime) -> None:
    """Tell who stated a need that people are proposed; not before they may see them."""
    need = whole(session, need_id)
    if need is not None and need.company.state == "verified":
        tell_authors(session, need, "need_answered", now)


def tell_agreed(session: Session, proposal_id: UUID, now: datetime) -> None:
    """Tell who stated a need that somebody proposed for it would like to; not before they may see them."""
    proposal = session.get(NeedProposal, proposal_id)
    need = whole(session, proposal.need_id) if proposal else None
    if proposal is None or need is None or not is_open_to(session, proposal, need):
        return
    profile = session.get_one(Profile, proposal.profile_id)
    values = {"job": need.job.label, "candidate": profile.shown_name}
    path = f"/candidats/{profile.slug}#ecrire"
    said = Message("need_agreed", f"proposal:{proposal_id}", path, values, (profile.person_id,))
    for person in authors_of(session, need):
        write(session, person, said, now)


def tell_agreed_again(session: Session, profile_id: UUID, now: datetime) -> None:
    """Tell who stated needs of the yes of somebody who is back from a break, unless they heard of it already.

    An older yes is left: nothing would tell whether its letter was written.
    """
    recent = select(NeedProposal.id).where(
        NeedProposal.profile_id == profile_id, NeedProposal.agreed_at > now - mail.REMEMBERED
    )
    for proposal_id in session.scalars(recent.order_by(NeedProposal.id)).all():
        if not mail.is_written(session, f"proposal:{proposal_id}", ("need_agreed",)):
            tell_agreed(session, proposal_id, now)


def is_open_to(session: Session, proposal: NeedProposal, need: Need) -> bool:
    """Tell whether the company of an open need, which is verified, sees the resident who said yes."""
    if proposal.agreed_at is None or need.state != "open" or need.company.state != "verified":
        return False
    shown = published().where(Profile.id == proposal.profile_id)
    seen = shown.where(~has_blocked(Profile.person_id, [need.company_id]))
    return proposal.declined_at is None and session.scalar(seen.with_only_columns(Profile.id)) is not None


def tell_verified(session: Session, company_id: UUID, now: datetime) -> None:
    """Tell a company that was verified who is proposed for its needs meanwhile."""
    own = select(Need.id).where(Need.company_id == company_id, Need.state == "open").order_by(Need.id)
    need_ids = session.scalars(own).all()
    for need_id in proposed_counts(session, need_ids):
        tell_company(session, need_id, now)


def ask_whether_it_stands(session: Session, need_id: UUID, now: datetime) -> None:
    """Ask who stated a need whether it is filled, before it ends by itself."""
    need = whole(session, need_id)
    if need is not None and need.state == "open" and need.company.state != "suspended":
        tell_authors(session, need, "need_ends_soon", now, {"until": day_of(need.expires_at)})


def tell_authors(
    session: Session, need: Need, template: str, now: datetime, more: Mapping[str, object] | None = None
) -> None:
    """Write to who stated a need how many are proposed, and `more` that the letter says."""
    count = proposed_counts(session, (need.id,)).get(need.id, 0)
    values = {"job": need.job.label, "count": count} | dict(more or {})
    said = Message(template, f"need:{need.id}", f"/besoins/{need.id}", values)
    for person in authors_of(session, need):
        write(session, person, said, now)


def authors_of(session: Session, need: Need) -> Sequence[Person]:
    """Return who stated a need, or the colleagues of one who left."""
    colleagues = recruiters.recruiters_of(session, need.company_id)
    return [one for one in colleagues if one.id == need.author_id] or colleagues


def whole(session: Session, need_id: UUID) -> Need | None:
    """Return a need with its job, place and company, None once it is gone."""
    return session.scalar(select(Need).where(Need.id == need_id).options(*WHOLE_NEED))
