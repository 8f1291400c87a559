"""A company's recruiters: invited by a colleague, listed, and removed."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.people import audit, companies
from app.people.access import Limits, Recruiter, act_of
from app.people.invitations import EmailTaken, Invited
from app.people.limits import COLLEAGUE_ACCOUNT, COLLEAGUE_COMPANY, LINK_ACCOUNT
from app.people.models import Organisation
from app.people.schemas import AdviserForm
from app.web.deps import Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/entreprise/{organisation_id}/collegues")
def show_invitation_form(
    organisation_id: UUID, request: Request, who: Recruiter, session: UnitOfWork
) -> Response:
    companies.require_recruiter(who, organisation_id)
    company = companies.own(session, who, organisation_id)
    return colleague_page(request, company, {})


def colleague_page(
    request: Request,
    company: Organisation,
    given: dict[str, str],
    refused: Invalid | EmailTaken | None = None,
) -> Response:
    """Show whom one may invite, with what was typed and what is to be corrected."""
    errors = refused.errors if isinstance(refused, Invalid) else {}
    if isinstance(refused, EmailTaken):
        errors = {"email": f"{refused.title}."}
    return render(
        request,
        "people/colleague.html",
        status_code=refused.status if refused else 200,
        company=company,
        given=given,
        errors=errors,
    )


@router.post("/entreprise/{organisation_id}/collegues")
def invite_colleague(
    organisation_id: UUID,
    request: Request,
    who: Recruiter,
    session: UnitOfWork,
    limits: Limits,
    form: SubmittedForm,
) -> Response:
    resources, act = resources_of(request), act_of(request, who)
    companies.require_recruiter(who, organisation_id)
    company = companies.own(session, who, organisation_id)
    try:
        asked = parse(AdviserForm, form)
        limits.admit(
            (COLLEAGUE_ACCOUNT, str(who.person_id)),
            (COLLEAGUE_COMPANY, str(company.id)),
            (LINK_ACCOUNT, asked.email),
        )
        invited = Invited(asked.given_name, asked.family_name, email=asked.email)
        person = companies.invite(session, who, company.id, invited, act.now, resources.settings)
    except (Invalid, EmailTaken) as refused:
        given = {name: typed(form, name) for name in AdviserForm.model_fields}
        return colleague_page(request, company, given, refused)
    audit.note(session, act, "colleague:invite:done", person.id, company.id)
    return redirect("/entreprise", N_("L’invitation part à %(email)s.", email=person.email))


@router.post("/entreprise/{organisation_id}/collegues/{person_id}/inviter")
def renew_invitation(
    organisation_id: UUID,
    person_id: UUID,
    request: Request,
    who: Recruiter,
    session: UnitOfWork,
    limits: Limits,
) -> Response:
    resources, act = resources_of(request), act_of(request, who)
    companies.require_recruiter(who, organisation_id)
    limits.admit((COLLEAGUE_ACCOUNT, str(who.person_id)), (COLLEAGUE_COMPANY, str(organisation_id)))
    person = companies.renew(session, who, organisation_id, person_id, act.now, resources.settings)
    audit.note(session, act, "colleague:invite:done", person.id, organisation_id)
    return redirect("/entreprise", N_("Un nouveau lien part à %(email)s.", email=person.email))


@router.post("/entreprise/{organisation_id}/collegues/{person_id}/retirer")
def remove_colleague(
    organisation_id: UUID, person_id: UUID, request: Request, who: Recruiter, session: UnitOfWork, now: Now
) -> Response:
    # Noted first: who never came is forgotten by what follows, and the entry stays without a name.
    companies.own(session, who, organisation_id)
    audit.note(session, act_of(request, who), "colleague:remove:done", None, organisation_id)
    companies.remove(session, who, organisation_id, person_id, now)
    if person_id == who.person_id:
        return redirect("/connexion", N_("Vous n’avez plus accès à cette entreprise."))
    return redirect("/entreprise", N_("Accès retiré, sur tous les appareils."))
