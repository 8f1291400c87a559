"""Tables of bilans: what is counted of the journal, kept as its facts come."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Presence(Base):
    """Somebody (a pseudonym, or a company) was met by a measure in a month, a place, by a fact `seq` first.

    Counts of different persons cannot be added up: whoever is new to a total is found here.
    """

    __tablename__ = "reports_presence"
    __table_args__ = (Index("ix_reports_presence_convention_territory", "convention", "territory"),)

    convention: Mapped[str] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    territory: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(primary_key=True)
    qpv: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


class Total(Base):
    """What a measure counts in a period and a place; `*` is all of them, empty what is unknown.

    `period` is a month such as 2026-11, a period of the convention, or `*`.
    """

    __tablename__ = "reports_total"

    convention: Mapped[str] = mapped_column(primary_key=True)
    territory: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(primary_key=True)
    qpv: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class Progress(Base):
    """How far the journal is counted: its last fact, when that was recorded, when the oldest happened."""

    __tablename__ = "reports_progress"

    convention: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    first_at: Mapped[datetime]
    dated_at: Mapped[datetime]
