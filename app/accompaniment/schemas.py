"""The form of an invitation, and the French words of the caseload."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from app.people.schemas import Email, Name, Phone

FILTER_LABELS = {
    "all": "Tous",
    "todo": "À relire",
    "preparing": "En préparation",
    "online": "En ligne",
    "placed": "A trouvé",
}
NEXT_LABELS = {
    "review": "À relire",
    "invited": "Invitation donnée, pas encore ouverte",
    "invite_again": "N’est pas encore venu : inviter de nouveau",
    "published": "Rien à faire, c’est en ligne",
    "paused": "S’est mis en pause",
    "placed": "A trouvé : prendre des nouvelles",
    "withdrawn": "S’est retiré : en parler",
    "redo": "Reprend sa présentation",
    "guardian": "Moins de 18 ans : préparer sans envoyer",
    "write": "Écrire son texte, puis l’envoyer",
    "processing": "Vidéo en préparation",
    "send": "Envoyer sa présentation à relire",
    "film": "Préparer et filmer sa vidéo",
    "film_again": "Sa vidéo n’est pas passée : filmer à nouveau",
}
# What the button of the next thing says, where it leads to the presentation.
BUTTON_LABELS = {
    "review": "Relire sa présentation",
    "published": "Voir sa présentation",
    "paused": "Voir sa présentation",
    "placed": "Voir sa présentation",
    "redo": "Voir ce qui lui a été demandé",
}


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
