"""When each line of a script is said: shared out by its length, which a person then looks at again."""

from dataclasses import dataclass
from pathlib import Path

from app.videos.captions import Cue, spread


@dataclass(frozen=True)
class Aligned:
    """Captions made of a script; `is_sure` says that their times were heard, not guessed."""

    cues: tuple[Cue, ...]
    is_sure: bool


def align(room: Path, media: str, script: str, duration_s: float) -> Aligned:  # noqa: ARG001 - the agreed interface
    """Return the captions of a script over a file of a room, which lasts `duration_s`."""
    return Aligned(spread(script, duration_s), is_sure=False)
