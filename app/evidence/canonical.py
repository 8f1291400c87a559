"""The one way to write a fact: the bytes that are hashed, and that anybody can write again."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from app.evidence.rules import Measure

VERSION = 1

# Keys are ASCII, values are strings, integers and booleans: what comes out is RFC 8785 byte for byte.
_written = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class Statable(Protocol):
    """What a fact says, whether it is a row or about to be one."""

    convention: str
    seq: int
    id: UUID
    kind: str
    at: datetime
    recorded_at: datetime
    axis: int
    rule: str
    subject: str
    actor: str
    organisation: str
    territory: str
    department: str
    measures: dict[str, Measure]
    source: str
    ref: str
    seal: str


def instant(at: datetime) -> str:
    """Write an instant: UTC, always with six decimals, so that texts sort as instants do."""
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def canonical(values: Mapping[str, object]) -> bytes:
    """Return the canonical JSON of an object."""
    return _written(values).encode()


def public_fields(fact: Statable) -> dict[str, object]:
    """Return what a fact says in public, by the names that packs use."""
    return {
        "v": VERSION,
        "seq": fact.seq,
        "id": str(fact.id),
        "type": fact.kind,
        "at": instant(fact.at),
        "rec": instant(fact.recorded_at),
        "conv": fact.convention,
        "axis": fact.axis,
        "rule": fact.rule,
        "subj": fact.subject,
        "actor": fact.actor,
        "org": fact.organisation,
        "terr": fact.territory,
        "dep": fact.department,
        "m": fact.measures,
        "src": fact.source,
        "ref": fact.ref,
        "seal": fact.seal,
    }


def entry_of(fact: Statable) -> bytes:
    """Return the bytes of a fact, of which its leaf in the tree is the hash."""
    return canonical(public_fields(fact))


def private_fields(subject: UUID | None, actor: UUID | None, source: str) -> dict[str, str]:
    """Return what a fact keeps to itself: whom it is about, who acted, and what gave it, in clear."""
    return {"actor": str(actor or ""), "source": source, "subject": str(subject or "")}


def seal_of(salt: bytes, private: Mapping[str, object]) -> str:
    """Return the commitment to the private fields: without the salt nobody can try who it might be."""
    return hmac.digest(salt, canonical(private), "sha256").hex()
