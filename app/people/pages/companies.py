"""A company's own page, what it says of itself there, and what residents and advisers read of it."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.people import companies, queries
from app.people.access import Recruiter, ResidentOrAdviser
from app.people.companies import Described
from app.people.models import Organisation
from app.people.schemas import ENGAGEMENT_LABELS, SECTORS, DescriptionForm
from app.web.deps import CurrentSettings, Now, UnitOfWork, told_of
from app.web.forms import SubmittedForm, parse
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/entreprise")
def show_company(
    request: Request, who: Recruiter, session: UnitOfWork, settings: CurrentSettings
) -> Response:
    own = [
        (company, queries.members_of(session, company.id))
        for company_id in who.organisations("recruiter", verified=False)
        if (company := queries.organisation(session, company_id))
    ]
    return render(
        request,
        "people/company.html",
        companies=own,
        sectors=SECTORS,
        engagements=ENGAGEMENT_LABELS,
        settings=settings,
    )


@router.get("/entreprise/{organisation_id}/presentation")
def show_description(
    organisation_id: UUID, request: Request, who: Recruiter, session: UnitOfWork
) -> Response:
    company = companies.own(session, who, organisation_id)
    members = queries.members_of(session, company.id)
    answering = [str(member.person_id) for member in members if member.answers]
    values = {name: getattr(company, name) for name in DescriptionForm.model_fields if name != "answering"}
    return description_page(request, session, company, values | {"answering": answering}, {})


@router.post("/entreprise/{organisation_id}/presentation")
def describe(
    organisation_id: UUID, request: Request, who: Recruiter, session: UnitOfWork, form: SubmittedForm
) -> Response:
    company = companies.own(session, who, organisation_id)
    try:
        said = parse(DescriptionForm, form)
    except Invalid as refused:
        values = {name: form.get(name, "") for name in DescriptionForm.model_fields}
        lists = {name: form.getlist(name) for name in ("sectors", "answering")}
        return description_page(request, session, company, values | lists, refused.errors)
    companies.describe(session, who, company.id, Described(**said.model_dump()))
    return redirect("/entreprise", N_("C’est enregistré."))


def description_page(
    request: Request,
    session: Session,
    company: Organisation,
    values: dict[str, Any],
    errors: dict[str, str],
) -> Response:
    """Show what a company may say of itself, with what it said."""
    return render(
        request,
        "people/company_form.html",
        status_code=422 if errors else 200,
        company=company,
        members=queries.members_of(session, company.id),
        sectors=SECTORS,
        engagements=ENGAGEMENT_LABELS,
        values=values,
        errors=errors,
    )


@router.get("/entreprises/{organisation_id}")
def show_to_residents(
    organisation_id: UUID, request: Request, who: ResidentOrAdviser, session: UnitOfWork, now: Now
) -> Response:
    company = companies.open_to_residents(session, organisation_id)
    members = queries.members_of(session, company.id)
    return render(
        request,
        "people/company_read.html",
        company=company,
        answering=[member.person for member in members if member.answers],
        sectors=SECTORS,
        engagements=ENGAGEMENT_LABELS,
        kept=told_of(request).words_kept(session, company.id, now),
        tu="resident" in who.roles,
    )
