"""What an adviser attests of the neighbourhood where a resident lives, with the map or without."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.accompaniment.pages.caseload import within
from app.errors import Invalid
from app.people import audit, neighbourhoods
from app.people.access import Adviser, act_of
from app.people.models import Person
from app.people.neighbourhoods import Answer
from app.people.queries import structure_of
from app.people.schemas import NeighbourhoodForm
from app.places import queries as places
from app.places.qpv import NEWEST
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


class OnTheEdge(Invalid):
    """The point stands so near an outline that a person decides; `code` is the neighbourhood's."""

    def __init__(self, name: str, code: str) -> None:
        word = N_(
            "À moins de 15 m de la limite de %(name)s, la carte ne peut pas le dire : vérifier l’adresse, "
            "puis attester oui ou non.",
            name=name,
        )
        super().__init__(errors={"answer": word})
        self.code = code


@router.get("/accompagnement/{person_id}/quartier")
def show_neighbourhood(
    request: Request, session: UnitOfWork, now: Now, who: Adviser, person_id: UUID
) -> Response:
    return neighbourhood_page(request, session, within(session, who, person_id, now).person)


@router.post("/accompagnement/{person_id}/quartier")
def answer_neighbourhood(
    request: Request, session: UnitOfWork, now: Now, who: Adviser, person_id: UUID, form: SubmittedForm
) -> Response:
    person = within(session, who, person_id, now).person
    try:
        given, word = answer_of(session, parse(NeighbourhoodForm, form))
    except Invalid as refused:
        return neighbourhood_page(request, session, person, refused, form)
    neighbourhoods.answer(session, person_id, given, by_themselves=False)
    audit.note(session, act_of(request, who), "resident:neighbourhood:done", person_id)
    return redirect(f"/accompagnement/{person_id}", word)


def answer_of(session: Session, given: NeighbourhoodForm) -> tuple[Answer, str]:
    """Return the answer of a form, and the word that it is worth; raise Invalid, OnTheEdge where none is."""
    vintage = int(given.vintage)
    if given.answer != "point":
        answer = neighbourhoods.attested(session, lives=given.lives, code=given.quarter, vintage=vintage)
        return answer, N_("Noté.")
    found = neighbourhoods.located(session, given.point, vintage)
    if found.standing == "edge":
        raise OnTheEdge(found.name, found.code)
    word = N_("Noté : hors quartier prioritaire.")
    if found.standing == "inside":
        word = N_("Noté : dans le quartier prioritaire %(name)s.", name=found.name)
    return neighbourhoods.computed(found, vintage), word


def neighbourhood_page(
    request: Request,
    session: Session,
    person: Person,
    refused: Invalid | None = None,
    form: SubmittedForm | None = None,
) -> Response:
    """Show what is known and the ways to answer; after a refusal with what was given."""
    names = ("answer", "point", "quarter", "vintage")
    # What nobody attested is not attested by a form that is sent as it stands.
    is_attested = person.qpv_known_by == "attested"
    known = {True: "yes", False: "no", None: ""}[person.lives_in_qpv if is_attested else None]
    values = {"answer": known, "point": "", "quarter": person.qpv_code or "", "vintage": str(NEWEST)}
    if form is not None:
        values = {name: typed(form, name) for name in names}
    if isinstance(refused, OnTheEdge):
        values["quarter"] = refused.code
    return render(
        request,
        "accompaniment/neighbourhood.html",
        status_code=refused.status if refused else 200,
        person=person,
        quarter=places.qpv(session, person.qpv_code or ""),
        quarters=neighbourhoods.quarters_for(session, person, values["quarter"]),
        fixed=neighbourhoods.is_fixed(person, by_themselves=False),
        values=values,
        vintages=places.vintages(session),
        centre=neighbourhoods.centre_for(session, person, structure_of(session, person.id)),
        errors=refused.errors if refused else {},
    )
