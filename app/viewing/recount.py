"""Nouns of the recount: what each play is credited when its beats are counted again, and what differs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.evidence.models import PersonKey, Source
from app.evidence.rules import sealed_source
from app.profiles.models import Profile
from app.viewing.models import Viewing
from app.viewing.rules import POLICY, hour_of, is_qualified, length_s, replayed

BATCH_PLAYS = 500
KINDS = ("watched", "credited", "not_counted", "counted", "no_fact")
KIND = "view.qualified"
# Sums of floats in another order differ by less than that.
TOLERANCE_S = 1e-6


@dataclass(frozen=True)
class Difference:
    """A play whose row, or whose fact, is not what its beats give: one of KINDS, and the two seconds."""

    viewing_id: UUID
    kind: str
    stored_s: float = 0
    recounted_s: float = 0


@dataclass
class Recount:
    """What was recounted so far: plays, those that count, the facts that they stand for, what differs.

    `untold` are plays from before beats were kept: nothing tells what they should be credited.
    """

    plays: int
    qualified: int
    sources: set[str]
    differences: list[Difference]
    untold: int = 0


def recounts(session: Session, batch_plays: int = BATCH_PLAYS) -> Iterator[Recount]:
    """Yield what is found, batch after batch of plays in the order of their ids."""
    last: UUID | None = None
    while batch := plays_after(session, last, batch_plays):
        last = batch[-1][0].id
        yield recounted(session, batch)


def plays_after(session: Session, last: UUID | None, limit: int) -> Sequence[tuple[Viewing, UUID]]:
    """Return the next plays, each with the person whom it shows."""
    query = select(Viewing, Profile.person_id).join(Profile, Profile.id == Viewing.profile_id)
    if last is not None:
        query = query.where(Viewing.id > last)
    rows = session.execute(query.order_by(Viewing.id).limit(limit))
    return [(viewing, person_id) for viewing, person_id in rows]


def recounted(session: Session, batch: Sequence[tuple[Viewing, UUID]]) -> Recount:
    """Count a batch of plays again, and look for the fact of each that counts."""
    found = Recount(len(batch), 0, set(), [])
    counting = [(viewing, person_id) for viewing, person_id in batch if viewing.qualified_at is not None]
    sources = sources_of(session, counting)
    known = set(session.scalars(select(Source.source).where(Source.source.in_(sources.values()))))
    told = [viewing for viewing, _ in batch if not is_untold(viewing)]
    found.untold = len(batch) - len(told)
    found.differences += [fault for viewing in told for fault in faults_of(viewing)]
    for viewing, _ in counting:
        if sources.get(viewing.id) not in known:
            found.differences.append(Difference(viewing.id, "no_fact"))
    found.qualified, found.sources = len(counting), set(sources.values()) & known
    return found


def is_untold(viewing: Viewing) -> bool:
    """Tell whether a play showed something before its beats and its length were kept."""
    return not viewing.beats and viewing.duration_s is None and viewing.credited_s > 0


def faults_of(viewing: Viewing) -> Iterator[Difference]:
    """Yield what a play's row says that its beats do not."""
    beats = [(wall_s, [(start_s, end_s) for start_s, end_s in spans]) for wall_s, spans in viewing.beats]
    again = replayed(POLICY, beats, viewing.duration_s)
    stored_s = length_s((start_s, end_s) for start_s, end_s in viewing.spans)
    if abs(length_s(again.spans) - stored_s) > TOLERANCE_S:
        yield Difference(viewing.id, "watched", stored_s, length_s(again.spans))
    if abs(again.credited_s - viewing.credited_s) > TOLERANCE_S:
        yield Difference(viewing.id, "credited", viewing.credited_s, again.credited_s)
    counts = viewing.excluded is None and is_qualified(POLICY, again.credited_s, viewing.duration_s)
    if counts != (viewing.qualified_at is not None):
        kind = "not_counted" if counts else "counted"
        yield Difference(viewing.id, kind, viewing.credited_s, again.credited_s)


def sources_of(session: Session, counting: Sequence[tuple[Viewing, UUID]]) -> dict[UUID, str]:
    """Return what makes the fact of each play that counts unique: one a viewer, profile and clock hour."""
    persons = {person_id for _, person_id in counting}
    rows = session.execute(select(PersonKey.person_id, PersonKey.key).where(PersonKey.person_id.in_(persons)))
    keys = {person_id: key for person_id, key in rows}  # noqa: C416 - rows are no pairs for mypy
    return {
        viewing.id: sealed_source(
            keys[person_id], KIND, f"{viewing.viewer_id}:{viewing.profile_id}:{hour_of(viewing.qualified_at)}"
        )
        for viewing, person_id in counting
        if person_id in keys and viewing.qualified_at is not None
    }


def facts_recorded(session: Session) -> int:
    """Return how many facts of views were ever stated, whether the journal has numbered them or not."""
    stated = select(func.count()).select_from(Source).where(Source.source.startswith(f"{KIND}:"))
    return session.scalar(stated) or 0
