"""What recruiters, residents and advisers type around favourites, saved searches and needs, and its words."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from app.directory.rules import (
    NAME_MAX_LENGTH,
    NOTE_MAX_LENGTH,
    POSTS_MAX,
    WORD_MAX_LENGTH,
    months_ahead,
)
from app.places.rules import DEPARTMENTS
from app.words import N_

Note = Annotated[str, Field(max_length=NOTE_MAX_LENGTH)]

# What is noted of somebody, as the recruiter is asked for it, with an example of what helps.
CRITERIA_LABELS = {
    "skills_note": N_("Ce que la personne peut faire pour ce poste"),
    "availability_note": N_("Sa disponibilité et le lieu"),
    "motivation_note": N_("Ce que sa présentation dit de sa motivation"),
}
CRITERIA_HINTS = {
    "skills_note": N_("Par exemple : a tenu une caisse deux étés, à former sur le four."),
    "availability_note": N_("Par exemple : libre en janvier, vingt minutes en bus."),
    "motivation_note": N_("Par exemple : explique bien pourquoi ce métier, veut un CAP."),
}
FREQUENCY_LABELS = {
    "daily": N_("Chaque matin"),
    "weekly": N_("Le lundi matin"),
}
NEED_STATE_LABELS = {
    "open": N_("Ouvert"),
    "filled": N_("Pourvu"),
    "closed": N_("Fermé"),
    "expired": N_("Terminé"),
    "undone": N_("Annulé"),
}


class NotesForm(BaseModel):
    """What a recruiter notes on the three criteria."""

    skills_note: Note = ""
    availability_note: Note = ""
    motivation_note: Note = ""


class SavedSearchForm(BaseModel):
    """How a saved search is called, and how often it is looked at."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX_LENGTH)]
    frequency: Literal["daily", "weekly"]


class NeedForm(BaseModel):
    """What a company looks for; its reader tells which day `today` is."""

    job: Annotated[str, Field(max_length=160)] = ""
    code: Annotated[str, Field(max_length=5)] = ""
    contract: Literal["", "cdi", "cdd", "interim", "alternance", "internship", "immersion"] = ""
    commune: Annotated[str, Field(max_length=120)] = ""
    insee: Annotated[str, Field(max_length=5)] = ""
    department: Annotated[str, Field(max_length=3)] = ""
    starts_on: date | None = None
    posts: Annotated[int, Field(ge=1, le=POSTS_MAX)] = 1
    word: Annotated[str, Field(max_length=WORD_MAX_LENGTH)] = ""

    @field_validator("department")
    @classmethod
    def known_department(cls, department: str) -> str:
        """Refuse a department that does not exist."""
        if department and department not in DEPARTMENTS:
            raise ValueError(N_("Choisissez un département de la liste."))
        return department

    @field_validator("starts_on")
    @classmethod
    def known_month(cls, starts_on: date | None, info: ValidationInfo) -> date | None:
        """Refuse a month that is gone, or more than a year away."""
        today: date = (info.context or {})["today"]
        if starts_on and starts_on not in months_ahead(today):
            raise ValueError(N_("Choisissez un mois de la liste."))
        return starts_on


class NeedMoveForm(BaseModel):
    """What becomes of a need."""

    move: Literal["fill", "close", "keep", "undo"]


class ProposalsForm(BaseModel):
    """The residents whom an adviser proposes for a need, with a word."""

    profiles: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    word: Annotated[str, Field(max_length=WORD_MAX_LENGTH)] = ""
