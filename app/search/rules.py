"""Pure rules of search: tags, weights, what counts as near, as a word, as a word of oneself."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil, cos, floor, radians
from typing import NamedTuple, Self
from uuid import UUID

from app.places.rules import fold

CANDIDATES_MAX = 1000
PAGE_SIZE = 20
WORDS_MAX = 10  # of a search; the rest is left out
ZONES_MAX = 5  # of a profile; what it says of a sixth is not found
CELL_DEGREES = 0.25
ROUNDING_KM = 0.001  # circles that just meet do so however their edges are rounded
CELLS_ROUND = 1440  # squares around the Earth
EARTH_KM = 6371.0
KM_PER_DEGREE = 111.2  # of latitude; Earth's mean radius times pi / 180
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")  # of the European framework, lowest first
SORTS = ("relevance", "newest", "nearest")
# Whoever was not heard of for 24 months is erased: no date that was ever given lies further back.
MONTHS_BACK = 36
# Of two who say the same, the one who wrote that much later counts e times as much.
AGE_SCALE_S = 180 * 86_400
CORRECTED_BELOW = 5  # results; with more, a spelling is taken as meant
RUN_MAX = 5  # words of the name of a place
NAME = re.compile(r"\b[A-ZÀ-Þ][^\W\d_]+(?:[ -](?:[a-zà-ÿ]{1,3}[ -]){0,2}[A-ZÀ-Þ][^\W\d_]+)*")
COUNTED_FROM = 5  # profiles of a job; fewer are « moins de 5 »
SHARED_FROM = 3  # people; what fewer call a skill may be somebody's own name

# What a person may say of their way of working and be found by, beside the names of jobs.
# Source: France Travail, référentiel des savoir-être professionnels (abridged).
MANNERS = (
    "accueil adaptable aimable appliqué apprendre autonome autonomie bricolage caisse calme "
    "chantier client communication conduite conseil créatif créativité cuisine curieux curiosité "
    "débrouillard disponible dynamique écoute encaissement énergique équipe esprit flexible "
    "gestion hygiène informatique initiative logistique matinal minutieux motivation motivé nettoyage "
    "organisation organisé patience patient permis politesse polyvalent ponctualité ponctuel précis "
    "propreté rangement rapide relation respect responsable rigoureux rigueur sécurité sérieux "
    "service sociable soigneux souriant stock travailleur vente vendre volontaire"
)


@dataclass(frozen=True)
class SearchDocument:
    """What is told to search about a published profile; never a name, an age, a home or a neighbourhood.

    `rome`, `competences` and `languages` are pairs: code or key and its label, language and level.  `zones`
    are the work zones: latitude and longitude in degrees, radius in km.  `texts` are free words (script,
    transcript, presentation): only those of the vocabulary of jobs and manners can be found.
    """

    profile_id: UUID
    updated_at: datetime
    headline: str
    rome: tuple[tuple[str, str], ...] = ()
    skills: tuple[str, ...] = ()
    competences: tuple[tuple[str, str], ...] = ()
    contracts: tuple[str, ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    departments: tuple[str, ...] = ()
    zones: tuple[tuple[float, float, float], ...] = ()
    education_level: str | None = None
    available_on: date | None = None
    texts: tuple[str, ...] = field(default=())


class Stems(NamedTuple):
    """The lexemes of each part of a document; `titles` are the everyday names of its jobs."""

    jobs: list[str]
    titles: list[str]
    competences: list[str]
    languages: list[str]
    headline: list[str]
    skills: list[str]
    texts: list[str]

    def without(self, named: set[str]) -> Self:
        """Return the same without some lexemes in what is said freely."""
        kept = {
            name: [one for one in getattr(self, name) if one not in named] for name in ("headline", "texts")
        }
        return self._replace(headline=kept["headline"], texts=kept["texts"])


def cell(latitude: float, longitude: float) -> int:
    """Return the number of the quarter-degree square that holds a point."""
    return numbered(floor(latitude / CELL_DEGREES), floor(longitude / CELL_DEGREES))


def numbered(row: int, column: int) -> int:
    """Return the number of a square: row by row from the South Pole, eastward from the far meridian."""
    return (row + CELLS_ROUND // 4) * CELLS_ROUND + (column + CELLS_ROUND // 2) % CELLS_ROUND


def cells(latitude: float, longitude: float, radius_km: float) -> set[int]:
    """Return the numbers of every square that the circle may touch."""
    span = (radius_km + ROUNDING_KM) / KM_PER_DEGREE
    # A degree of longitude is shorter, the more so the further from the equator.
    wide = span / max(cos(radians(abs(latitude) + span)), 0.1)
    rows = range(floor((latitude - span) / CELL_DEGREES), floor((latitude + span) / CELL_DEGREES) + 1)
    columns = range(floor((longitude - wide) / CELL_DEGREES), floor((longitude + wide) / CELL_DEGREES) + 1)
    return {numbered(row, column) for row in rows for column in columns}


def tags(document: SearchDocument) -> list[str]:
    """Return the tags that filters match, sorted."""
    found = {f"rome:{code}" for code, _ in document.rome}
    found |= {f"sector:{code[:1]}" for code, _ in document.rome}
    found |= {f"contract:{contract}" for contract in document.contracts}
    found |= {f"competence:{key}" for key, _ in document.competences}
    found |= {f"department:{department}" for department in document.departments}
    found |= {f"language:{fold(language)}:{level}" for language, level in document.languages}
    if document.education_level:
        found.add(f"education:{document.education_level}")
    found |= {f"available:{when}" for when in free_from(document.available_on)}
    return sorted(found)


def free_from(day: date | None) -> tuple[str, ...]:
    """Return since when somebody is free, by the month and by the day; None is for whoever is free now."""
    return (f"{day:%Y-%m}", f"{day:%Y-%m-%d}") if day else ("now",)


def is_free(when: str, by: date) -> bool:
    """Tell whether `when` (free_from) counts on a day: the months before, and the days of its own month.

    Of the two that somebody has, one counts at the most.
    """
    month = f"{by:%Y-%m}"
    return when == "now" or (when < month if len(when) == len(month) else f"{month}-01" <= when <= str(by))


def available_tags(by: date) -> list[str]:
    """Return the tags of those who are free on the day `by` at the latest."""
    last = by.year * 12 + by.month - 1
    months = (divmod(number, 12) for number in range(last - MONTHS_BACK, last))
    days = (f"{by:%Y-%m}-{day:02}" for day in range(1, by.day + 1))
    return [f"available:{when}" for when in ("now", *(f"{y}-{m + 1:02}" for y, m in months), *days)]


def cells_of(document: SearchDocument) -> list[int]:
    """Return the squares that the work zones may touch, sorted."""
    return sorted({one for zone in document.zones for one in cells(*zone)})


def language_tags(language: str, level: str) -> list[str]:
    """Return the tags of those who speak a language at `level` or better; any level without one."""
    lowest = LEVELS.index(level) if level in LEVELS else 0
    return [f"language:{fold(language)}:{enough}" for enough in LEVELS[lowest:]]


def vector(stems: Stems, allowed: set[str]) -> str:
    """Return the text form of a profile's tsvector; of free words and skills, only what is allowed."""
    return weighted(
        (
            ("A", stems.jobs),
            ("B", [lexeme for lexeme in stems.headline + stems.skills if lexeme in allowed]),
            ("C", stems.titles + stems.competences + stems.languages),
            ("D", [lexeme for lexeme in stems.texts if lexeme in allowed]),
        )
    )


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


