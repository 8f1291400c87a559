"""Pure rules of accompaniment: what an adviser has to do next for each resident."""

from dataclasses import dataclass
from datetime import timedelta

from app.places.rules import fold
from app.videos.states import UNFINISHED

# The filters of the caseload, and the states of a profile that each one holds.
FILTERS = {
    "todo": ("submitted",),
    "preparing": ("draft", "changes_requested", "withdrawn"),
    "online": ("published", "paused"),
    "placed": ("placed",),
}
# What an adviser is asked to do, most pressing first.
TASK_KINDS = (
    *("forward", "unreachable", "unanswered", "word", "outcome", "still_there"),
    *("company_silent", "company_gone", "company_back", "disputed", "flagged", "proposed"),
)
UNANSWERED_AFTER = timedelta(days=5)
# « Still there? » is asked for the second time months after the first: what is older was asked by that one.
ASKED_BEFORE = timedelta(days=28)
CLOSED_SHOWN_MAX = 20
# Which tasks a contact no longer needs in each of its states.
TOLD = ("forward", "unreachable", "unanswered")
SETTLED_BY = {
    "read": ("unreachable",),
    "accepted": TOLD,
    "declined": TOLD,
    "expired": TOLD,
    "answered": (*TOLD, "company_silent"),
    "closed": (*TOLD, "company_silent"),
}


@dataclass(frozen=True)
class Case:
    """What the next thing to do depends on; `video_state` is the newest video's, empty without one.

    `invited` says that a link is out which still opens the account.
    """

    has_come: bool
    invited: bool
    state: str
    presentation: str
    video_state: str
    replaces: bool
    minor: bool


def next_thing(case: Case) -> str:
    """Return the next thing to do for a resident: a word of NEXT in schemas.py."""
    if case.state == "submitted" or (case.replaces and case.state in ("published", "paused")):
        return "guardian" if case.minor else "review"
    if not case.has_come:
        return "invited" if case.invited else "invite_again"
    if case.state in ("published", "paused", "placed", "withdrawn"):
        return case.state
    if case.state == "changes_requested":
        return "redo"
    return preparing(case)


def may_correct_birth(state: str) -> bool:
    """Tell whether a birth date may change: not while somebody is shown because of the one that is known."""
    return state not in FILTERS["online"]


def preparing(case: Case) -> str:
    """Return what is left to do before a presentation is sent."""
    if case.minor:
        return "guardian"
    if case.presentation == "text":
        return "write"
    voice = case.presentation == "voice"
    if case.video_state in UNFINISHED:
        return "processing_voice" if voice else "processing"
    again, first = ("record_again", "record") if voice else ("film_again", "film")
    return {"ready": "send", "refused": again, "failed": again}.get(case.video_state, first)


def filter_of(state: str, *, replaces: bool) -> str:
    """Return the filter under which a profile stands: what waits for a review first."""
    if replaces and state in FILTERS["online"]:
        return "todo"
    return next(name for name, states in FILTERS.items() if state in states)


def is_named(name: str, words: str) -> bool:
    """Tell whether each word that was typed begins a word of a name, accents and capitals apart."""
    parts = fold(name).split()
    return all(any(part.startswith(word) for part in parts) for word in fold(words).split())
