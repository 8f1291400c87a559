"""Tables of contacts: a recruiter's message and what becomes of it, links that answer it, reminders sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.contacts.rules import (
    COMPANY_WORDS,
    DECLINE_REASONS,
    KINDS,
    OPEN_STATES,
    REMINDERS,
    STATES,
)
from app.db import Base, Identified, one_of
from app.people.rules import CHANNELS
from app.viewing.rules import EXCLUSIONS

OPEN = ", ".join(f"'{state}'" for state in OPEN_STATES)


class Contact(Identified, Base):
    """One proposal; at most one open per recruiter and profile, held by the database itself.

    `slots` are the instants proposed, soonest first (none: to be agreed on), `meets_at` and `meets_where`
    what was chosen or fixed.  `settled_at` is when a resident's answer could no longer be taken back and was
    stated; `ended_at` when nothing more is expected of anybody.  `withdrawn_at` says that the resident took
    the profile away: details that were open are shut.  `excluded` says why it never counts as evidence,
    whatever becomes of it; None when it does.
    """

    __tablename__ = "contact"
    __table_args__ = (
        one_of("state", STATES),
        one_of("kind", KINDS),
        one_of("decline_reason", DECLINE_REASONS),
        one_of("company_word", COMPANY_WORDS),
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
    slots: Mapped[list[datetime]] = mapped_column(
        ARRAY(DateTime(timezone=True)), default=list, server_default=text("'{}'")
    )
    decline_reason: Mapped[str | None]
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    meets_at: Mapped[datetime | None]
    meets_where: Mapped[str] = mapped_column(default="", server_default="")
    company_due_at: Mapped[datetime | None]
    company_word: Mapped[str | None]
    company_message: Mapped[str] = mapped_column(default="", server_default="")
    company_answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    excluded: Mapped[str | None]


class AnswerLink(Identified, Base):
    """A link of a mail or an SMS that answers one proposal without a password; its token is kept hashed.

    `address_sha256` is where it went: who found it there and is somebody else says so (`disowned_at`), and
    nothing more goes there.
    """

    __tablename__ = "contact_answer_link"
    __table_args__ = (one_of("channel", CHANNELS),)

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    channel: Mapped[str]
    address_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    disowned_at: Mapped[datetime | None]


class Reminder(Base):
    """A reminder of a contact that was sent: its row is written with the mail, and once."""

    __tablename__ = "contact_reminder"
    __table_args__ = (one_of("kind", REMINDERS),)

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]
