"""What becomes of a need: its company fills, closes or keeps it, or unsays what was a slip."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.directory.models import Need, NeedProposal
from app.directory.needs import (
    NeedNotFound,
    NeedStateForbids,
    brief_of,
    of_own_companies,
    one_of_company,
    open_needs,
    require_room,
    wait_turn,
)
from app.directory.rules import UNDO_FOR, moved_need
from app.errors import Conflict
from app.people.rules import Who
from app.words import N_


class NeedAlreadyOpen(Conflict):
    """The company looks for just this already: `need_id` says where."""

    slug = "besoin-deja-ouvert"
    title = N_("Ce besoin est déjà ouvert")

    def __init__(self, need_id: UUID) -> None:
        super().__init__(N_("Votre entreprise cherche déjà cela : le besoin ouvert suffit."))
        self.need_id = need_id


def move(session: Session, who: Who, need_id: UUID, how: str, now: datetime, open_days: int) -> Need:
    """Say that a need is filled, closed, still stands (`keep`), or was a slip (`undo`).

    Raise NeedNotFound, NeedStateForbids, and for one that would be opened again NeedAlreadyOpen or, beside so
    many, TooManyNeeds.
    """
    need = held(session, who, need_id)
    state = moved_need(need.state, how)
    if state is None:
        raise NeedStateForbids(N_("Rechargez la page pour voir où il en est."))
    if state == "undone" and not may_undo(session, need, now):
        raise NeedStateForbids(N_("Des conseillers l’ont lu, ou y ont répondu : fermez-le plutôt."))
    if state == "open" != need.state:
        require_new(session, need)
    need.state, need.reminded_at = state, None
    need.ended_at = None if state == "open" else now
    if state == "open":
        need.expires_at = now + timedelta(days=open_days)
    session.flush()
    return need


def may_undo(session: Session, need: Need, now: datetime) -> bool:
    """Tell whether a need can be unsaid: soon after it was stated, and before anybody was proposed."""
    answered = select(exists().where(NeedProposal.need_id == need.id))
    is_fresh = need.state == "open" and now < need.published_at + UNDO_FOR
    return is_fresh and not session.scalar(answered)


def require_new(session: Session, need: Need) -> None:
    """Raise NeedAlreadyOpen, or TooManyNeeds, for a need that would be opened beside the open ones."""
    standing = open_needs(session, need.company_id)
    if same := next((one for one in standing if brief_of(one) == brief_of(need)), None):
        raise NeedAlreadyOpen(same.id)
    require_room(standing)


def just_stated(session: Session, who: Who, need_id: UUID, now: datetime) -> Need | None:
    """Return a need that this recruiter stated a moment ago and may unsay, None for any other."""
    need = one_of_company(session, who, need_id)
    return need if need and need.author_id == who.person_id and may_undo(session, need, now) else None


def held(session: Session, who: Who, need_id: UUID) -> Need:
    """Return a need of a recruiter's companies to be changed; raise NeedNotFound."""
    found = one_of_company(session, who, need_id)
    if found is None:
        raise NeedNotFound
    wait_turn(session, found.company_id)
    return session.scalars(
        of_own_companies(who)
        .where(Need.id == need_id)
        .with_for_update(of=Need)
        .execution_options(populate_existing=True)
    ).one()
