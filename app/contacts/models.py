"""Tables of contacts: a recruiter's message and what becomes of it, links that answer it, reminders sent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.contacts.rules import (
    COMPANY_WORDS,
    DECLINE_REASONS,
    FLAG_DECISIONS,
    FLAG_REASONS,
    FLAG_SUBJECTS,
    HELPED_HOW,
    KINDS,
    OPEN_STATES,
    OUTCOME_CONTRACTS,
    OUTCOME_KINDS,
    OUTCOME_STATES,
    REMINDERS,
    ROUTES,
    SIDES,
    STATES,
)
from app.db import Base, Identified, one_of
from app.people.rules import CHANNELS
from app.viewing.rules import EXCLUSIONS

OPEN = ", ".join(f"'{state}'" for state in OPEN_STATES)


class Contact(Identified, Base):
    """One proposal; at most one open per recruiter and profile that they wrote, held by the database itself.

    `slots` are the instants proposed, soonest first (none: to be agreed on), `meets_at` and `meets_where`
    what was chosen or fixed.  `settled_at` is when a resident's answer could no longer be taken back and was
    stated; `ended_at` when nothing more is expected of anybody.  `withdrawn_at` says that the resident took
    the profile away: details that were open are shut.  `forsaken_at` is when its company could go on no more.
    `recruiter_id` is who speaks for the company; one who took it over did so at `taken_over_at`, from
    `written_by`, None once that one is erased, as `company_answered_by` of the company's word; the words of
    who is erased are empty.  `excluded` says why it never counts as evidence, whatever becomes of it; None
    when it does.
    """

    __tablename__ = "contact"
    __table_args__ = (
        one_of("state", STATES),
        one_of("kind", KINDS),
        one_of("route", ROUTES),
        one_of("helped_how", HELPED_HOW),
        one_of("stopped_by", SIDES),
        one_of("decline_reason", DECLINE_REASONS),
        one_of("company_word", COMPANY_WORDS),
        one_of("excluded", tuple(EXCLUSIONS)),
        Index(
            "uq_contact_open",
            "recruiter_id",
            "profile_id",
            unique=True,
            postgresql_where=text(f"state in ({OPEN}) and taken_over_at is null"),
        ),
    )

    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id"), index=True)
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    # How it comes to the resident, who passed it on, who answered with them and how, which side ended it.
    route: Mapped[str] = mapped_column(default="direct", server_default="direct")
    forwarded_at: Mapped[datetime | None]
    forwarded_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))
    helped_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))
    helped_how: Mapped[str | None]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None]
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
    company_answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))
    ended_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    forsaken_at: Mapped[datetime | None]
    taken_over_at: Mapped[datetime | None]
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))
    excluded: Mapped[str | None]


class AnswerLink(Identified, Base):
    """A link of a mail or an SMS that answers one proposal without a password; its token is kept hashed.

    `address_sha256` is where it went: who found it there and is somebody else says so (`disowned_at`), and
    nothing more goes there (app/mail/reach.py).
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


class WordTally(Base):
    """How many words a company owed those who accepted in a month, and kept, of exchanges that are gone."""

    __tablename__ = "contact_word_tally"

    company_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"), primary_key=True)
    month_on: Mapped[date] = mapped_column(primary_key=True)
    owed: Mapped[int]
    kept: Mapped[int]


class Outcome(Identified, Base):
    """What came of an exchange, as a side says it, and what another side answers."""

    __tablename__ = "contact_outcome"
    __table_args__ = (
        one_of("kind", OUTCOME_KINDS),
        one_of("contract_type", OUTCOME_CONTRACTS),
        one_of("state", OUTCOME_STATES),
        one_of("declared_side", SIDES),
        one_of("answered_side", SIDES),
        Index(
            "uq_contact_outcome_standing",
            "contact_id",
            "kind",
            unique=True,
            postgresql_where=text("state <> 'disputed'"),
        ),
    )

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    contract_type: Mapped[str | None]
    starts_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="declared")
    declared_at: Mapped[datetime]
    declared_by: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    declared_side: Mapped[str]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))
    answered_side: Mapped[str | None]


class FollowUp(Base):
    """The question « still there? », some months after an outcome began: asked once, and its answer."""

    __tablename__ = "contact_follow_up"

    outcome_id: Mapped[UUID] = mapped_column(
        ForeignKey("contact_outcome.id", ondelete="CASCADE"), primary_key=True
    )
    months: Mapped[int] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))
    is_still_there: Mapped[bool | None]


class Flag(Identified, Base):
    """What somebody reports to the operator (a message, a profile, a person), and what is decided."""

    __tablename__ = "contact_flag"
    __table_args__ = (
        one_of("subject", FLAG_SUBJECTS),
        one_of("reason", FLAG_REASONS),
        one_of("decision", FLAG_DECISIONS),
        Index(
            "uq_contact_flag_waiting",
            "reporter_id",
            "about_id",
            "subject",
            unique=True,
            postgresql_where=text("decided_at is null"),
        ),
    )

    subject: Mapped[str]
    reason: Mapped[str]
    word: Mapped[str]
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    about_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    profile_id: Mapped[UUID | None] = mapped_column(ForeignKey("profile.id"))
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_organisation.id"))
    flagged_at: Mapped[datetime]
    decision: Mapped[str | None]
    decision_word: Mapped[str] = mapped_column(default="", server_default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))
