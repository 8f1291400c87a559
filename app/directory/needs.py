"""Needs: a company says whom it looks for, reads what it said, and time ends what nobody kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from app import queue
from app.directory.models import Need, NeedProposal
from app.directory.rules import NEEDS_A_DAY_MAX, OPEN_NEEDS_MAX, Brief
from app.directory.shortlist import ON_A_CARD
from app.errors import Conflict, NotFound
from app.people.blocks import has_blocked
from app.people.leaving import others_sign_in
from app.people.models import Membership, Organisation
from app.people.rules import Who
from app.profiles.models import Profile
from app.profiles.queries import published, visible_to
from app.words import N_

WHOLE_NEED = (joinedload(Need.job), joinedload(Need.commune), joinedload(Need.company))


class NeedNotFound(NotFound):
    """There is no such need, or it is another company's or another territory's."""


class NeedStateForbids(Conflict):
    """The need is not in a state where this can be done."""

    slug = "etat-du-besoin"
    title = N_("Ce besoin n’est plus dans cet état")


class TooManyNeeds(Conflict):
    """The company has as many open needs as advisers can be asked to read."""

    slug = "trop-de-besoins"
    title = N_("Votre entreprise a déjà beaucoup de besoins ouverts")


@dataclass(frozen=True)
class Stated:
    """A need of one's company, with how many residents are proposed for it."""

    need: Need
    proposed: int


def publish(session: Session, who: Who, brief: Brief, now: datetime, open_days: int) -> Need:
    """Say to the advisers of a department what the recruiter's company looks for, and return it.

    The same thing said twice is one need.  Raise NeedNotFound for somebody of no company, or of a suspended
    one, and TooManyNeeds.
    """
    company_id = stating_company(who)
    wait_turn(session, company_id)
    require_few_today(session, company_id, now)
    standing = open_needs(session, company_id)
    if same := next((need for need in standing if brief_of(need) == brief), None):
        return same
    require_room(standing)
    need = Need(
        company_id=company_id,
        author_id=who.person_id,
        job_code=brief.job_code,
        contract=brief.contract or None,
        department=brief.department,
        insee=brief.insee or None,
        starts_on=brief.starts_on,
        posts=brief.posts,
        word=brief.word,
        published_at=now,
        expires_at=now + timedelta(days=open_days),
    )
    session.add(need)
    session.flush()
    queue.announce(session, "need.published", need.id)
    return need


