"""From what an address says to what search is asked: where a commune lies, what today is."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.directory.schemas import SearchForm
from app.places import queries as places
from app.places.rules import DEPARTMENTS, commune_label
from app.search.asking import Near, SearchQuery


@dataclass(frozen=True)
class Asked:
    """A search as it was written and as it is asked; `commune` is what the place in it is called, if any."""

    search: SearchForm
    query: SearchQuery
    commune: str = ""

    @property
    def place(self) -> str:
        """What stands in the field of the place."""
        code = self.search.departement
        return f"{DEPARTMENTS[code]} ({code})" if code else self.commune or self.search.lieu


def asked(session: Session, search: SearchForm, today: date) -> Asked:
    """Return what a search asks on a day; a commune that does not exist is left out."""
    place = places.commune(session, search.commune) if search.commune else None
    if place is None:
        search = search.model_copy(update={"commune": ""}).tidied()
        return Asked(search, search.query(today))
    near = Near(place.latitude, place.longitude, float(search.rayon or 0))
    return Asked(search, search.query(today, near), commune_label(place.name, place.department))
