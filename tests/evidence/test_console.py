"""The operator makes a key, gives a pack, opens facts and checks the journal, each from the console."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count, islice
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.orm import Session

from app.cli import main
from app.evidence.canonical import canonical, seal_of
from app.evidence.models import Checkpoint
from app.evidence.rules import CONVENTION
from app.people.models import AuditEntry
from app.reports import rollups, verify
from app.reports.packs import GIVE_LOCK
from tests.evidence.packing import month
from tests.house.source import ROOT

Console = Callable[..., tuple[int, str]]
YEAR = ("--from", "2026-01-01", "--to", "2026-12-31")
# Over, and still going on, whatever the clock of the machine says.
PAST = ("--from", "2020-01-01", "--to", "2020-12-31")
COMING = ("--from", "2020-01-01", "--to", "2999-12-31")


@pytest.fixture
def console(
    committed: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Console:
    """Return `console(words…)`: its exit code, and what it printed, on a month of evidence."""
    with Session(committed) as session, session.begin():
        month(session)
    monkeypatch.setenv("VISAVIS_DATABASE_URL", committed.url.render_as_string(hide_password=False))
    monkeypatch.setenv("VISAVIS_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def typed(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(["evidence", *words])
        printed = capsys.readouterr()
        return int(str(left.value.code)), printed.out + printed.err

    return typed


def test_an_operator_proves_the_year_and_opens_facts(console: Console, committed: Engine) -> None:
    code, said = console("export", "--kind", "public", *PAST)
    assert code == 1
    assert "visavis evidence key create" in said
    assert console("key", "create")[0] == 0
    code, said = console("key", "create")
    assert (code, "rotate" in said) == (1, True)

    assert console("export", "--kind", "controleur", *YEAR)[0] == 1  # to whom?
    code, said = console(
        "export", "--kind", "contrôleur", *YEAR, "--to-whom", "Cour des comptes", "--output", "a.zip"
    )
    assert code == 0, said
    code, said = console("verify", "a.zip")
    assert code == 0, said
    assert console("key", "rotate")[0] == 0
    code, said = console("export", "--kind", "public", *COMING)
    assert (code, "La période n’est pas finie" in said) == (1, True)
    code, said = console("export", "--kind", "public", *PAST, "--output", "nulle-part/b.zip")
    assert (code, "On ne peut pas écrire nulle-part/b.zip" in said) == (1, True)
    assert signed_for(committed, "export public") == []
    assert console("export", "--kind", "public", *PAST, "--output", "b.zip")[0] == 0
    assert len(signed_for(committed, "export public")) == 1
    assert console("consistency", "a.zip", "b.zip")[0] == 0
    assert console("consistency", "b.zip", "b.zip")[0] == 0

    assert_opened(console, committed)
    assert_recounted(console, committed)
    assert_checked(console, committed)


def signed_for(committed: Engine, why: str) -> list[str]:
    """Return the reasons of the checkpoints that begin so."""
    with Session(committed) as session:
        reasons = session.scalars(select(Checkpoint.reason).where(Checkpoint.reason.startswith(why)))
        return list(reasons)


def distinct(numbers: Iterable[int]) -> Iterator[int]:
    """Yield each number the first time that it comes."""
    seen: set[int] = set()
    for number in numbers:
        if number not in seen:
            seen.add(number)
            yield number


def assert_opened(console: Console, committed: Engine) -> None:
    """Open facts by lot, and their seals."""
    sample = ("sample", "--seed", "grêle", "--n", "5", "--to-whom", "Cour des comptes", "--size")
    code, said = console(*sample, "99")
    assert (code, "Aucun point de contrôle n’a 99 faits. Tapez : visavis evidence sign" in said) == (1, True)
    code, said = console("sign")
    assert (code, "visavis evidence sample --size 100 --seed MOT" in said) == (0, True)
    root = said.splitlines()[2]
    code, said = console(*sample, "100")
    assert code == 0, said
    given = json.loads(said)
    assert given["checkpoint"].splitlines()[1:3] == ["100", root] == [str(given["size"]), given["root"]]
    lots = (sha256(f"{root}:grêle:{turn}".encode()).digest() for turn in count(1))
    each_once = distinct(int.from_bytes(lot, "big") % 100 + 1 for lot in lots)
    assert given["numbers"] == list(islice(each_once, 5))
    of_the_last_signed = json.loads(console(*sample[:-1])[1])
    assert of_the_last_signed["numbers"] == given["numbers"]
    assert [each["fact"]["seq"] for each in given["facts"]] == given["numbers"]
    for each in given["facts"]:
        assert each["fact"]["seal"] == seal_of(bytes.fromhex(each["salt"]), each["private"])
        assert canonical(each["private"])
    # It opens what was signed before the seed, and signs nothing that could be drawn from instead.
    assert len(signed_for(committed, "")) == len(signed_for(committed, "export")) + 1


def assert_recounted(console: Console, committed: Engine) -> None:
    """Recount what the worker has counted, and what somebody changed."""
    code, said = console("recount")
    assert (code, "jusqu’au fait n° 0 sur 100" in said) == (0, True)
    with Session(committed) as session, session.begin():
        rollups.roll(session)
    code, said = console("recount")
    assert (code, "Aucune différence." in said, "jusqu’au fait n° 100 sur 100" in said) == (0, True, True)
    with Session(committed) as session, session.begin():
        session.execute(text("update reports_total set count = 77 where measure = 'filmed' and period = '*'"))
    code, said = console("recount")
    assert (code, "gardé 77, recompté 14" in said) == (1, True)
    assert console("recount", "--rebuild")[0] == 0


def assert_checked(console: Console, committed: Engine) -> None:
    """Check the journal, look at what was noted, change a fact and check again."""
    close(committed, "2999-12-31")  # whatever the clock of the machine says
    code, said = console("check")
    assert (code, said.splitlines()[0]) == (
        0,
        "✓ Le journal est entier : 100 faits, tels qu’ils ont été enregistrés et signés.",
    )
    assert "✓ Signatures : 100 faits signés le" in said
    with Session(committed) as session, session.begin():
        noted = session.execute(select(AuditEntry.tag, AuditEntry.reference).order_by(AuditEntry.id)).all()
        session.execute(text("set local session_replication_role = replica"))
        session.execute(text("update evidence_fact set department = '59' where seq = 30"))
    assert [tag for tag, _ in noted] == ["evidence:export:done"] * 2 + ["evidence:sample:done"] * 2
    assert [("Cour des comptes" in reference) for _, reference in noted] == [True, False, True, True]
    assert noted[-2].reference == "graine grêle, 5 des 100 faits signés, pour Cour des comptes"
    assert noted[-1].reference == f"{noted[-2].reference} (point de contrôle choisi par le service)"
    code, said = console("check")
    assert (code, "Le fait n° 30 n’est plus celui qui a été enregistré." in said) == (1, True)
    assert "aucun jour n’est clos tant que cela dure." in said


def close(committed: Engine, day: str) -> None:
    """Keep that a day was closed, while the journal was empty."""
    row = {"convention": CONVENTION, "size": 0, "root": b"", "note": "", "reason": f"closing {day}"}
    with Session(committed) as session, session.begin():
        session.execute(insert(Checkpoint).values(**row, made_at=datetime(2020, 1, 2, tzinfo=UTC)))


def test_the_check_names_the_days_that_nobody_closed(console: Console, committed: Engine) -> None:
    close(committed, "2020-01-01")
    assert console("check")[0] == 0  # without a key nothing is ever signed
    console("key", "create")
    code, said = console("check")
    assert code == 1
    assert "✓ Le journal est entier" in said
    assert "✗ Signatures : Rien n’est clos du 2 janvier 2020 au" in said


def test_the_check_says_that_a_database_from_before_will_not_be_signed(
    console: Console, committed: Engine, tmp_path: Path
) -> None:
    close(committed, "2999-12-31")
    console("key", "create")
    (tmp_path / "evidence" / "key.last").write_text(f"700 {'00' * 32}\n")
    code, said = console("check")
    assert (code, "Rien n’est signé : 700 faits l’ont été, et les 100 du journal" in said) == (1, True)


FREE = ("export", "--kind", "public", "--from", "2020-01-01", "--to", "2020-06-30", "--output", "free.zip")


def test_a_disk_that_is_full_gives_nothing_and_leaves_the_period_free(
    console: Console, committed: Engine, tmp_path: Path
) -> None:
    console("key", "create")
    with small_files(2000):
        code, said = console("export", "--kind", "public", *PAST, "--output", "full.zip")
    assert (code, "Rien n’est donné, la période reste libre" in said) == (1, True)
    assert not list(tmp_path.glob("full.zip*"))
    assert noted(committed) == []
    assert console(*FREE)[0] == 0
    code, said = console("export", "--kind", "public", *PAST, "--output", "full.zip")
    assert (code, "qui chevauche celle-ci (du 1er janvier 2020 au 30 juin 2020)" in said) == (1, True)
    assert noted(committed) == ["public 2020-01-01-2020-06-30"]


@contextmanager
def small_files(most_bytes: int) -> Iterator[None]:
    """Let no file grow larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def noted(committed: Engine) -> list[str]:
    """Return which packs the security log says were given."""
    given = select(AuditEntry.reference).where(AuditEntry.tag == "evidence:export:done")
    with Session(committed) as session:
        return list(session.scalars(given.order_by(AuditEntry.id)))


