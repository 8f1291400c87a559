"""A company's own registration: its SIRET before anything personal, then the recruiter, then the mailbox."""

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Conflict, Invalid
from app.people import factors, registrations, service
from app.people.access import (
    Anyone,
    Limits,
    OnTheWayIn,
    enter,
    front_door,
    network_of,
    step_path,
)
from app.people.invitations import EmailTaken
from app.people.limits import LINK_ACCOUNT, LINK_EVERYBODY, LINK_NETWORK, REGISTER_NETWORK, SIRET_NETWORK
from app.people.models import Person
from app.people.registrations import CompanyKnown, Registration
from app.people.rules import is_free_mail
from app.people.schemas import CompanyForm, LinkAsked, SiretForm
from app.web.deps import CurrentSettings, Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

CONFIRMATION = "/inscription/confirmation"


@router.get("/inscription")
def show_doors(request: Request, who: Anyone, settings: CurrentSettings) -> Response:
    del who
    return render(request, "people/doors.html", settings=settings)


@router.get("/inscription/entreprise")
def show_registration(request: Request, who: Anyone, siret: str = "") -> Response:
    del who
    if not siret:
        return siret_page(request, "", {})
    try:
        asked = parse(SiretForm, FormData({"siret": siret}))
    except Invalid as refusal:
        return siret_page(request, siret, refusal.errors)
    return registration_page(request, {"siret": asked.siret}, {})


@router.post("/inscription/siret")
def give_siret(
    request: Request, who: Anyone, session: UnitOfWork, limits: Limits, form: SubmittedForm
) -> Response:
    del who
    try:
        siret = parse(SiretForm, form).siret
        limits.admit((SIRET_NETWORK, network_of(request)))
        registrations.require_unknown(session, siret)
    except Invalid as refusal:
        return siret_page(request, typed(form, "siret"), refusal.errors)
    except CompanyKnown as refusal:
        return company_known(request, refusal)
    return redirect(f"/inscription/entreprise?siret={siret}")


def siret_page(request: Request, siret: str, errors: dict[str, str]) -> Response:
    """Ask which company registers, with what is to be corrected."""
    status = 422 if errors else 200
    return render(request, "people/siret.html", status_code=status, siret=siret, errors=errors)


@router.post("/inscription/entreprise")
def register_company(
    request: Request, who: Anyone, session: UnitOfWork, now: Now, limits: Limits, form: SubmittedForm
) -> Response:
    del who
    try:
        asked = parse(CompanyForm, form)
        registrations.require_work_address(asked.email, insists=asked.no_work_address)
        # The form costs a letter to a mailbox that may be anybody's.
        network = network_of(request)
        limits.admit((LINK_ACCOUNT, asked.email), (REGISTER_NETWORK, network), (LINK_EVERYBODY, ""))
        given = asked.model_dump(exclude={"no_work_address"})
        registration = Registration(**given, password=typed(form, "password"))
        person = registrations.register(session, registration, now, resources_of(request).settings)
    except CompanyKnown as refusal:
        return company_known(request, refusal)
    except (Invalid, EmailTaken) as refusal:
        given = {name: typed(form, name) for name in CompanyForm.model_fields}
        return registration_page(request, given, errors_of(refusal), refusal.status)
    return enter(request, session, person.id)


def errors_of(refusal: Invalid | Conflict) -> dict[str, str]:
    """Return what is to be corrected, field by field."""
    if isinstance(refusal, Invalid):
        return refusal.errors
    return {"email": N_("%(title)s : connectez-vous, ou donnez-en une autre.", title=refusal.title)}


def registration_page(
    request: Request, given: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response:
    """Show the form, with what was typed, the password apart, and what is to be corrected."""
    return render(
        request,
        "people/register.html",
        status_code=status,
        given=given,
        is_free_mail=is_free_mail(given.get("email", "")),
        errors=errors,
        settings=resources_of(request).settings,
    )


def company_known(request: Request, refusal: CompanyKnown) -> Response:
    """Say kindly that a colleague was first, and how one gets in."""
    contact = resources_of(request).settings.contact_email
    return render(request, "people/company_known.html", status_code=refusal.status, contact=contact)


@router.get(CONFIRMATION)
def show_waiting_mailbox(
    request: Request, standing: OnTheWayIn, session: UnitOfWork, settings: CurrentSettings
) -> Response:
    if standing.proved:
        return redirect(front_door(standing.who))
    step = factors.step_left(session, standing.who.person_id, settings)
    if step != "confirm":
        return redirect(step_path(step, "") if step else "/connexion/code")
    return mailbox_page(request, service.required(session, standing.who.person_id))


@router.post(CONFIRMATION)
def send_again(
    request: Request, standing: OnTheWayIn, session: UnitOfWork, now: Now, limits: Limits, form: SubmittedForm
) -> Response:
    person = service.required(session, standing.who.person_id)
    if standing.proved:
        return redirect(front_door(standing.who))
    try:
        email = parse(LinkAsked, form).email
        network = network_of(request)
        limits.admit((LINK_ACCOUNT, str(person.id)), (LINK_NETWORK, network), (LINK_EVERYBODY, ""))
        registrations.ask_again(session, person.id, email, now, resources_of(request).settings)
    except (Invalid, EmailTaken) as refusal:
        return mailbox_page(request, person, typed(form, "email"), refusal)
    return redirect(CONFIRMATION, N_("Un nouveau lien part à %(email)s.", email=email))


def mailbox_page(
    request: Request, person: Person, email: str = "", refusal: Invalid | EmailTaken | None = None
) -> Response:
    """Say that a letter waits, and offer another, to another address too."""
    return render(
        request,
        "people/mailbox.html",
        status_code=refusal.status if refusal else 200,
        person=person,
        email=email or person.email,
        errors=errors_of(refusal) if refusal else {},
        settings=resources_of(request).settings,
    )


@router.get(f"{CONFIRMATION}/{{token}}")
def show_confirmation(request: Request, token: str, who: Anyone, session: UnitOfWork, now: Now) -> Response:
    # Scanners of mailboxes open every link: only the button of this page uses it.
    del who
    theirs = registrations.waiting(session, token, now).person_id
    standing = getattr(request.state, "standing", None)
    is_theirs = standing is not None and standing.who.person_id == theirs
    return render(request, "people/confirmation.html", token=token, is_theirs=is_theirs)


@router.post(f"{CONFIRMATION}/{{token}}")
def confirm_address(request: Request, token: str, who: Anyone, session: UnitOfWork, now: Now) -> Response:
    del who
    standing = getattr(request.state, "standing", None)
    person_id = standing.who.person_id if standing else None
    person = registrations.confirm(session, person_id, token, now)
    return enter(request, session, person.id, text=N_("Votre adresse est confirmée."))
