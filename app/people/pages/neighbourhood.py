"""A resident's own answer on the neighbourhood where they live, by a map or in a word."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.people import neighbourhoods, queries, service
from app.people.access import Resident
from app.people.models import Person
from app.people.neighbourhoods import Answer
from app.people.schemas import NeighbourhoodForm
from app.places import queries as places
from app.places.qpv import NEWEST
from app.web.deps import UnitOfWork
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

FORM = "/moi/quartier"


@router.get(FORM)
def show_neighbourhood(request: Request, session: UnitOfWork, who: Resident) -> Response:
    return neighbourhood_page(request, session, service.required(session, who.person_id))


@router.post(FORM)
def answer_neighbourhood(
    request: Request, session: UnitOfWork, who: Resident, form: SubmittedForm
) -> Response:
    person = service.required(session, who.person_id)
    try:
        given, word = answer_of(session, parse(NeighbourhoodForm, form))
    except Invalid as refused:
        values = {name: typed(form, name) for name in ("answer", "point")}
        return neighbourhood_page(request, session, person, refused, values)
    neighbourhoods.answer(session, who.person_id, given, by_themselves=True)
    return redirect("/moi", word)


def answer_of(session: Session, given: NeighbourhoodForm) -> tuple[Answer, str]:
    """Return the answer of a form, and the word that it is worth; raise Invalid."""
    if given.answer != "point":
        return neighbourhoods.declared(lives=given.lives), N_("C’est noté, merci.")
    found = neighbourhoods.located(session, given.point, NEWEST)
    words = {
        "inside": N_("C’est noté : tu habites un quartier prioritaire, %(name)s.", name=found.name),
        "outside": N_("C’est noté : tu n’habites pas un quartier prioritaire."),
        "edge": N_(
            "Tu es juste à la limite de %(name)s. La personne qui t’accompagne regardera avec toi.",
            name=found.name,
        ),
    }
    return neighbourhoods.computed(found, NEWEST), words[found.standing]


def neighbourhood_page(
    request: Request,
    session: Session,
    person: Person,
    refused: Invalid | None = None,
    values: dict[str, str] | None = None,
) -> Response:
    """Show the question, or that it is answered for good."""
    said = {True: "yes", False: "no", None: ""}[person.lives_in_qpv]
    return render(
        request,
        "people/neighbourhood.html",
        status_code=refused.status if refused else 200,
        fixed=neighbourhoods.is_fixed(person, by_themselves=True),
        values=values or {"answer": said if person.qpv_known_by == "declared" else "", "point": ""},
        vintages=places.vintages(session),
        centre=neighbourhoods.centre_for(session, person, queries.structure_of(session, person.id)),
        errors=refused.errors if refused else {},
    )
