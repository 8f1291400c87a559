"""Which facts are opened is decided by two: who signs the journal first, who gives the seed after."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.evidence.checkpoints import of_size, sign
from app.evidence.keyring import Signer
from app.evidence.models import Checkpoint
from app.evidence.samples import FactLost, drawn, opened
from tests.evidence.conftest import Grow

roots = st.binary(min_size=32, max_size=32)


def checkpoint(size: int, root: bytes) -> Checkpoint:
    """Return a checkpoint that nobody signed."""
    return Checkpoint(size=size, root=root, made_at=datetime(2026, 11, 23, tzinfo=UTC))


@given(st.text(min_size=1), st.integers(1, 40), st.integers(1, 200), roots)
def test_a_lot_draws_each_number_once_and_no_other(seed: str, count: int, size: int, root: bytes) -> None:
    numbers = drawn(seed, count, checkpoint(size, root))
    assert len(numbers) == len(set(numbers)) == min(count, size)
    assert set(numbers) <= set(range(1, size + 1))
    assert drawn(seed, count + 5, checkpoint(size, root))[: len(numbers)] == numbers


def test_neither_the_seed_nor_the_root_alone_decides() -> None:
    size = 10**6
    lots = [
        tuple(drawn(seed, 5, checkpoint(size, bytes([root]) * 32)))
        for seed in ("grêle", "neige")
        for root in (1, 2)
    ]
    assert len(set(lots)) == len(lots)


def test_what_was_signed_is_opened_and_what_is_no_longer_that_is_not(
    session: Session, signer: Signer, now: datetime, grow: Grow
) -> None:
    grow(9)
    made = sign(session, signer, "test", now)
    grow(4)
    numbers = drawn("grêle", 9, made)
    assert [each["fact"]["seq"] for each in opened(session, made, numbers)] == numbers  # type: ignore[index]  # an object of JSON
    assert of_size(session, 9) is made
    assert of_size(session, 13) is None
    session.execute(text("set local session_replication_role = replica"))
    session.execute(text("update evidence_fact set leaf = sha256('x') where seq = 3"))
    session.expire_all()
    with pytest.raises(FactLost):
        list(opened(session, made, numbers))