def test_a_pack_has_no_name_before_it_is_kept_that_it_was_given_and_a_kill_leaves_the_period_free(
    console: Console, committed: Engine, tmp_path: Path
) -> None:
    console("key", "create")
    words = ("evidence", "export", "--kind", "public", *PAST, "--output", "killed.zip")
    with committed.begin() as other:
        other.execute(select(func.pg_advisory_xact_lock(GIVE_LOCK)))
        export = subprocess.Popen(
            [sys.executable, "-m", "app.cli", *words],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_until_it_waits(committed)
            assert not (tmp_path / "killed.zip").exists()
            assert verify.Pack(str(tmp_path / "killed.zip.part")).faults() == []
        finally:
            export.kill()
            export.wait()
    assert noted(committed) == []
    assert console(*FREE)[0] == 0


def wait_until_it_waits(committed: Engine) -> None:
    """Wait until somebody waits for a lock of the advisory kind."""
    waiting = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
    deadline = time.monotonic() + 60
    with committed.connect() as watching:
        while not watching.scalar(waiting):
            assert time.monotonic() < deadline
            watching.rollback()
            time.sleep(0.05)


@pytest.mark.parametrize("folder", ["folder", "."])
def test_a_folder_is_no_name_for_a_pack(
    console: Console, committed: Engine, tmp_path: Path, folder: str
) -> None:
    console("key", "create")
    (tmp_path / "folder").mkdir()
    code, said = console("export", "--kind", "public", *PAST, "--output", folder)
    assert (code, f"{folder} est un dossier" in said) == (1, True)
    assert signed_for(committed, "export public") == []


def test_two_packs_are_not_written_under_one_name(console: Console, tmp_path: Path) -> None:
    console("key", "create")
    (tmp_path / "a.zip.part").write_bytes(b"of another export")
    code, said = console("export", "--kind", "public", *PAST, "--output", "a.zip")
    assert (code, "supprimez a.zip.part" in said) == (1, True)
    assert (tmp_path / "a.zip.part").read_bytes() == b"of another export"


@pytest.mark.parametrize(
    "words", [("--seed", " "), ("--n", "0"), ("--n", "-3"), ("--size", "0"), ("--size", "beaucoup")]
)
def test_a_lot_of_nothing_is_refused(console: Console, words: tuple[str, str]) -> None:
    asked = {"--seed": "grêle", "--n": "5", "--size": "100", "--to-whom": "Cour des comptes"} | dict([words])
    assert console("sample", *(f"{name}={value}" for name, value in asked.items()))[0] == 2