def wait_turn(session: Session, company_id: UUID) -> None:
    """Let two clicks, or two colleagues, that open needs of a company wait for each other."""
    key = func.hashtextextended(f"needs:{company_id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))


def open_needs(session: Session, company_id: UUID) -> Sequence[Need]:
    """Return the open needs of a company."""
    return session.scalars(select(Need).where(Need.company_id == company_id, Need.state == "open")).all()


def require_room(standing: Sequence[Need]) -> None:
    """Raise TooManyNeeds for a company that has as many open needs as one may."""
    if len(standing) >= OPEN_NEEDS_MAX:
        raise TooManyNeeds(N_("Fermez d’abord ceux qui sont pourvus, ou qui ne sont plus d’actualité."))


def require_few_today(session: Session, company_id: UUID, now: datetime) -> None:
    """Raise TooManyNeeds for a company whose needs of the day, closed or not, have all been mailed."""
    query = select(func.count()).where(Need.company_id == company_id)
    today = session.scalar(query.where(Need.published_at > now - timedelta(days=1))) or 0
    if today >= NEEDS_A_DAY_MAX:
        raise TooManyNeeds(N_("Les conseillers ont déjà reçu ceux d’aujourd’hui : revenez demain."))


def stating_company(who: Who) -> UUID:
    """Return the company for which a recruiter speaks, verified or waiting for it; raise NeedNotFound."""
    verified = who.organisations("recruiter")
    waiting = [
        one.organisation_id
        for one in who.belongings
        if one.role == "recruiter" and one.organisation_state == "pending" and one.organisation_id
    ]
    if not verified and not waiting:
        raise NeedNotFound
    return (*verified, *waiting)[0]


def brief_of(need: Need) -> Brief:
    """Return what a need asks for, as it was asked."""
    return Brief(
        job_code=need.job_code,
        department=need.department,
        contract=need.contract or "",
        insee=need.insee or "",
        starts_on=need.starts_on,
        posts=need.posts,
        word=need.word,
    )


def of_own_companies(who: Who) -> Select[Need]:
    """Select the needs of a recruiter's companies, whoever stated them and whatever the company's state."""
    own = who.organisations("recruiter", verified=False)
    return select(Need).where(Need.company_id.in_(own)).options(*WHOLE_NEED)


def of_company(session: Session, who: Who) -> Sequence[Stated]:
    """Return the needs of a recruiter's companies: the open ones first, then the newest."""
    query = of_own_companies(who).where(Need.state != "undone")
    query = query.order_by((Need.state == "open").desc(), Need.id.desc())
    needs = session.scalars(query).all()
    counts = proposed_counts(session, [need.id for need in needs])
    return [Stated(need, counts.get(need.id, 0)) for need in needs]


def one_of_company(session: Session, who: Who, need_id: UUID) -> Need | None:
    """Return a need of a recruiter's companies as it is now, None for anybody else's."""
    query = of_own_companies(who).where(Need.id == need_id)
    return session.scalar(query.execution_options(populate_existing=True))


def proposed_counts(session: Session, need_ids: Collection[UUID]) -> dict[UUID, int]:
    """Count the residents proposed for each of these needs who are shown and did not say no."""
    shown = published().with_only_columns(Profile.id)
    query = (
        select(NeedProposal.need_id, func.count())
        .join(Need, Need.id == NeedProposal.need_id)
        .join(Profile, Profile.id == NeedProposal.profile_id)
        .where(NeedProposal.need_id.in_(need_ids), stands(), NeedProposal.profile_id.in_(shown))
        .where(~has_blocked(Profile.person_id, [Need.company_id]))
        .group_by(NeedProposal.need_id)
    )
    return {need_id: count for need_id, count in session.execute(query)}  # noqa: C416 - rows are no pairs for mypy


def stands() -> ColumnElement[bool]:
    """Say in SQL that the resident did not say no to a proposal."""
    return NeedProposal.declined_at.is_(None)


def proposals_for(session: Session, who: Who, need: Need) -> Sequence[tuple[NeedProposal, Profile]]:
    """Return who is proposed for a need and exists for this recruiter, the last one first.

    Nobody, as long as the company is not verified.
    """
    query = (
        select(NeedProposal, Profile)
        .join(Profile, Profile.id == NeedProposal.profile_id)
        .where(NeedProposal.need_id == need.id, stands())
        .where(Profile.id.in_(visible_to(who).with_only_columns(Profile.id)))
        .order_by(NeedProposal.proposed_at.desc(), NeedProposal.id.desc())
        .options(joinedload(NeedProposal.structure), *ON_A_CARD)
    )
    return [(proposal, profile) for proposal, profile in session.execute(query)]


def expire_needs(session: Session, now: datetime) -> int:
    """End the needs that nobody kept in time; return how many."""
    old = update(Need).where(Need.state == "open", Need.expires_at <= now)
    return len(session.scalars(old.values(state="expired", ended_at=now).returning(Need.id)).all())


def remind_of_needs(session: Session, now: datetime, days_before: int) -> int:
    """Ask once whether the needs that end soon still stand; return how many."""
    soon = update(Need).where(
        Need.state == "open",
        Need.reminded_at.is_(None),
        Need.expires_at <= now + timedelta(days=days_before),
        Need.expires_at > now,
    )
    reminded = session.scalars(soon.values(reminded_at=now).returning(Need.id)).all()
    for need_id in reminded:
        queue.announce(session, "need.ends_soon", need_id)
    return len(reminded)


def exported_needs(session: Session, person_id: UUID) -> dict[str, object]:
    """Return the needs that a person stated, those they were proposed for, and those they proposed for."""
    columns = ("job_code", "contract", "department", "starts_on", "posts", "word", "state", "published_at")
    stated = session.scalars(select(Need).where(Need.author_id == person_id).order_by(Need.id))
    proposed = (
        select(NeedProposal, Organisation.name, Profile.person_id)
        .join(Need, Need.id == NeedProposal.need_id)
        .join(Organisation, Organisation.id == Need.company_id)
        .join(Profile, Profile.id == NeedProposal.profile_id)
        .where(or_(Profile.person_id == person_id, NeedProposal.adviser_id == person_id))
        .order_by(NeedProposal.id)
    )
    return {
        "needs": [{name: getattr(need, name) for name in columns} for need in stated],
        "proposals": [
            {
                "proposed": "me" if about == person_id else "somebody else, by me",
                "company": company,
                "word": proposal.word,
                "proposed_at": proposal.proposed_at,
                "agreed_at": proposal.agreed_at,
                "declined_at": proposal.declined_at,
            }
            for proposal, company, about in session.execute(proposed)
        ],
    }


def forget_needs(session: Session, person_id: UUID, now: datetime) -> None:
    """Forget where a person is proposed, and that they stated or proposed anything: that stays, without them.

    Their own words go with them; what is looked for is the company's.
    A company of which nobody is left looks for nobody.
    """
    of_person = select(Profile.id).where(Profile.person_id == person_id)
    session.execute(delete(NeedProposal).where(NeedProposal.profile_id.in_(of_person)))
    session.execute(update(Need).where(Need.author_id == person_id).values(author_id=None, word=""))
    by_person = update(NeedProposal).where(NeedProposal.adviser_id == person_id)
    session.execute(by_person.values(adviser_id=None))
    mine = select(Membership.organisation_id).where(
        Membership.person_id == person_id, Membership.ended_at.is_(None), Membership.role == "recruiter"
    )
    theirs = list(filter(None, session.scalars(mine.order_by(Membership.organisation_id))))
    for company_id in theirs:
        wait_turn(session, company_id)
    others = others_sign_in(person_id, "recruiter", Need.company_id)
    alone = update(Need).where(Need.state == "open", Need.company_id.in_(theirs), ~others)
    session.execute(alone.values(state="closed", ended_at=now))
