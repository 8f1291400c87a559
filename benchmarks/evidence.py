"""Claims: proving costs little where something is counted, and a million facts are verified in a minute.

SIZE=1000000 facts in the pack (the default).
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.db import connect, new_id, session_factory
from app.evidence import keyring
from app.evidence.merkle import Frontier, inclusion_path, is_included, leaf_hash
from app.evidence.service import Statement, drain, record
from app.postgres import EmbeddedPostgres
from app.reports import packs
from app.reports.figures import Order
from app.settings import Settings
from app.tables import upgrade
from benchmarks.frame import Claim, Unfair, alternate

SIZE = int(os.environ.get("SIZE", "1000000"))
ROUNDS, ACTS, DRAINED = 5, 400, 8000
LEAVES, PROOFS = 200_000, 2000
BAR = "la barre"
YEAR = Order("controleur", date(2026, 1, 1), date(2026, 12, 31), "la mesure")
VIEWS = """
insert into evidence_outbox (source, statement)
select 'v:' || n, jsonb_build_object(
  'convention', 'face-2026', 'kind', 'view.qualified',
  'at', timestamptz '2026-01-02 00:00Z' + n * interval '20 s',
  'axis', 1, 'rule', 'vues-2026.1', 'subject', md5((n % 40000)::text), 'actor', md5((n % 900)::text),
  'organisation', md5((n % 300)::text)::uuid, 'territory', '', 'department', '13', 'ref', '',
  'measures', jsonb_build_object('credited_ms', 12000, 'duration_ms', 41000),
  'seal', md5(n::text) || md5((n + 1)::text))
from generate_series(1, :size) as n
"""


def run() -> list[Claim]:
    """Measure what evidence costs, then what proving costs."""
    with TemporaryDirectory() as folder, journal(Path(folder)) as engine:
        units = session_factory(engine)
        return [
            outbox(units),
            sequencer(units),
            *merkle(),
            *pack(engine, units, Path(folder)),
        ]


@contextmanager
def journal(folder: Path) -> Iterator[Engine]:
    """Start a server that keeps what it acknowledges."""
    server = EmbeddedPostgres(folder / "pg")
    server.start()
    engine = connect(server.url, pool_size=2)
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("create table act (id uuid primary key, at timestamptz not null)"))
    try:
        yield engine
    finally:
        engine.dispose()
        server.stop()


def outbox(units: sessionmaker[Session]) -> Claim:
    """Compare a small transaction that states a fact with the same one that states none."""
    persons = [new_id() for _ in range(200)]
    chance = Random(7)  # noqa: S311 - the same persons each time

    def acts(*, stated: bool) -> float:
        began_s = time.perf_counter()
        for _ in range(ACTS):
            act, now = new_id(), datetime.now(UTC)
            with units.begin() as session:
                for _read in range(2):  # who asks, and about whom: no request of ours asks less
                    session.execute(text("select at from act where id = :id"), {"id": act})
                session.execute(text("insert into act values (:id, :at)"), {"id": act, "at": now})
                if stated:
                    who = (chance.choice(persons), chance.choice(persons))
                    record(session, Statement("view.qualified", str(act), now, *who))
        return ACTS / (time.perf_counter() - began_s)

    acts(stated=True)
    without, stated = alternate(lambda: acts(stated=False), lambda: acts(stated=True), ROUNDS)
    return Claim("transaction avec un fait", "tx/s", "la même sans", without, stated, 0.6, is_cost=False)


def sequencer(units: sessionmaker[Session]) -> Claim:
    """Measure how fast what waits gets its numbers, as the worker gives them."""
    figures = []
    for number in range(ROUNDS):
        with units.begin() as session:
            while drain(session, datetime.now(UTC)):
                pass
            session.execute(text(VIEWS.replace("'v:'", f"'s{number}:'")), {"size": DRAINED})
        figures.append(DRAINED / elapsed_s(lambda: drain_all(units)))
    return Claim("numéroter", "faits/s", BAR, (4000.0,), tuple(figures), 1, is_cost=False)


def drain_all(units: sessionmaker[Session]) -> None:
    """Give all that waits its numbers, a batch a transaction."""
    moved = 1
    while moved:
        with units.begin() as session:
            moved = drain(session, datetime(2026, 12, 31, tzinfo=UTC))


def elapsed_s(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    began_s = time.perf_counter()
    action()
    return time.perf_counter() - began_s


def merkle() -> list[Claim]:
    """Append leaves, and verify proofs in a tree of as many."""
    entries = [str(number).encode() for number in range(LEAVES)]

    def grow() -> None:
        frontier = Frontier()
        for entry in entries:
            frontier.append(leaf_hash(entry))

    appended = tuple(LEAVES / elapsed_s(grow) for _ in range(ROUNDS))
    leaves = [leaf_hash(entry) for entry in entries[:4096]]

    def range_hash(start: int, end: int) -> bytes:
        frontier = Frontier()
        for leaf in leaves[start:end]:
            frontier.append(leaf)
        return frontier.root()

    size = len(leaves) - 1
    path, root = inclusion_path(range_hash, 1234, size), range_hash(0, size)

    def verify() -> None:
        for _ in range(PROOFS):
            if not is_included(leaves[1234], 1234, size, path, root):
                raise Unfair("la preuve est fausse")

    verified = tuple(elapsed_s(verify) / PROOFS * 1e6 for _ in range(ROUNDS))
    return [
        Claim("ajouter à l’arbre", "feuilles/s", BAR, (100_000.0,), appended, 1, is_cost=False),
        Claim("vérifier une preuve", "µs", BAR, (100.0,), verified, 1),
    ]


def pack(engine: Engine, units: sessionmaker[Session], folder: Path) -> list[Claim]:
    """Fill the journal, export a year of it, and verify it in a process of its own."""
    with units.begin() as session:
        session.execute(text(VIEWS), {"size": SIZE})
    print(f"{SIZE} faits à numéroter…", flush=True)
    print(f"numérotés : {SIZE / elapsed_s(lambda: drain_all(units)):.0f} faits/s", flush=True)
    with engine.begin() as connection:
        connection.execute(text("analyze evidence_fact"))
    now = datetime.now(UTC) + timedelta(seconds=1)
    signer = keyring.create(Settings(data_dir=folder), now)
    path = folder / "pack.zip"

    def export() -> None:
        with units.begin() as session:
            made = packs.sign(session, signer, YEAR, now)
        with units() as session, path.open("wb") as file:
            packs.export(session, signer, YEAR, made, file)

    exported_s = elapsed_s(export)
    verified_s, peak_mb = verified(path)
    thousand = SIZE / 1_000_000
    return [
        Claim("exporter un paquet", "s", BAR, (60.0 * thousand,), (exported_s,), 1, is_promise=True),
        Claim("vérifier un paquet", "s", BAR, (90.0 * thousand,), (verified_s,), 1, is_promise=True),
        Claim("mémoire de verify.py", "Mo", BAR, (300.0,), (peak_mb,), 1, is_promise=True),
    ]


def verified(path: Path) -> tuple[float, float]:
    """Verify a pack in a process of its own; return how long it took, and its memory in megabytes."""
    verifier = [sys.executable, "-I", str(Path(packs.__file__).with_name("verify.py")), str(path)]
    began_s = time.perf_counter()
    done = subprocess.run(verifier, capture_output=True, text=True, check=False)
    took_s = time.perf_counter() - began_s
    if done.returncode:
        raise Unfair(done.stdout)
    print(done.stdout, f"{path.stat().st_size / 1e6:.0f} Mo", flush=True)
    return took_s, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
