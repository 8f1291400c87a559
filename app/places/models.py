"""Tables of reference data: communes, priority neighbourhoods, jobs."""

from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.places.qpv import VINTAGES
from app.places.rules import fold


def folded_name(context: DefaultExecutionContext) -> str:
    """Return the name of the commune being written, as it is searched."""
    values = context.get_current_parameters()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    return fold(values["name"])


def folded_label(context: DefaultExecutionContext) -> str:
    """Return the label of the job being written, as it is searched."""
    values = context.get_current_parameters()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    return fold(values["label"])


class Commune(Base):
    """A French commune with the point that stands for it."""

    __tablename__ = "place_commune"
    __table_args__ = (
        Index("ix_place_commune_folded", "folded", postgresql_ops={"folded": "text_pattern_ops"}),
    )

    insee: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(default=folded_name)
    department: Mapped[str] = mapped_column(index=True)
    postal_code: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]


class Qpv(Base):
    """A priority neighbourhood of one vintage: its outline, and the box around it that finds it quickly.

    `outline` is polygons of rings of [longitude, latitude]; `communes` are INSEE codes.
    """

    __tablename__ = "place_qpv"
    __table_args__ = (
        CheckConstraint(f"vintage in {VINTAGES}", name="vintage_known"),
        Index("ix_place_qpv_bounds", "vintage", "west", "south", "east", "north"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    vintage: Mapped[int]
    name: Mapped[str]
    communes: Mapped[list[str]]
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    outline: Mapped[list[Any]] = mapped_column(JSONB)


class Job(Base):
    """A job of the ROME nomenclature (code such as D1106, label in French)."""

    __tablename__ = "place_job"

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    folded: Mapped[str] = mapped_column(default=folded_label)


class JobTitle(Base):
    """One of the everyday names of a ROME job (appellation)."""

    __tablename__ = "place_job_title"

    label: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    folded: Mapped[str] = mapped_column(default=folded_label)
