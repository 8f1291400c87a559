"""What the search form accepts, and its choices."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator
from starlette.datastructures import QueryParams

from app.places.rules import DEPARTMENTS
from app.profiles.rules import CONTRACT_TYPES
from app.search.asking import SearchQuery
from app.web.paging import read_cursor

WORDS_MAX_LENGTH = 100


class SearchForm(BaseModel):
    """A recruiter's search as its address says it; what is not understood is left out, never an error."""

    mots: str = Field(default="", max_length=WORDS_MAX_LENGTH)
    contrat: str = ""
    departement: str = ""
    apres: str = ""

    @field_validator("contrat")
    @classmethod
    def known_contract(cls, contract: str) -> str:
        """Leave out a contract that does not exist."""
        return contract if contract in CONTRACT_TYPES else ""

    @field_validator("departement")
    @classmethod
    def known_department(cls, department: str) -> str:
        """Leave out a department that does not exist."""
        return department if department in DEPARTMENTS else ""

    @classmethod
    def from_address(cls, parameters: QueryParams) -> Self:
        """Return the search of an address, its words cut to a sensible length."""
        values = {name: parameters.get(name, "").strip() for name in cls.model_fields}
        return cls.model_validate(values | {"mots": values["mots"][:WORDS_MAX_LENGTH]})

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.mots or self.contrat or self.departement)

    def query(self, key: bytes) -> SearchQuery:
        """Return what search is asked; raise BadCursor for a page that we did not give."""
        after = None
        if self.apres:
            rank, at, profile_id = read_cursor(key, self.apres)
            after = (float(rank), datetime.fromisoformat(at), UUID(profile_id))
        return SearchQuery(words=self.mots, contract=self.contrat, department=self.departement, after=after)
