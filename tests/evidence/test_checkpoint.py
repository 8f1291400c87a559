"""What is signed is the journal as it stands, and never a journal that contradicts what was signed before."""

import base64
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.evidence import checking, checkpoints
from app.evidence.checkpoints import JournalInconsistent, sign
from app.evidence.keyring import Signer
from app.evidence.models import Checkpoint
from app.evidence.notes import opened
from app.evidence.rules import CONVENTION
from app.evidence.tree import StoredTree
from tests.evidence.conftest import Grow

UNGUARDED = "set local session_replication_role = replica"  # what a superuser can do, and nobody else


def signed(session: Session, signer: Signer, now: datetime) -> Checkpoint:
    """Sign the journal."""
    return sign(session, signer, "test", now)


def test_a_checkpoint_says_how_many_facts_and_their_root(
    session: Session, signer: Signer, now: datetime, grow: Grow
) -> None:
    grow(5)
    made = signed(session, signer, now)
    root = StoredTree(session, CONVENTION).root()
    lines = opened(made.note, signer.written).splitlines()
    assert lines == [signer.name, "5", base64.b64encode(root).decode(), "2026-11-23T09:00:00.000000Z"]


def test_a_journal_that_grew_is_signed_again(
    session: Session, signer: Signer, now: datetime, grow: Grow
) -> None:
    for count in (1, 6, 0, 300):
        grow(count)
        signed(session, signer, now)
    assert [made.size for made in checkpoints.all_of(session)] == [1, 7, 7, 307]
    assert checking.faults_of(session) == []


@pytest.mark.parametrize(
    "tampering",
    [
        "delete from evidence_fact where seq = 7",
        "delete from evidence_fact where seq > 3",
        "update evidence_fact set leaf = sha256('x') where seq = 2",
        (
            "update evidence_fact here set leaf = there.leaf from evidence_fact there"
            " where here.seq in (3, 5) and there.seq = 8 - here.seq"
        ),
    ],
)
def test_a_journal_that_is_not_what_was_signed_is_never_signed(
    session: Session, signer: Signer, now: datetime, grow: Grow, tampering: str
) -> None:
    grow(7)
    signed(session, signer, now)
    session.execute(text(UNGUARDED))
    session.execute(text(tampering))
    with pytest.raises(JournalInconsistent):
        signed(session, signer, now)
    assert len(checkpoints.all_of(session)) == 1


def test_a_database_from_before_is_not_signed_although_it_fits_itself(
    session: Session, signer: Signer, now: datetime, grow: Grow
) -> None:
    grow(4)
    signed(session, signer, now)
    with session.begin_nested() as later:
        grow(3)
        signed(session, signer, now)
        later.rollback()
    assert checking.faults_of(session) == []
    with pytest.raises(JournalInconsistent) as refused:
        signed(session, signer, now)
    assert (refused.value.signed_size, refused.value.size) == (7, 4)


def test_an_empty_journal_can_be_signed_and_binds_nothing(
    session: Session, signer: Signer, now: datetime, grow: Grow
) -> None:
    signed(session, signer, now)
    grow(2)
    assert signed(session, signer, now).size == 2


@pytest.mark.parametrize("change", ["update {} set note = ''", "delete from {}", "truncate {}"])
def test_the_database_refuses_to_change_a_checkpoint(
    session: Session, signer: Signer, now: datetime, grow: Grow, change: str
) -> None:
    grow(1)
    signed(session, signer, now)
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(change.format("evidence_checkpoint")))


def fault_after(session: Session, tampering: str) -> list[str]:
    """Change the journal as only a superuser can, and say what the check finds."""
    session.execute(text(UNGUARDED))
    session.execute(text(tampering))
    session.expire_all()
    return checking.faults_of(session)


@pytest.mark.parametrize(
    ("tampering", "sentence"),
    [
        (
            "update evidence_fact set kind = 'view.qualified' where seq = 3",
            "Le fait n° 3 n’est plus celui qui a été enregistré.",
        ),
        ("delete from evidence_fact where seq = 3", "Il manque des faits avant le n° 4."),
        (
            "delete from evidence_fact where seq > 290",
            "Le journal s’arrête au fait n° 290 ; 300 ont été signés.",
        ),
        ("delete from evidence_node", "L’arbre n’est plus celui des faits."),
        (
            "update evidence_checkpoint set root = sha256('x')",
            "Les 300 premiers faits ne sont plus ceux qui ont été signés.",
        ),
        (
            "update evidence_checkpoint set note = replace(note, '300', '301')",
            "Le point de contrôle à 300 faits n’est signé par aucune de nos clés.",
        ),
        ("delete from evidence_key", "Le point de contrôle à 300 faits n’est signé par aucune de nos clés."),
    ],
)
def test_what_was_changed_behind_the_service_is_found(
    session: Session, signer: Signer, now: datetime, grow: Grow, tampering: str, sentence: str
) -> None:
    grow(300)
    signed(session, signer, now)
    assert checking.faults_of(session) == []
    assert sentence in fault_after(session, tampering)


def test_a_fact_changed_with_its_leaf_is_found_by_the_tree(
    session: Session, signer: Signer, now: datetime, grow: Grow
) -> None:
    grow(300)
    signed(session, signer, now)
    faults = fault_after(session, "update evidence_fact set leaf = sha256('x'), kind = 'x' where seq = 3")
    assert "Les 300 premiers faits ne sont plus ceux qui ont été signés." in faults


def test_the_checkpoints_are_read_in_their_order(
    session: Session, signer: Signer, now: datetime, grow: Grow
) -> None:
    grow(1)
    first = signed(session, signer, now)
    second = signed(session, signer, now)
    assert checkpoints.latest(session) == second
    assert session.scalars(select(Checkpoint).order_by(Checkpoint.id)).first() == first
