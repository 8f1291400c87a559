"""From what an address says to what search is asked: where a commune lies, what today is."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.directory.schemas import SearchForm
from app.people.rules import Who
from app.places import queries as places
from app.places.models import Commune
from app.places.rules import DEPARTMENTS, commune_label
from app.profiles.queries import hidden_from
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
    return around(search, places.commune(session, search.commune) if search.commune else None, today)


def asked_by(session: Session, who: Who, search: SearchForm, today: date) -> Asked:
    """Return what a recruiter's search asks: who blocked their company is not there, and is not counted."""
    # The commune and who is hidden come by one statement.
    query = select(hidden_from(who), Commune).select_from(select(1).subquery())
    query = query.outerjoin(Commune, Commune.insee == search.commune)
    hidden, place = session.execute(query).one()
    wanted = around(search, place, today)
    return replace(wanted, query=replace(wanted.query, hidden=tuple(hidden or ())))


def around(search: SearchForm, place: Commune | None, today: date) -> Asked:
    """Return what a search asks around a commune, anywhere without one."""
    if place is None:
        search = search.model_copy(update={"commune": ""}).tidied()
        return Asked(search, search.query(today))
    near = Near(place.latitude, place.longitude, float(search.rayon or 0))
    return Asked(search, search.query(today, near), commune_label(place.name, place.department))
