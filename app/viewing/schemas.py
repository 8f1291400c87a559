"""What a playing page sends, and what it is told; the answers after watching."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.viewing.rules import SPANS_PER_BEAT_MAX
from app.web.text import Text
from app.words import N_

# Far beyond any video; keeps arithmetic on what a page claims finite.
Second = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]

OPINION_LABELS = {
    "confirmed": N_("Elle confirme ce que je pensais"),
    "learned": N_("Elle m’a appris quelque chose"),
    "changed": N_("Elle m’a fait changer d’avis"),
}


class OpinionForm(BaseModel):
    """What watching changed, one of OPINIONS; `nothing` takes it back."""

    said: Literal["confirmed", "learned", "changed", "nothing"]


class Start(BaseModel):
    """A page begins to play a profile's video."""

    model_config = ConfigDict(extra="forbid")

    profile: Annotated[Text, Field(max_length=100)]


class Started(BaseModel):
    """Where the page sends its beats, and the token that they carry."""

    id: UUID
    token: str


class Beat(BaseModel):
    """What was played since the last beat, in seconds of the video."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(max_length=100)]
    spans: Annotated[list[tuple[Second, Second]], Field(max_length=SPANS_PER_BEAT_MAX)]


class Credited(BaseModel):
    """What the server credits for the whole play so far, and whether the view counts."""

    credited_s: float
    qualified: bool
