"""Tables of the journal: the outbox, its unique sources, the facts, the keys that make pseudonyms."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Source(Base):
    """What already gave a fact; outlasts the drain so that a replay is refused for ever."""

    __tablename__ = "evidence_source"

    source: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OutboxEntry(Base):
    """A statement written in the business transaction, waiting for the drain to give it a number."""

    __tablename__ = "evidence_outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source: Mapped[str]
    statement: Mapped[dict[str, Any]]


class Fact(Base):
    """An append-only statement; partitioned by convention so that retention can drop a whole one."""

    __tablename__ = "evidence_fact"
    __table_args__ = {"postgresql_partition_by": "LIST (convention)"}  # noqa: RUF012 - SQLAlchemy's own

    convention: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    axis: Mapped[int]
    rule: Mapped[str]
    subject: Mapped[str]
    actor: Mapped[str]
    organisation: Mapped[str]
    territory: Mapped[str]
    department: Mapped[str]
    measures: Mapped[dict[str, Any]]
    source: Mapped[str]


class PersonKey(Base):
    """The random key behind a person's pseudonyms; deleting it makes them nobody's for ever."""

    __tablename__ = "evidence_person_key"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)
