"""Suggestions of communes and jobs for the forms."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.people.access import Anyone
from app.places import queries
from app.places.schemas import Suggestion, commune_suggestion, job_suggestion
from app.web.deps import UnitOfWork

router = APIRouter()

Typed = Annotated[str, Query(max_length=120)]


@router.get("/lieux/communes")
def suggest_communes(session: UnitOfWork, _: Anyone, q: Typed = "") -> list[Suggestion]:
    return [commune_suggestion(place) for place in queries.communes_like(session, q)]


@router.get("/lieux/metiers")
def suggest_jobs(session: UnitOfWork, _: Anyone, q: Typed = "") -> list[Suggestion]:
    return [job_suggestion(match) for match in queries.jobs_like(session, q)]
