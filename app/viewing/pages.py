"""The resident's page « Qui m’a vu », and the recruiter's one tap after watching."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.people.access import Recruiter, Resident, own_path
from app.profiles.queries import by_slug_visible
from app.profiles.service import ProfileNotFound
from app.viewing import opinions
from app.viewing.queries import companies_that_watched
from app.viewing.schemas import OpinionForm
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render

router = APIRouter()


@router.get("/moi/vues")
def show_views(request: Request, session: UnitOfWork, who: Resident) -> HTMLResponse:
    return render(request, "viewing/views.html", watched=companies_that_watched(session, who.person_id))


@router.post("/candidats/{slug}/avis")
def post_opinion(slug: str, session: UnitOfWork, now: Now, who: Recruiter, form: SubmittedForm) -> Response:
    profile = by_slug_visible(session, who, slug)
    if profile is None:
        raise ProfileNotFound
    said = parse(OpinionForm, form).said
    if said == "nothing":
        opinions.take_back(session, who, profile.id)
    else:
        opinions.say(session, who, profile.id, said, now)
    return redirect(own_path(typed(form, "back")) or f"/candidats/{slug}#avis")
