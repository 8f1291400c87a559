"""Whether the journal is what was recorded and signed: everything is computed again from the facts."""

import base64
from collections.abc import Generator, Iterable
from itertools import groupby

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.evidence import checkpoints, keyring
from app.evidence.canonical import entry_of
from app.evidence.merkle import Frontier, leaf_hash
from app.evidence.models import Checkpoint, Fact, Node
from app.evidence.notes import NoteUnsigned, opened
from app.evidence.rules import CONVENTION
from app.evidence.tree import TILE, root_of
from app.words import N_

ROWS_AT_ONCE = 2000
COLUMNS = tuple(Fact.__table__.columns)


def rows(
    session: Session, first: int, last: int, convention: str = CONVENTION
) -> Generator[Row[tuple[object, ...]], None, None]:
    """Yield the facts from a number to another, in their order, never many at a time."""
    query = select(*COLUMNS).where(Fact.convention == convention, Fact.seq.between(first, last))
    streamed = query.order_by(Fact.seq).execution_options(yield_per=ROWS_AT_ONCE)
    with session.execute(streamed) as found:
        yield from found


class Recount:
    """The tree computed again, fact by fact, with what does not fit."""

    def __init__(self, signed: Iterable[Checkpoint]) -> None:
        self.faults: list[str] = []
        self.nodes: dict[tuple[int, int], bytes] = {}
        self._last_seq = 0
        self._tiles: list[list[bytes]] = [[]]
        self._frontier = Frontier()
        by_size = sorted(signed, key=lambda checkpoint: checkpoint.size)
        self._signed = {size: list(same) for size, same in groupby(by_size, lambda each: each.size)}

    def add(self, fact: Row[tuple[object, ...]]) -> None:
        """Take the next fact; note whether it is the next one, as it was recorded."""
        if fact.seq != self._last_seq + 1:
            self.faults.append(N_("Il manque des faits avant le n° %(seq)s.", seq=fact.seq))
        self._last_seq = fact.seq
        leaf = leaf_hash(entry_of(fact))
        if leaf != fact.leaf:
            self.faults.append(N_("Le fait n° %(seq)s n’est plus celui qui a été enregistré.", seq=fact.seq))
        self._frontier.append(leaf)
        self._fill(0, leaf)
        for checkpoint in self._signed.pop(self._frontier.size, ()):
            if checkpoint.root != self._frontier.root():
                self.faults.append(
                    N_(
                        "Les %(size)s premiers faits ne sont plus ceux qui ont été signés.",
                        size=checkpoint.size,
                    )
                )

    def end(self) -> None:
        """Note what was signed beyond the end."""
        for size in self._signed:
            self.faults.append(
                N_(
                    "Le journal s’arrête au fait n° %(size)s ; %(signed)s ont été signés.",
                    size=self._frontier.size,
                    signed=size,
                )
            )

    def _fill(self, level: int, each: bytes) -> None:
        """Put a hash in the tile under way of a level; a complete one is a hash of the next."""
        if level == len(self._tiles):
            self._tiles.append([])
        tile = self._tiles[level]
        tile.append(each)
        if len(tile) == TILE:
            above = root_of(tile)
            tile.clear()
            self.nodes[level + 1, self._position(level + 1)] = above
            self._fill(level + 1, above)

    def _position(self, level: int) -> int:
        return self._frontier.size // int(TILE**level) - 1


def faults_of(session: Session, convention: str = CONVENTION) -> list[str]:
    """Say what is wrong with the journal: nothing, or a sentence for each fault."""
    signed = checkpoints.all_of(session, convention)
    recount = Recount(signed)
    for fact in rows(session, 1, 2**62, convention):
        recount.add(fact)
    recount.end()
    query = select(Node.level, Node.position, Node.hash).where(Node.convention == convention)
    kept = {(level, position): hashed for level, position, hashed in session.execute(query)}
    if kept != recount.nodes:
        recount.faults.append(N_("L’arbre n’est plus celui des faits."))
    return recount.faults + unsigned(session, signed)


def unsigned(session: Session, signed: Iterable[Checkpoint]) -> list[str]:
    """Say which checkpoints no key of ours signed as they are kept."""
    keys = [key.written for key in keyring.public_keys(session)]
    return [
        N_("Le point de contrôle à %(size)s faits n’est signé par aucune de nos clés.", size=checkpoint.size)
        for checkpoint in signed
        if not any(is_signed_by(checkpoint, key) for key in keys)
    ]


def is_signed_by(checkpoint: Checkpoint, written: str) -> bool:
    """Tell whether a key signed the note of a checkpoint, and whether the note says what the row says."""
    try:
        lines = opened(checkpoint.note, written).splitlines()
    except NoteUnsigned:
        return False
    return lines[1:3] == [str(checkpoint.size), base64.b64encode(checkpoint.root).decode()]
