"""A small year of evidence, packed; and packs that somebody tampered with."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence.keyring import Signer
from app.evidence.models import Fact
from app.evidence.service import Statement, drain, record, withdraw
from app.reports import packs
from app.reports.figures import Order
from app.reports.verify import Pack

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
PUBLIC = Order("public", *NOVEMBER)
AUDITOR = Order("controleur", *NOVEMBER, recipient="Cour des comptes")


@dataclass
class Story:
    """Facts that come one after the other; `tell` records some, and numbers them."""

    session: Session
    at: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    residents: list[Any] = field(default_factory=lambda: [new_id() for _ in range(14)])
    companies: list[Any] = field(default_factory=lambda: [new_id() for _ in range(3)])

    def tell(self, count: int, name: str = "view.qualified", /, **measures: object) -> None:
        """Record facts about one resident after another, an hour apart."""
        for number in range(count):
            self.at += timedelta(hours=1)
            record(
                self.session,
                Statement(
                    name,
                    str(new_id()),
                    self.at,
                    subject=self.residents[number % 14],
                    actor=new_id(),
                    organisation=self.companies[number % 3],
                    department="13",
                    measures=measures,  # type: ignore[arg-type]  # what the kind measures
                ),
            )
        while drain(self.session, self.at + timedelta(seconds=2), limit=100):
            pass

    def withdraw_last(self) -> None:
        """Withdraw the last view."""
        newest = select(Fact).where(Fact.kind == "view.qualified").order_by(Fact.seq.desc()).limit(1)
        withdraw(self.session, self.session.scalars(newest).one(), "unverified_company", self.at)
        drain(self.session, self.at)


def month(session: Session) -> Story:
    """Tell a month: before it, in it, and after it."""
    story = Story(session, datetime(2026, 10, 30, 9, 0, tzinfo=UTC))
    story.tell(3)
    story.at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    story.tell(14, "resident.filmed", qpv=True)
    story.tell(14, "profile.published", presentation="video")
    story.tell(40, credited_ms=12_000)
    story.withdraw_last()
    story.tell(12, "contact.sent", kind="job")
    story.tell(11, "contact.answered", accepted=True, reason="")
    story.at = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    story.tell(5)
    return story


def pack(session: Session, signer: Signer, order: Order, path: Path, now: datetime) -> Path:
    """Sign, write and give a pack; a public one once its period is over."""
    made = packs.sign(session, signer, order, max(now, order.end) if order.kind == "public" else now)
    with path.open("wb") as file:
        packs.give(session, order, packs.export(session, signer, order, made, file), now)
    return path


def files_of(path: Path) -> dict[str, bytes]:
    """Return the files of a pack."""
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tampered(path: Path, change: Callable[[dict[str, bytes]], None], *, relisted: bool = True) -> Path:
    """Change files of a pack; a careful hand writes their hashes anew in the manifest."""
    files = files_of(path)
    change(files)
    if relisted:
        manifest = json.loads(files["manifest.json"])
        for name, said in manifest["files"].items():
            said["sha256"] = sha256(files.get(name, b"")).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode()
    return written(path.with_name(f"{path.stem}-tampered.zip"), files)


def written(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write a pack from its files."""
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    path.write_bytes(content.getvalue())
    return path


def faults(path: Path, key: str = "") -> list[str]:
    """Say what verify.py finds."""
    return Pack(str(path)).faults(key)
