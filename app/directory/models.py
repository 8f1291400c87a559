"""Tables of the directory: favourites with notes, saved searches and what they told, needs, who hears."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Identified, one_of
from app.directory.rules import FREQUENCIES, NEED_STATES, PAUSE_REASONS
from app.people.models import Organisation
from app.places.models import Commune, Job
from app.profiles.models import Profile
from app.profiles.rules import CONTRACT_TYPES


class Favourite(Identified, Base):
    """A profile that one recruiter keeps in mind, with notes on three criteria that its owner may read.

    It is theirs alone, not their company's; it goes at `expires_at`, however often it is written.  One that
    was taken out waits a moment for an undo.
    """

    __tablename__ = "directory_favourite"
    __table_args__ = (UniqueConstraint("recruiter_id", "profile_id"),)

    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    company_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"))
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id"), index=True)
    skills_note: Mapped[str] = mapped_column(default="")
    availability_note: Mapped[str] = mapped_column(default="")
    motivation_note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    noted_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SavedSearch(Identified, Base):
    """What a recruiter looks for, as its address says it, looked at again and again for new profiles.

    `looked_at` is when that was done last, `next_at` when it is due; a paused one keeps both, and why it is:
    its owner `asked`, or no letter reaches them (`unreachable`).
    """

    __tablename__ = "directory_saved_search"
    __table_args__ = (
        UniqueConstraint("recruiter_id", "asked"),
        one_of("frequency", FREQUENCIES),
        one_of("pause_reason", PAUSE_REASONS),
    )

    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    company_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"))
    name: Mapped[str]
    asked: Mapped[str]
    frequency: Mapped[str]
    created_at: Mapped[datetime]
    looked_at: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    removed_at: Mapped[datetime | None]


class ToldProfile(Base):
    """A profile that a saved search told of: once, held by the database itself."""

    __tablename__ = "directory_told_profile"

    search_id: Mapped[UUID] = mapped_column(
        ForeignKey("directory_saved_search.id", ondelete="CASCADE"), primary_key=True
    )
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id"), primary_key=True, index=True)
    told_at: Mapped[datetime]


class Need(Identified, Base):
    """A job that a company looks for somebody for; its colleagues share it, advisers around answer it.

    It is the company's: who stated it is forgotten with their account, and the need stays.
    """

    __tablename__ = "directory_need"
    __table_args__ = (
        one_of("state", NEED_STATES),
        one_of("contract", CONTRACT_TYPES),
        Index(None, "department", "state"),
    )

    company_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"), index=True)
    job_code: Mapped[str] = mapped_column(ForeignKey("place_job.code"))
    contract: Mapped[str | None]
    department: Mapped[str]
    insee: Mapped[str | None] = mapped_column(ForeignKey("place_commune.insee"))
    starts_on: Mapped[date | None]
    posts: Mapped[int] = mapped_column(default=1)
    word: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")
    published_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    job: Mapped[Job] = relationship(lazy="raise")
    commune: Mapped[Commune | None] = relationship(lazy="raise")
    company: Mapped[Organisation] = relationship(lazy="raise")


class NeedSilence(Base):
    """Somebody who wants no letter when a company says whom it looks for; their list of needs shows it."""

    __tablename__ = "directory_need_silence"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), primary_key=True)
    asked_at: Mapped[datetime]


class NeedProposal(Identified, Base):
    """A resident whom an adviser proposes for a need, once, and who may say yes or no; a no takes it back.

    Who proposed is forgotten with their account.
    """

    __tablename__ = "directory_need_proposal"
    __table_args__ = (UniqueConstraint("need_id", "profile_id"),)

    need_id: Mapped[UUID] = mapped_column(ForeignKey("directory_need.id", ondelete="CASCADE"))
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id"), index=True)
    structure_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"))
    adviser_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"), index=True)
    word: Mapped[str] = mapped_column(default="")
    proposed_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]

    profile: Mapped[Profile] = relationship(lazy="raise")
    structure: Mapped[Organisation] = relationship(lazy="raise")