def is_word(lexeme: str) -> bool:
    """Tell whether a lexeme can say something of work: no number, no letter alone."""
    return lexeme.isalpha() and len(lexeme) > 1


def tails(label: str) -> Iterator[str]:
    """Yield the folded label from each of its words on: what somebody may begin to type."""
    words = fold(label).split()
    for start, word in enumerate(words):
        if len(word) > 1:
            yield " ".join(words[start:])


def trigrams(word: str) -> list[str]:
    """Return the groups of three letters of a folded word, its edges counted, sorted."""
    edged = f"  {word} "
    return sorted({edged[start : start + 3] for start in range(len(edged) - 2)})


def edits(word: str, other: str, most: int) -> int:
    """Count the letters to insert, remove, replace or swap with the next; `most + 1` when there are more.

    Optimal string alignment distance.
    """
    if abs(len(word) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for line, letter in enumerate(word, start=1):
        earlier, before, row = before, row, [line]
        for column, wanted in enumerate(other, start=1):
            cost = min(before[column] + 1, row[-1] + 1, before[column - 1] + (letter != wanted))
            swapped = line > 1 and column > 1 and word[line - 2] == wanted and letter == other[column - 2]
            row.append(min(cost, earlier[column - 2] + 1) if swapped else cost)
    return min(row[-1], most + 1)


def edits_max(word: str) -> int:
    """Return how many letters of a word may be wrong before it is another word."""
    return max(1, min(3, ceil(len(word) / 4)))


def names_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return what is written as a name, with a capital: « Tours », « Saint-Denis », « La Courneuve »."""
    return tuple(name for text in texts for name in NAME.findall(text))


def runs(folded: str) -> set[str]:
    """Return every row of up to RUN_MAX words of a folded text: what could be the name of a place."""
    words = folded.split()
    return {
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + RUN_MAX) + 1)
    }
