"""What recruiters and residents type: a proposal, an answer, the company's word."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field, NaiveDatetime, ValidationInfo, field_validator

from app.contacts.rules import SLOTS_MAX
from app.paris import PARIS
from app.words import N_

MESSAGE_MAX_LENGTH = 1500
AHEAD_MAX = timedelta(days=366)


def instant_ahead(written: datetime, info: ValidationInfo) -> datetime:
    """Return the instant of a day and an hour in Paris; its reader tells which instant is `now`.

    Raise ValueError for one that is gone, or so far away that the year is mistyped.
    """
    now: datetime = (info.context or {})["now"]
    here = now.astimezone(PARIS).replace(tzinfo=None)
    if not here <= written <= here + AHEAD_MAX:
        raise ValueError(N_("Choisissez un jour et une heure à venir, dans l’année."))
    return written.replace(tzinfo=PARIS)


class ProposalForm(BaseModel):
    """A recruiter's proposal to a resident; without any slot, the day is to be agreed on."""

    kind: Literal["interview", "immersion", "internship", "alternance", "job"]
    message: Annotated[str, Field(min_length=20, max_length=MESSAGE_MAX_LENGTH)]
    place: Annotated[str, Field(max_length=120)] = ""
    slots: Annotated[list[NaiveDatetime], Field(max_length=SLOTS_MAX)] = []

    @field_validator("slots")
    @classmethod
    def check_slots(cls, slots: list[datetime], info: ValidationInfo) -> list[datetime]:
        """Refuse instants that nobody can come at."""
        return [instant_ahead(slot, info) for slot in slots]


class AcceptForm(BaseModel):
    """A resident's yes: which of the slots, 1 the soonest; none is to be agreed on."""

    slot: Annotated[int, Field(ge=1, le=SLOTS_MAX)] | None = None

    def chosen(self, slots: list[datetime]) -> datetime | None:
        """Return the slot that was chosen among those proposed."""
        return slots[self.slot - 1] if self.slot and self.slot <= len(slots) else None


class DeclineForm(BaseModel):
    """A resident's reason to say no."""

    sentences: ClassVar = {"reason": "Choisis une raison."}

    reason: Literal["not_interested", "too_far", "already_placed", "not_available", "other"]


class WordForm(BaseModel):
    """What a company answered: an appointment has a day and an hour, a no a kind sentence."""

    word: Literal["appointment", "reply", "not_retained"]
    meets_at: Annotated[NaiveDatetime | None, Field(validate_default=True)] = None
    meets_where: Annotated[str, Field(max_length=120)] = ""
    message: Annotated[str, Field(max_length=MESSAGE_MAX_LENGTH)] = ""

    @field_validator("meets_at")
    @classmethod
    def check_day(cls, meets_at: datetime | None, info: ValidationInfo) -> datetime | None:
        """Refuse an appointment without its instant, or at one that nobody can come at."""
        if meets_at is None and info.data.get("word") == "appointment":
            raise ValueError(N_("Choisissez le jour et l’heure du rendez-vous."))
        return instant_ahead(meets_at, info) if meets_at else None


class EndForm(BaseModel):
    """The word with which a company ends an exchange, if it says one."""

    word: Literal["not_retained"] | None = None
    goodbye: Annotated[str, Field(max_length=MESSAGE_MAX_LENGTH)] = ""
