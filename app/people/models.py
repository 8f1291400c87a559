"""Tables of accounts, organisations, sessions, second steps, links, invitations, consents, limits, audit."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, false, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Identified, one_of
from app.people.rules import (
    CONSENT_KINDS,
    ENGAGEMENTS,
    GUARDIAN_CHECKS,
    GUARDIAN_RELATIONS,
    KNOWN_BY,
    ORGANISATION_KINDS,
    ORGANISATION_STATES,
    REACHED_BY,
    ROLES,
)
from app.words import FRENCH, LANGUAGES


class Person(Identified, Base):
    """One account: who it is, and what is kept apart and never shown, searched or given by API."""

    __tablename__ = "people_person"
    __table_args__ = (
        Index("uq_people_person_email", func.lower(text("email")), unique=True),
        one_of("qpv_known_by", KNOWN_BY),
        one_of("language", LANGUAGES),
        one_of("reached_by", REACHED_BY),
    )

    email: Mapped[str | None]
    phone: Mapped[str | None]
    reached_by: Mapped[str] = mapped_column(default="mail", server_default="mail")
    given_name: Mapped[str]
    family_name: Mapped[str]
    language: Mapped[str] = mapped_column(default=FRENCH, server_default=FRENCH)
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    born_on: Mapped[date | None]
    home_commune: Mapped[str | None] = mapped_column(ForeignKey("place_commune.insee"))
    lives_in_qpv: Mapped[bool | None]
    qpv_code: Mapped[str | None]
    qpv_vintage: Mapped[int | None]
    qpv_known_by: Mapped[str | None]
    qpv_frozen_at: Mapped[datetime | None]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", lazy="raise")


class Organisation(Identified, Base):
    """A company, a structure, a partner or a funder; nobody of an unverified company sees a profile.

    Suspended without ever having been verified, it was refused.  `mistaken_at` is when its verification was
    found a mistake: what it made count from `verified_at` to then is to be corrected.  `verified_at`, who and
    how are of the first verification that was none.
    """

    __tablename__ = "people_organisation"
    __table_args__ = (
        one_of("kind", ORGANISATION_KINDS),
        one_of("state", ORGANISATION_STATES),
        one_of("engagement", ENGAGEMENTS),
    )

    kind: Mapped[str]
    name: Mapped[str]
    siret: Mapped[str | None] = mapped_column(unique=True)
    city: Mapped[str | None]
    department: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="pending")
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))
    verification_method: Mapped[str | None]
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str | None]
    mistaken_at: Mapped[datetime | None]

    about: Mapped[str | None]
    sectors: Mapped[list[str]] = mapped_column(default=list, server_default=text("'{}'"))
    engagement: Mapped[str | None]
    engagement_name: Mapped[str | None]
    engaged_on: Mapped[date | None]


class Membership(Identified, Base):
    """What a person may do: a role, in an organisation unless the role is the operator's."""

    __tablename__ = "people_membership"
    __table_args__ = (
        one_of("role", ROLES),
        Index(
            "uq_people_membership_person_id_organisation_id_role",
            "person_id",
            "organisation_id",
            "role",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    role: Mapped[str]
    # A recruiter who is named to candidates as one who answers them.
    answers: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="memberships", lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")


class Recommendation(Identified, Base):
    """An adviser's word for a company that waits: it helps the operator, and verifies nothing."""

    __tablename__ = "people_recommendation"
    __table_args__ = (
        Index(
            "uq_people_recommendation_organisation_id_adviser_id",
            "organisation_id",
            "adviser_id",
            unique=True,
        ),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"))
    adviser_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    structure_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"))
    word: Mapped[str]
    created_at: Mapped[datetime]

    adviser: Mapped[Person] = relationship(lazy="raise")
    structure: Mapped[Organisation] = relationship(foreign_keys=[structure_id], lazy="raise")


class SignInSession(Identified, Base):
    """A signed-in browser; only the SHA-256 of its token is kept.

    `proved_at` is when every step that the account asks for was done: until then nobody is signed in by it.
    """

    __tablename__ = "people_session"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str]


class Factor(Identified, Base):
    """What makes somebody's codes (RFC 6238): its secret, sealed; the step of the last, which serves once.

    At most one that is confirmed, and one that waits for its first code.
    """

    __tablename__ = "people_factor"
    __table_args__ = (
        Index(
            "uq_people_factor_person_id_confirmed",
            "person_id",
            unique=True,
            postgresql_where=text("confirmed_at is not null"),
        ),
        Index(
            "uq_people_factor_person_id_waiting",
            "person_id",
            unique=True,
            postgresql_where=text("confirmed_at is null"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(Identified, Base):
    """A code on paper that replaces a lost phone, once; only its hash is kept."""

    __tablename__ = "people_recovery_code"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    code_hash: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class EmailConfirmation(Identified, Base):
    """A self-registered account whose mailbox has yet to answer: until then the account is closed."""

    __tablename__ = "people_email_confirmation"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), unique=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInLink(Identified, Base):
    """A single-use link that signs in: sent by mail (magic link), bound to the browser that asked."""

    __tablename__ = "people_sign_in_link"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    browser_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class EmailChange(Identified, Base):
    """A new e-mail address of a person, until the link that was mailed there is opened; at most one."""

    __tablename__ = "people_email_change"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), unique=True)
    email: Mapped[str]
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Invitation(Identified, Base):
    """A single-use invitation into an organisation: at the desk (QR, minutes) or by post (days)."""

    __tablename__ = "people_invitation"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    structure_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"))
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]


class Consent(Identified, Base):
    """An agreement to a versioned text: given and withdrawn when, by whom, how."""

    __tablename__ = "people_consent"
    __table_args__ = (one_of("kind", CONSENT_KINDS), Index(None, "person_id", "kind"))

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    kind: Mapped[str]
    text_version: Mapped[str]
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_organisation.id"))
    given_at: Mapped[datetime]
    given_by: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    given_how: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))


