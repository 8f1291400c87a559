"""What is typed beside proposals: what came of an exchange, a report and its decision; their French words."""

from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from app.words import N_

WORD_MAX_LENGTH = 1000
FAR = timedelta(days=366)

FLAG_REASON_LABELS = {
    "insulting": N_("Insulte, menace ou harcèlement"),
    "discriminating": N_("Discrimination"),
    "fraud": N_("Arnaque, demande d’argent ou fausse identité"),
    "not_a_job": N_("Ce n’est pas une vraie proposition"),
    "private_life": N_("Vie privée : image ou informations de quelqu’un"),
    "other": N_("Autre chose"),
}
FLAG_SUBJECT_LABELS = {
    "message": N_("Le message"),
    "profile": N_("La présentation : vidéo, voix ou texte"),
    "person": N_("La personne, sa façon d’être"),
}
DECISION_LABELS = {
    "kept": N_("Ne rien retirer"),
    "profile_withdrawn": N_("Retirer le profil, jusqu’à une nouvelle relecture"),
    "company_suspended": N_("Suspendre l’entreprise"),
}


class OutcomeForm(BaseModel):
    """What came of an exchange; its reader tells which day `today` is."""

    sentences: ClassVar = {"kind": N_("Choisir ce qui a suivi.")}

    kind: Literal["interview", "immersion", "internship", "training", "job"]
    contract_type: Literal["cdi", "cdd", "interim", "alternance"] | None = None
    starts_on: date | None = None

    @field_validator("starts_on")
    @classmethod
    def check_day(cls, starts_on: date | None, info: ValidationInfo) -> date | None:
        """Refuse a day so far away that the year is mistyped."""
        today: date = (info.context or {})["today"]
        if starts_on and not today - FAR <= starts_on <= today + FAR:
            raise ValueError(N_("Un jour à moins d’un an d’ici : vérifier l’année."))
        return starts_on


class YesNoForm(BaseModel):
    """One tap: it is so, or it is not."""

    answer: Literal["yes", "no"]


class StillThereForm(YesNoForm):
    """Whether somebody is still where an outcome brought them, one month or six later."""

    outcome: UUID
    months: Literal["1", "6"]


class FlagForm(BaseModel):
    """What is reported, why, and a word."""

    subject: Literal["message", "profile", "person"]
    reason: Literal["insulting", "discriminating", "fraud", "not_a_job", "private_life", "other"]
    word: Annotated[str, Field(max_length=WORD_MAX_LENGTH)] = ""


class DecisionForm(BaseModel):
    """What the operator decides, and the reasons that both sides read."""

    decision: Literal["kept", "profile_withdrawn", "company_suspended"]
    word: Annotated[str, Field(min_length=10, max_length=WORD_MAX_LENGTH)]
