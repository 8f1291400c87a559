"""One's account: where one is signed in, and the password."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.people import queries, service, sessions
from app.people.access import Limits, SignedIn, enter
from app.people.limits import SIGN_IN_ACCOUNT
from app.people.rules import PROFESSIONAL_ROLES, Who, browser_name
from app.web.deps import Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/compte")
def show_account(request: Request, who: SignedIn, session: UnitOfWork) -> Response:
    return account_page(request, who, session, {})


@router.post("/compte/sessions/{session_id}/fermer")
def close_session(session_id: UUID, who: SignedIn, session: UnitOfWork, now: Now) -> Response:
    sessions.close_session(session, who.person_id, session_id, now)
    return redirect("/compte", N_("Cet appareil est déconnecté."))


@router.post("/compte/sessions/fermer")
def close_all_sessions(request: Request, who: SignedIn, session: UnitOfWork, now: Now) -> Response:
    sessions.close_all_sessions(session, who.person_id, now)
    return enter(
        request, session, who.person_id, "/compte", N_("Tous les autres appareils sont déconnectés.")
    )


@router.post("/compte/mot-de-passe")
def change_password(
    request: Request, who: SignedIn, session: UnitOfWork, now: Now, limits: Limits, form: SubmittedForm
) -> Response:
    limits.admit((SIGN_IN_ACCOUNT, str(who.person_id)))
    try:
        service.change_password(session, who.person_id, typed(form, "current"), typed(form, "password"), now)
    except Invalid as invalid:
        return account_page(request, who, session, invalid.errors)
    return enter(
        request, session, who.person_id, "/compte", N_("Mot de passe changé. Autres appareils déconnectés.")
    )


def account_page(request: Request, who: Who, session: UnitOfWork, errors: dict[str, str]) -> Response:
    """Show the account, with what is to be corrected."""
    resources = resources_of(request)
    standing = sessions.standing_sessions(session, who.person_id, resources.clock.now(), resources.settings)
    return render(
        request,
        "people/account.html",
        status_code=422 if errors else 200,
        person=queries.person(session, who.person_id),
        professional=not who.roles.isdisjoint(PROFESSIONAL_ROLES),
        email_to_confirm=queries.email_to_confirm(session, who.person_id, resources.clock.now()),
        browsers=[(found, browser_name(found.user_agent)) for found in standing],
        now=resources.clock.now(),
        errors=errors,
    )
