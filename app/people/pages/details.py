"""How one is reached: one's own phone and e-mail address, and the link that confirms a new address."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app import mail
from app.errors import Invalid
from app.people import details, service
from app.people.access import Anyone, Limits, Resident, SignedIn, network_of
from app.people.details import Details
from app.people.invitations import EmailTaken
from app.people.limits import LINK_ACCOUNT, LINK_EVERYBODY, LINK_NETWORK, SIGN_IN_ACCOUNT
from app.people.models import Person
from app.people.schemas import ChannelForm, DetailsForm
from app.web.deps import CurrentSettings, Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

FORM = "/compte/coordonnees"


@router.get(FORM)
def show_details(request: Request, who: SignedIn, session: UnitOfWork) -> Response:
    return details_page(request, service.required(session, who.person_id))


@router.post(FORM)
def correct_details(
    request: Request, who: SignedIn, session: UnitOfWork, now: Now, limits: Limits, form: SubmittedForm
) -> Response:
    person = service.required(session, who.person_id)
    try:
        wanted = wanted_by(form)
        if email := wanted.moves(person):
            # A word to somebody else's mailbox, and a way into the account: bounded, and proved.
            network = (LINK_NETWORK, network_of(request))
            limits.admit(
                (SIGN_IN_ACCOUNT, str(person.id)), network, (LINK_ACCOUNT, email), (LINK_EVERYBODY, "")
            )
            service.require_password(person, typed(form, "current"))
        mailed = details.correct(session, person.id, wanted, now, resources_of(request).settings)
    except (Invalid, EmailTaken) as refused:
        return details_page(
            request, person, refused, {name: typed(form, name) for name in ("phone", "email")}
        )
    return redirect(
        "/compte",
        N_("Un lien part à %(email)s : il reste à l’ouvrir.", email=wanted.email)
        if mailed
        else N_("Corrigé."),
    )


def wanted_by(form: SubmittedForm) -> Details:
    """Return what a form of contact details asks for; raise Invalid."""
    given = parse(DetailsForm, form)
    return Details(given.phone, given.email)


def details_page(
    request: Request,
    person: Person,
    refused: Invalid | EmailTaken | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    """Show one's own details to correct; after a refusal with what was typed."""
    errors = refused.errors if isinstance(refused, Invalid) else {}
    if isinstance(refused, EmailTaken):
        errors = {"email": f"{refused.title}."}
    return render(
        request,
        "people/details.html",
        status_code=refused.status if refused else 200,
        person=person,
        texts=mail.sends_texts(resources_of(request).settings),
        values=given or {"phone": person.phone or "", "email": person.email or ""},
        errors=errors,
    )


@router.post("/compte/coordonnees/messages")
def choose_channel(
    request: Request, who: Resident, session: UnitOfWork, settings: CurrentSettings, form: SubmittedForm
) -> Response:
    try:
        details.choose_channel(session, who.person_id, parse(ChannelForm, form).reached_by, settings)
    except Invalid as refused:
        return details_page(request, service.required(session, who.person_id), refused)
    return redirect(FORM, N_("C’est noté."))


@router.get("/compte/adresse/{token}")
def show_new_address(request: Request, token: str, who: Anyone, session: UnitOfWork, now: Now) -> Response:
    # Scanners of mailboxes open every link: only the button of this page uses it.
    del who
    email = details.standing(session, token, now).email
    return render(request, "people/new_address.html", token=token, email=email)


@router.post("/compte/adresse/{token}")
def confirm_new_address(request: Request, token: str, who: Anyone, session: UnitOfWork, now: Now) -> Response:
    person = details.confirm(session, token, now, resources_of(request).settings)
    here = "/compte" if who and who.person_id == person.id else "/connexion"
    return redirect(here, N_("C’est fait : %(email)s est l’adresse du compte.", email=person.email))
