"""Pure rules of a resident's own page: the path of five steps, and the one thing to do next."""

from dataclasses import dataclass

from app.profiles.rules import TEXT_WORDS_MIN, Draft, missing
from app.videos.states import UNFINISHED

STEPS = ("agreement", "profile", "script", "video", "review")
PROFILE_PARTS = ("headline", "jobs", "contracts", "zones")


@dataclass(frozen=True)
class Progress:
    """Where a resident stands.

    `video_state` is the newest video's, empty without one.  `waiting` says that an adviser has something to
    judge, `blocked` that nothing can be agreed to alone (under 18), `has_newer` that something is ready to
    send beside what is shown, `came_back` that an adviser asked to change it, `may_return` that what was
    approved can be shown again without another review.
    """

    state: str
    draft: Draft
    video_state: str = ""
    waiting: bool = False
    blocked: bool = False
    has_newer: bool = False
    came_back: bool = False
    may_return: bool = False


def done(progress: Progress) -> frozenset[str]:
    """Return the steps that are behind the person."""
    draft, lacking = progress.draft, missing(progress.draft)
    passed = {
        "agreement": draft.agreed,
        "profile": not set(PROFILE_PARTS) & set(lacking),
        "script": draft.script_words >= TEXT_WORDS_MIN,
        "video": draft.presentation == "text" or draft.video_ready,
        "review": progress.state in ("published", "paused"),
    }
    return frozenset(step for step in STEPS if passed[step])


def next_thing(progress: Progress) -> str:
    """Return the one thing to do next.

    `changes`, a part of the profile, a step, `voice` in the place of `video`, `agreement_missing`,
    `processing` or `processing_voice`, `captions`, `send`, `guardian`, or what is left to who has sent:
    `waiting`, `published`, `send_newer`, `paused`, `placed`, `return`.
    """
    if progress.state in ("published", "paused"):
        return next_online(progress)
    if progress.waiting:
        return "waiting"
    if progress.state == "placed":
        return "return" if progress.may_return else "placed"
    return "changes" if progress.state == "changes_requested" else first_to_do(progress)


def next_online(progress: Progress) -> str:
    """Return the next thing of somebody who is shown, or was hidden only for a while."""
    if not progress.draft.agreed:
        return "agreement_missing"
    if not progress.has_newer or progress.waiting:
        return progress.state
    return "changes" if progress.came_back else "send_newer"


def first_to_do(progress: Progress) -> str:
    """Return the first thing of the path that is left to somebody who prepares a presentation."""
    behind, lacking = done(progress), missing(progress.draft)
    if "agreement" not in behind and not progress.blocked:
        return "agreement_missing" if has_begun(progress) else "agreement"
    if "profile" not in behind:
        return next(part for part in PROFILE_PARTS if part in lacking)
    if "script" not in behind:
        return "script"
    if progress.blocked:
        return "guardian"
    if "video" not in behind:
        return to_record(progress)
    return "send" if progress.draft.captioned else "captions"


def to_record(progress: Progress) -> str:
    """Return what is next of the video, or of the voice alone."""
    if progress.video_state in UNFINISHED:
        return "processing_voice" if progress.draft.presentation == "voice" else "processing"
    return progress.draft.presentation


def has_begun(progress: Progress) -> bool:
    """Tell whether the agreement is no longer where the person starts: something is written, or was sent."""
    return (
        progress.state != "draft"
        or bool(done(progress) & {"profile", "script"})
        or progress.draft.video_ready
    )


def states_of(progress: Progress) -> dict[str, str]:
    """Return each step as `done`, `current`, `todo` or `wrong`."""
    behind = done(progress)
    states = {step: "done" if step in behind else "todo" for step in STEPS}
    if progress.state == "changes_requested":
        return states | {"review": "wrong"}
    following = next((step for step in STEPS if states[step] == "todo" and may_begin(step, progress)), None)
    return states | ({following: "current"} if following else {})


def shows_word(state: str, word: str) -> bool:
    """Tell whether the adviser's last word stands on the page: what to take up again, or an encouragement."""
    return state == "changes_requested" or (state in ("published", "paused") and bool(word))


def may_begin(step: str, progress: Progress) -> bool:
    """Tell whether a step is open to this person: under 18, agreeing, filming and sending are not."""
    return not (progress.blocked and step in ("agreement", "video", "review"))
