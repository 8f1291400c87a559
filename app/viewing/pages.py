"""The resident's page « Qui m’a vu »."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.people.access import Resident
from app.viewing.queries import companies_that_watched
from app.web.deps import UnitOfWork
from app.web.templating import render

router = APIRouter()


@router.get("/moi/vues")
def show_views(request: Request, session: UnitOfWork, who: Resident) -> HTMLResponse:
    return render(request, "viewing/views.html", watched=companies_that_watched(session, who.person_id))
