"""Pure rules of viewings: what was watched, what is credited, when a view counts, why it never does.

Thresholds stand in one frozen, versioned policy: a fact names the version that counted it, and a change of
any threshold is a new version.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.words import N_

Span = tuple[float, float]

SPANS_PER_BEAT_MAX = 100
# A page sends twelve a minute: whoever sends more than that for half an hour shows nothing more.
BEATS_MAX = 400
# What watching may change for a recruiter, from nothing to everything.
OPINIONS = ("confirmed", "learned", "changed")
MOVED = ("learned", "changed")
# Why a play or a proposal never counts, in the order in which it is asked, and as it is said.
EXCLUSIONS = {
    "owner": N_("La personne elle-même"),
    "staff": N_("L’équipe du service"),
    "own_structure": N_("Sa propre structure"),
    "no_company": N_("Personne sans entreprise"),
    "unverified_company": N_("Entreprise non vérifiée"),
    "test_account": N_("Compte d’essai"),
    "robot": N_("Robot"),
}


@dataclass(frozen=True)
class Policy:
    """When a view counts.

    Pages send a beat every five seconds; the server credits at most `credit_per_wall_s` a second of its own
    clock between two beats, and looks no further back than `silence_max_s` (beats lost on a poor network).
    Source for `restart_merge_s`: COUNTER Code of Practice 5.1, double-click filtering.
    """

    version: str = "vues-2026.1"
    watched_min_s: float = 10
    watched_min_ratio: float = 0.5
    credit_per_wall_s: float = 1.1
    silence_max_s: float = 30
    restart_merge_s: float = 30
    # An address that no mail server will ever answer for marks an account made to try things out.
    # Source: RFC 2606, section 2 (.invalid).
    test_address_ending: str = ".invalid"

    def threshold_s(self, duration_s: float | None) -> float:
        """Return how long one must watch for the view to count."""
        if duration_s is None:
            return self.watched_min_s
        return min(self.watched_min_s, self.watched_min_ratio * duration_s)


POLICY = Policy()


@dataclass(frozen=True)
class Progress:
    """What one play has shown so far: sorted disjoint spans, and the seconds credited for them."""

    spans: tuple[Span, ...] = ()
    credited_s: float = 0


@dataclass(frozen=True)
class Circumstances:
    """Who watches, as far as it decides whether the view may ever count."""

    is_owner: bool
    is_staff: bool
    is_adviser_of_owner: bool
    is_recruiter: bool
    is_company_verified: bool
    email: str | None
    is_robot: bool


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same instants as sorted, disjoint spans; empty and backward ones show nothing."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def length_s(spans: Iterable[Span]) -> float:
    """Return how many seconds disjoint spans last."""
    return sum(end - start for start, end in spans)


def within(spans: Iterable[Span], duration_s: float | None) -> tuple[Span, ...]:
    """Return the spans cut to the video: nobody watches what is not there."""
    longest_s = duration_s if duration_s is not None else float("inf")
    return tuple((max(start, 0), min(end, longest_s)) for start, end in spans)


def watched(
    policy: Policy, progress: Progress, played: Iterable[Span], wall_s: float, duration_s: float | None
) -> Progress:
    """Return the progress after one beat, `wall_s` seconds of our clock after the one before.

    Passages seen again add nothing; what was played faster than time passes is not credited.
    """
    spans = union((*progress.spans, *within(played, duration_s)))
    fresh_s = max(0.0, length_s(spans) - length_s(progress.spans))
    allowed_s = policy.credit_per_wall_s * min(max(wall_s, 0.0), policy.silence_max_s)
    return Progress(spans, progress.credited_s + min(fresh_s, allowed_s))


def replayed(
    policy: Policy, beats: Iterable[tuple[float, Iterable[Span]]], duration_s: float | None
) -> Progress:
    """Return the progress that the beats of a play give when they are counted again."""
    progress = Progress()
    for wall_s, played in beats:
        progress = watched(policy, progress, played, wall_s, duration_s)
    return progress


def is_qualified(policy: Policy, credited_s: float, duration_s: float | None) -> bool:
    """Tell whether enough was watched for the view to count."""
    return credited_s >= policy.threshold_s(duration_s)


def exclusion(policy: Policy, viewer: Circumstances) -> str | None:
    """Return why the view never counts, one of EXCLUSIONS; None when it may."""
    found = {
        "owner": viewer.is_owner,
        "staff": viewer.is_staff,
        "own_structure": viewer.is_adviser_of_owner,
        "no_company": not viewer.is_recruiter,
        "unverified_company": not viewer.is_company_verified,
        "test_account": (viewer.email or "").lower().endswith(policy.test_address_ending),
        "robot": viewer.is_robot,
    }
    return next((reason for reason in EXCLUSIONS if found[reason]), None)


def hour_of(at: datetime) -> str:
    """Return the clock hour of an instant, in UTC: no hour comes twice when Paris changes its clocks.

    Paris is a whole number of hours away, so the limits of the hours are the same there.
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%HZ")
