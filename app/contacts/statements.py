"""What the journal keeps of exchanges: who did what for which company, never a word of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.contacts.models import Contact, Outcome
from app.contacts.queries import Exchange
from app.evidence.service import Statement, record
from app.people import queries as people
from app.profiles.models import Profile


def count(session: Session, kind: str, contact: Contact, profile: Profile, now: datetime) -> None:
    """State what becomes of a contact, unless it was sent by somebody who never counts.

    The reason stays with the contact: what is answered is then always a part of what was sent.
    """
    if contact.excluded is None:
        record(session, statement(session, kind, contact, profile, now))


def exclude_contacts(
    session: Session, company_id: UUID, since: datetime, until: datetime | None
) -> Sequence[UUID]:
    """Let nothing count any more of what a company sent while it was verified by mistake.

    Return the ids that facts about it are stated by: of its contacts, and of what came of them.
    """
    meant = [Contact.company_id == company_id, Contact.sent_at >= since]
    if until is not None:
        meant.append(Contact.sent_at < until)
    fresh = update(Contact).where(*meant, Contact.excluded.is_(None))
    session.execute(fresh.values(excluded="unverified_company"))
    contacts = session.scalars(select(Contact.id).where(*meant)).all()
    outcomes = session.scalars(select(Outcome.id).where(Outcome.contact_id.in_(contacts))).all()
    return [*contacts, *outcomes]


# Who did what is stated; of a silence, nobody did anything.
ACTORS = {
    "contact.sent": "recruiter_id",
    "contact.answered": "resident_id",
    "contact.company_answered": "recruiter_id",
}


def statement(session: Session, kind: str, contact: Contact, profile: Profile, now: datetime) -> Statement:
    """Return what the journal keeps of a contact: who wrote for which company, never a word of it."""
    measures: dict[str, int | str | bool] = {"kind": contact.kind}
    if kind == "contact.answered":
        measures |= {"accepted": contact.state != "declined", "reason": contact.decline_reason or ""}
    elif kind == "contact.company_answered":
        in_time = contact.company_due_at is not None and now < contact.company_due_at
        measures |= {"word": contact.company_word or "", "in_time": in_time}
    return Statement(
        kind=kind,
        source=f"{kind}:{contact.id}",
        at=now,
        subject=contact.resident_id,
        actor=getattr(contact, ACTORS[kind]) if kind in ACTORS else None,
        organisation=contact.company_id,
        department=people.department_of(session, profile.structure_id),
        measures=measures,
        territory=profile.structure_id,
    )


def count_outcome(session: Session, kind: str, outcome: Outcome, found: Exchange, now: datetime) -> None:
    """State what was said of an outcome, unless the proposal was sent by somebody who never counts."""
    if found.contact.excluded is not None:
        return
    structure_id = found.profile.structure_id
    record(
        session,
        Statement(
            kind=kind,
            source=f"{kind}:{outcome.id}",
            at=now,
            subject=found.resident.id,
            actor=outcome.answered_by or outcome.declared_by,
            organisation=found.company.id,
            department=people.department_of(session, structure_id),
            measures={
                "kind": outcome.kind,
                "contract": outcome.contract_type or "",
                "side": outcome.answered_side or outcome.declared_side,
                "declared_by": outcome.declared_side,
            },
            territory=structure_id,
        ),
    )
