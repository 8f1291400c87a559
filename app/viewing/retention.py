"""How long a film holds those who recruit: who still watches in each tenth of it, from what each one saw."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Organisation
from app.videos.models import Video
from app.viewing.models import Viewing
from app.viewing.rules import Span, length_s, union

PARTS = 10
# Fewer could be told apart: one who left early would be seen to leave.
VIEWERS_MIN = 5
WATCHED_MIN_RATIO = 0.5


@dataclass(frozen=True)
class Retention:
    """The share of viewers in each tenth of a film, and how many they are; nothing when they are few."""

    viewers: int = 0
    shares: tuple[float, ...] = ()


def retention(seen: Collection[Iterable[Span]], duration_s: float) -> Retention:
    """Return who saw half or more of each tenth, of those who saw anything; `seen` has a viewer each."""
    unions = [spans for spans in map(union, seen) if spans]
    if len(unions) < VIEWERS_MIN or duration_s <= 0:
        return Retention()
    part_s = duration_s / PARTS
    shares = tuple(
        sum(is_seen(spans, place * part_s, part_s) for spans in unions) / len(unions)
        for place in range(PARTS)
    )
    return Retention(len(unions), shares)


def is_seen(spans: Iterable[Span], start_s: float, part_s: float) -> bool:
    """Tell whether at least half of a part was watched."""
    cut = union((max(start, start_s), min(end, start_s + part_s)) for start, end in spans)
    return length_s(cut) >= WATCHED_MIN_RATIO * part_s


def retention_of(session: Session, video: Video) -> Retention:
    """Return how long a video holds recruiters of verified companies; all plays of one are one."""
    query = (
        select(Viewing.viewer_id, Viewing.spans)
        .join(Organisation, Organisation.id == Viewing.organisation_id)
        .where(Viewing.video_id == video.id, Viewing.excluded.is_(None), Organisation.state == "verified")
    )
    seen: dict[UUID, list[Span]] = defaultdict(list)
    for viewer_id, spans in session.execute(query):
        seen[viewer_id] += [(start_s, end_s) for start_s, end_s in spans]
    return retention(seen.values(), video.duration_s or 0)
