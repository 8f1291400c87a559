"""A pack holds what was counted and what proves it, and nothing of who it is about."""

import csv
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from errno import ENOSPC
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.evidence import keyring
from app.evidence.keyring import Signer
from app.evidence.queries import Selection, count_of
from app.reports.packs import (
    FactChanged,
    FiguresDiffer,
    PackOvertaken,
    PeriodNotOver,
    PeriodOverlaps,
    export,
    give,
    sign,
)
from app.reports.rules import INDICATORS
from app.reports.verify import Fault, Pack, check_consistency
from app.settings import Settings
from tests.evidence.packing import AUDITOR, PUBLIC, Story, faults, files_of, month, pack


@pytest.fixture
def story(session: Session) -> Story:
    """Tell a month of evidence."""
    return month(session)


def table_of(path: Path) -> dict[str, str]:
    """Return the figures of a pack."""
    lines = csv.DictReader(StringIO(files_of(path)["indicateurs.csv"].decode("utf-8-sig")), delimiter=";")
    return {line["code"]: line["valeur"] for line in lines}


@pytest.mark.usefixtures("story")
def test_a_bare_python_verifies_an_auditors_pack(
    session: Session, signer: Signer, tmp_path: Path, now: datetime
) -> None:
    path = pack(session, signer, AUDITOR, tmp_path / "pack.zip", now)
    (tmp_path / "verify.py").write_bytes(files_of(path)["verify.py"])
    bare = [sys.executable, "-I", "-S", "verify.py", path.name, "--key", signer.written]
    done = subprocess.run(bare, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Tout est en ordre : 97 faits relus et recomptés, 100 faits signés")
    assert signer.written in done.stdout


@pytest.mark.usefixtures("story")
def test_figures_are_those_of_the_journal_and_of_the_facts_in_the_pack(
    session: Session, signer: Signer, tmp_path: Path, now: datetime
) -> None:
    path = pack(session, signer, AUDITOR, tmp_path / "pack.zip", now)
    table = table_of(path)
    assert table["views"] == "39"  # one of forty was withdrawn, those of October and December are not counted
    assert (table["filmed"], table["companies"], table["accepted"]) == ("14", "3", "11")
    for one in INDICATORS:
        count = count_of(session, Selection(one.kind, dict(one.measures), AUDITOR.start, AUDITOR.end))
        assert table[one.code] == str(getattr(count, one.counts))
    facts = [json.loads(line) for line in files_of(path)["events.ndjson"].splitlines()]
    assert [fact["seq"] for fact in facts] == list(range(4, 101))


@pytest.mark.usefixtures("story")
def test_a_public_pack_has_no_fact_and_no_small_figure(
    session: Session, signer: Signer, tmp_path: Path, now: datetime
) -> None:
    path = pack(session, signer, PUBLIC, tmp_path / "pack.zip", now)
    assert faults(path) == []
    files, table = files_of(path), table_of(path)
    assert "events.ndjson" not in files
    assert len(files["hashes.txt"].splitlines()) == 92
    assert (table["companies"], table["accepted"]) == ("moins de 11", "masqué")
    assert table["views"] == "moins de 11"  # thirty-nine, by three companies
    assert table["contacts"] == "12"
    facts = b"".join(body for name, body in files.items() if name != "verify.py")
    assert b'"subj"' not in facts


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("order", [PUBLIC, AUDITOR])
def test_a_pack_says_in_french_what_it_is_and_what_it_does_not_prove(
    session: Session, signer: Signer, tmp_path: Path, now: datetime, order: object
) -> None:
    path = pack(session, signer, order, tmp_path / "pack.zip", now)  # type: ignore[arg-type]  # one of two orders
    read_me = files_of(path)["LISEZMOI.txt"].decode()
    assert "du 1er novembre 2026 au 30 novembre 2026 inclus" in read_me
    assert "CE QUE CELA NE PROUVE PAS" in read_me
    assert ("Cour des comptes" in read_me) == (order is AUDITOR)
    assert all(one.kind in read_me for one in INDICATORS)
    assert "{" not in read_me


def test_a_period_without_a_fact_gives_a_pack_all_the_same(
    session: Session, signer: Signer, tmp_path: Path, now: datetime, story: Story
) -> None:
    later = replace(AUDITOR, first_day=date(2027, 5, 1), last_day=date(2027, 5, 31))
    assert story.at < later.start
    path = pack(session, signer, later, tmp_path / "pack.zip", now)
    assert faults(path) == []
    assert set(table_of(path).values()) == {"0"}


def test_a_later_pack_proves_that_it_goes_on_where_the_earlier_one_stopped(
    session: Session, signer: Signer, tmp_path: Path, now: datetime, story: Story
) -> None:
    old = pack(session, signer, AUDITOR, tmp_path / "old.zip", now)
    story.tell(170)
    story.withdraw_last()
    new = pack(session, signer, PUBLIC, tmp_path / "new.zip", now)
    check_consistency(Pack(str(old)), Pack(str(new)))
    with pytest.raises(Fault, match=r"Le second paquet est plus ancien : 100 faits, contre 271"):
        check_consistency(Pack(str(new)), Pack(str(old)))


def test_a_rotated_key_is_followed_and_a_lost_one_is_told(
    session: Session, signer: Signer, settings: Settings, tmp_path: Path, now: datetime, story: Story
) -> None:
    old = pack(session, signer, AUDITOR, tmp_path / "old.zip", now)
    story.tell(1)
    for days in (1, 2):
        signer = keyring.rotate(settings, now + timedelta(days=days))
        keyring.publish(session, signer)
    rotated = pack(session, signer, AUDITOR, tmp_path / "rotated.zip", now)
    assert faults(rotated) == []
    check_consistency(Pack(str(old)), Pack(str(rotated)))
    signer.path.unlink()
    another = keyring.create(settings, now + timedelta(days=3))
    lost = pack(session, another, AUDITOR, tmp_path / "lost.zip", now)
    with pytest.raises(Fault, match="Le changement de clé n’est pas signé par la clé"):
        check_consistency(Pack(str(old)), Pack(str(lost)))


DECEMBER = replace(PUBLIC, first_day=date(2026, 12, 1), last_day=date(2026, 12, 31))
SHORTER = replace(PUBLIC, last_day=date(2026, 11, 29))


@pytest.mark.usefixtures("story")
def test_public_periods_that_overlap_are_refused_for_their_difference_would_tell(
    session: Session, signer: Signer, tmp_path: Path, now: datetime
) -> None:
    now += timedelta(days=60)
    for order in (PUBLIC, PUBLIC, DECEMBER, replace(AUDITOR, last_day=date(2026, 11, 29))):
        pack(session, signer, order, tmp_path / "pack.zip", now)
    with pytest.raises(PeriodOverlaps, match="2026-11-01 2026-11-30"):
        sign(session, signer, SHORTER, now)


class Full(BytesIO):
    """A disk without room for more than a few bytes."""

    def write(self, given: Any) -> int:
        """Refuse what does not fit."""
        if self.tell() > 1000:
            raise OSError(ENOSPC, "full")
        return super().write(given)


@pytest.mark.usefixtures("story")
def test_an_export_that_failed_leaves_the_period_free_and_the_figures_are_those_of_the_first_given(
    session: Session, signer: Signer, tmp_path: Path, now: datetime, story: Story
) -> None:
    failed = sign(session, signer, SHORTER, PUBLIC.end)
    with pytest.raises(OSError, match="full"):
        export(session, signer, SHORTER, failed, Full())
    pack(session, signer, PUBLIC, tmp_path / "other.zip", now)
    with pytest.raises(PeriodOverlaps):
        sign(session, signer, SHORTER, PUBLIC.end)

    failed = sign(session, signer, DECEMBER, DECEMBER.end)
    with pytest.raises(OSError, match="full"):
        export(session, signer, DECEMBER, failed, Full())
    story.tell(12, "contact.sent", kind="job")
    given = pack(session, signer, DECEMBER, tmp_path / "given.zip", now)
    assert table_of(given)["contacts"] == "12"


@pytest.mark.usefixtures("story")
def test_of_two_public_packs_that_are_made_together_one_is_given(
    session: Session, signer: Signer, now: datetime, story: Story
) -> None:
    orders = (PUBLIC, PUBLIC, SHORTER)
    counted = []
    for order in orders:
        made = sign(session, signer, order, PUBLIC.end)
        counted.append(export(session, signer, order, made, BytesIO()))
        story.tell(1)
    give(session, orders[0], counted[0], now)
    with pytest.raises(FiguresDiffer):  # the same facts, counted or hidden otherwise
        give(session, orders[0], replace(counted[0], figures_sha256="other"), now)
    with pytest.raises(PackOvertaken):
        give(session, orders[1], counted[1], now)
    with pytest.raises(PeriodOverlaps):
        give(session, orders[2], counted[2], now)
    give(session, orders[0], counted[0], now)


@pytest.mark.usefixtures("story")
def test_a_public_pack_waits_until_its_period_is_over(session: Session, signer: Signer) -> None:
    with pytest.raises(PeriodNotOver, match="2026-11-30"):
        sign(session, signer, PUBLIC, PUBLIC.end - timedelta(seconds=1))
    sign(session, signer, PUBLIC, PUBLIC.end)
    sign(session, signer, AUDITOR, PUBLIC.end - timedelta(seconds=1))


def test_a_public_pack_of_the_same_period_has_the_figures_of_the_first(
    session: Session, signer: Signer, tmp_path: Path, now: datetime, story: Story
) -> None:
    first = pack(session, signer, PUBLIC, tmp_path / "first.zip", now)
    story.at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    story.tell(1, "contact.sent", kind="job")
    again = pack(session, signer, PUBLIC, tmp_path / "again.zip", now + timedelta(days=9))
    auditor = pack(session, signer, AUDITOR, tmp_path / "auditor.zip", now)
    for name in ("indicateurs.csv", "indicateurs.xlsx"):
        assert files_of(again)[name] == files_of(first)[name]
    assert files_of(again)["hashes.txt"] == files_of(first)["hashes.txt"]
    assert (table_of(again)["contacts"], table_of(auditor)["contacts"]) == ("12", "13")
    assert faults(again) == []
    assert "du premier, arrêtés le 1er décembre 2026" in files_of(again)["LISEZMOI.txt"].decode()
    check_consistency(Pack(str(first)), Pack(str(again)))


@pytest.mark.usefixtures("story")
def test_a_fact_that_was_changed_in_the_database_is_never_exported(
    session: Session, signer: Signer, tmp_path: Path, now: datetime
) -> None:
    session.execute(text("set local session_replication_role = replica"))
    session.execute(text("update evidence_fact set department = '59' where seq = 30"))
    with pytest.raises(FactChanged, match="30"):
        pack(session, signer, AUDITOR, tmp_path / "pack.zip", now)
