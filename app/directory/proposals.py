"""Answers to needs: advisers of the territory propose their residents, who are told and say yes or no."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from app import queue
from app.db import new_id
from app.directory.models import Need, NeedProposal
from app.directory.needs import WHOLE_NEED, NeedNotFound, NeedStateForbids, stands
from app.directory.shortlist import ON_A_CARD
from app.errors import NotFound
from app.people.blocks import has_blocked
from app.people.models import Organisation, Person
from app.people.rules import Who
from app.profiles.models import Profile
from app.profiles.queries import published
from app.words import N_


class ProposalNotFound(NotFound):
    """There is no such proposal, it is about somebody else, or they said no to it."""


@dataclass(frozen=True)
class Answered:
    """An open need of the territory, with how many residents this adviser's structures propose for it."""

    need: Need
    proposed: int


@dataclass(frozen=True)
class Candidate:
    """A resident who may be proposed for a need: whether the job is one of theirs, and what became of it.

    `standing` is empty for somebody who is not proposed yet, else `proposed`, `agreed` or `declined`.
    """

    profile: Profile
    seeks_job: bool
    standing: str
    proposal_id: UUID | None


@dataclass(frozen=True)
class Proposed:
    """A proposal with the need that it answers, and the structure that made it, for the resident."""

    proposal: NeedProposal
    need: Need


def around(who: Who) -> Select[Need]:
    """Select the open needs in the departments of an adviser's structures; none of a suspended company."""
    departments = select(Organisation.department).where(Organisation.id.in_(who.organisations("adviser")))
    return (
        select(Need)
        .join(Organisation, Organisation.id == Need.company_id)
        .where(
            Need.state == "open",
            Need.department.in_(departments),
            Organisation.state.in_(("pending", "verified")),
        )
    )


def needs_around(session: Session, who: Who) -> Sequence[Answered]:
    """Return the open needs around an adviser, the newest first."""
    needs = session.scalars(around(who).order_by(Need.id.desc()).options(*WHOLE_NEED)).all()
    query = (
        select(NeedProposal.need_id, func.count())
        .where(
            NeedProposal.need_id.in_([need.id for need in needs]),
            NeedProposal.structure_id.in_(who.organisations("adviser")),
            stands(),
        )
        .group_by(NeedProposal.need_id)
    )
    counts = {need_id: count for need_id, count in session.execute(query)}  # noqa: C416 - rows are no pairs for mypy
    return [Answered(need, counts.get(need.id, 0)) for need in needs]


def need_around(session: Session, who: Who, need_id: UUID) -> Need | None:
    """Return an open need around an adviser, None for anything else."""
    return session.scalar(around(who).where(Need.id == need_id).options(*WHOLE_NEED))


def count_around(session: Session, who: Who) -> int:
    """Count the open needs around an adviser."""
    return session.scalar(select(func.count()).select_from(around(who).subquery())) or 0


def candidates_for(session: Session, who: Who, need: Need) -> Sequence[Candidate]:
    """Return the shown residents of an adviser's structures: those who seek the job of the need first."""
    query = own_published(who, need.company_id).options(*ON_A_CARD)
    profiles = session.scalars(query.order_by(Profile.shown_name, Profile.id)).all()
    made = session.scalars(select(NeedProposal).where(NeedProposal.need_id == need.id)).all()
    known = {one.profile_id: (standing_of(one), one.id) for one in made}
    found = [
        Candidate(
            profile,
            any(sought.code == need.job_code for sought in profile.jobs),
            *known.get(profile.id, ("", None)),
        )
        for profile in profiles
    ]
    return sorted(found, key=lambda candidate: not candidate.seeks_job)


def standing_of(proposal: NeedProposal) -> str:
    """Return what became of a proposal: `proposed`, `agreed` or `declined`."""
    if proposal.declined_at:
        return "declined"
    return "agreed" if proposal.agreed_at else "proposed"


def propose(
    session: Session, who: Who, need_id: UUID, profile_ids: Collection[UUID], word: str, now: datetime
) -> int:
    """Propose residents of the adviser's own structures for a need; return how many were not yet.

    Each is told, and so is the company.  Raise NeedNotFound or NeedStateForbids; who is no resident of these
    structures, or is not shown, is left out.
    """
    need = need_around(session, who, need_id)
    if need is None:
        raise NeedNotFound
    # Whoever closes the need, or takes a profile away, waits until this is written, or was waited for.
    state = session.scalar(select(Need.state).where(Need.id == need_id).with_for_update(read=True))
    if state != "open":
        raise NeedStateForbids(N_("L’entreprise vient de le fermer."))
    chosen = own_shown(session, who, need.company_id, profile_ids)
    made = note_proposals(session, who, need_id, chosen, word, now)
    for proposal_id in made:
        queue.announce(session, "need.proposed", proposal_id)
    if made:
        queue.announce(session, "need.answered", need_id)
    return len(made)


def take_back(session: Session, who: Who, need_id: UUID, proposal_id: UUID) -> None:
    """Propose a resident of the adviser's structures no more: they said no aloud, or it was a slip.

    Nothing stays of it: « no » is the resident's word alone, and they may be proposed again.  Raise
    ProposalNotFound.
    """
    query = select(NeedProposal).where(
        NeedProposal.id == proposal_id,
        NeedProposal.need_id == need_id,
        NeedProposal.structure_id.in_(who.organisations("adviser")),
        stands(),
    )
    proposal = session.scalar(query.with_for_update())
    if proposal is None:
        raise ProposalNotFound
    session.delete(proposal)
    session.flush()
    queue.announce(session, "need.declined", proposal_id)


