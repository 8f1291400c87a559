"""Suggestions of communes and jobs for the forms, and pieces of the map of neighbourhoods."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from app.people.access import Anyone, ResidentOrAdviser
from app.places import queries
from app.places.qpv import NEWEST, VINTAGES, cell_bounds
from app.places.schemas import Asked, Piece, Suggestion, Told, area, commune_suggestion, job_suggestion, town
from app.web.deps import UnitOfWork

router = APIRouter()

# Reference data changes a few times a year.
PIECE_KEPT_S = 86_400

Typed = Annotated[str, Query(max_length=120)]


@router.get("/lieux/communes")
def suggest_communes(session: UnitOfWork, _: Anyone, q: Typed = "") -> list[Suggestion]:
    return [commune_suggestion(place) for place in queries.communes_like(session, q)]


@router.get("/lieux/metiers")
def suggest_jobs(session: UnitOfWork, _: Anyone, q: Typed = "") -> list[Suggestion]:
    return [job_suggestion(match) for match in queries.jobs_like(session, q)]


@router.get("/lieux/contours/{vintage}/{row}/{column}")
def show_piece(
    session: UnitOfWork,
    _: Anyone,
    response: Response,
    vintage: Annotated[int, Path(ge=VINTAGES[0], le=NEWEST)],
    row: Annotated[int, Path(ge=-900, lt=900)],
    column: Annotated[int, Path(ge=-1800, lt=1800)],
) -> Piece:
    bounds = cell_bounds(row, column)
    response.headers["cache-control"] = f"public, max-age={PIECE_KEPT_S}"
    return Piece(
        qpv=[area(one) for one in queries.qpv_within(session, bounds, vintage)],
        communes=[town(one) for one in queries.communes_within(session, bounds)],
    )


@router.post("/lieux/quartier")
def tell_neighbourhood(session: UnitOfWork, _: ResidentOrAdviser, given: Asked) -> Told:
    found = queries.locate(session, given.point, given.vintage)
    return Told(standing=found.standing, code=found.code, name=found.name)
