"""Pure rules of a video's way: its states and steps, how far it is, how often it is tried."""

KINDS = ("video", "voice")
STATES = ("received", "checking", "processing", "ready", "refused", "failed")
STEPS = ("waiting", "check", "preview", "listen", "ladder", "verify", "ship", "done")

CAPTION_ORIGINS = ("script", "typed", "uploaded", "automatic")

WORKED_ON = ("checking", "processing")
UNFINISHED = ("received", *WORKED_ON)
TRIES_MAX = 3
REFUSED_KEPT_DAYS = 30
SUPERSEDED_KEPT_DAYS = 30  # the former video stays one button away for so long
FORESEEN_FROM_PERCENT = 12  # before it, the pace of the ladder is not known

# Where each step begins and ends, in percent.  The work that is felt is the ladder's.
SPANS = {
    "waiting": (0, 0),
    "check": (0, 3),
    "preview": (3, 5),
    "listen": (5, 12),
    "ladder": (12, 88),
    "verify": (88, 90),
    "ship": (90, 100),
    "done": (100, 100),
}

# What went wrong with us, not with the file: slugs of the reason of `failed`.
BROKEN_DOWN = "preparation-en-panne"
ORIGINAL_LOST = "original-perdu"


def state_at(step: str) -> str:
    """Return the state of a video that a worker holds at this step."""
    return "checking" if step == "check" else "processing"


def percent_at(step: str, fraction: float) -> int:
    """Return how far the whole work is when `fraction` of a step is done."""
    start, end = SPANS[step]
    return int(start + (end - start) * min(1.0, max(0.0, fraction)))


def remaining_s(percent: int, ladder_for_s: float) -> int | None:
    """Foresee the seconds that are left, from how long the ladder took to come here; None when too early."""
    done = percent - FORESEEN_FROM_PERCENT
    if done < 1:
        return None
    return round(ladder_for_s * (100 - percent) / done)


def is_last_try(tries: int) -> bool:
    """Tell whether a video that fails once more has failed for good."""
    return tries >= TRIES_MAX