def own_published(who: Who, company_id: UUID) -> Select[Profile]:
    """Select the shown residents of an adviser's structures, without who blocked the company."""
    own = Profile.structure_id.in_(who.organisations("adviser"))
    return published().where(own, ~has_blocked(Profile.person_id, [company_id]))


def own_shown(
    session: Session, who: Who, company_id: UUID, profile_ids: Collection[UUID]
) -> Sequence[Profile]:
    """Return those of these profiles that the adviser may propose to a company, held as they are."""
    own = own_published(who, company_id).where(Profile.id.in_(profile_ids))
    return session.scalars(own.with_for_update(read=True, key_share=True, of=Profile)).all()


def note_proposals(
    session: Session, who: Who, need_id: UUID, profiles: Sequence[Profile], word: str, now: datetime
) -> Sequence[UUID]:
    """Write the proposals that are not there yet, and return their ids."""
    rows = [
        {
            "id": new_id(),
            "need_id": need_id,
            "profile_id": profile.id,
            "structure_id": profile.structure_id,
            "adviser_id": who.person_id,
            "word": word,
            "proposed_at": now,
        }
        for profile in profiles
    ]
    if not rows:
        return []
    new = insert(NeedProposal).values(rows).on_conflict_do_nothing()
    return session.scalars(new.returning(NeedProposal.id)).all()


def all_proposals_of(person_id: UUID) -> Select[NeedProposal, Need]:
    """Select the proposals of a resident, whatever they said, with their needs."""
    return (
        select(NeedProposal, Need)
        .join(Need, Need.id == NeedProposal.need_id)
        .join(Profile, Profile.id == NeedProposal.profile_id)
        .where(Profile.person_id == person_id)
        .options(joinedload(NeedProposal.structure), *WHOLE_NEED)
    )


def proposals_of(person_id: UUID) -> Select[NeedProposal, Need]:
    """Select the proposals of a resident that stand, with their needs."""
    return all_proposals_of(person_id).where(stands())


def proposals_about(session: Session, person_id: UUID) -> Sequence[Proposed]:
    """Return what a resident is proposed for, open needs alone, the last one first."""
    query = proposals_of(person_id).where(is_looked_at()).order_by(NeedProposal.id.desc())
    return [Proposed(*row) for row in session.execute(query)]


def refused_by(session: Session, person_id: UUID) -> Sequence[Proposed]:
    """Return the open needs to which a resident said no, the last no first."""
    query = all_proposals_of(person_id).where(~stands(), is_looked_at())
    query = query.order_by(NeedProposal.declined_at.desc(), NeedProposal.id.desc())
    return [Proposed(*row) for row in session.execute(query)]


def is_looked_at() -> ColumnElement[bool]:
    """Say in SQL that a need is open, and its company not suspended."""
    return and_(Need.state == "open", Need.company.has(Organisation.state != "suspended"))


def unanswered(session: Session, proposal_id: UUID | None = None) -> Sequence[tuple[NeedProposal, Person]]:
    """Return the proposals to which their residents, who are shown, said nothing yet, or that one alone."""
    query = (
        select(NeedProposal, Person)
        .join(Need, Need.id == NeedProposal.need_id)
        .join(Profile, Profile.id == NeedProposal.profile_id)
        .join(Person, Person.id == Profile.person_id)
        .where(stands(), NeedProposal.agreed_at.is_(None), is_looked_at())
        .where(Profile.id.in_(published().with_only_columns(Profile.id)))
    )
    if proposal_id is not None:
        query = query.where(NeedProposal.id == proposal_id)
    return [(proposal, person) for proposal, person in session.execute(query)]


def agree(session: Session, person_id: UUID, proposal_id: UUID, now: datetime) -> None:
    """Say yes to a proposal, as the resident whom it is about: the company reads it; again changes nothing.

    Raise ProposalNotFound, for a need that was ended too.
    """
    proposal = own(session, proposals_of(person_id).where(is_looked_at()), proposal_id)
    if proposal.agreed_at is None:
        proposal.agreed_at = now
        session.flush()
        queue.announce(session, "need.agreed", proposal_id)


def decline(session: Session, person_id: UUID, proposal_id: UUID, now: datetime) -> None:
    """Say no to a proposal, as the resident whom it is about: the company sees it no more.

    Raise ProposalNotFound.
    """
    own(session, proposals_of(person_id), proposal_id).declined_at = now
    session.flush()
    queue.announce(session, "need.declined", proposal_id)


def reconsider(session: Session, person_id: UUID, proposal_id: UUID) -> None:
    """Take a no back, as the resident who said it: the company sees them again, with the yes before it.

    Without one, nothing changes.  Raise ProposalNotFound, for a need that was ended too.
    """
    theirs = all_proposals_of(person_id).where(is_looked_at())
    own(session, theirs, proposal_id).declined_at = None
    session.flush()


def own(session: Session, theirs: Select[NeedProposal, Need], proposal_id: UUID) -> NeedProposal:
    """Return one of these proposals to be changed; raise ProposalNotFound."""
    query = theirs.where(NeedProposal.id == proposal_id).with_for_update(of=NeedProposal)
    row = session.execute(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise ProposalNotFound
    return row[0]
