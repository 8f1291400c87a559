"""The tree in the database is the tree over all facts, whatever the batches in which they came."""

from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence import tree
from app.evidence.merkle import Frontier, is_consistent, is_included
from app.evidence.models import Fact, Node
from app.evidence.rules import CONVENTION
from app.evidence.service import Statement, drain, record
from app.evidence.tree import StoredTree


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make tiles of four, so that few facts fill some on several levels."""
    monkeypatch.setattr(tree, "TILE_HEIGHT", 2)
    monkeypatch.setattr(tree, "TILE", 4)


def grow(session: Session, now: datetime, *batches: int) -> list[bytes]:
    """Record facts and number them by batches; return the leaves of all."""
    for batch in batches:
        for _ in range(batch):
            record(session, Statement("profile.published", str(new_id()), now))
        drain(session, now, limit=batch)
    return list(session.scalars(select(Fact.leaf).order_by(Fact.seq)))


def root_of(leaves: list[bytes]) -> bytes:
    """Return the root over leaves."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def test_the_root_at_every_size_is_the_one_over_the_leaves(session: Session, now: datetime) -> None:
    leaves = grow(session, now, 1, 2, 6, 1, 20, 37)
    stored = StoredTree(session, CONVENTION)
    assert stored.size == len(leaves) == 67
    assert [stored.root(size) for size in range(68)] == [root_of(leaves[:size]) for size in range(68)]


def test_every_complete_tile_has_its_node_once_and_no_other_is_kept(session: Session, now: datetime) -> None:
    grow(session, now, 3, 1, 14, 5, 44)
    kept = session.execute(select(Node.level, Node.position).order_by(Node.level, Node.position)).all()
    wanted = [(1, at) for at in range(16)] + [(2, at) for at in range(4)] + [(3, 0)]
    assert [tuple(row) for row in kept] == wanted


def test_proofs_from_what_is_stored_hold(session: Session, now: datetime) -> None:
    leaves = grow(session, now, 30, 7)
    stored = StoredTree(session, CONVENTION)
    for seq in (1, 16, 17, 36, 37):
        assert is_included(leaves[seq - 1], seq - 1, 37, stored.inclusion(seq), stored.root())
    for old in (1, 4, 16, 31, 36, 37):
        path = stored.consistency(old)
        assert is_consistent(old, root_of(leaves[:old]), 37, root_of(leaves), path)


@pytest.mark.parametrize(
    "change",
    [
        "update evidence_node set hash = ''",
        "delete from evidence_node",
        "truncate evidence_node",
    ],
)
def test_the_database_refuses_to_change_the_tree(session: Session, now: datetime, change: str) -> None:
    grow(session, now, 4)
    with pytest.raises(IntegrityError, match="evidence_node is append-only"), session.begin_nested():
        session.execute(text(change))
