"""« Une entreprise t’écrit »: what a link of a mail or an SMS opens, without a password."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.contacts import answering, rates, schemas
from app.contacts.pages.appointments import calendar_file
from app.contacts.rules import WAITING_STATES, may_take_back
from app.contacts.service import Answer
from app.errors import Invalid
from app.people.access import Anyone
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/r/{token}")
def show_proposal(request: Request, token: str, session: UnitOfWork, now: Now, _: Anyone) -> HTMLResponse:
    return proposal_page(request, session, token, now, {})


def proposal_page(
    request: Request, session: UnitOfWork, token: str, now: Now, errors: dict[str, str]
) -> HTMLResponse:
    """Show what a company proposes and its buttons, or what was answered and what comes next."""
    found = answering.standing(session, token, now)[1]
    contact = found.contact
    return render(
        request,
        "contacts/answer.html",
        status_code=Invalid.status if errors else 200,
        exchange=found,
        address=answering.path_of(token),
        waits=contact.state in WAITING_STATES,
        may_undo=may_take_back(contact.state, contact.answered_at, contact.settled_at, now),
        rate=rates.rate_of(session, contact.company_id, now),
        now=now,
        errors=errors,
    )


@router.post("/r/{token}/oui")
def post_yes(
    request: Request, token: str, session: UnitOfWork, now: Now, _: Anyone, form: SubmittedForm
) -> Response:
    try:
        given = parse(schemas.AcceptForm, form)
    except Invalid as refused:
        return proposal_page(request, session, token, now, refused.errors)
    found = answering.standing(session, token, now)[1]
    said = Answer("accept", slot=given.chosen(found.contact.slots), revocable=True)
    answering.answer(session, token, said, now)
    return redirect(answering.path_of(token))


@router.post("/r/{token}/non")
def post_no(
    request: Request, token: str, session: UnitOfWork, now: Now, _: Anyone, form: SubmittedForm
) -> Response:
    try:
        reason = parse(schemas.DeclineForm, form).reason
    except Invalid as refused:
        return proposal_page(request, session, token, now, refused.errors)
    answering.answer(session, token, Answer("decline", reason), now)
    return redirect(answering.path_of(token))


@router.post("/r/{token}/annuler")
def post_undo(token: str, session: UnitOfWork, now: Now, _: Anyone) -> Response:
    answering.take_back(session, token, now)
    return redirect(
        answering.path_of(token),
        N_("C’est annulé. L’entreprise n’a pas eu tes coordonnées : réponds quand tu veux."),
    )


@router.post("/r/{token}/pas-moi")
def post_disowned(request: Request, token: str, session: UnitOfWork, now: Now, _: Anyone) -> Response:
    answering.disown(session, token, now)
    return render(request, "contacts/disowned.html")


@router.get("/r/{token}/rendez-vous.ics")
def download_appointment(token: str, session: UnitOfWork, now: Now, _: Anyone) -> Response:
    found = answering.standing(session, token, now)[1]
    return calendar_file(found, now)
