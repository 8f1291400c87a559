"""Pages of contacts: a recruiter writes and follows, a resident reads and answers."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.contacts import queries, schemas, service
from app.contacts.models import Contact
from app.contacts.rules import WAITING_STATES, are_details_open
from app.contacts.service import (
    ContactAlreadyOpen,
    ContactNotFound,
    NotYetReachable,
    Proposal,
    QuotaReached,
)
from app.errors import Invalid, Refusal
from app.people.access import Recruiter, Resident
from app.people.rules import Who, may_see_profiles
from app.profiles.models import Profile
from app.profiles.queries import by_slug_visible
from app.profiles.service import ProfileNotFound
from app.signing import derived_key
from app.web.deps import CurrentSettings, Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.french import in_paris
from app.web.paging import BadCursor, read_cursor, write_cursor
from app.web.problems import wants_page
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

PER_PAGE = 30


def visible(session: UnitOfWork, who: Who, slug: str) -> Profile:
    """Return the profile that the recruiter writes to; raise ProfileNotFound."""
    profile = by_slug_visible(session, who, slug)
    if profile is None:
        raise ProfileNotFound
    return profile


@router.get("/candidats/{slug}/contact")
def show_form(request: Request, slug: str, session: UnitOfWork, now: Now, who: Recruiter) -> HTMLResponse:
    profile = visible(session, who, slug)
    return write_page(request, profile, queries.open_contact(session, who.person_id, profile.id), now)


@router.post("/candidats/{slug}/contact")
def post_contact(  # noqa: PLR0913, PLR0917 - a handler's parameters are its dependencies
    request: Request,
    slug: str,
    session: UnitOfWork,
    now: Now,
    who: Recruiter,
    settings: CurrentSettings,
    form: SubmittedForm,
) -> Response:
    profile = visible(session, who, slug)
    try:
        given = parse(schemas.ProposalForm, form, today=in_paris(now).date())
        proposal = Proposal(given.kind, given.message, given.place, given.proposed_on)
        contact = service.send(session, who, profile, proposal, now, settings)
    except (Invalid, ContactAlreadyOpen, NotYetReachable, QuotaReached) as refused:
        if not isinstance(refused, Invalid) and not wants_page(request):
            raise
        already = queries.open_contact(session, who.person_id, profile.id)
        return write_page(request, profile, already, now, refused, dict(form))
    return redirect(f"/messages/{contact.id}", N_("Votre message est parti."))


def write_page(
    request: Request,
    profile: Profile,
    already: Contact | None,
    now: Now,
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
        already=already,
        today=in_paris(now).date(),
        refused=refused,
        errors=refused.errors if isinstance(refused, Invalid) else {},
        values=typed or {},
    )


@router.get("/messages")
def show_sent(
    request: Request, session: UnitOfWork, who: Recruiter, settings: CurrentSettings, apres: str = ""
) -> HTMLResponse:
    key = derived_key(settings.secret_key, "messages")
    before = cursor_id(read_cursor(key, apres)) if apres else None
    found = queries.of_recruiter(session, who, before, PER_PAGE + 1)
    shown = found[:PER_PAGE]
    more = len(found) > PER_PAGE
    cursor = write_cursor(key, str(shown[-1].contact.id)) if more else ""
    return render(
        request,
        "contacts/sent.html",
        exchanges=shown,
        next_cursor=cursor,
        may_write=may_see_profiles(who),
    )


def cursor_id(values: tuple[str, ...]) -> UUID:
    """Return the id that stands in a cursor of ours; raise BadCursor for a cursor of another list."""
    try:
        (value,) = values
        return UUID(value)
    except ValueError as error:
        raise BadCursor from error


@router.get("/messages/{contact_id}")
def show_sent_message(
    request: Request, contact_id: UUID, session: UnitOfWork, who: Recruiter
) -> HTMLResponse:
    found = queries.one_of_recruiter(session, who, contact_id)
    if found is None:
        raise ContactNotFound
    # Who has not accepted yet cannot be reached: the page is not even given how.
    details = found.resident if are_details_open(found.contact.state) else None
    return render(
        request,
        "contacts/sent_message.html",
        contact=found.contact,
        profile=found.profile,
        company=found.company,
        details=details,
    )


@router.get("/moi/messages")
def show_received(request: Request, session: UnitOfWork, who: Resident) -> HTMLResponse:
    found = queries.of_resident(session, who.person_id)
    return render(request, "contacts/received.html", exchanges=found, waiting_states=WAITING_STATES)


@router.get("/moi/messages/{contact_id}")
def show_received_message(
    request: Request, contact_id: UUID, session: UnitOfWork, who: Resident
) -> HTMLResponse:
    return received_message(request, session, who, contact_id, {})


def received_message(
    request: Request, session: UnitOfWork, who: Who, contact_id: UUID, errors: dict[str, str]
) -> HTMLResponse:
    """Answer with a resident's own message; raise ContactNotFound."""
    found = queries.one_of_resident(session, who.person_id, contact_id)
    if found is None:
        raise ContactNotFound
    return render(
        request,
        "contacts/received_message.html",
        status_code=Invalid.status if errors else 200,
        exchange=found,
        waits=found.contact.state in WAITING_STATES,
        errors=errors,
    )


@router.post("/moi/messages/{contact_id}/lire")
def post_read(contact_id: UUID, session: UnitOfWork, now: Now, who: Resident) -> RedirectResponse:
    service.read(session, who.person_id, contact_id, now)
    return redirect(f"/moi/messages/{contact_id}")


@router.post("/moi/messages/{contact_id}/accepter")
def post_acceptance(contact_id: UUID, session: UnitOfWork, now: Now, who: Resident) -> RedirectResponse:
    service.accept(session, who.person_id, contact_id, now)
    return redirect(
        f"/moi/messages/{contact_id}", N_("C’est dit ! L’entreprise voit maintenant tes coordonnées.")
    )


@router.post("/moi/messages/{contact_id}/refuser")
def post_refusal(
    request: Request, contact_id: UUID, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    try:
        given = parse(schemas.DeclineForm, form)
    except Invalid as refused:
        return received_message(request, session, who, contact_id, refused.errors)
    service.decline(session, who.person_id, contact_id, given.reason, now)
    return redirect("/moi/messages", N_("C’est noté. L’entreprise est prévenue, sans tes coordonnées."))
