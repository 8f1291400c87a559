"""How captions enter and leave: what a page sends of them, and what it shows."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from app.videos.captions import (
    CUES_MAX,
    FAULTS,
    LINE_MAX_CHARACTERS,
    LINES_MAX,
    READING_MAX_CPS,
    SHORTEST_S,
    TEXT_MAX_CHARACTERS,
    Cue,
    faults,
    in_one_line,
    instant,
)
from app.videos.models import Captions
from app.web.text import Text
from app.words import N_, said

DAY_S = 86_400

Revision = Annotated[int, Field(ge=0, lt=2**31)]


class CueGiven(BaseModel):
    """One caption as a page sends it."""

    start_s: Annotated[float, Field(ge=0, le=DAY_S, allow_inf_nan=False)]
    end_s: Annotated[float, Field(ge=0, le=DAY_S, allow_inf_nan=False)]
    text: Annotated[Text, Field(max_length=TEXT_MAX_CHARACTERS)]


class CaptionsGiven(BaseModel):
    """Captions as somebody put them right, and the revision that they began from, 0 for none."""

    revision: Revision
    cues: Annotated[list[CueGiven], Field(max_length=CUES_MAX)]

    def as_cues(self) -> list[Cue]:
        """Return them as captions."""
        return [Cue(cue.start_s, cue.end_s, cue.text) for cue in self.cues]


class CaptionsKept(BaseModel):
    """Which revision was written."""

    revision: int


class CaptionsFile(BaseModel):
    """Captions as a file, WebVTT or SubRip, and the revision that they replace."""

    revision: Revision = 0
    text: str

    sentences: ClassVar = {"text": N_("Écrire au moins un sous-titre.")}


class CaptionsSeen(BaseModel):
    """Which revision somebody read and finds right."""

    revision: Revision = 0


class SignedGiven(BaseModel):
    """Whether the person signs in the video."""

    signed: bool = False


@dataclass(frozen=True)
class CaptionsShown:
    """Captions as their page shows them; `revision` is 0 and `cues` are empty as long as there are none.

    `is_automatic` says that a machine wrote down what it heard, and nobody has put it right yet.
    """

    cues: tuple[Cue, ...] = ()
    revision: int = 0
    is_sure: bool = True
    is_automatic: bool = False
    validated_at: datetime | None = None

    @property
    def state(self) -> str:
        """Where they are: `none`, `unsure` (their times were guessed), `waiting`, or `validated`."""
        if not self.cues:
            return "none"
        if self.validated_at:
            return "validated"
        return "waiting" if self.is_sure else "unsure"

    @property
    def told(self) -> str:
        """What app/web/ts/captions reads: the captions, the rules of reading, and the words for these."""
        limits = {
            "lines": LINES_MAX,
            "line": LINE_MAX_CHARACTERS,
            "cps": READING_MAX_CPS,
            "shortest_s": SHORTEST_S,
        }
        words = {name: said(sentence) for name, sentence in FAULTS.items()}
        cues = [asdict(cue) for cue in self.cues]
        return json.dumps({"cues": cues, "revision": self.revision, "limits": limits, "words": words})

    @property
    def warnings(self) -> list[tuple[str, str, str]]:
        """What cannot be read in time: the instant and the text of each caption, then why."""
        return [
            (instant(cue.start_s), in_one_line(cue), FAULTS[name])
            for cue in self.cues
            for name in faults(cue)
        ]


def captions_shown(found: Captions | None) -> CaptionsShown:
    """Return captions for their page."""
    if found is None:
        return CaptionsShown()
    is_automatic = found.origin == "automatic" and found.edited_at is None
    return CaptionsShown(found.lines, found.revision, found.is_sure, is_automatic, found.validated_at)
