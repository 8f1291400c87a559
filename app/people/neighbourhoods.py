"""Whether somebody lives in a priority neighbourhood, how that is known, and when it changes no more."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid
from app.people import queries as people
from app.people.models import Person
from app.places import queries as places
from app.places.qpv import NEWEST, point_of
from app.places.queries import Located, OutlinesMissing
from app.words import N_

KnownBy = Literal["declared", "attested", "computed"]


class NeighbourhoodFixed(Conflict):
    """The answer was frozen when the video was filmed, or an adviser attested it: it changes no more."""

    slug = "quartier-fixe"
    title = N_("La réponse sur le quartier ne change plus")


@dataclass(frozen=True)
class Answer:
    """What is kept: yes, no or nobody knows; in which neighbourhood, of which vintage, how it is known.

    A code without a yes is that of the neighbourhood on whose edge a point stands: an adviser decides.
    """

    lives: bool | None
    vintage: int | None = None
    code: str | None = None
    known_by: KnownBy | None = None


UNKNOWN = Answer(None)
PARIS_CENTRE = (48.8566, 2.3522)
COORDINATES_WANTED = N_(
    "Toucher la carte, ou recopier les deux nombres d’une appli de cartes : par exemple 43.31250, 5.36710. "
    "Une adresse n’est pas lue."
)


def computed(located: Located, vintage: int) -> Answer:
    """Return what the point where somebody lives says of them; of the point itself nothing is left."""
    lives = {"inside": True, "outside": False, "edge": None}[located.standing]
    return Answer(lives, vintage, located.code or None, "computed")


def located(session: Session, written: str, vintage: int) -> Located:
    """Return where written coordinates stand; raise Invalid for none, and where no outline is known."""
    point = point_of(written)
    if point is None:
        raise Invalid(errors={"point": COORDINATES_WANTED})
    try:
        return places.locate(session, point, vintage)
    except OutlinesMissing as missing:
        raise Invalid(
            errors={"point": N_("La carte n’est pas encore là : choisir une autre réponse.")}
        ) from missing


def attested(session: Session, *, lives: bool | None, code: str = "", vintage: int = NEWEST) -> Answer:
    """Return what an adviser attests; raise Invalid for a neighbourhood that is none."""
    if lives is None:
        return UNKNOWN
    if not (lives and code):
        return Answer(lives, vintage, None, "attested")
    known = places.qpv(session, code)
    if known is None:
        raise Invalid(errors={"quarter": N_("Choisir un quartier de la liste.")})
    return Answer(lives, known.vintage, known.code, "attested")


def declared(*, lives: bool | None) -> Answer:
    """Return what a resident says of themselves."""
    return UNKNOWN if lives is None else Answer(lives, NEWEST, None, "declared")


def answer(session: Session, person_id: UUID, given: Answer, *, by_themselves: bool) -> None:
    """Keep an answer; raise NeighbourhoodFixed once it is frozen, or attested where one answers oneself.

    One statement: who films at the same instant freezes the answer before it or after it.
    """
    change = update(Person).where(
        Person.id == person_id, Person.qpv_frozen_at.is_(None), Person.erased_at.is_(None)
    )
    if by_themselves:
        change = change.where(Person.qpv_known_by.is_distinct_from("attested"))
    values = {
        "lives_in_qpv": given.lives,
        "qpv_code": given.code,
        "qpv_vintage": given.vintage,
        "qpv_known_by": given.known_by,
    }
    if session.scalar(change.values(values).returning(Person.id)) is None:
        raise NeighbourhoodFixed(
            N_("La personne qui accompagne l’a donnée, ou bien elle est fixée depuis le jour de la vidéo.")
        )


def is_fixed(person: Person, *, by_themselves: bool) -> bool:
    """Tell whether the answer of somebody changes no more."""
    return person.qpv_frozen_at is not None or (by_themselves and person.qpv_known_by == "attested")


def centre_for(session: Session, person: Person, structure_id: UUID | None) -> tuple[float, float]:
    """Return the latitude and longitude where the map opens: the home commune, else the structure's town."""
    home = places.commune(session, person.home_commune or "")
    structure = people.organisation(session, structure_id) if structure_id else None
    if home is None and structure and structure.city:
        meant = places.communes_meant(session, f"{structure.city} ({structure.department})", limit=1)
        home = next(iter(meant), None)
    return (home.latitude, home.longitude) if home else PARIS_CENTRE


def quarters_for(session: Session, person: Person, chosen: str) -> list[tuple[str, str]]:
    """Return what an adviser chooses from: the neighbourhoods of the home commune, and the chosen one."""
    found = {
        code: f"{name} ({vintage})"
        for vintage in places.vintages(session)
        for code, name in places.qpv_of_commune(session, person.home_commune or "", vintage)
    }
    known = places.qpv(session, chosen)
    if known is not None:
        found.setdefault(known.code, f"{known.name} ({known.vintage})")
    return list(found.items())
