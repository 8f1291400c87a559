"""Tables of search: one narrow row for each published profile, and the words that it may be asked in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import REAL, Index, Integer
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SearchProfile(Base):
    """What search knows of a profile: when, where, tags, words.

    `zones` are flat: latitude, longitude, radius in km; `cells` are the squares that they may touch.
    """

    __tablename__ = "search_profile"
    __table_args__ = (
        Index(
            "ix_search_profile_tsv_tags",
            "tsv",
            "tags",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index(
            "ix_search_profile_cells",
            "cells",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index("ix_search_profile_recency", "updated_at", "profile_id"),
    )

    profile_id: Mapped[UUID] = mapped_column(primary_key=True)
    updated_at: Mapped[datetime]
    zones: Mapped[list[float]] = mapped_column(ARRAY(REAL))
    cells: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    tags: Mapped[list[str]]
    tsv: Mapped[str] = mapped_column(TSVECTOR)


class Lexeme(Base):
    """A stem by which free words can be found, or, where it is private, never are."""

    __tablename__ = "search_lexeme"

    lexeme: Mapped[str] = mapped_column(primary_key=True)
    is_private: Mapped[bool]


class Word(Base):
    """A word of the vocabulary as it is written, for whoever mistypes it."""

    __tablename__ = "search_word"
    __table_args__ = (Index("ix_search_word_trigrams", "trigrams", postgresql_using="gin"),)

    folded: Mapped[str] = mapped_column(primary_key=True)
    written: Mapped[str]
    trigrams: Mapped[list[str]]


class Suggested(Base):
    """What is proposed to whoever begins to type: a job's name, a skill, a competence, from each word on."""

    __tablename__ = "search_suggestion"
    __table_args__ = (
        Index("ix_search_suggestion_folded", "folded", postgresql_ops={"folded": "text_pattern_ops"}),
    )

    folded: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]  # of the first word typed, among those of the label


class JobCount(Base):
    """How many published profiles look for a job, when they were last counted."""

    __tablename__ = "search_job_count"

    code: Mapped[str] = mapped_column(primary_key=True)
    profiles: Mapped[int]
