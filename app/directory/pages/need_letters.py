"""Pages behind a letter of needs: stop them, and have them again, without signing in."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.directory import hearing
from app.people.access import Anyone
from app.web.deps import CurrentResources, CurrentSettings, UnitOfWork
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

STOP = "/besoins/arret/{person_id}/{token}"


@router.get(STOP)
def show_stop(
    request: Request,
    person_id: UUID,
    token: str,
    session: UnitOfWork,
    settings: CurrentSettings,
    who: Anyone,  # noqa: ARG001 - says who may ask
) -> HTMLResponse:
    hearing.require_reader(session, person_id, token, settings)
    return stop_page(request, session, person_id)


@router.post(STOP)
def post_stop(
    request: Request,
    person_id: UUID,
    token: str,
    session: UnitOfWork,
    resources: CurrentResources,
    who: Anyone,  # noqa: ARG001 - says who may ask
) -> HTMLResponse:
    """Stop the letters: what a mail program sends by itself, without cookie or form (RFC 8058), is enough."""
    hearing.require_reader(session, person_id, token, resources.settings)
    hearing.stop(session, person_id, resources.clock.now())
    return stop_page(request, session, person_id)


@router.post(STOP + "/reprise")
def post_resume(
    person_id: UUID,
    token: str,
    session: UnitOfWork,
    settings: CurrentSettings,
    who: Anyone,  # noqa: ARG001 - says who may ask
) -> Response:
    hearing.require_reader(session, person_id, token, settings)
    hearing.hear_again(session, person_id)
    back = STOP.format(person_id=person_id, token=token)
    return redirect(back, N_("C’est reparti : un e-mail vous préviendra du prochain besoin."))


def stop_page(request: Request, session: Session, person_id: UUID) -> HTMLResponse:
    """Ask whether the letters shall stop, or say that they have."""
    return render(request, "directory/need_stop.html", stopped=hearing.is_silent(session, person_id))
