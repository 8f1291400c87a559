"""Whether a message that waited is still to be said: asked of the rooms at the moment when it leaves."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from app.contacts import outcomes, telling
from app.contacts import queries as contacts
from app.contacts.models import Outcome
from app.contacts.queries import Exchange
from app.contacts.rules import WAITING_STATES
from app.directory import hearing
from app.directory.models import NeedProposal
from app.directory.telling import is_open_to, whole
from app.mail import Concern
from app.people import queries as people
from app.people.recruiters import recruiters_of
from app.profiles.models import Profile

# What asks a resident, or their adviser for them, to answer a company.
ASKS = frozenset({"contact_received", "contact_reminder", "contact_to_forward"})
# What is told to who speaks for a company.
TO_COMPANY = frozenset(
    [
        *("contact_accepted", "contact_expired", "contact_taken_back", "candidate_left"),
        *("company_reminder", "company_silent", "outcome_to_confirm"),
    ]
)
# What is told to who looks for somebody.
TO_NEEDY = frozenset({"need_answered", "need_agreed", "need_ends_soon"})


def is_wanted(session: Session, waiting: Concern | None) -> bool:
    """Tell whether a message is still true, and its reader still there; one about nothing that moves is.

    Whoever blocked, withdrew, took a break or was shut out meanwhile gets nothing of what was on its way.
    """
    if waiting is None or not waiting.concerns:
        return True
    reader = people.person(session, waiting.person_id)
    if reader is None or reader.suspended_at is not None:
        return False
    kind, _, about = waiting.concerns.partition(":")
    asked = ASKED.get(kind)
    return asked is None or asked(session, UUID(about), waiting)


def of_contact(session: Session, contact_id: UUID, waiting: Concern) -> bool:
    """Tell whether a message about an exchange is still true."""
    found = contacts.exchange(session, contact_id)
    if found is None or not may_hear(session, found, waiting):
        return False
    stands = STANDS.get(waiting.template)
    return stands is None or stands(found)


def may_hear(session: Session, found: Exchange, waiting: Concern) -> bool:
    """Tell whether the reader of what is told to a company still speaks for it."""
    speakers = telling.speakers(session, found) if waiting.template in TO_COMPANY else ()
    return waiting.template not in TO_COMPANY or waiting.person_id in [one.id for one in speakers]


def waits(found: Exchange) -> bool:
    """Tell whether a proposal waits for its resident, who did not ask for a break."""
    contact = found.contact
    is_open = contact.state in WAITING_STATES and contact.stopped_at is None
    return is_open and not found.is_gone and found.profile.state != "paused"


def owes(found: Exchange) -> bool:
    """Tell whether a company still owes its word."""
    return found.contact.state in ("accepted", "company_silent") and outcomes.goes_on(found)


STANDS: Mapping[str, Callable[[Exchange], bool]] = {
    **dict.fromkeys(ASKS, waits),
    "contact_accepted": lambda found: found.has_details,
    "contact_taken_back": lambda found: found.contact.state in WAITING_STATES and not found.is_withdrawn,
    "company_reminder": owes,
    "company_silent": owes,
    # A recruiter's goodbye ends the exchange, and is still to be heard.
    "company_answered": outcomes.goes_on,
    "word_to_tell": outcomes.goes_on,
    "company_gone": lambda found: found.contact.forsaken_at is not None,
    "company_back": lambda found: not found.is_gone,
}


def of_outcome(session: Session, outcome_id: UUID, waiting: Concern) -> bool:
    """Tell whether an outcome still waits for an answer, or may still be asked after."""
    outcome = session.get(Outcome, outcome_id)
    found = contacts.exchange(session, outcome.contact_id) if outcome else None
    if outcome is None or found is None or not may_hear(session, found, waiting):
        return False
    if not outcomes.goes_on(found):
        return False
    followed = waiting.template.startswith("follow_up") and outcome.state != "disputed"
    return outcome.state == "declared" or followed


def of_profile(session: Session, profile_id: UUID, waiting: Concern) -> bool:
    """Tell whether a profile is still what a letter says of it."""
    profile = session.get(Profile, profile_id)
    if profile is None:
        return False
    said = {"published": profile.state == "published", "submitted": profile.is_sent}
    return said.get(waiting.template, True)


def of_need(session: Session, need_id: UUID, waiting: Concern) -> bool:
    """Tell whether a company still looks for somebody, and its reader recruits for it or wants to know."""
    need = whole(session, need_id)
    if need is None or need.state != "open" or need.company.state == "suspended":
        return False
    if waiting.template == "need_published" and hearing.is_silent(session, waiting.person_id):
        return False
    return waiting.template not in TO_NEEDY or recruits(session, need.company_id, waiting)


def of_company(session: Session, company_id: UUID, waiting: Concern) -> bool:
    """Tell whether the reader of what a colleague left still recruits for their verified company."""
    company = people.organisation(session, company_id)
    return company is not None and company.state == "verified" and recruits(session, company_id, waiting)


def recruits(session: Session, company_id: UUID, waiting: Concern) -> bool:
    """Tell whether the reader recruits for a company."""
    return waiting.person_id in [one.id for one in recruiters_of(session, company_id)]


def of_proposal(session: Session, proposal_id: UUID, waiting: Concern) -> bool:
    """Tell whether somebody is still proposed for a need, and shown."""
    proposal = session.get(NeedProposal, proposal_id)
    profile = session.get(Profile, proposal.profile_id) if proposal else None
    if proposal is None or proposal.declined_at or profile is None or profile.state != "published":
        return False
    if waiting.template == "need_agreed":
        need = whole(session, proposal.need_id)
        return need is not None and is_open_to(session, proposal, need) and of_need(session, need.id, waiting)
    return of_need(session, proposal.need_id, waiting)


ASKED: Mapping[str, Callable[[Session, UUID, Concern], bool]] = {
    "contact": of_contact,
    "outcome": of_outcome,
    "profile": of_profile,
    "left": of_company,
    "need": of_need,
    "proposal": of_proposal,
}
