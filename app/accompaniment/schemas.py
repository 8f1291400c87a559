"""The form of an invitation, and the French words of the caseload."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, ValidationInfo, field_validator

from app.people.schemas import Email, Name, Phone
from app.words import N_

FILTER_LABELS = {
    "all": N_("Tous"),
    "todo": N_("À relire"),
    "preparing": N_("En préparation"),
    "online": N_("En ligne"),
    "placed": N_("A trouvé"),
}
NEXT_LABELS = {
    "review": N_("À relire"),
    "invited": N_("Invitation donnée, pas encore ouverte"),
    "invite_again": N_("N’est pas encore venu : inviter de nouveau"),
    "published": N_("Rien à faire, c’est en ligne"),
    "paused": N_("S’est mis en pause"),
    "placed": N_("A trouvé : prendre des nouvelles"),
    "withdrawn": N_("S’est retiré : en parler"),
    "redo": N_("Reprend sa présentation"),
    "guardian": N_("Moins de 18 ans : préparer sans envoyer"),
    "write": N_("Écrire son texte, puis l’envoyer"),
    "processing": N_("Vidéo en préparation"),
    "send": N_("Envoyer sa présentation à relire"),
    "film": N_("Préparer et filmer sa vidéo"),
    "film_again": N_("Sa vidéo n’est pas passée : filmer à nouveau"),
    "processing_voice": N_("Voix en préparation"),
    "record": N_("Préparer et enregistrer sa voix"),
    "record_again": N_("Sa voix n’est pas passée : l’enregistrer à nouveau"),
}
# What the button of the next thing says, where it leads to the presentation.
BUTTON_LABELS = {
    "review": N_("Relire sa présentation"),
    "published": N_("Voir sa présentation"),
    "paused": N_("Voir sa présentation"),
    "placed": N_("Voir sa présentation"),
    "redo": N_("Voir ce qui lui a été demandé"),
}


TASK_LABELS = {
    "forward": (N_("Lire un message, puis le transmettre ou le décliner"), "send"),
    "unreachable": (N_("Avertir d’un message : ni e-mail ni téléphone qui réponde"), "phone"),
    "unanswered": (N_("Aider à répondre : un message attend depuis cinq jours"), "message-circle"),
    "word": (
        N_("Lui dire ce que l’entreprise a répondu : ni e-mail ni SMS ne lui parvient"),
        "message-circle",
    ),
    "outcome": (N_("Lui demander si l’entreprise dit vrai : ni e-mail ni SMS ne lui parvient"), "handshake"),
    "still_there": (N_("Prendre des nouvelles : toujours dans l’entreprise ?"), "phone"),
    "company_silent": (N_("Relancer l’entreprise : elle n’a rien dit après le oui"), "building-2"),
    "company_gone": (
        N_("En parler avec le jeune : l’entreprise qui lui a écrit n’est plus là"),
        "building-2",
    ),
    "company_back": (N_("Lui dire que l’entreprise est de retour : leur échange continue"), "building-2"),
    "disputed": (N_("Regarder une suite sur laquelle on n’est pas d’accord"), "handshake"),
    "flagged": (N_("Prendre des nouvelles : un signalement le ou la concerne"), "flag"),
    "proposed": (N_("Dire que vous proposez son profil : ni e-mail ni SMS ne lui parvient"), "handshake"),
}
GUARDIAN_RELATION_LABELS = {
    "mother": N_("Sa mère"),
    "father": N_("Son père"),
    "tutor": N_("Tuteur ou tutrice"),
    "institution": N_("Aide sociale à l’enfance, ou établissement"),
}
GUARDIAN_CHECK_LABELS = {
    "in_person": N_("Signée devant moi, pièce d’identité vue"),
    "paper_and_call": N_("Reçue signée, puis confirmée de vive voix"),
    "institution_letter": N_("Courrier officiel de l’établissement"),
}


class GuardianForm(BaseModel):
    """What a guardian signed, and how it was checked."""

    guardian_name: Annotated[str, StringConstraints(min_length=2, max_length=200)]
    relation: Literal["mother", "father", "tutor", "institution"]
    signed_on: date
    checked_how: Literal["in_person", "paper_and_call", "institution_letter"]


class KeepBackForm(BaseModel):
    """Why a proposal is not passed on, in the words that the company reads."""

    reason: Literal["not_interested", "too_far", "already_placed", "not_available", "other"]


class HelpForm(BaseModel):
    """An answer given with the resident, and how they spoke."""

    how: Literal["phone", "desk"]
    answer: Literal["yes", "no"]
    reason: Annotated[
        Literal["not_interested", "too_far", "already_placed", "not_available", "other"] | None,
        Field(validate_default=True),
    ] = None

    @field_validator("reason")
    @classmethod
    def check_reason(cls, reason: str | None, info: ValidationInfo) -> str | None:
        """Refuse a no without a reason: the company is owed one."""
        if info.data.get("answer") == "no" and reason is None:
            raise ValueError(N_("Choisir une raison."))
        return reason


class InvitationForm(BaseModel):
    """Who is invited, and how: at the desk or by post."""

    structure: UUID | None = None
    given_name: Name
    family_name: Name
    born_on: date
    email: Email | None = None
    phone: Phone | None = None
    commune: Annotated[str, StringConstraints(max_length=120)] = ""
    insee: str = Field(default="", max_length=5)
    lives_in_qpv: Literal["yes", "no", "unknown"] = "unknown"
    way: Literal["desk", "post"] = "desk"

    @property
    def attested(self) -> bool | None:
        """What the adviser attests of the neighbourhood, None when it is not known."""
        return {"yes": True, "no": False}.get(self.lives_in_qpv)


class BirthForm(BaseModel):
    """The right birth date of a resident."""

    born_on: date


class AgainForm(BaseModel):
    """How the new link is given."""

    way: Literal["desk", "post"] = "desk"
