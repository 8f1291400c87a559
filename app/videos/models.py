"""Tables of videos: the filmed CV, its takes, what was made of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Identified, one_of
from app.videos.captions import Cue
from app.videos.states import CAPTION_ORIGINS, KINDS, STATES, STEPS, UNFINISHED


class Video(Identified, Base):
    """One presentation of a person, on its way to being playable or refused with a reason.

    `attempt` is the fencing token: a worker that comes back late holds an older number and writes nothing.
    `tries` counts the attempts that were the file's own since its owner last asked; interruptions are not.
    `reason` is the slug of the refusal or failure, `refused_take` the one take of several that it is about,
    from 1; `storage_prefix` is where the objects of the current attempt lie, `preview_key` the MP4 that its
    owner and the adviser can watch while the ladder is being made.  `is_signed` says that its person signs
    (LSF): silence is no fault of it.
    `poster_tile` is the picture of the storyboard that was chosen as the poster, None while it is ours.
    `trim_start_s` and `trim_end_s` say what is shown of what was sent, `cut_start_s` and `cut_end_s` what
    will be once the attempt under way has ended: the same, unless the video is being remade.
    """

    __tablename__ = "video"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("state", STATES),
        one_of("step", STEPS),
        Index(None, "state", "heartbeat_at"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    kind: Mapped[str] = mapped_column(default="video")
    state: Mapped[str] = mapped_column(default="received")
    reason: Mapped[str | None]
    refused_take: Mapped[int | None]
    is_partial: Mapped[bool] = mapped_column(default=False)
    warnings: Mapped[list[str]] = mapped_column(default=list)
    step: Mapped[str] = mapped_column(default="waiting")
    percent: Mapped[int] = mapped_column(default=0)
    remaining_s: Mapped[int | None]
    attempt: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    heartbeat_at: Mapped[datetime | None]
    duration_s: Mapped[float | None]
    storage_prefix: Mapped[str | None]
    preview_key: Mapped[str | None]
    poster_key: Mapped[str | None]
    is_signed: Mapped[bool] = mapped_column(default=False, server_default="false")
    poster_tile: Mapped[int | None]
    trim_start_s: Mapped[float | None]
    trim_end_s: Mapped[float | None]
    cut_start_s: Mapped[float | None]
    cut_end_s: Mapped[float | None]
    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    original_deleted_at: Mapped[datetime | None]

    takes: Mapped[list["Take"]] = relationship(
        back_populates="video", lazy="raise", order_by="Take.position", cascade="all, delete-orphan"
    )
    renditions: Mapped[list["Rendition"]] = relationship(
        back_populates="video", lazy="raise", order_by="Rendition.name", cascade="all, delete-orphan"
    )

    @property
    def is_remade(self) -> bool:
        """Whether it is being made anew, and what was made before is still there."""
        return self.storage_prefix is not None and self.state in UNFINISHED

    @property
    def is_trimmed(self) -> bool:
        """Whether its beginning or its end was cut away."""
        return self.trim_start_s is not None or self.trim_end_s is not None

    @property
    def is_shown_early(self) -> bool:
        """Whether its owner and the adviser can watch something before it is ready."""
        return self.preview_key is not None or self.is_remade

    @property
    def is_tall(self) -> bool:
        """Whether it was filmed upright, as its poster shows it."""
        sizes = [(file.width_px, file.height_px) for file in self.renditions if file.key == self.poster_key]
        return any(width and height and height > width for width, height in sizes)


class Take(Identified, Base):
    """One filmed piece of a video, as it was sent: the original, served to nobody.

    `filmed_s` is how long it lasts by the timer of its recorder, None where nobody timed it.
    Once the video is ready, `starts_s` and `duration_s` say where the piece is in it: a chapter.
    """

    __tablename__ = "video_take"
    __table_args__ = (Index(None, "video_id", "position", unique=True),)

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=1)
    upload_id: Mapped[UUID] = mapped_column(ForeignKey("upload.id"), unique=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    filmed_s: Mapped[float | None]
    starts_s: Mapped[float | None]
    duration_s: Mapped[float | None]

    video: Mapped[Video] = relationship(back_populates="takes", lazy="raise")


class Rendition(Identified, Base):
    """One object made of a video: an HLS rendition, a playlist or the muxed MP4."""

    __tablename__ = "video_rendition"
    __table_args__ = (Index(None, "video_id", "name", unique=True),)

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id", ondelete="CASCADE"))
    name: Mapped[str]
    key: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    width_px: Mapped[int | None]
    height_px: Mapped[int | None]

    video: Mapped[Video] = relationship(back_populates="renditions", lazy="raise")


class Captions(Base):
    """What is said in a video, and when.

    `cues` are as they are being put right: [{"start_s": 0.5, "end_s": 2.0, "text": …}, …].
    `revision` counts every change: who saves names the one that they saw.  `edited_at` is when a person last
    changed them, None as long as none did; `is_sure` says that the times need no second look.
    `shown_cues` are the copy that was validated, all that others are ever given.
    While a beginning or an end is cut away, `whole_cues` are those of all that was sent, on its own clock, as
    they were before `whole_revision`.
    """

    __tablename__ = "video_captions"
    __table_args__ = (one_of("origin", CAPTION_ORIGINS),)

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id", ondelete="CASCADE"), primary_key=True)
    cues: Mapped[list[Any]] = mapped_column(JSONB)
    shown_cues: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    whole_cues: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    whole_revision: Mapped[int | None]
    origin: Mapped[str]
    is_sure: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    validated_at: Mapped[datetime | None]
    validated_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"), index=True)

    @property
    def lines(self) -> tuple[Cue, ...]:
        """The captions as their owner and the adviser have them."""
        return tuple(Cue(**cue) for cue in self.cues)

    @property
    def shown(self) -> tuple[Cue, ...]:
        """The captions that others are given: none before they were validated."""
        return tuple(Cue(**cue) for cue in self.shown_cues or ())