class GuardianAuthorisation(Identified, Base):
    """What a legal guardian signed for somebody under 18, as the adviser who checked it writes it down.

    Kept apart, never shown outside the structure; at most one stands.
    """

    __tablename__ = "people_guardian"
    __table_args__ = (
        one_of("relation", GUARDIAN_RELATIONS),
        one_of("checked_how", GUARDIAN_CHECKS),
        Index(
            "uq_people_guardian_standing",
            "person_id",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    guardian_name: Mapped[str]
    relation: Mapped[str]
    signed_on: Mapped[date]
    checked_how: Mapped[str]
    text_version: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))


class Block(Base):
    """A company for which a person does not exist any more, because the person says so."""

    __tablename__ = "people_block"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), primary_key=True)
    company_id: Mapped[UUID] = mapped_column(
        ForeignKey("people_organisation.id"), primary_key=True, index=True
    )
    blocked_at: Mapped[datetime]


class AuditEntry(Identified, Base):
    """What somebody did with the power of their role: who, on whom or what, in which request; kept a year.

    `tag` is `subject:action:result`.  Who is erased is named no more; the entry stays.
    """

    __tablename__ = "people_audit"
    __table_args__ = (Index(None, "at", "id"),)

    at: Mapped[datetime]
    tag: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"), index=True)
    about_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_organisation.id"))
    reference: Mapped[str]

    actor: Mapped[Person | None] = relationship(foreign_keys=[actor_id], lazy="raise")
    about: Mapped[Person | None] = relationship(foreign_keys=[about_id], lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")


class Limit(Base):
    """The theoretical arrival time of one GCRA limit (login by account, by network, global); unlogged."""

    __tablename__ = "people_limit"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012 - SQLAlchemy's own

    key: Mapped[str] = mapped_column(primary_key=True)
    arrival_at: Mapped[datetime]
