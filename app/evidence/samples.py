"""Facts drawn by lot and opened for an auditor: the lot is of their seed and of what we signed before it."""

import base64
import hashlib
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.evidence.canonical import private_fields, public_fields
from app.evidence.merkle import is_included
from app.evidence.models import Checkpoint, Fact, Opening
from app.evidence.tree import StoredTree


class FactLost(Exception):
    """A fact that was drawn is not in the journal as it was signed."""


def written_root(made: Checkpoint) -> str:
    """Return the root as the note of a checkpoint writes it, in its third line."""
    return base64.b64encode(made.root).decode()


def drawn(seed: str, count: int, made: Checkpoint) -> list[int]:
    """Return the numbers that a seed draws among the facts of a checkpoint, each once, in their order.

    Anybody draws them again: SHA-256 of « root:seed:1 », « root:seed:2 »… as a number, modulo the size, plus
    one.  Who gives the seed after they have the root chooses no fact, and neither does who signed it before.
    """
    found: dict[int, None] = {}
    turn = 0
    while len(found) < min(count, made.size):
        turn += 1
        lot = hashlib.sha256(f"{written_root(made)}:{seed}:{turn}".encode()).digest()
        found[int.from_bytes(lot, "big") % made.size + 1] = None
    return list(found)


def opened(session: Session, made: Checkpoint, numbers: list[int]) -> Iterator[dict[str, object]]:
    """Yield each fact with what it kept to itself and its path to the root; raise FactLost.

    What an erased person takes away stays closed: `private` and `salt` are then empty.
    """
    tree = StoredTree(session, made.convention)
    tree.size = made.size
    for seq in numbers:
        fact = session.get(Fact, (made.convention, seq))
        path = tree.inclusion(seq)
        if fact is None or not is_included(fact.leaf, seq - 1, made.size, path, made.root):
            raise FactLost(seq)
        opening = session.scalars(select(Opening).where(Opening.source == fact.source)).one_or_none()
        yield {
            "fact": public_fields(fact),
            "private": private_fields(opening.subject_id, opening.actor_id, opening.clear_source)
            if opening
            else {},
            "salt": opening.salt.hex() if opening else "",
            "path": [step.hex() for step in path],
        }
