"""Tables of the journal: outbox and unique sources, facts, what they keep to themselves, keys of persons."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, func, text
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


class Opening(Base):
    """What a fact keeps to itself and its seal commits to; it goes with each person whom it names."""

    __tablename__ = "evidence_opening"

    source: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    clear_source: Mapped[str]
    salt: Mapped[bytes] = mapped_column(LargeBinary)


class Fact(Base):
    """An append-only statement; partitioned by convention so that retention can drop a whole one.

    `ref` is the id of the fact that this one corrects; `leaf` is its hash in the tree.
    """

    __tablename__ = "evidence_fact"
    __table_args__ = (
        Index("ix_evidence_fact_subject", "subject", postgresql_where=text("subject <> ''")),
        Index("ix_evidence_fact_ref", "ref", postgresql_where=text("ref <> ''")),
        {"postgresql_partition_by": "LIST (convention)"},
    )

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
    ref: Mapped[str] = mapped_column(default="", server_default="")
    seal: Mapped[str] = mapped_column(default="", server_default="")
    leaf: Mapped[bytes] = mapped_column(LargeBinary, server_default=text("''::bytea"))


class PersonKey(Base):
    """The random key behind a person's pseudonyms; deleting it makes them nobody's for ever."""

    __tablename__ = "evidence_person_key"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class Node(Base):
    """The hash of a complete subtree of 256, 256², 256³… facts; those between are computed again."""

    __tablename__ = "evidence_node"

    convention: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class PublicKey(Base):
    """A key that signs or signed the journal, in one line, and the note by which the one before named it."""

    __tablename__ = "evidence_key"

    written: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    endorsement: Mapped[str]


class Checkpoint(Base):
    """The journal as it stood at an instant, signed: how many facts, and the root over them."""

    __tablename__ = "evidence_checkpoint"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    convention: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str]
    reason: Mapped[str]
    made_at: Mapped[datetime]


class PublicPack(Base):
    """A period of which a public pack was given: each later one has the same figures.

    They are those of a checkpoint; `figures_sha256` is their hash, empty where it was not kept yet.
    """

    __tablename__ = "evidence_public_pack"

    convention: Mapped[str] = mapped_column(primary_key=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(BigInteger)
    figures_sha256: Mapped[str]
    given_at: Mapped[datetime]
