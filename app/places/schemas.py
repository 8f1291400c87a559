"""What the suggestions of places look like."""

from pydantic import BaseModel

from app.places.models import Commune
from app.places.queries import JobMatch
from app.places.rules import commune_label


class Suggestion(BaseModel):
    """One proposal under a field: what is kept, and what is read."""

    value: str
    label: str


def commune_suggestion(place: Commune) -> Suggestion:
    """Return how a commune is proposed."""
    return Suggestion(value=place.insee, label=commune_label(place.name, place.department))


def job_suggestion(match: JobMatch) -> Suggestion:
    """Return how a job is proposed: the everyday title first, the job it belongs to beside."""
    label = match.label if match.title == match.label else f"{match.title} – {match.label}"
    return Suggestion(value=match.code, label=label)
