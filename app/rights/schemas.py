"""What a person types to have everything erased."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel

from app.words import N_

CONFIRMATION = "EFFACER"


def confirmed(word: str) -> str:
    """Return the word when it is the one that confirms; raise ValueError with what to type."""
    if word.strip().upper() != CONFIRMATION:
        raise ValueError(N_("Pour confirmer, écris le mot %(confirmation)s.", confirmation=CONFIRMATION))
    return word


class ErasureForm(BaseModel):
    """A confirmation typed in full: erasure cannot be undone."""

    word: Annotated[str, AfterValidator(confirmed)]
