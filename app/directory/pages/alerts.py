"""Pages of saved searches: save one, change how often, stop it from the page or from a letter."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.directory import saved_searches
from app.directory.forms import FREQUENCY_LABELS, SavedSearchForm
from app.directory.kept_search import name_of, search_of
from app.directory.saved_searches import Wanted
from app.errors import Invalid
from app.people.access import Anyone, Recruiter
from app.people.rules import Who, may_see_profiles
from app.web.deps import CurrentResources, CurrentSettings, Now, UnitOfWork
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

# It says why a company that is not verified sees nobody.
WAITING = "/candidats"
ALERTS = "/alertes"
ONE = ALERTS + "/{search_id}"
STOP = ALERTS + "/arret/{search_id}/{token}"


@router.get(ALERTS)
def show_alerts(
    request: Request,
    session: UnitOfWork,
    who: Recruiter,
    retire: str = "",
) -> Response:
    if not may_see_profiles(who):
        return RedirectResponse(WAITING, status_code=303)
    return alerts_page(request, session, who, {}, retire)


def alerts_page(
    request: Request, session: UnitOfWork, who: Who, errors: dict[str, str], undo: str = ""
) -> HTMLResponse:
    """List a recruiter's saved searches; `undo` is the id of one that was just removed."""
    return render(
        request,
        "directory/alerts.html",
        status_code=Invalid.status if errors else 200,
        saved=saved_searches.saved_by(session, who),
        frequencies=FREQUENCY_LABELS,
        undo=undo,
        errors=errors,
    )


@router.post(ALERTS)
def post_alert(session: UnitOfWork, now: Now, who: Recruiter, form: SubmittedForm) -> Response:
    search = search_of(typed(form, "asked"))
    wanted = Wanted(name_of(session, search), search.asked)
    saved = saved_searches.save(session, who, wanted, now)
    return redirect(
        f"{ALERTS}#{saved.id}", N_("C’est enregistré : les nouveaux profils vous arrivent par e-mail.")
    )


@router.post(ONE)
def post_change(
    request: Request, search_id: UUID, session: UnitOfWork, now: Now, who: Recruiter, form: SubmittedForm
) -> Response:
    saved_searches.required(session, who, search_id)
    try:
        given = parse(SavedSearchForm, form)
    except Invalid as refused:
        return alerts_page(request, session, who, refused.errors)
    saved_searches.change(session, who, search_id, given.name, given.frequency, now)
    return redirect(f"{ALERTS}#{search_id}", N_("C’est changé."))


@router.post(ONE + "/pause")
def post_pause(search_id: UUID, session: UnitOfWork, now: Now, who: Recruiter) -> Response:
    saved_searches.pause(session, who, search_id, now)
    return redirect(f"{ALERTS}#{search_id}", N_("En pause : plus d’e-mail jusqu’à ce que vous la relanciez."))


@router.post(ONE + "/reprise")
def post_resume(search_id: UUID, session: UnitOfWork, who: Recruiter) -> Response:
    saved_searches.resume(session, who, search_id)
    return redirect(f"{ALERTS}#{search_id}", N_("C’est reparti."))


@router.post(ONE + "/retrait")
def post_removal(search_id: UUID, session: UnitOfWork, now: Now, who: Recruiter) -> Response:
    saved_searches.remove(session, who, search_id, now)
    return redirect(f"{ALERTS}?retire={search_id}")


@router.post(ONE + "/retour")
def post_restoration(search_id: UUID, session: UnitOfWork, who: Recruiter) -> Response:
    saved_searches.restore(session, who, search_id)
    return redirect(f"{ALERTS}#{search_id}", N_("Elle est revenue."))


@router.get(STOP)
def show_stop(
    request: Request,
    search_id: UUID,
    token: str,
    session: UnitOfWork,
    settings: CurrentSettings,
    who: Anyone,  # noqa: ARG001 - says who may ask
) -> HTMLResponse:
    saved = saved_searches.stoppable(session, search_id, token, settings)
    return render(request, "directory/stop.html", saved=saved)


@router.post(STOP)
def post_stop(
    request: Request,
    search_id: UUID,
    token: str,
    session: UnitOfWork,
    resources: CurrentResources,
    who: Anyone,  # noqa: ARG001 - says who may ask
) -> HTMLResponse:
    """Stop the letters: what a mail program sends by itself, without cookie or form (RFC 8058), is enough."""
    now = resources.clock.now()
    saved = saved_searches.stop(session, search_id, token, now, resources.settings)
    return render(request, "directory/stop.html", saved=saved)
