"""What recruiters and residents type: a proposal, an answer."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field

MESSAGE_MAX_LENGTH = 1500


class ProposalForm(BaseModel):
    """A recruiter's proposal to a resident."""

    kind: Literal["interview", "immersion", "internship", "alternance", "job"]
    message: Annotated[str, Field(min_length=20, max_length=MESSAGE_MAX_LENGTH)]
    place: Annotated[str, Field(max_length=120)] = ""
    proposed_on: date | None = None


class DeclineForm(BaseModel):
    """A resident's reason to say no."""

    sentences: ClassVar = {"reason": "Choisis une raison."}

    reason: Literal["not_interested", "too_far", "already_placed", "not_available", "other"]
