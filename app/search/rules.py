"""Pure rules of search: tags, weights, which spoken words may be found."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from math import floor
from uuid import UUID

from app.places.rules import fold

CANDIDATES_MAX = 1000
PAGE_SIZE = 20
WORDS_MAX = 10  # of a search; the rest is left out
CELL_DEGREES = 0.25
KM_PER_DEGREE = 111.2  # of latitude; Earth's mean radius 6,371 km times pi / 180

# What a person may say of their way of working and be found by, beside the names of jobs.
# Source: France Travail, référentiel des savoir-être professionnels (abridged).
MANNERS = (
    "accueil adaptable aimable anglais appliqué apprendre autonome autonomie bricolage caisse calme "
    "chantier client communication conduite conseil créatif créativité cuisine curieux curiosité "
    "débrouillard disponible dynamique écoute encaissement enfants énergique équipe esprit flexible "
    "gestion hygiène informatique initiative logistique matinal minutieux motivation motivé nettoyage "
    "organisation organisé patience patient permis politesse polyvalent ponctualité ponctuel précis "
    "propreté rangement rapide relation respect responsable rigoureux rigueur sécurité sérieux "
    "service sociable soigneux souriant stock travailleur vente vendre volontaire"
)


@dataclass(frozen=True)
class SearchDocument:
    """What is told to search about a published profile; never a name, an age, a home or a neighbourhood.

    `zones` are the work zones: latitude and longitude in degrees, radius in km.  `texts` are free words
    (script, transcript, presentation): only those of the vocabulary of jobs and manners can be found.
    """

    profile_id: UUID
    updated_at: datetime
    headline: str
    rome: tuple[tuple[str, str], ...] = ()
    skills: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    departments: tuple[str, ...] = ()
    zones: tuple[tuple[float, float, float], ...] = ()
    education_level: str | None = None
    available_on: date | None = None
    texts: tuple[str, ...] = field(default=())


def cell(latitude: float, longitude: float) -> str:
    """Return the tag of the quarter-degree square that holds a point."""
    return f"cell:{floor(latitude / CELL_DEGREES)}:{floor(longitude / CELL_DEGREES)}"


def cells(latitude: float, longitude: float, radius_km: float) -> set[str]:
    """Return the tags of every square that the circle may touch."""
    span = radius_km / KM_PER_DEGREE
    rows = range(floor((latitude - span) / CELL_DEGREES), floor((latitude + span) / CELL_DEGREES) + 1)
    # A degree of longitude is shorter: in France at most twice.
    columns = range(
        floor((longitude - 2 * span) / CELL_DEGREES), floor((longitude + 2 * span) / CELL_DEGREES) + 1
    )
    return {f"cell:{row}:{column}" for row in rows for column in columns}


def tags(document: SearchDocument) -> list[str]:
    """Return the tags that filters match, sorted."""
    found = {f"rome:{code}" for code, _ in document.rome}
    found |= {f"contract:{contract}" for contract in document.contracts}
    found |= {f"department:{department}" for department in document.departments}
    found |= {f"language:{fold(language)}:{level}" for language, level in document.languages}
    if document.education_level:
        found.add(f"education:{document.education_level}")
    if document.available_on:
        found.add(f"available:{document.available_on:%Y-%m}")
    for zone in document.zones:
        found |= cells(*zone)
    return sorted(found)


def weighted(fields: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Return the text form of a tsvector; `fields` gives each weight (A to D) its lexemes."""
    words: dict[str, list[str]] = {}
    position = 0
    for weight, lexemes in fields:
        for lexeme in lexemes:
            position = min(position + 1, 16_383)  # PostgreSQL's own limit
            words.setdefault(lexeme, []).append(f"{position}{weight}")
    return " ".join(f"{quoted(lexeme)}:{','.join(marks[:200])}" for lexeme, marks in sorted(words.items()))


def quoted(lexeme: str) -> str:
    """Return a lexeme as tsvector and tsquery read it."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
