"""The table of uploads: owner, length and state; the offset is what is durably in the file."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, one_of
from app.uploads.rules import KINDS, STATES


class Upload(Base):
    """Bytes on their way; `id` is random (128 bits), never guessable, unlike our time-sorted ids.

    `length_bytes` is None until the client has said it; `tus_concat` is the header that made it a part of a
    file, or a file made of parts.
    """

    __tablename__ = "upload"
    __table_args__ = (one_of("state", STATES), one_of("kind", KINDS))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    kind: Mapped[str] = mapped_column(default="whole", server_default="whole")
    state: Mapped[str] = mapped_column(default="receiving")
    length_bytes: Mapped[int | None] = mapped_column(BigInteger)
    tus_metadata: Mapped[str]
    tus_concat: Mapped[str] = mapped_column(default="", server_default="")
    refusal: Mapped[str | None]
    writer_token: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
