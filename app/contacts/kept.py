"""What is kept of a person beside proposals, outcomes and reports, to give to them and to forget."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from app.contacts.models import Contact, Flag, FollowUp, Outcome


def exported(session: Session, person_id: UUID, told: ColumnElement[bool]) -> dict[str, object]:
    """Return what was said of the outcomes that a person is told, and reports by them or about them.

    How a resident fares afterwards is told to the resident, and to whoever said so.
    """
    outcomes = select(Outcome).join(Contact).where(told).order_by(Outcome.id)
    theirs = or_(Contact.resident_id == person_id, FollowUp.answered_by == person_id)
    asked = select(FollowUp).join(Outcome).join(Contact).where(theirs).order_by(FollowUp.asked_at)
    flags = select(Flag).where(or_(Flag.reporter_id == person_id, Flag.about_id == person_id))
    said = ("kind", "contract_type", "starts_on", "state", "declared_at", "declared_side", "answered_at")
    return {
        "outcomes": columns_of(session.scalars(outcomes).all(), *said),
        "follow_ups": columns_of(session.scalars(asked).all(), "months", "asked_at", "is_still_there"),
        "flags": [
            {"by": "me" if flag.reporter_id == person_id else "somebody else, about me"}
            # The words of who reported somebody else are theirs.
            | ({"word": flag.word} if flag.reporter_id == person_id else {})
            | {
                name: getattr(flag, name)
                for name in ("subject", "reason", "flagged_at", "decision", "decision_word")
            }
            for flag in session.scalars(flags.order_by(Flag.id))
        ],
    }


def columns_of(rows: Sequence[object], *names: str) -> list[dict[str, object]]:
    """Return some columns of rows by their names."""
    return [{name: getattr(row, name) for name in names} for row in rows]


def forget(session: Session, person_id: UUID) -> None:
    """Delete the reports by a person or about them; what came of an exchange goes, or stays, with it."""
    session.execute(delete(Flag).where(or_(Flag.reporter_id == person_id, Flag.about_id == person_id)))
