"""Pages where each side of an exchange says what came of it, confirms it, and tells how it goes on."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.contacts import outcomes
from app.contacts.forms import OutcomeForm, StillThereForm, YesNoForm
from app.contacts.outcomes import Declared, News, OutcomeKnown, Party
from app.contacts.queries import Exchange
from app.errors import Conflict, Invalid
from app.people.access import Recruiter, Resident
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.french import in_paris
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/moi/messages/{contact_id}/suite")
def show_to_resident(request: Request, contact_id: UUID, session: UnitOfWork, who: Resident) -> HTMLResponse:
    return outcome_page(request, session, *outcomes.party_to(session, who, "resident", contact_id))


@router.get("/messages/{contact_id}/suite")
def show_to_recruiter(
    request: Request, contact_id: UUID, session: UnitOfWork, who: Recruiter
) -> HTMLResponse:
    return outcome_page(request, session, *outcomes.party_to(session, who, "recruiter", contact_id))


def outcome_page(
    request: Request,
    session: Session,
    party: Party,
    found: Exchange,
    refused: Invalid | Conflict | None = None,
    values: dict[str, Any] | None = None,
) -> HTMLResponse:
    """Show what was said of an exchange and what may be said; after a refusal, why, and what was typed."""
    return render(
        request,
        "contacts/outcome.html",
        status_code=refused.status if refused else 200,
        exchange=found,
        side=party.side,
        base=base_of(party, found),
        sequel=outcomes.sequel_of(session, party, found),
        refused=None if isinstance(refused, Invalid) else refused,
        errors=refused.errors if isinstance(refused, Invalid) else {},
        values=values or {},
    )


def base_of(party: Party, found: Exchange) -> str:
    """Return the address of the exchange for one of its sides."""
    return f"{'/moi' if party.side == 'resident' else ''}/messages/{found.contact.id}"


@router.post("/moi/messages/{contact_id}/suite")
def declare_as_resident(
    request: Request, contact_id: UUID, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    party, found = outcomes.party_to(session, who, "resident", contact_id)
    return declared(request, session, party, found, now, form)


@router.post("/messages/{contact_id}/suite")
def declare_as_recruiter(
    request: Request, contact_id: UUID, session: UnitOfWork, now: Now, who: Recruiter, form: SubmittedForm
) -> Response:
    party, found = outcomes.party_to(session, who, "recruiter", contact_id)
    return declared(request, session, party, found, now, form)


def declared(
    request: Request, session: Session, party: Party, found: Exchange, now: Now, form: SubmittedForm
) -> Response:
    try:
        given = parse(OutcomeForm, form, today=in_paris(now).date())
        said = Declared(given.kind, given.contract_type, given.starts_on)
        outcomes.declare(session, party, found, said, now)
    except (Invalid, OutcomeKnown) as refused:
        return outcome_page(request, session, party, found, refused, dict(form))
    return redirect(f"{base_of(party, found)}/suite", N_("C’est noté : l’autre côté peut le confirmer."))


@router.post("/moi/messages/{contact_id}/suite/{outcome_id}")
def answer_as_resident(
    contact_id: UUID, outcome_id: UUID, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> RedirectResponse:
    party, found = outcomes.party_to(session, who, "resident", contact_id)
    return answered(session, party, found, outcome_id, now, form)


@router.post("/messages/{contact_id}/suite/{outcome_id}")
def answer_as_recruiter(
    contact_id: UUID, outcome_id: UUID, session: UnitOfWork, now: Now, who: Recruiter, form: SubmittedForm
) -> RedirectResponse:
    party, found = outcomes.party_to(session, who, "recruiter", contact_id)
    return answered(session, party, found, outcome_id, now, form)


def answered(
    session: Session, party: Party, found: Exchange, outcome_id: UUID, now: Now, form: SubmittedForm
) -> RedirectResponse:
    confirms = parse(YesNoForm, form).answer == "yes"
    outcomes.answer(session, party, found, outcome_id, confirms=confirms, now=now)
    return redirect(f"{base_of(party, found)}/suite", N_("Merci, c’est noté."))


@router.post("/moi/messages/{contact_id}/nouvelles")
def tell_news(
    contact_id: UUID, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> RedirectResponse:
    party, found = outcomes.party_to(session, who, "resident", contact_id)
    given = parse(StillThereForm, form)
    news = News(given.outcome, int(given.months), given.answer == "yes")
    outcomes.tell_still_there(session, party, found, news, now)
    return redirect(f"{base_of(party, found)}/suite", N_("Merci pour les nouvelles."))
