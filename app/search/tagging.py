"""Numbers of tags, by which rows carry them: two bytes each, to be counted without reading a word."""

from collections.abc import Iterable
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.search.models import Tag
from app.search.placenames import among

NUMBER_MAX = 0xFFFF  # of two bytes; a tag beyond it is found, and not counted
# A number never means another tag; each process learns them once.
_known: WeakKeyDictionary[Engine, dict[int, str]] = WeakKeyDictionary()


def numbers_of(session: Session, tags: Iterable[str]) -> bytes:
    """Return the numbers of some tags, each in two bytes; a tag that is new gets one."""
    wanted = set(tags)
    query = select(Tag.tag, Tag.number).where(Tag.tag == among(wanted))
    found = dict(session.execute(query).all())
    if new := sorted(wanted - set(found)):
        session.execute(insert(Tag).values([{"tag": tag} for tag in new]).on_conflict_do_nothing())
        found = dict(session.execute(query).all())
    return b"".join(number.to_bytes(2, "big") for number in sorted(found.values()) if number <= NUMBER_MAX)


def counted(session: Session, carried: bytes) -> list[tuple[str, int]]:
    """Return each tag whose number is among those carried, and how often it is."""
    counts = np.bincount(np.frombuffer(carried, ">u2"))
    numbers = np.flatnonzero(counts)
    names = names_of(session, numbers.tolist())
    return [
        (names[number], count)
        for number, count in zip(numbers.tolist(), counts[numbers].tolist(), strict=True)
    ]


def names_of(session: Session, numbers: list[int]) -> dict[int, str]:
    """Return the tags by their numbers, these at least."""
    engine = session.get_bind().engine
    names = _known.get(engine, {})
    if not names.keys() >= set(numbers):
        names = dict(session.execute(select(Tag.number, Tag.tag)).all())
        _known[engine] = names
    return names
