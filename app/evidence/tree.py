"""The tree as the database keeps it: a leaf in each fact, and the roots of complete tiles of 256."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.evidence.merkle import Frontier, consistency_path, inclusion_path, subtrees
from app.evidence.models import Fact, Node

# The tiles of C2SP's tlog-tiles: few rows, and any proof from a handful of them.
TILE_HEIGHT = 8
TILE = 1 << TILE_HEIGHT
TILES_KEPT = 256


class StoredTree:
    """The tree over the facts of a convention, as it stands when first looked at."""

    def __init__(self, session: Session, convention: str) -> None:
        self._session = session
        self.convention = convention
        newest = select(func.max(Fact.seq)).where(Fact.convention == convention)
        self.size: int = session.scalar(newest) or 0
        self._tile = lru_cache(TILES_KEPT)(self._read_tile)

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first `size` facts, all of them by default."""
        return self.range_hash(0, self.size if size is None else size)

    def range_hash(self, start: int, end: int) -> bytes:
        """Return the hash of a subtree: the facts from number `start` + 1 to `end`."""
        frontier = Frontier()
        for first, height in subtrees(start, end):
            frontier.append(self.subtree(first, height), height)
        return frontier.root()

    def subtree(self, first: int, height: int) -> bytes:
        """Return the hash of a complete subtree of 2^height facts."""
        level, inner = divmod(height, TILE_HEIGHT)
        tile, offset = divmod(first >> level * TILE_HEIGHT, TILE)
        return root_of(self._tile(level, tile)[offset : offset + (1 << inner)])

    def inclusion(self, seq: int) -> list[bytes]:
        """Return the path from a fact to the root."""
        return inclusion_path(self.range_hash, seq - 1, self.size)

    def consistency(self, old: int) -> list[bytes]:
        """Return the path that proves that the first `old` facts are still the first."""
        return consistency_path(self.range_hash, old, self.size)

    def completed_by(self, leaves: Sequence[bytes]) -> list[dict[str, Any]]:
        """Return the rows of the nodes that are complete once these leaves follow those of the tree."""
        rows: list[dict[str, Any]] = []
        level, size, fresh = 0, self.size, list(leaves)
        while (size + len(fresh)) // TILE > size // TILE:
            tile, inside = divmod(size, TILE)
            hashes = (self._tile(level, tile)[:inside] if inside else []) + fresh
            level, size = level + 1, tile
            fresh = [root_of(hashes[at : at + TILE]) for at in range(0, len(hashes) - TILE + 1, TILE)]
            rows += [
                {"convention": self.convention, "level": level, "position": size + place, "hash": each}
                for place, each in enumerate(fresh)
            ]
        return rows

    def _read_tile(self, level: int, tile: int) -> list[bytes]:
        """Return the hashes of a tile, in their order: of facts at level 0, of the tiles below at others."""
        first = tile * TILE
        if level:
            query = select(Node.hash).where(Node.convention == self.convention, Node.level == level)
            query = query.where(Node.position.between(first, first + TILE - 1)).order_by(Node.position)
        else:
            query = select(Fact.leaf).where(Fact.convention == self.convention)
            query = query.where(Fact.seq.between(first + 1, first + TILE)).order_by(Fact.seq)
        return list(self._session.scalars(query))


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes."""
    frontier = Frontier()
    for each in hashes:
        frontier.append(each)
    return frontier.root()
