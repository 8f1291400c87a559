"""Tables of profiles: what a person says, the script, the adviser's reviews."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Identified, one_of
from app.places.models import Commune, Job
from app.profiles.rules import (
    EDUCATION_LEVELS,
    LANGUAGE_LEVELS,
    PLACED_HOW,
    PRESENTATIONS,
    STATES,
    VERDICTS,
    awaits_review,
)


class Profile(Identified, Base):
    """What a resident shows: no sex, origin, age, address, family, health; the only face is the poster.

    `current_…` is what was approved and is shown, `proposed_…` what was sent and waits for its verdict.  The
    scripts are copies, by part: the person goes on writing beside them.  An empty one says that there is no
    text, None that nothing is shown, or waits.
    """

    __tablename__ = "profile"
    __table_args__ = (
        one_of("state", STATES),
        one_of("presentation", PRESENTATIONS),
        one_of("education_level", EDUCATION_LEVELS),
        one_of("placed_how", PLACED_HOW),
        Index(None, "structure_id", "state"),
        Index(None, "updated_at", "id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), unique=True)
    structure_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_organisation.id"))
    slug: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft")
    shown_name: Mapped[str]
    headline: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    skills: Mapped[list[str]] = mapped_column(default=list)
    competences: Mapped[list[str]] = mapped_column(default=list)
    contract_types: Mapped[list[str]] = mapped_column(default=list)
    education_level: Mapped[str | None]
    available_on: Mapped[date | None]
    presentation: Mapped[str] = mapped_column(default="video")
    current_video_id: Mapped[UUID | None] = mapped_column(ForeignKey("video.id"))
    proposed_video_id: Mapped[UUID | None] = mapped_column(ForeignKey("video.id"))
    current_script: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    proposed_script: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    placed_how: Mapped[str | None]

    jobs: Mapped[list["SoughtJob"]] = relationship(
        lazy="raise", order_by="SoughtJob.position", cascade="all, delete-orphan"
    )
    languages: Mapped[list["Language"]] = relationship(
        lazy="raise", order_by="Language.language", cascade="all, delete-orphan"
    )
    zones: Mapped[list["WorkZone"]] = relationship(
        lazy="raise", order_by="WorkZone.position", cascade="all, delete-orphan"
    )
    script: Mapped["Script | None"] = relationship(lazy="raise", cascade="all, delete-orphan")

    @property
    def is_sent(self) -> bool:
        """Whether an adviser has something to look at, new or first."""
        return awaits_review(self.state, replacing=self.proposed_script is not None)


class SoughtJob(Base):
    """A ROME job that the person looks for, most wanted first."""

    __tablename__ = "profile_job"

    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("place_job.code"), primary_key=True)
    position: Mapped[int]

    job: Mapped[Job] = relationship(lazy="raise")


class Language(Base):
    """A language spoken, with its level of the European framework (CEFR)."""

    __tablename__ = "profile_language"
    __table_args__ = (one_of("level", LANGUAGE_LEVELS),)

    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str]


class WorkZone(Base):
    """Where the person wants to work: round the centre of a commune; never where they live."""

    __tablename__ = "profile_zone"

    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True)
    insee: Mapped[str] = mapped_column(ForeignKey("place_commune.insee"), primary_key=True)
    radius_km: Mapped[int]
    position: Mapped[int]

    commune: Mapped[Commune] = relationship(lazy="raise")


class Script(Base):
    """The four parts as they are being written; apart from the media, so a failed upload loses nothing.

    Their owner and the adviser read them here; others, the copy that was approved (Profile.current_script).
    """

    __tablename__ = "profile_script"

    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True)
    who_i_am: Mapped[str] = mapped_column(default="")
    experience: Mapped[str] = mapped_column(default="")
    strengths: Mapped[str] = mapped_column(default="")
    conclusion: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime]


class Review(Identified, Base):
    """An adviser's verdict; `notes` are pinned to seconds: [{"at_s": 12.5, "note": …}, …]."""

    __tablename__ = "profile_review"
    __table_args__ = (one_of("verdict", VERDICTS),)

    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id", ondelete="CASCADE"), index=True)
    video_id: Mapped[UUID | None] = mapped_column(ForeignKey("video.id", ondelete="SET NULL"))
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    verdict: Mapped[str]
    word: Mapped[str] = mapped_column(default="")
    notes: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    created_at: Mapped[datetime]
