"""The table of contacts: a recruiter's message to a resident, and its answer."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.contacts.rules import DECLINE_REASONS, KINDS, OPEN_STATES, STATES
from app.db import Base, Identified, one_of
from app.viewing.rules import EXCLUSIONS

OPEN = ", ".join(f"'{state}'" for state in OPEN_STATES)


class Contact(Identified, Base):
    """One proposal; at most one open per recruiter and profile, held by the database itself.

    `excluded` says why it never counts as evidence, whatever becomes of it; None when it does.
    """

    __tablename__ = "contact"
    __table_args__ = (
        one_of("state", STATES),
        one_of("kind", KINDS),
        one_of("decline_reason", DECLINE_REASONS),
        one_of("excluded", EXCLUSIONS),
        Index(
            "uq_contact_open",
            "recruiter_id",
            "profile_id",
            unique=True,
            postgresql_where=text(f"state in ({OPEN})"),
        ),
    )

    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id"), index=True)
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    state: Mapped[str] = mapped_column(default="sent")
    kind: Mapped[str]
    message: Mapped[str]
    place: Mapped[str]
    proposed_on: Mapped[date | None]
    decline_reason: Mapped[str | None]
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    excluded: Mapped[str | None]
