"""What the search form accepts, and the address that says a search."""

from calendar import monthrange
from collections.abc import Container
from datetime import date
from typing import Any, Self
from urllib.parse import urlencode

from pydantic import BaseModel, field_validator
from starlette.datastructures import QueryParams

from app.places.rules import DEPARTMENTS, INSEE, ROME, SECTORS
from app.profiles.rules import COMPETENCES, CONTRACT_TYPES, LANGUAGE_LEVELS
from app.search.asking import Near, SearchQuery
from app.words import N_

WORDS_MAX_LENGTH = 100
# Around a commune; without a distance, those who want to work in it.
RADII = {
    "10": N_("10 km"),
    "20": N_("20 km"),
    "30": N_("30 km"),
    "50": N_("50 km"),
    "100": N_("100 km"),
}
# In how many months somebody has to be free at the latest, and how that is said.
AVAILABLE = {
    "maintenant": (0, N_("Tout de suite")),
    "1-mois": (1, N_("D’ici un mois")),
    "3-mois": (3, N_("D’ici trois mois")),
    "6-mois": (6, N_("D’ici six mois")),
}
SORTS = {"": "relevance", "recents": "newest", "proches": "nearest"}
# Which page of a search is looked at: after a cursor, before one, or with the profile of a slug.
PAGES = ("apres", "avant", "vers")
KNOWN: dict[str, Container[str]] = {
    "secteur": SECTORS,
    "contrat": CONTRACT_TYPES,
    "departement": DEPARTMENTS,
    "rayon": RADII,
    "disponible": AVAILABLE,
    "niveau": LANGUAGE_LEVELS,
    "tri": SORTS,
}


def among(known: Container[str], value: str) -> str:
    """Return a value that is known, nothing for any other."""
    return value if value in known else ""


class SearchForm(BaseModel):
    """A recruiter's search as its address says it; what is not understood is left out, never an error.

    `lieu` are the words of a place that nobody knows: they are said, and narrow nothing.
    """

    mots: str = ""
    metier: str = ""
    secteur: str = ""
    contrat: str = ""
    departement: str = ""
    commune: str = ""
    lieu: str = ""
    rayon: str = ""
    disponible: str = ""
    langue: str = ""
    niveau: str = ""
    competence: tuple[str, ...] = ()
    tri: str = ""
    apres: str = ""
    avant: str = ""
    vers: str = ""

    @field_validator(*KNOWN)
    @classmethod
    def know(cls, value: str, info: Any) -> str:
        """Leave out a choice that does not exist."""
        return among(KNOWN[info.field_name], value)

    @field_validator("competence")
    @classmethod
    def know_each(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Leave out competences that do not exist, and those said twice."""
        return tuple(key for key in COMPETENCES if key in keys)

    @field_validator("metier")
    @classmethod
    def be_rome(cls, code: str) -> str:
        """Leave out what is no ROME code."""
        return code if ROME.fullmatch(code) else ""

    @field_validator("commune")
    @classmethod
    def be_insee(cls, code: str) -> str:
        """Leave out what is no INSEE code."""
        return code if INSEE.fullmatch(code) else ""

    @classmethod
    def from_address(cls, parameters: QueryParams) -> Self:
        """Return the search of an address, its words cut to a sensible length."""
        values: dict[str, Any] = {
            name: " ".join(parameters.get(name, "").split())
            for name in cls.model_fields
            if name != "competence"
        }
        for name in ("mots", "lieu", "langue"):
            values[name] = values[name][:WORDS_MAX_LENGTH]
        return cls.model_validate(values | {"competence": parameters.getlist("competence")}).tidied()

    def tidied(self) -> Self:
        """Leave out what says nothing alone: a distance from nowhere, a level of no language."""
        left_out: dict[str, str] = {}
        if self.commune:
            left_out["departement"] = ""
        else:
            left_out["rayon"] = ""
        if not self.langue:
            left_out["niveau"] = ""
        if self.tri == "proches" and not self.commune:
            left_out["tri"] = ""
        return self.model_copy(update=left_out)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.pairs(leave_out=(*PAGES, "tri", "lieu")))

    def pairs(self, leave_out: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """Return what is set, as the pairs of an address, in the order of the fields."""
        found = []
        for name, value in self:
            if name not in leave_out:
                found += [(name, one) for one in ([value] if isinstance(value, str) else value) if one]
        return found

    @property
    def asked(self) -> str:
        """What was asked for and in which order, as it stands in an address after the question mark."""
        return urlencode(self.pairs(leave_out=(*PAGES, "lieu")))

    def address(self, path: str = "/candidats", /, **changes: object) -> str:
        """Return the address of this search with changes; of its first page, unless they name another."""
        first_page = dict.fromkeys(PAGES, "")
        changed = self.model_copy(update=first_page | changes).tidied()
        asked = urlencode(changed.pairs())
        return f"{path}?{asked}" if asked else path

    def card_address(self, slug: str) -> str:
        """Return the address of a profile in this list; a list of everybody says so by its order."""
        order = self.tri or ("" if self.is_narrowed else "recents")
        return self.address(f"/candidats/{slug}", tri=order, lieu="")

    def query(self, today: date, near: Near | None = None) -> SearchQuery:
        """Return what search is asked; `near` is where the commune is, None for one that is not known."""
        return SearchQuery(
            words=self.mots,
            rome=self.metier,
            sector=self.secteur,
            contract=self.contrat,
            department=self.departement,
            near=near,
            available_by=in_months(today, AVAILABLE[self.disponible][0]) if self.disponible else None,
            language=self.langue,
            language_level=self.niveau,
            competences=self.competence,
            sort=SORTS[self.tri],
        )


def in_months(today: date, months: int) -> date:
    """Return the same day so many months from now, or the last one of a month that is too short."""
    years, month = divmod(today.month - 1 + months, 12)
    year = today.year + years
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
