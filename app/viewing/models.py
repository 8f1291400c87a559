"""Tables of viewings: one play by one person, what its viewer says that it changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Identified
from app.viewing.rules import OPINIONS


class Viewing(Identified, Base):
    """One play: the union of the spans watched, and the time that the server credits.

    `spans` is [[start_s, end_s], …], sorted and disjoint.  `organisation_id` is the company for which
    the viewer watched (None for anybody to whom the profile is not shown), `excluded` why the view never
    counts.  `beats` are [seconds of our clock since the one before, [[start_s, end_s], …]], those that showed
    something new: played again over a video of `duration_s`, they give `spans` and `credited_s`.  A play
    outlives its video: who watched stays known when a newer one takes its place.
    """

    __tablename__ = "viewing"

    video_id: Mapped[UUID | None] = mapped_column(ForeignKey("video.id", ondelete="SET NULL"), index=True)
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id"), index=True)
    viewer_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_organisation.id"))
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[datetime]
    last_beat_at: Mapped[datetime]
    spans: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    credited_s: Mapped[float] = mapped_column(default=0)
    beats: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    duration_s: Mapped[float | None]
    policy: Mapped[str]
    qualified_at: Mapped[datetime | None]
    excluded: Mapped[str | None]


class Opinion(Base):
    """What a recruiter says that watching somebody changed for them: at most one answer, theirs alone."""

    __tablename__ = "viewing_opinion"
    __table_args__ = (CheckConstraint(f"said in {OPINIONS}", name="said_known"),)

    viewer_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), primary_key=True)
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profile.id"), primary_key=True, index=True)
    said: Mapped[str]
    said_at: Mapped[datetime]
