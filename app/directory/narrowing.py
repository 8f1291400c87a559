"""What a search can be narrowed by, with how many it would leave, and what it is narrowed by already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.directory.schemas import AVAILABLE, SearchForm, in_months
from app.places.rules import DEPARTMENTS, SECTORS, fold
from app.profiles.rules import COMPETENCES, LANGUAGE_LEVELS
from app.profiles.schemas import CONTRACT_LABELS
from app.search.facets import Facets
from app.search.helping import Relaxed
from app.search.rules import is_free
from app.words import N_

CHOICES_MAX = 8  # of a group; rarer ones are found by their words
# Of the languages that people name most, whose folded name has lost its accents.
LANGUAGES = {"francais": N_("Français"), "coreen": N_("Coréen"), "creole": N_("Créole")}


@dataclass(frozen=True)
class Names:
    """What the codes of a search and its facets are called: ROME jobs, and the commune that is asked for."""

    jobs: Mapping[str, str]
    commune: str = ""


@dataclass(frozen=True)
class Chip:
    """Something that was asked for, and the address of the search without it."""

    words: str
    without: str


@dataclass(frozen=True)
class Choice:
    """One way to narrow a search, where it leads, how many it leaves (None: that cannot be said)."""

    words: str
    href: str
    count: int | None = None
    is_chosen: bool = False


@dataclass(frozen=True)
class Group:
    """The choices of one kind; `in_a_row` for short ones."""

    title: str
    choices: list[Choice]
    in_a_row: bool = False


@dataclass(frozen=True)
class Relaxation:
    """A search that finds more: what to do, where it leads, how many it finds (`is_capped`: at least)."""

    words: str
    href: str
    count: int
    is_capped: bool


# Without which field of the form each filter of search is left out, and how that is said.
LEFT_OUT = {
    "words": ("mots", N_("Sans les mots « %(words)s »")),
    "rome": ("metier", N_("Tous les métiers")),
    "sector": ("secteur", N_("Tous les secteurs")),
    "contract": ("contrat", N_("Tous les contrats")),
    "department": ("departement", N_("Partout en France")),
    "near": ("commune", N_("Partout en France")),
    "available_by": ("disponible", N_("Quelle que soit la date")),
    "language": ("langue", N_("Toutes les langues")),
    "competences": ("competence", N_("Toutes les compétences")),
}


def relaxations(search: SearchForm, found: Iterable[Relaxed]) -> list[Relaxation]:
    """Return the searches that leave one thing out and find somebody."""
    return [
        Relaxation(
            words.fill(words=search.mots) if one.name == "words" else words,
            search.address(**{name: () if name == "competence" else ""}),
            one.total,
            one.is_capped,
        )
        for one in found
        for name, words in (LEFT_OUT[one.name],)
    ]


def sorts(search: SearchForm) -> list[Choice]:
    """Return the orders that make a difference: relevance for words, distance for a place."""
    offered = [("", N_("Pertinence"))] if search.mots else []
    offered.append(("recents" if search.mots else "", N_("Plus récents")))
    if search.commune:
        offered.append(("proches", N_("Plus proches")))
    current = search.tri if search.tri in dict(offered) else ""
    return [Choice(words, search.address(tri=order), is_chosen=order == current) for order, words in offered]


def language_called(folded: str) -> str:
    """Return what a language is called, from its folded name."""
    return LANGUAGES.get(fold(folded), folded[:1].upper() + folded[1:])


def chips(search: SearchForm, names: Names) -> list[Chip]:
    """Return what was asked for, each with the search without it."""
    said = {
        "mots": N_("« %(words)s »", words=search.mots),
        "metier": names.jobs.get(search.metier, search.metier),
        "secteur": SECTORS.get(search.secteur, ""),
        "contrat": CONTRACT_LABELS.get(search.contrat, ""),
        "departement": department(search.departement),
        "commune": around(names.commune or search.commune, search.rayon),
        "disponible": available(search.disponible),
        "langue": language(search.langue, search.niveau),
    }
    found = [
        Chip(words, search.address(**{name: ""})) for name, words in said.items() if getattr(search, name)
    ]
    return found + [
        Chip(COMPETENCES[key], search.address(competence=left_out(search.competence, key)))
        for key in search.competence
    ]


def department(code: str) -> str:
    """Say a department as people do: « Nord (59) »."""
    return f"{DEPARTMENTS[code]} ({code})" if code in DEPARTMENTS else ""


def around(commune: str, radius: str) -> str:
    """Say where somebody should want to work."""
    if not radius:
        return N_("Pour travailler à %(place)s", place=commune)
    return N_("%(place)s et %(radius)s km autour", place=commune, radius=radius)


def available(choice: str) -> str:
    """Say when somebody should be free."""
    if choice not in AVAILABLE:
        return ""
    return N_("Disponible : %(when)s", when=AVAILABLE[choice][1])


def language(folded: str, level: str) -> str:
    """Say what should be spoken, and how well at least."""
    called = language_called(folded)
    return N_("%(language)s, %(level)s ou mieux", language=called, level=level) if level else called


def left_out(keys: Iterable[str], key: str) -> tuple[str, ...]:
    """Return keys without one of them."""
    return tuple(one for one in keys if one != key)


def groups(search: SearchForm, facets: Facets, names: Names, today: date) -> list[Group]:
    """Return the groups of choices that a page of results offers; one without any choice is left out."""
    found = {kind: {choice.value: choice.count for choice in choices} for kind, choices in facets.items()}
    jobs = {code: names.jobs.get(code, code) for code in found["rome"]}
    departments = {code: department(code) for code in found["department"]}
    languages = {folded: language_called(folded) for folded in found["language"]}
    when = {choice: words for choice, (_, words) in AVAILABLE.items()}
    offered = [
        Group(N_("Contrat"), few(search, "contrat", CONTRACT_LABELS, found["contract"])),
        Group(N_("Disponibilité"), few(search, "disponible", when, free_by(found["available"], today))),
        Group(N_("Métier"), many(search, "metier", jobs, found["rome"])),
        Group(N_("Secteur"), many(search, "secteur", SECTORS, found["sector"])),
        Group(N_("Langue"), many(search, "langue", languages, found["language"])),
        Group(N_("Niveau au moins"), levels(search), in_a_row=True),
        Group(N_("Compétences"), competences(search, found["competence"])),
    ]
    if not search.commune:
        offered.append(
            Group(N_("Département"), many(search, "departement", departments, found["department"]))
        )
    return [group for group in offered if group.choices]


def few(search: SearchForm, name: str, labels: Mapping[str, str], counts: Mapping[str, int]) -> list[Choice]:
    """Return every choice of a short list, in its order; once one is chosen, nobody counts the others."""
    chosen = getattr(search, name)
    return [
        Choice(
            words,
            search.address(**{name: "" if value == chosen else value}),
            None if chosen else counts[value],
            is_chosen=value == chosen,
        )
        for value, words in labels.items()
        if chosen or counts.get(value)
    ]


def many(search: SearchForm, name: str, labels: Mapping[str, str], counts: Mapping[str, int]) -> list[Choice]:
    """Return the most frequent choices of a long list; nothing once one is chosen, which a chip says."""
    if getattr(search, name):
        return []
    known = [value for value in counts if value in labels]
    return [
        Choice(labels[value], search.address(**{name: value}), counts[value]) for value in known[:CHOICES_MAX]
    ]


def levels(search: SearchForm) -> list[Choice]:
    """Return the levels of the language that is asked for."""
    if not search.langue:
        return []
    return [
        Choice(
            level,
            search.address(niveau="" if level == search.niveau else level),
            is_chosen=level == search.niveau,
        )
        for level in LANGUAGE_LEVELS
    ]


def competences(search: SearchForm, counts: Mapping[str, int]) -> list[Choice]:
    """Return the competences that the results have beside those asked for: all of them are wanted."""
    return [
        Choice(COMPETENCES[key], search.address(competence=(*search.competence, key)), count)
        for key, count in counts.items()
        if key in COMPETENCES and key not in search.competence
    ]


def free_by(counts: Mapping[str, int], today: date) -> dict[str, int]:
    """Return how many are free at each choice at the latest."""
    last = {choice: in_months(today, months) for choice, (months, _) in AVAILABLE.items()}
    return {
        choice: sum(count for when, count in counts.items() if is_free(when, day))
        for choice, day in last.items()
    }
