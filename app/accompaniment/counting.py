"""Why a resident is counted or not: for each indicator the facts that say so, or what is missing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accompaniment.queries import Resident
from app.contacts.models import Contact, Outcome
from app.contacts.rules import WAITING_STATES
from app.evidence.queries import Stated, facts_about
from app.evidence.rules import KINDS
from app.videos.states import UNFINISHED
from app.viewing.queries import Left, plays_left_out

ONLINE = ("published", "paused", "placed")
AGREED = ("accepted", "answered", "company_silent", "closed")


@dataclass(frozen=True)
class Asked:
    """An indicator of one resident: the facts that make it count."""

    code: str
    kind: str
    measures: Mapping[str, bool] = field(default_factory=dict)


INDICATORS = (
    Asked("filmed", "resident.filmed"),
    Asked("filmed_qpv", "resident.filmed", {"qpv": True}),
    Asked("published", "profile.published"),
    Asked("viewed", "view.qualified"),
    Asked("contacted", "contact.sent"),
    Asked("answered", "contact.answered", {"accepted": True}),
    Asked("outcome", "outcome.confirmed"),
)


@dataclass(frozen=True)
class Standing:
    """What explains that something is missing; `contacts` are those that count, by state, as `outcomes`."""

    state: str
    presentation: str
    video_state: str
    lives_in_qpv: bool | None
    left: Left
    contacts: Mapping[str, int]
    contacts_excluded: Mapping[str, int]
    outcomes: Mapping[str, int]


@dataclass(frozen=True)
class Counted:
    """One indicator: how many facts, the first of which when, by which rule; or what is missing.

    `elsewhere` says that it counts in the bilan of the structure that accompanied the person then.
    """

    code: str
    rule: str
    facts: int = 0
    first_at: datetime | None = None
    elsewhere: bool = False
    missing: str = ""


def counted_of(
    session: Session, resident: Resident, structure_ids: Collection[UUID]
) -> tuple[list[Counted], Standing]:
    """Return the indicators of a resident in the order in which they are reached, and what explains them."""
    stated = facts_about(session, resident.person.id)
    standing = standing_of(session, resident)
    here = frozenset(map(str, structure_ids))
    return [counted(asked, stated, here, standing) for asked in INDICATORS], standing


def counted(asked: Asked, stated: Sequence[Stated], here: Collection[str], standing: Standing) -> Counted:
    """Return whether an indicator counts a person, and why.

    What another structure noted of the neighbourhood stays there: only that it was filmed elsewhere is said.
    """
    of_kind = [one for one in stated if one.fact.kind == asked.kind]
    standing_facts = [one.fact for one in of_kind if one.withdrawn_at is None]
    is_elsewhere = bool(standing_facts) and not any(fact.territory in here for fact in standing_facts)
    if asked.code == "filmed_qpv" and is_elsewhere:
        return Counted(asked.code, standing_facts[0].rule, missing="told_elsewhere")
    facts = [fact for fact in standing_facts if asked.measures.items() <= fact.measures.items()]
    if facts:
        return Counted(asked.code, facts[0].rule, len(facts), facts[0].at, elsewhere=is_elsewhere)
    is_withdrawn = bool(of_kind) and not standing_facts
    reached = {one.fact.kind for one in stated if one.withdrawn_at is None}
    why = "withdrawn" if is_withdrawn else MISSING[asked.code](standing, reached)
    return Counted(asked.code, KINDS[asked.kind].rule, missing=why)


def missing_film(standing: Standing, reached: Collection[str]) -> str:  # noqa: ARG001 - as the others
    """Return why nobody was filmed yet."""
    if standing.presentation != "video":
        return "no_film_wanted"
    if standing.video_state in UNFINISHED:
        return "film_in_preparation"
    return {"": "no_film", "ready": "soon"}.get(standing.video_state, "film_failed")


def missing_qpv(standing: Standing, reached: Collection[str]) -> str:
    """Return why a film does not count for a priority neighbourhood."""
    if "resident.filmed" not in reached:
        return "film_first"
    return "qpv_unknown" if standing.lives_in_qpv is None else "qpv_no"


def missing_publication(standing: Standing, reached: Collection[str]) -> str:  # noqa: ARG001
    """Return why nothing was published yet."""
    if standing.state in ONLINE:
        return "soon"
    return {"submitted": "to_review", "withdrawn": "gone"}.get(standing.state, "to_send")


def missing_view(standing: Standing, reached: Collection[str]) -> str:
    """Return why no view counts yet."""
    if standing.left.too_short:
        return "views_short"
    if standing.left.excluded:
        return "views_left_out"
    return "nobody_watched" if "profile.published" in reached else "publish_first"


def missing_contact(standing: Standing, reached: Collection[str]) -> str:
    """Return why no proposal counts yet."""
    if standing.contacts:
        return "soon"
    if standing.contacts_excluded:
        return "contacts_left_out"
    return "nobody_wrote" if "profile.published" in reached else "publish_first"


def missing_answer(standing: Standing, reached: Collection[str]) -> str:
    """Return why no answer counts yet."""
    if "contact.sent" not in reached:
        return "proposal_first"
    if any(map(standing.contacts.get, AGREED)):
        return "soon"  # a yes may still be undone
    if any(map(standing.contacts.get, WAITING_STATES)):
        return "answer_awaited"
    return "said_no" if standing.contacts.get("declined") else "no_answer"


def missing_outcome(standing: Standing, reached: Collection[str]) -> str:  # noqa: ARG001
    """Return why nothing that came of an exchange counts yet."""
    if standing.outcomes.get("declared"):
        return "to_confirm"
    if standing.outcomes.get("disputed"):
        return "disputed"
    return "nothing_said" if any(map(standing.contacts.get, AGREED)) else "yes_first"


MISSING = {
    "filmed": missing_film,
    "filmed_qpv": missing_qpv,
    "published": missing_publication,
    "viewed": missing_view,
    "contacted": missing_contact,
    "answered": missing_answer,
    "outcome": missing_outcome,
}


def standing_of(session: Session, resident: Resident) -> Standing:
    """Return where a resident stands: what was played, proposed and said to have come of it."""
    mine = Contact.resident_id == resident.person.id
    sent = select(Contact.state, func.count()).where(mine, Contact.excluded.is_(None)).group_by(Contact.state)
    reason = func.coalesce(Contact.excluded, "")
    excluded = select(reason, func.count()).where(mine, Contact.excluded.is_not(None)).group_by(reason)
    said = select(Outcome.state, func.count()).join(Contact, Contact.id == Outcome.contact_id)
    said = said.where(mine, Contact.excluded.is_(None))
    return Standing(
        state=resident.profile.state,
        presentation=resident.profile.presentation,
        video_state=resident.video_state,
        lives_in_qpv=resident.person.lives_in_qpv,
        left=plays_left_out(session, resident.person.id),
        contacts=dict(session.execute(sent).all()),
        contacts_excluded=dict(session.execute(excluded).all()),
        outcomes=dict(session.execute(said.group_by(Outcome.state)).all()),
    )
