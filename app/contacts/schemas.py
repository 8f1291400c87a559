"""What recruiters and residents type: a proposal, an answer."""

from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from app.words import N_

MESSAGE_MAX_LENGTH = 1500
AHEAD_MAX = timedelta(days=366)


class ProposalForm(BaseModel):
    """A recruiter's proposal to a resident; its reader tells which day `today` is."""

    kind: Literal["interview", "immersion", "internship", "alternance", "job"]
    message: Annotated[str, Field(min_length=20, max_length=MESSAGE_MAX_LENGTH)]
    place: Annotated[str, Field(max_length=120)] = ""
    proposed_on: date | None = None

    @field_validator("proposed_on")
    @classmethod
    def check_day(cls, proposed_on: date | None, info: ValidationInfo) -> date | None:
        """Refuse a day that is gone, or so far away that the year is mistyped."""
        today: date = (info.context or {})["today"]
        if proposed_on and not today <= proposed_on <= today + AHEAD_MAX:
            raise ValueError(N_("Choisissez un jour à venir, dans l’année."))
        return proposed_on


class DeclineForm(BaseModel):
    """A resident's reason to say no."""

    sentences: ClassVar = {"reason": "Choisis une raison."}

    reason: Literal["not_interested", "too_far", "already_placed", "not_available", "other"]
