"""Signing in by a password or a mailed link, and out."""

import secrets

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.errors import Invalid, Refusal
from app.people import factors, service, sessions
from app.people.access import (
    SESSION_COOKIE,
    Anyone,
    Limits,
    enter,
    front_door,
    half_way,
    network_of,
    own_path,
    step_path,
)
from app.people.limits import (
    LINK_ACCOUNT,
    LINK_EVERYBODY,
    LINK_NETWORK,
    SIGN_IN_ACCOUNT,
    SIGN_IN_ACCOUNT_NETWORK,
    SIGN_IN_EVERYBODY,
    SIGN_IN_NETWORK,
    SIGN_IN_NETWORK_TRIES,
)
from app.people.rules import phone_digits
from app.people.schemas import LinkAsked
from app.web.deps import CurrentSettings, Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

# The browser that asks for a link keeps this; a link read elsewhere signs nobody in.
LINK_COOKIE = "__Host-visavis-lien"


def browser_of(request: Request) -> str:
    """Return the secret of the browser that asked for a link, empty in any other."""
    return request.cookies.get(LINK_COOKIE, "")


@router.get("/connexion")
def show_sign_in(
    request: Request, who: Anyone, session: UnitOfWork, settings: CurrentSettings, suite: str = ""
) -> Response:
    if who:
        return RedirectResponse(own_path(suite) or front_door(who), status_code=303)
    if half := half_way(request):
        step = factors.step_left(session, half.who.person_id, settings)
        return redirect(step_path(step, suite) if step else "/connexion/code")
    return render(request, "people/sign_in.html", identifier="", suite=own_path(suite), errors={})


@router.post("/connexion")
def sign_in(
    request: Request, who: Anyone, session: UnitOfWork, limits: Limits, form: SubmittedForm
) -> Response:
    del who
    identifier, password, suite = (typed(form, name) for name in ("identifier", "password", "suite"))
    identifier = phone_digits(identifier) or identifier.strip()
    network = network_of(request)
    here, everybody = (SIGN_IN_NETWORK, network), (SIGN_IN_EVERYBODY, "")
    account = (SIGN_IN_ACCOUNT_NETWORK, f"{identifier} {network}"), (SIGN_IN_ACCOUNT, identifier)
    limits.admit((SIGN_IN_NETWORK_TRIES, network), here, *account, everybody)
    person = service.authenticate(session, identifier, password)
    if person is None:
        return render(
            request,
            "people/sign_in.html",
            status_code=422,
            identifier=identifier,
            suite=own_path(suite),
            errors={"identifier": N_("Adresse, téléphone ou mot de passe : quelque chose ne va pas.")},
        )
    limits.give_back(here, everybody)
    limits.forgive(*account)
    return enter(request, session, person.id, to=suite)


@router.get("/connexion/lien")
def show_link_form(request: Request, who: Anyone) -> Response:
    del who
    return render(request, "people/link_form.html", email="", errors={})


@router.post("/connexion/lien")
def send_link(
    request: Request, who: Anyone, session: UnitOfWork, now: Now, limits: Limits, form: SubmittedForm
) -> Response:
    del who
    try:
        email = parse(LinkAsked, form).email
    except Invalid as invalid:
        email = typed(form, "email")
        return render(request, "people/link_form.html", status_code=422, email=email, errors=invalid.errors)
    limits.admit((LINK_NETWORK, network_of(request)), (LINK_ACCOUNT, email), (LINK_EVERYBODY, ""))
    settings = resources_of(request).settings
    browser = browser_of(request) or secrets.token_urlsafe(32)
    service.request_link(session, email, browser, now, settings)
    answer = redirect("/connexion/lien/envoye")
    life_s = settings.sign_in_link_minutes * 60
    answer.set_cookie(LINK_COOKIE, browser, max_age=life_s, secure=True, httponly=True, samesite="lax")
    return answer


@router.get("/connexion/lien/envoye")
def show_link_sent(request: Request, who: Anyone, settings: CurrentSettings) -> Response:
    del who
    return render(request, "people/link_sent.html", minutes=settings.sign_in_link_minutes)


@router.get("/connexion/lien/{token}")
def show_link(request: Request, token: str, who: Anyone, session: UnitOfWork, now: Now) -> Response:
    # Scanners of mailboxes open every link: only the button of this page uses it.
    del who
    try:
        service.standing_link(session, token, browser_of(request), now)
    except (service.LinkUnknown, service.LinkSpent, service.LinkElsewhere) as refusal:
        return dead_link(request, refusal)
    return render(request, "people/link.html", token=token)


@router.post("/connexion/lien/{token}")
def use_link(request: Request, token: str, who: Anyone, session: UnitOfWork, now: Now) -> Response:
    del who
    try:
        person = service.use_link(session, token, browser_of(request), now)
    except (service.LinkUnknown, service.LinkSpent, service.LinkElsewhere) as refusal:
        return dead_link(request, refusal)
    return enter(request, session, person.id)


def dead_link(request: Request, refusal: Refusal) -> Response:
    """Say why a link does not work, and offer another."""
    elsewhere = isinstance(refusal, service.LinkElsewhere)
    return render(
        request, "people/link_dead.html", status_code=refusal.status, title=refusal.title, elsewhere=elsewhere
    )


@router.post("/deconnexion")
def sign_out(request: Request, who: Anyone, session: UnitOfWork, now: Now) -> Response:
    if left := who or (half.who if (half := half_way(request)) else None):
        sessions.close_session(session, left.person_id, left.session_id, now)
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="lax")
    # Never "storage": slices of a take that are not sent yet live there.
    answer.headers["Clear-Site-Data"] = '"cache", "cookies"'
    return answer
