"""The tree hashes and proves as RFC 9162 says; pymerkle and the RFC's vectors are the oracles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from app.evidence.merkle import (
    Frontier,
    consistency_path,
    inclusion_path,
    is_consistent,
    is_included,
    leaf_hash,
    subtrees,
)

SIZE_MAX = 70
ENTRIES = [f"fait {number}".encode() for number in range(SIZE_MAX)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
# Source: Certificate Transparency's test vectors (google/certificate-transparency, merkle_tree_test.cc).
VECTOR_ENTRIES = [
    bytes.fromhex(written)
    for written in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
VECTOR_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def range_hash(start: int, end: int) -> bytes:
    """Return the hash over some leaves."""
    frontier = Frontier()
    for leaf in LEAVES[start:end]:
        frontier.append(leaf)
    return frontier.root()


def oracle(size: int) -> InmemoryTree:
    """Return the tree of pymerkle over the first entries."""
    tree = InmemoryTree(algorithm="sha256")
    for entry in ENTRIES[:size]:
        tree.append_entry(entry)
    return tree


@pytest.mark.parametrize(("size", "root"), VECTOR_ROOTS.items())
def test_roots_are_those_of_the_published_vectors(size: int, root: str) -> None:
    frontier = Frontier()
    for entry in VECTOR_ENTRIES[:size]:
        frontier.append(leaf_hash(entry))
    assert (frontier.size, frontier.root().hex()) == (size, root)


@pytest.mark.parametrize("size", range(1, SIZE_MAX, 3))
def test_roots_and_paths_are_those_of_pymerkle(size: int) -> None:
    tree = oracle(size)
    assert range_hash(0, size) == tree.get_root()
    for index in range(size):
        theirs = tree.prove_inclusion(index + 1).serialize()["path"]
        ours = [LEAVES[index], *inclusion_path(range_hash, index, size)]
        assert [each.hex() for each in ours] == theirs


sizes = st.integers(1, SIZE_MAX).flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size)))


@given(sizes)
def test_a_leaf_is_proved_where_it_stands_and_nowhere_else(sizes: tuple[int, int]) -> None:
    place, size = sizes
    root, path = range_hash(0, size), inclusion_path(range_hash, place - 1, size)
    assert is_included(LEAVES[place - 1], place - 1, size, path, root)
    assert not is_included(leaf_hash(b"autre"), place - 1, size, path, root)
    assert not is_included(LEAVES[place - 1], place - 1, size, [*path, root], root)
    assert not is_included(LEAVES[place - 1], place - 1, size, path, leaf_hash(b"autre"))
    if size > 1:
        assert not is_included(LEAVES[place - 1], place % size, size, path, root)
        assert not is_included(LEAVES[place - 1], place - 1, size, path[:-1], root)


@given(sizes)
def test_a_tree_that_grew_is_proved_to_have_only_grown(sizes: tuple[int, int]) -> None:
    old, size = sizes
    old_root, root = range_hash(0, old), range_hash(0, size)
    path = consistency_path(range_hash, old, size)
    assert is_consistent(old, old_root, size, root, path)
    assert not is_consistent(old, leaf_hash(b"autre"), size, root, path)
    assert not is_consistent(old, old_root, size, leaf_hash(b"autre"), path)
    assert not is_consistent(old, old_root, size, root, [*path, root])
    if old < size:
        assert not is_consistent(old, old_root, size, root, path[:-1])
        assert not is_consistent(size, root, old, old_root, path)


@given(st.integers(0, SIZE_MAX), st.integers(0, SIZE_MAX))
def test_complete_subtrees_cover_a_range_and_give_the_same_root(start: int, end: int) -> None:
    covered = list(subtrees(start, end))
    leaves = [first + place for first, height in covered for place in range(1 << height)]
    assert leaves == list(range(start, end))
    frontier = Frontier()
    for first, height in [*subtrees(0, start), *covered]:
        frontier.append(range_hash(first, first + (1 << height)), height)
    assert frontier.root() == range_hash(0, max(start, end))
