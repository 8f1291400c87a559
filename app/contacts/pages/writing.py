"""Pages where a recruiter writes to somebody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.contacts import queries, schemas, service
from app.contacts.models import Contact
from app.contacts.service import ContactAlreadyOpen, NotYetReachable, Proposal, QuotaReached
from app.errors import Invalid, Refusal
from app.people.access import Recruiter
from app.people.rules import Who
from app.profiles.models import Profile
from app.profiles.queries import by_slug_visible
from app.profiles.service import ProfileNotFound
from app.web.deps import CurrentSettings, Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, parse
from app.web.french import in_paris
from app.web.problems import wants_page
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@dataclass(frozen=True)
class FormPage:
    """What the form shows: the message that went already, how many are left today, the present instant."""

    already: Contact | None
    left: int
    now: datetime


def visible(session: UnitOfWork, who: Who, slug: str) -> Profile:
    """Return the profile that the recruiter writes to; raise ProfileNotFound."""
    profile = by_slug_visible(session, who, slug)
    if profile is None:
        raise ProfileNotFound
    return profile


@router.get("/candidats/{slug}/contact")
def show_form(
    request: Request, slug: str, session: UnitOfWork, now: Now, who: Recruiter, settings: CurrentSettings
) -> HTMLResponse:
    profile = visible(session, who, slug)
    already = queries.open_contact(session, who.person_id, profile.id)
    return write_page(request, profile, FormPage(already, queries.left_for(session, who, now, settings), now))


@router.post("/candidats/{slug}/contact")
def post_contact(
    request: Request, slug: str, session: UnitOfWork, now: Now, who: Recruiter, form: SubmittedForm
) -> Response:
    profile, settings = visible(session, who, slug), resources_of(request).settings
    try:
        given = parse(schemas.ProposalForm, form, now=now)
        proposal = Proposal(given.kind, given.message, given.place, tuple(given.slots))
        contact = service.send(session, who, profile, proposal, now, settings)
    except (Invalid, ContactAlreadyOpen, NotYetReachable, QuotaReached) as refused:
        if not isinstance(refused, Invalid) and not wants_page(request):
            raise
        values = dict(form) | {"slots": form.getlist("slots")}
        already = queries.open_contact(session, who.person_id, profile.id)
        page = FormPage(already, queries.left_for(session, who, now, settings), now)
        return write_page(request, profile, page, refused, values)
    return redirect(f"/messages/{contact.id}", N_("Votre message est parti."))


def write_page(
    request: Request,
    profile: Profile,
    page: FormPage,
    refused: Refusal | None = None,
    typed: dict[str, Any] | None = None,
) -> HTMLResponse:
    """Show the form, or the message that went already; after a refusal, why, and what was typed."""
    wait_s = refused.retry_after_s if refused else None
    return render(
        request,
        "contacts/write.html",
        status_code=refused.status if refused else 200,
        headers={"Retry-After": str(wait_s)} if wait_s else None,
        profile=profile,
        already=page.already,
        left=page.left,
        today=in_paris(page.now).date(),
        refused=refused,
        errors=refused.errors if isinstance(refused, Invalid) else {},
        values=typed or {},
    )
