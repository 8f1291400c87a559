"""In which language a page speaks: its address says which it can, its reader which they want."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from starlette.requests import Request

from app.words import FRENCH, LANGUAGES, speaking

COOKIE = "__Host-visavis-langue"
COOKIE_LIFE_S = 365 * 86_400
# First parts of the addresses that speak French alone: residents, who accompanies them, the operator, and the
# API's document.
FRENCH_ONLY = frozenset(
    {
        "accompagnement",
        "administration",
        "api",
        "ateliers",
        "bilan",
        "bilan.csv",
        "bilan.xlsx",
        "donnees-effacees",
        "entreprises",
        "files",
        "moi",
        "r",
        "relecture",
        "selections",
        "sous-titres",
    }
)


def has_english(path: str) -> bool:
    """Tell whether what answers at an address of this site speaks English too."""
    return path.split("/")[1] not in FRENCH_ONLY


def reads_english(roles: Collection[str]) -> bool:
    """Tell whether every page of these roles has English: nobody is led from one language to another."""
    return set(roles) == {"recruiter"}


def speak_french_alone(request: Request) -> None:
    """Speak French on a page whose reader has no English page after it, and offer no other language."""
    request.state.language, request.state.speaks_french_alone = FRENCH, True


def can_switch(request: Request) -> bool:
    """Tell whether the reader of a page is offered another language."""
    return has_english(request.url.path) and not getattr(request.state, "speaks_french_alone", False)


def chosen(request: Request) -> str:
    """Return the language of a request: the one asked for, else the browser's, where it is spoken."""
    path = request.scope["path"]
    if not path.startswith("/") or not has_english(path):
        return FRENCH
    asked = request.cookies.get(COOKIE)
    return asked if asked in LANGUAGES else preferred(request.headers.get("accept-language", ""))


def preferred(accepted: str) -> str:
    """Return the language of ours that a browser wants most, French when it wants none.

    Source: RFC 9110, 12.5.4; the order decides between equal weights.
    """
    wanted = []
    for part in accepted.split(","):
        tag, _, parameter = part.partition(";")
        primary, weight = tag.strip().split("-")[0].lower(), weight_of(parameter)
        if primary in LANGUAGES and weight > 0:
            wanted.append((weight, primary))
    return max(wanted, key=lambda one: one[0])[1] if wanted else FRENCH


def weight_of(parameter: str) -> float:
    """Return the weight that follows a language, 1 without one, 0 for one that cannot be read."""
    name, _, value = parameter.partition("=")
    if not name.strip():
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


@contextmanager
def spoken_to(request: Request) -> Iterator[str]:
    """Speak the language of a request as long as the block lasts; give its code."""
    language: str = getattr(request.state, "language", FRENCH)
    with speaking(language):
        yield language
