"""Evidence packs: a zip that anybody can verify with a bare Python, for everybody or for a named auditor."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.evidence import checkpoints, keyring
from app.evidence.canonical import VERSION, entry_of, instant
from app.evidence.checking import rows
from app.evidence.keyring import Signer
from app.evidence.merkle import leaf_hash, subtrees
from app.evidence.models import Checkpoint, Fact, PublicPack
from app.evidence.queries import first_since, range_of
from app.evidence.rules import CONVENTION, KINDS
from app.evidence.tree import StoredTree
from app.reports import figures
from app.reports.figures import Order
from app.reports.sheets import csv_of, xlsx_of

HERE = Path(__file__).parent
# Hashes do not shrink: more effort only takes longer.
COMPRESSION = 1
# One public pack is given at a time.
GIVE_LOCK = 0x7061636B


class PeriodOverlaps(ValueError):
    """A public pack of a period that overlaps was given: their difference could be a small count."""


class PackOvertaken(ValueError):
    """Another public pack of the same period was given meanwhile, with figures counted up to another fact."""


class FiguresDiffer(ValueError):
    """The figures of a period are no longer those of its first public pack: they would tell what it hid."""


class PeriodNotOver(ValueError):
    """A public pack is asked for while its period goes on: a later one less it could be a small count."""


class FactChanged(Exception):
    """A fact is not what was recorded: nothing is exported."""


def sign(session: Session, signer: Signer, order: Order, now: datetime) -> Checkpoint:
    """Sign the journal for a pack; raise PeriodNotOver, PeriodOverlaps, and JournalInconsistent."""
    if order.kind == "public":
        if now < order.end:
            raise PeriodNotOver(order.last_day.isoformat())
        refuse_overlap(session, order)
    return checkpoints.sign(session, signer, order.reason, now)


def refuse_overlap(session: Session, order: Order) -> None:
    """Raise PeriodOverlaps when figures less published ones would give away suppressed ones."""
    given = select(PublicPack.first_day, PublicPack.last_day).where(PublicPack.convention == CONVENTION)
    overlapping = given.where(PublicPack.first_day <= order.last_day, PublicPack.last_day >= order.first_day)
    for first_day, last_day in session.execute(overlapping):
        if (first_day, last_day) != (order.first_day, order.last_day):
            raise PeriodOverlaps(f"{first_day.isoformat()} {last_day.isoformat()}")


def counted_at(session: Session, order: Order, made: Checkpoint) -> Checkpoint:
    """Return the checkpoint up to which the figures of a pack are counted.

    That of the first public pack that was given of a period is that of all of them: no two of them differ by
    a late fact.
    """
    given = session.get(PublicPack, (CONVENTION, order.first_day, order.last_day))
    if order.kind != "public" or given is None:
        return made
    return session.get_one(Checkpoint, given.checkpoint_id)


@dataclass(frozen=True)
class Made:
    """A pack that is whole: the checkpoint up to which its figures are counted, and the hash of these."""

    counted_up_to: Checkpoint
    figures_sha256: str


def give(session: Session, order: Order, made: Made, now: datetime) -> None:
    """Keep that a pack is given: once it is whole, and before it has a name.

    Until then nothing of a public pack stands in the way of another period; from then on its own is
    protected, even if nobody gets it after all.  Raises PeriodOverlaps, PackOvertaken, and FiguresDiffer.
    """
    if order.kind != "public":
        return
    session.execute(select(func.pg_advisory_xact_lock(GIVE_LOCK)))
    refuse_overlap(session, order)
    row = insert(PublicPack).values(
        convention=CONVENTION,
        first_day=order.first_day,
        last_day=order.last_day,
        checkpoint_id=made.counted_up_to.id,
        figures_sha256=made.figures_sha256,
        given_at=now,
    )
    session.execute(row.on_conflict_do_nothing())
    given = session.get_one(PublicPack, (CONVENTION, order.first_day, order.last_day))
    if given.checkpoint_id != made.counted_up_to.id:
        raise PackOvertaken
    if given.figures_sha256 not in ("", made.figures_sha256):
        raise FiguresDiffer


class PackWriter:
    """Writes the files of a pack one after the other, and remembers the hash of each."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.files: dict[str, dict[str, object]] = {}

    def write(self, name: str, lines: Iterable[bytes]) -> None:
        """Write a file from its lines."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._archive.open(name, "w", force_zip64=True) as file:
            for line in lines:
                digest.update(line)
                file.write(line)
                size += len(line)
                count += 1
        self.files[name] = {"sha256": digest.hexdigest(), "bytes": size, "rows": count}


def export(session: Session, signer: Signer, order: Order, made: Checkpoint, file: IO[bytes]) -> Made:
    """Write the pack of a checkpoint that `sign` made, and return what `give` keeps of it.

    Raises FactChanged.  Whoever gives it says so by `give` first.
    """
    counted_up_to = counted_at(session, order, made)
    first, last = span_of(session, order, counted_up_to.size)
    tree = StoredTree(session, CONVENTION)
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        pack = PackWriter(archive)
        counted = figures.counted(session, order, last)
        table = figures.table(counted, order)
        pack.write("LISEZMOI.txt", [figures.readme(session, order, made, counted_up_to).encode()])
        listed = csv_of(table.header, table.lines).encode("utf-8-sig")
        pack.write("indicateurs.csv", listed.splitlines(keepends=True))
        pack.write("indicateurs.xlsx", [xlsx_of([table], counted_up_to.made_at)])
        if order.kind == "controleur":
            pack.write("events.ndjson", entries(session, first, last))
        else:
            pack.write("hashes.txt", hashes(session, first, last))
        pack.write("proof.json", [written(proof(session, tree, made, (first, last)))])
        pack.write("checkpoint.txt", [made.note.encode()])
        pack.write("key.txt", [f"{key.written}\n".encode() for key in keyring.public_keys(session)])
        pack.write("verify.py", (HERE / "verify.py").read_bytes().splitlines(keepends=True))
        manifest = manifest_of(order, made, pack)
        archive.writestr("manifest.json", written(manifest))
        digest = hashlib.sha256(written(manifest)).hexdigest()
        archive.writestr("manifest.sig", signer.sign(f"{signer.name}\nmanifest\n{digest}\n"))
    return Made(counted_up_to, hashlib.sha256(written(counted)).hexdigest())


def span_of(session: Session, order: Order, size: int) -> tuple[int, int]:
    """Return the first and the last number that a pack of so many signed facts holds.

    An auditor gets all up to the last one: whoever recounts sees that no later fact withdraws one of theirs.
    """
    if order.kind == "controleur":
        return first_since(session, order.start, size), size
    return range_of(session, order.start, order.end, size)


def entries(session: Session, first: int, last: int) -> Iterator[bytes]:
    """Yield the facts, one a line; raise FactChanged at one that is not what was recorded."""
    with closing(rows(session, first, last)) as facts:
        for fact in facts:
            entry = entry_of(fact)
            if leaf_hash(entry) != fact.leaf:
                raise FactChanged(fact.seq)
            yield entry + b"\n"


def hashes(session: Session, first: int, last: int) -> Iterator[bytes]:
    """Yield the leaves of the facts, one a line."""
    query = select(Fact.leaf).where(Fact.convention == CONVENTION, Fact.seq.between(first, last))
    for leaf in session.scalars(query.order_by(Fact.seq).execution_options(yield_per=10_000)):
        yield f"{leaf.hex()}\n".encode()


def proof(session: Session, tree: StoredTree, made: Checkpoint, span: tuple[int, int]) -> dict[str, object]:
    """Return what leads from the facts of the pack, and from each earlier checkpoint, to the root."""
    first, last = span

    def parts(start: int, end: int) -> list[list[object]]:
        return [[height, tree.subtree(at, height).hex()] for at, height in subtrees(start, end)]

    earlier = {one.size for one in checkpoints.all_of(session) if one.size <= made.size}
    tree.size = made.size
    return {
        "size": made.size,
        "first": first,
        "last": last,
        "before": parts(0, first - 1),
        "after": parts(last, made.size),
        "consistency": [
            {"size": size, "path": [step.hex() for step in tree.consistency(size)]}
            for size in sorted(earlier)
        ],
        "keys": [
            {"key": key.written, "made_at": instant(key.made_at), "endorsement": key.endorsement}
            for key in keyring.public_keys(session)
        ],
    }


def manifest_of(order: Order, made: Checkpoint, pack: PackWriter) -> dict[str, object]:
    """Return what the pack is, what its figures count, and the hash of each of its files."""
    return {
        "versions": {"pack": 1, "facts": VERSION, "visavis": version("visavis")},
        "kind": order.kind,
        "convention": CONVENTION,
        "from": instant(order.start),
        "until": instant(order.end),
        "recipient": order.recipient,
        "checkpoint": {"size": made.size, "root": base64.b64encode(made.root).decode()},
        "minimum": order.minimum,
        "rules": {name: kind.rule for name, kind in KINDS.items()},
        "indicators": figures.definitions(),
        "files": pack.files,
    }


def written(thing: object) -> bytes:
    """Return an object as a file that people can read."""
    return (json.dumps(thing, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
