"""How tests fill the journal: by what is recorded, as the worker does, or with many facts at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence.models import Fact
from app.evidence.rules import CONVENTION, KINDS
from app.evidence.service import drain
from app.reports.rollups import roll


@dataclass(frozen=True)
class Happened:
    """What a fact tells, with pseudonyms as they come."""

    kind: str
    at: datetime
    subject: str
    organisation: UUID | None = None
    territory: UUID | None = None
    department: str = ""
    measures: dict[str, bool] = field(default_factory=dict)


def count(session: Session, now: datetime) -> None:
    """Give the facts that wait their numbers, and count them in the bilans."""
    drain(session, now)
    roll(session)


def fill(session: Session, now: datetime, happened: Iterable[Happened]) -> None:
    """Write facts straight into the journal, and count them in the bilans."""
    last = session.scalar(select(func.coalesce(func.max(Fact.seq), 0))) or 0
    rows = [
        {
            "convention": CONVENTION,
            "seq": seq,
            "id": new_id(),
            "kind": one.kind,
            "at": one.at,
            "recorded_at": now,
            "axis": KINDS[one.kind].axis,
            "rule": KINDS[one.kind].rule,
            "subject": one.subject,
            "actor": "",
            "organisation": str(one.organisation or ""),
            "territory": str(one.territory or ""),
            "department": one.department,
            "measures": one.measures,
            "source": f"{one.kind}:{seq}",
        }
        for seq, one in enumerate(happened, start=last + 1)
    ]
    session.execute(insert(Fact), rows)
    roll(session)
