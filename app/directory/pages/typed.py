"""What the search form sends, put into a clean address: only what is set, places and jobs by their codes."""

from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from app.directory.schemas import RADII, SearchForm, among
from app.places import queries as places
from app.places.rules import DEPARTMENTS, INSEE, ROME, commune_label, fold
from app.profiles.rules import COMPETENCES

# Fields of the form that are no part of a search: what was chosen under a field.
TYPED = ("choisi", "lieu_choisi")


def is_typed(parameters: QueryParams) -> bool:
    """Tell whether an address comes from the form: what is not set, or not put into codes, is still in it."""
    return any(not value or name in TYPED for name, value in parameters.multi_items())


def address_of(session: Session, parameters: QueryParams) -> str:
    """Return the clean address of what the form sends; a place that nobody knows stays in it, in words."""
    search = SearchForm.from_address(parameters)
    changes = chosen(search, parameters.get("choisi", ""))
    if "lieu" in parameters:
        place = place_of(session, search.lieu, parameters.get("lieu_choisi", ""))
        # The distance was left out with the place that was not known yet.
        radius = {"rayon": among(RADII, parameters.get("rayon", ""))}
        changes |= {"departement": "", "commune": "", "lieu": ""} | place | radius
    return search.address(**changes)


def chosen(search: SearchForm, value: str) -> dict[str, object]:
    """Return what a suggestion changes that was taken for the words: a job or a competence in their place."""
    if ROME.fullmatch(value):
        return {"metier": value, "mots": ""}
    if value in COMPETENCES:
        return {"competence": (*search.competence, value), "mots": ""}
    return {}


def place_of(session: Session, words: str, code: str) -> dict[str, str]:
    """Return where somebody should want to work: a department or a commune, or the words of neither.

    A code counts as long as the words are still its own: without script, it stays when they change.
    """
    if not words:
        return {}
    known = places.commune(session, code) if INSEE.fullmatch(code) else None
    if known and commune_label(known.name, known.department) == words:
        return {"commune": known.insee}
    number = department_said(words)
    likely = places.communes_meant(session, words, limit=1)
    # Paris is both: around the commune one can look further.
    if number and not (likely and likely[0].department == number and likely[0].folded == fold(words)):
        return {"departement": number}
    return {"commune": likely[0].insee} if likely else {"lieu": words}


def department_said(words: str) -> str:
    """Return the department that words say, by its number or its name; nothing for another place."""
    said = fold(words)
    return next(
        (
            code
            for code, name in DEPARTMENTS.items()
            if said in (fold(code), fold(name), fold(f"{name} {code}"))
        ),
        "",
    )
