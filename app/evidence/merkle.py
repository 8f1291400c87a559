"""The Merkle tree over the facts: hashes, proofs, and what a proof proves.

Source: RFC 9162 (RFC 6962), section 2.1, with SHA-256.  `range_hash(start, end)` gives the hash of the leaves
from `start` to before `end`; only ranges that are subtrees of the tree are asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

RangeHash = Callable[[int, int], bytes]
HEIGHT_MAX = 62


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """A tree that only grows: nothing is kept of it but its complete subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []

    def append(self, subtree: bytes, height: int = 0) -> None:
        """Append a leaf, or a complete subtree of 2^height leaves where one may begin."""
        position = self.size >> height
        while position & 1:
            subtree = sha256(b"\1" + self._subtrees.pop() + subtree).digest()
            position >>= 1
        self._subtrees.append(subtree)
        self.size += 1 << height

    def root(self) -> bytes:
        """Return the hash of the whole tree."""
        if not self._subtrees:
            return sha256().digest()
        *larger, root = self._subtrees
        for subtree in reversed(larger):
            root = node_hash(subtree, root)
        return root


def subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the fewest complete subtrees that cover leaves `start` to before `end`: (first leaf, height)."""
    while start < end:
        alignment = (start & -start).bit_length() - 1 if start else HEIGHT_MAX
        height = min(alignment, (end - start).bit_length() - 1)
        yield start, height
        start += 1 << height


def middle_of(start: int, end: int) -> int:
    """Return where the tree over these leaves, two or more, parts in two."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def inclusion_path(range_hash: RangeHash, index: int, size: int) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root, the nearest first."""
    path, start, end = [], 0, size
    while end - start > 1:
        middle = middle_of(start, end)
        if index < middle:
            path.append(range_hash(middle, end))
            end = middle
        else:
            path.append(range_hash(start, middle))
            start = middle
    return path[::-1]


def consistency_path(range_hash: RangeHash, old: int, size: int) -> list[bytes]:
    """Return the hashes that prove that the tree of `old` leaves, at least one, only grew."""
    path, start, end = [], 0, size
    while old != end:
        middle = middle_of(start, end)
        if old <= middle:
            path.append(range_hash(middle, end))
            end = middle
        else:
            path.append(range_hash(start, middle))
            start = middle
    if start:
        path.append(range_hash(start, end))
    return path[::-1]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a path proves that a leaf stands at `index`.  Source: RFC 9162, section 2.1.3.2."""
    place, last, found = index, size - 1, leaf
    for step in path:
        if last <= 0:
            return False
        if place & 1 or place == last:
            found = sha256(b"\1" + step + found).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + step).digest()
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a path proves that the tree of `old` leaves, at least one, only grew.

    Source: RFC 9162, section 2.1.4.2.
    """
    if old == size:
        return not path and old_root == root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not steps or not 0 < old < size:
        return False
    found_old = found = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found = node_hash(step, found_old), node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and (found_old, found) == (old_root, root)
