"""The read model of search: published profiles only, one narrow row each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import REAL, Index
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SearchProfile(Base):
    """What search knows of a profile: when, where (flat: latitude, longitude, radius in km), tags, words."""

    __tablename__ = "search_profile"
    __table_args__ = (
        Index(
            "ix_search_profile_tsv_tags",
            "tsv",
            "tags",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index("ix_search_profile_recency", "updated_at", "profile_id"),
    )

    profile_id: Mapped[UUID] = mapped_column(primary_key=True)
    updated_at: Mapped[datetime]
    zones: Mapped[list[float]] = mapped_column(ARRAY(REAL))
    tags: Mapped[list[str]]
    tsv: Mapped[str] = mapped_column(TSVECTOR)
