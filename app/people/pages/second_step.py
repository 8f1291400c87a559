"""The second step: a code asked for on the way in, the phone that gives it, and the codes on paper."""

import segno
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.people import factors, queries, service
from app.people.access import (
    Limits,
    OnTheWayIn,
    SignedIn,
    admitted,
    enter,
    front_door,
    keep,
    network_of,
    own_path,
    step_path,
)
from app.people.limits import CODE_ACCOUNT, CODE_EVERYBODY, CODE_NETWORK, Limiter
from app.people.models import Factor
from app.people.sessions import Standing
from app.web.deps import CurrentSettings, Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

FACTOR_PAGE = "/compte/code"


@router.get("/connexion/code")
def show_code(
    request: Request, standing: OnTheWayIn, session: UnitOfWork, settings: CurrentSettings, suite: str = ""
) -> Response:
    if standing.proved:
        return redirect(own_path(suite) or front_door(standing.who))
    step = factors.step_left(session, standing.who.person_id, settings)
    if step not in ("code", ""):
        return redirect(step_path(step, suite))
    return code_page(request, standing, suite)


@router.post("/connexion/code")
def give_code(
    request: Request, standing: OnTheWayIn, session: UnitOfWork, limits: Limits, form: SubmittedForm
) -> Response:
    suite, person_id = typed(form, "suite"), standing.who.person_id
    settings = resources_of(request).settings
    if standing.proved:
        return redirect(own_path(suite) or front_door(standing.who))
    if factors.step_left(session, person_id, settings) != "code":
        return enter(request, session, person_id, to=suite)
    try:
        on_paper = proved(request, session, standing, limits, typed(form, "code"))
    except Invalid as refused:
        return code_page(request, standing, suite, refused)
    found, token = admitted(request, session, person_id, proved=True)
    to = FACTOR_PAGE if on_paper else own_path(suite) or front_door(found.who)
    word = N_("Ce code de secours ne sert plus. Téléphone perdu ? Changez-le ici.") if on_paper else ""
    return keep(request, redirect(to, word), token)


def proved(request: Request, session: Session, standing: Standing, limits: Limiter, code: str) -> bool:
    """Take a code; tell whether it was one of paper.  Raise TooManyTries, NoFactor or CodeRefused."""
    resources, account = resources_of(request), (CODE_ACCOUNT, str(standing.who.person_id))
    others = (CODE_NETWORK, network_of(request)), (CODE_EVERYBODY, "")
    limits.admit(account, *others)
    on_paper = factors.prove(session, standing.who.person_id, code, resources.clock.now(), resources.settings)
    limits.give_back(*others)
    limits.forgive(account)
    return on_paper


def code_page(request: Request, standing: Standing, suite: str, refused: Invalid | None = None) -> Response:
    """Ask for the code, after a refusal with what to do."""
    return render(
        request,
        "people/code.html",
        status_code=refused.status if refused else 200,
        name=standing.who.name,
        suite=own_path(suite),
        errors=refused.errors if refused else {},
        contact=resources_of(request).settings.contact_email,
    )


@router.get(FACTOR_PAGE)
def show_phone(
    request: Request, standing: OnTheWayIn, session: UnitOfWork, settings: CurrentSettings, suite: str = ""
) -> Response:
    if not standing.proved:
        step = factors.step_left(session, standing.who.person_id, settings)
        if step != "enrol":
            return redirect(step_path(step, suite) if step else "/connexion/code")
    return phone_page(request, session, standing, suite)


@router.post(FACTOR_PAGE)
def confirm_phone(
    request: Request, standing: OnTheWayIn, session: UnitOfWork, now: Now, limits: Limits, form: SubmittedForm
) -> Response:
    person_id, settings = standing.who.person_id, resources_of(request).settings
    if not standing.proved and factors.step_left(session, person_id, settings) != "enrol":
        return enter(request, session, person_id)
    limits.admit((CODE_ACCOUNT, str(person_id)))
    try:
        codes = factors.confirm(session, person_id, typed(form, "code"), now, settings)
    except factors.NoFactor:
        return redirect(FACTOR_PAGE)
    except Invalid as refused:
        return phone_page(request, session, standing, typed(form, "suite"), refused)
    found, token = admitted(request, session, person_id, proved=True)
    return keep(
        request, paper_page(request, codes, own_path(typed(form, "suite")) or front_door(found.who)), token
    )


@router.post(f"{FACTOR_PAGE}/changer")
def change_phone(
    request: Request, who: SignedIn, session: UnitOfWork, now: Now, limits: Limits, form: SubmittedForm
) -> Response:
    standing = request.state.standing
    try:
        if factors.confirmed(session, who.person_id):
            proved(request, session, standing, limits, typed(form, "code"))
    except Invalid as refused:
        return phone_page(request, session, standing, "", refused)
    factors.draw_secret(session, who.person_id, now, resources_of(request).settings)
    return redirect(FACTOR_PAGE)


@router.post(f"{FACTOR_PAGE}/garder")
def keep_phone(who: SignedIn, session: UnitOfWork) -> Response:
    factors.give_up(session, who.person_id)
    return redirect(FACTOR_PAGE, N_("Rien n’a changé."))


@router.post(f"{FACTOR_PAGE}/secours")
def renew_paper(
    request: Request, who: SignedIn, session: UnitOfWork, now: Now, limits: Limits, form: SubmittedForm
) -> Response:
    standing = request.state.standing
    try:
        proved(request, session, standing, limits, typed(form, "code"))
    except factors.NoFactor:
        return redirect(FACTOR_PAGE)
    except Invalid as refused:
        return phone_page(request, session, standing, "", refused)
    return paper_page(request, factors.renew_codes(session, who.person_id, now), FACTOR_PAGE)


def phone_page(
    request: Request, session: Session, standing: Standing, suite: str, refused: Invalid | None = None
) -> Response:
    """Show the picture that adds a phone, or which one counts and how to change it."""
    person_id, settings = standing.who.person_id, resources_of(request).settings
    waiting = factors.waiting(session, person_id)
    return render(
        request,
        "people/phone.html",
        status_code=refused.status if refused else 200,
        current=factors.confirmed(session, person_id),
        waiting=picture_of(request, session, waiting) if waiting else None,
        left=queries.recovery_codes_left(session, person_id),
        required=settings.second_factor == "required",
        suite=own_path(suite),
        errors=refused.errors if refused else {},
    )


def picture_of(request: Request, session: Session, waiting: Factor) -> dict[str, str]:
    """Return what adds a phone: the picture, the address behind it, and the key to type."""
    settings = resources_of(request).settings
    address = factors.address_of(waiting, service.required(session, waiting.person_id), settings)
    secret = factors.secret_of(waiting, settings)
    return {
        "address": address,
        "picture": segno.make(address, error="m").svg_data_uri(scale=6, border=2, light="#ffffff"),
        "key": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    }


def paper_page(request: Request, codes: list[str], following: str) -> Response:
    """Show the codes on paper, this once."""
    return render(request, "people/paper.html", codes=codes, following=following)
