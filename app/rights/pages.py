"""One's own data: take everything away; a resident has it erased, a professional closes their account."""

from fastapi import APIRouter
from pydantic_core import to_json
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.errors import Invalid
from app.people import audit, leaving
from app.people import queries as people
from app.people.access import SESSION_COOKIE, Anyone, Limits, Professional, Resident, act_of
from app.people.limits import SIGN_IN_ACCOUNT
from app.people.rules import Who
from app.rights import queries, schemas, service
from app.settings import Settings
from app.web.deps import CurrentSettings, Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, parse, typed
from app.web.templating import render

router = APIRouter()

ACCOUNT = "/compte/donnees"


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


@router.post("/moi/donnees.json")
def download_data(request: Request, session: UnitOfWork, who: Resident) -> Response:
    return everything_of(request, session, who)


def everything_of(request: Request, session: Session, who: Who) -> Response:
    """Answer with a file of what is kept about somebody: asking is a write, since who took it is noted."""
    act = act_of(request, who)
    everything = {"exported_at": act.now, **queries.export_person(session, who.person_id)}
    audit.note(session, act, "account:export:done")
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
    return farewell("/donnees-effacees")


def farewell(path: str) -> Response:
    """Send somebody who is erased on to a page for everybody; their browser forgets them too."""
    answer = RedirectResponse(path, status_code=303)
    answer.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="lax")
    # Slices of a video that were never sent lie on the device: they go too.
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


@router.get("/donnees-effacees")
def show_erased(request: Request, who: Anyone) -> HTMLResponse:  # noqa: ARG001 - says who may ask
    return render(request, "rights/erased.html")


@router.get(ACCOUNT)
def show_account_data(
    request: Request, session: UnitOfWork, settings: CurrentSettings, who: Professional
) -> HTMLResponse:
    return account_data_page(request, session, settings, who, {})


def account_data_page(
    request: Request, session: Session, settings: Settings, who: Who, errors: dict[str, str]
) -> HTMLResponse:
    """Answer with the page of a professional's data; `errors` say what the confirmation lacks."""
    person = people.person(session, who.person_id)
    return render(
        request,
        "rights/account.html",
        status_code=Invalid.status if errors else 200,
        person=person,
        gets_receipt=person is not None and service.gets_receipt(session, person),
        needed_by=leaving.needed_by(session, who),
        left=leaving.companies_left(session, who),
        contact=settings.contact_email,
        errors=errors,
    )


@router.post(f"{ACCOUNT}.json")
def download_account_data(request: Request, session: UnitOfWork, who: Professional) -> Response:
    return everything_of(request, session, who)


@router.post(f"{ACCOUNT}/fermer")
def close_account(
    request: Request, session: UnitOfWork, limits: Limits, who: Professional, form: SubmittedForm
) -> Response:
    settings = resources_of(request).settings
    limits.admit((SIGN_IN_ACCOUNT, str(who.person_id)))
    try:
        receipt = service.close_account(session, who, typed(form, "current"), act_of(request, who), settings)
    except Invalid as refused:
        return account_data_page(request, session, settings, who, refused.errors)
    return farewell("/compte/ferme?recu=1" if receipt else "/compte/ferme")


@router.get("/compte/ferme")
def show_closed(request: Request, who: Anyone, recu: str = "") -> HTMLResponse:  # noqa: ARG001 - says who may ask
    return render(request, "rights/closed.html", has_receipt=recu == "1")
