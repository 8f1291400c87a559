"""Checkpoints: the size and the root of the tree, signed; one that contradicts the last is never signed."""

import base64
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.evidence import keyring
from app.evidence.canonical import instant
from app.evidence.keyring import Signer
from app.evidence.merkle import is_consistent
from app.evidence.models import Checkpoint, Fact
from app.evidence.rules import CONVENTION
from app.evidence.service import DRAIN_LOCK
from app.evidence.tree import StoredTree
from app.paris import PARIS
from app.words import N_

CLOSING = "closing"


class JournalInconsistent(Exception):
    """What was signed before is not the beginning of the journal as it stands: nothing more is signed."""

    def __init__(self, signed_size: int, size: int) -> None:
        super().__init__(
            N_(
                "Rien n’est signé : %(signed)s faits l’ont été, et les %(size)s du journal n’en sont pas la "
                "suite.",
                signed=signed_size,
                size=size,
            )
        )
        self.signed_size = signed_size
        self.size = size


def sign(
    session: Session, signer: Signer, reason: str, now: datetime, convention: str = CONVENTION
) -> Checkpoint:
    """Sign the journal as it stands, in a transaction that numbers nothing itself; raise JournalInconsistent.

    `reason` says what for: an export, the closing of a day.
    """
    session.execute(select(func.pg_advisory_xact_lock(DRAIN_LOCK)))
    tree = StoredTree(session, convention)
    root = root_that_extends(session, signer, tree)
    keyring.publish(session, signer)
    text = f"{signer.name}\n{tree.size}\n{base64.b64encode(root).decode()}\n{instant(now)}\n"
    made = Checkpoint(
        convention=convention,
        size=tree.size,
        root=root,
        note=signer.sign(text),
        reason=reason,
        made_at=now,
    )
    session.add(made)
    session.flush()
    if tree.size:
        signer.remember(tree.size, root)
    return made


def root_that_extends(session: Session, signer: Signer, tree: StoredTree) -> bytes:
    """Return the root; raise JournalInconsistent where it does not go on from what was signed last."""
    root, last = tree.root(), latest(session, tree.convention)
    for size, signed in filter(None, ((last.size, last.root) if last else None, signer.last_signed())):
        if size > tree.size or not is_consistent(size, signed, tree.size, root, tree.consistency(size)):
            raise JournalInconsistent(size, tree.size)
    return root


def latest(session: Session, convention: str = CONVENTION) -> Checkpoint | None:
    """Return the last checkpoint over any fact, None while there is none."""
    newest = select(Checkpoint).where(Checkpoint.convention == convention, Checkpoint.size > 0)
    return session.scalars(newest.order_by(Checkpoint.id.desc()).limit(1)).one_or_none()


def all_of(session: Session, convention: str = CONVENTION) -> Sequence[Checkpoint]:
    """Return the checkpoints over any fact, in their order."""
    found = select(Checkpoint).where(Checkpoint.convention == convention, Checkpoint.size > 0)
    return session.scalars(found.order_by(Checkpoint.id)).all()


def of_size(session: Session, size: int, convention: str = CONVENTION) -> Checkpoint | None:
    """Return a checkpoint over so many facts, None without any: all of them have the same root."""
    found = select(Checkpoint).where(Checkpoint.convention == convention, Checkpoint.size == size)
    return session.scalars(found.order_by(Checkpoint.id).limit(1)).one_or_none() if size else None


def closing_of(first: date, last: date) -> str:
    """Return the reason of a closing: of one day, or of all from one to another."""
    return " ".join([CLOSING, *sorted({first.isoformat(), last.isoformat()})])


def close(
    session: Session, signer: Signer, last: date, now: datetime
) -> tuple[Checkpoint, tuple[date, date]] | None:
    """Sign the closing of all days up to one, and return it with the first and the last of them.

    None where another has just closed them.  Raises JournalInconsistent.
    """
    session.execute(select(func.pg_advisory_xact_lock(DRAIN_LOCK)))
    closed = last_closed(session)
    if closed and closed >= last:
        return None
    days = open_days(session, last) or (last, last)
    return sign(session, signer, closing_of(*days), now), days


def last_closed(session: Session, convention: str = CONVENTION) -> date | None:
    """Return the last day that a closing covers, None while there is no closing."""
    newest = select(Checkpoint.reason).where(
        Checkpoint.convention == convention, Checkpoint.reason.startswith(f"{CLOSING} ")
    )
    reason = session.scalar(newest.order_by(Checkpoint.id.desc()).limit(1))
    return date.fromisoformat(reason.split()[-1]) if reason else None


def open_days(session: Session, until: date, convention: str = CONVENTION) -> tuple[date, date] | None:
    """Return the first and the last day that no closing covers, up to `until`; None when there is none.

    Before the first closing they begin with the day, in Paris, of the first fact.
    """
    closed = last_closed(session, convention)
    if closed:
        first = closed + timedelta(days=1)
    else:
        began = select(Fact.recorded_at).where(Fact.convention == convention, Fact.seq == 1)
        began_at = session.scalar(began)
        first = began_at.astimezone(PARIS).date() if began_at else date.max
    return (first, until) if first <= until else None
