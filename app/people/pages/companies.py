"""Companies: the door for each, a company's own registration, and where its verification stands."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Conflict, Invalid
from app.people import organisations, queries
from app.people.access import Anyone, Limits, Recruiter, enter, network_of
from app.people.invitations import EmailTaken
from app.people.limits import REGISTER_NETWORK
from app.people.organisations import CompanyKnown, Registration
from app.people.schemas import CompanyForm
from app.web.deps import CurrentSettings, Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, parse, typed
from app.web.templating import render

router = APIRouter()


@router.get("/inscription")
def show_doors(request: Request, who: Anyone, settings: CurrentSettings) -> Response:
    del who
    return render(request, "people/doors.html", settings=settings)


@router.get("/inscription/entreprise")
def show_registration(request: Request, who: Anyone, settings: CurrentSettings) -> Response:
    del who
    return render(request, "people/register.html", given={}, errors={}, settings=settings)


@router.post("/inscription/entreprise")
def register_company(
    request: Request, who: Anyone, session: UnitOfWork, now: Now, limits: Limits, form: SubmittedForm
) -> Response:
    del who
    try:
        company = parse(CompanyForm, form)
        limits.admit((REGISTER_NETWORK, network_of(request)))
        person = organisations.register(
            session, Registration(**company.model_dump(), password=typed(form, "password")), now
        )
    except (Invalid, CompanyKnown, EmailTaken) as refusal:
        return not_registered(
            request, refusal, {name: typed(form, name) for name in CompanyForm.model_fields}
        )
    return enter(request, session, person.id)


def not_registered(request: Request, refusal: Invalid | Conflict, given: dict[str, str]) -> Response:
    """Show the form again with what was typed, the password apart, and what is to be corrected."""
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    if isinstance(refusal, CompanyKnown):
        errors = {"siret": f"{refusal.title}. {refusal.detail}"}
    elif isinstance(refusal, EmailTaken):
        errors = {"email": f"{refusal.title} : connectez-vous, ou donnez-en une autre."}
    return render(
        request,
        "people/register.html",
        status_code=refusal.status,
        given=given,
        errors=errors,
        settings=resources_of(request).settings,
    )


@router.get("/entreprise")
def show_company(
    request: Request, who: Recruiter, session: UnitOfWork, settings: CurrentSettings
) -> Response:
    companies = [
        (company, queries.members_of(session, company.id))
        for company_id in who.organisations("recruiter", verified=False)
        if (company := queries.organisation(session, company_id))
    ]
    return render(request, "people/company.html", companies=companies, settings=settings)
