"""What suggestions of places, and pieces of the map, look like."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.places.models import Commune, Qpv
from app.places.qpv import Point, Standing
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


class Asked(BaseModel):
    """A point of the map that somebody asks about; it stands in no address, so that no log has it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    vintage: Literal[2015, 2024] = 2024

    @property
    def point(self) -> Point:
        """The point, as nothing prints it."""
        return Point(self.latitude, self.longitude)


class Told(BaseModel):
    """Where the point stands, and the neighbourhood that holds it or whose edge is near."""

    standing: Standing
    code: str
    name: str


class Area(BaseModel):
    """A priority neighbourhood on the map."""

    code: str
    name: str
    outline: list[Any]


class Town(BaseModel):
    """The name of a commune on the map."""

    name: str
    latitude: float
    longitude: float


class Piece(BaseModel):
    """What stands in a cell of the map; a neighbourhood may reach into several."""

    qpv: list[Area]
    communes: list[Town]


def area(found: Qpv) -> Area:
    """Return a neighbourhood as the map draws it."""
    return Area(code=found.code, name=found.name, outline=found.outline)


def town(found: Commune) -> Town:
    """Return a commune as the map names it."""
    return Town(name=found.name, latitude=found.latitude, longitude=found.longitude)
