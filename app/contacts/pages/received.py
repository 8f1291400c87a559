"""Pages where a resident reads what they received, and answers."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.contacts import queries, rates, schemas, service
from app.contacts.rules import WAITING_STATES
from app.contacts.service import ContactNotFound
from app.errors import Invalid
from app.people.access import Resident
from app.people.rules import Who
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/moi/messages")
def show_received(request: Request, session: UnitOfWork, who: Resident) -> HTMLResponse:
    found = queries.of_resident(session, who.person_id)
    return render(request, "contacts/received.html", exchanges=found, waiting_states=WAITING_STATES)


@router.get("/moi/messages/{contact_id}")
def show_received_message(
    request: Request, contact_id: UUID, session: UnitOfWork, now: Now, who: Resident
) -> HTMLResponse:
    return received_message(request, session, who, contact_id, now, {})


def received_message(
    request: Request, session: UnitOfWork, who: Who, contact_id: UUID, now: Now, errors: dict[str, str]
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
        rate=rates.rate_of(session, found.company.id, now),
        now=now,
        errors=errors,
    )


@router.post("/moi/messages/{contact_id}/lire")
def post_read(contact_id: UUID, session: UnitOfWork, now: Now, who: Resident) -> RedirectResponse:
    service.read(session, who.person_id, contact_id, now)
    return redirect(f"/moi/messages/{contact_id}")


@router.post("/moi/messages/{contact_id}/accepter")
def post_acceptance(
    request: Request, contact_id: UUID, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    try:
        given = parse(schemas.AcceptForm, form)
    except Invalid as refused:
        return received_message(request, session, who, contact_id, now, refused.errors)
    found = queries.one_of_resident(session, who.person_id, contact_id)
    slot = given.chosen(found.contact.slots) if found else None
    contact = service.accept(session, who.person_id, contact_id, now, slot)
    said = N_("C’est dit ! L’entreprise voit maintenant tes coordonnées.")
    if contact.route != "direct":
        said = N_("C’est dit ! L’entreprise appelle la personne qui t’accompagne.")
    return redirect(f"/moi/messages/{contact_id}", said)


@router.post("/moi/messages/{contact_id}/refuser")
def post_refusal(
    request: Request, contact_id: UUID, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    try:
        given = parse(schemas.DeclineForm, form)
    except Invalid as refused:
        return received_message(request, session, who, contact_id, now, refused.errors)
    service.decline(session, who.person_id, contact_id, given.reason, now)
    return redirect("/moi/messages", N_("C’est noté. L’entreprise est prévenue, sans tes coordonnées."))
