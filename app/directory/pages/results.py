"""Pages of recruiters: what a search finds."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.directory import queries
from app.directory.schemas import SearchForm
from app.people.access import Recruiter
from app.people.rules import may_see_profiles
from app.places.rules import DEPARTMENTS
from app.profiles import schemas as profiles
from app.search.queries import find
from app.signing import derived_key
from app.web.deps import CurrentSettings, UnitOfWork
from app.web.paging import write_cursor
from app.web.templating import render

router = APIRouter()


@router.get("/candidats")
def show_results(
    request: Request, session: UnitOfWork, who: Recruiter, settings: CurrentSettings
) -> HTMLResponse:
    if not may_see_profiles(who):
        return render(request, "directory/waiting.html", settings=settings)
    key = derived_key(settings.secret_key, "search cursors")
    search = SearchForm.from_address(request.query_params)
    page = find(session, search.query(key))
    following = ""
    if page.last:
        rank, at, profile_id = page.last
        asked = search.model_dump(exclude={"apres"})
        following = urlencode(
            asked | {"apres": write_cursor(key, str(rank), at.isoformat(), str(profile_id))}
        )
    return render(
        request,
        "directory/results.html",
        search=search,
        cards=queries.cards(session, who, page.ids),
        total=page.total,
        is_capped=page.is_capped,
        next_href=f"?{following}" if following else "",
        contracts=profiles.CONTRACT_LABELS,
        departments=DEPARTMENTS,
    )
