"""A resident's own data: take everything away, or have everything erased."""

from fastapi import APIRouter
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.errors import Invalid
from app.people.access import SESSION_COOKIE, Anyone, Resident
from app.rights import queries, schemas, service
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.templating import render

router = APIRouter()


@router.get("/moi/donnees")
def show_data(request: Request, who: Resident) -> HTMLResponse:  # noqa: ARG001 - says who may ask
    return data_page(request, {})


def data_page(request: Request, errors: dict[str, str]) -> HTMLResponse:
    """Answer with the page of one's data; `errors` say what the confirmation lacks."""
    return render(
        request,
        "rights/data.html",
        status_code=Invalid.status if errors else 200,
        errors=errors,
        confirmation=schemas.CONFIRMATION,
    )


@router.get("/moi/donnees.json")
def download_data(session: UnitOfWork, now: Now, who: Resident) -> Response:
    everything = {"exported_at": now, **queries.export_person(session, who.person_id)}
    return Response(
        to_json(everything, indent=2),
        media_type="application/json",
        headers={"content-disposition": 'attachment; filename="mes-donnees-vis-a-vis.json"'},
    )


@router.post("/moi/donnees/effacer")
def post_erasure(
    request: Request, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    try:
        parse(schemas.ErasureForm, form)
    except Invalid as refused:
        return data_page(request, refused.errors)
    service.erase_person(session, who.person_id, now)
    answer = RedirectResponse("/donnees-effacees", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="lax")
    # Slices of a video that were never sent lie on the device: they go too.
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


@router.get("/donnees-effacees")
def show_erased(request: Request, who: Anyone) -> HTMLResponse:  # noqa: ARG001 - says who may ask
    return render(request, "rights/erased.html")
