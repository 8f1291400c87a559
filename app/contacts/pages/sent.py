"""Pages where a recruiter follows what they sent, and says what they answered."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.contacts import advising, colleagues, following, queries, schemas
from app.contacts.following import Word
from app.contacts.queries import Exchange
from app.contacts.rules import OWED_STATES, moved
from app.contacts.service import ContactNotFound
from app.errors import Invalid
from app.people import audit
from app.people.access import Recruiter, act_of
from app.people.rules import may_see_profiles
from app.signing import derived_key
from app.web.deps import CurrentSettings, Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.paging import BadCursor, read_cursor, write_cursor
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

PER_PAGE = 30


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
        left_behind=[] if before else colleagues.left_behind(session, who),
        next_cursor=cursor,
        may_write=may_see_profiles(who),
    )


@router.post("/messages/collegues/{person_id}/reprendre")
def take_over(
    request: Request, person_id: UUID, session: UnitOfWork, now: Now, who: Recruiter
) -> RedirectResponse:
    taken = colleagues.take_over(session, who, person_id, now)
    if not taken:
        return redirect("/messages", N_("Quelqu’un de votre entreprise les a déjà reprises."))
    audit.note(session, act_of(request, who), "exchanges:take-over:done", person_id)
    return redirect("/messages", N_("C’est à vous : la suite vous arrive."))


def cursor_id(values: tuple[str, ...]) -> UUID:
    """Return the id that stands in a cursor of ours; raise BadCursor for a cursor of another list."""
    try:
        (value,) = values
        return UUID(value)
    except ValueError as error:
        raise BadCursor from error


@router.get("/messages/{contact_id}")
def show_sent_message(
    request: Request, contact_id: UUID, session: UnitOfWork, now: Now, who: Recruiter
) -> HTMLResponse:
    return sent_page(request, session, queries.one_of_recruiter(session, who, contact_id), now)


def sent_page(
    request: Request,
    session: Session,
    found: Exchange | None,
    now: Now,
    refused: Invalid | None = None,
    typed: dict[str, Any] | None = None,
) -> HTMLResponse:
    """Show one message with what became of it; after a refusal, with what was typed.

    Raise ContactNotFound for nobody's, and somebody else's.
    """
    if found is None:
        raise ContactNotFound
    return render(
        request,
        "contacts/sent_message.html",
        status_code=refused.status if refused else 200,
        contact=found.contact,
        profile=found.profile,
        company=found.company,
        # Who has not accepted yet cannot be reached: the page is not even given how.
        details=advising.reach_of(session, found) if found.shows_details(now) else None,
        is_fresh=found.has_details and not found.shows_details(now),
        left=found.is_withdrawn,
        may_answer=moved(found.contact.state, "answer") is not None and not found.is_withdrawn,
        owes=found.contact.state in OWED_STATES and not found.is_withdrawn,
        now=now,
        errors=refused.errors if refused else {},
        values=typed or {},
    )


@router.post("/messages/{contact_id}/coordonnees")
def post_opening(contact_id: UUID, session: UnitOfWork, now: Now, who: Recruiter) -> Response:
    following.open_details(session, who, contact_id, now)
    return redirect(f"/messages/{contact_id}")


@router.post("/messages/{contact_id}/reponse")
def post_word(
    request: Request, contact_id: UUID, session: UnitOfWork, now: Now, who: Recruiter, form: SubmittedForm
) -> Response:
    try:
        given = parse(schemas.WordForm, form, now=now)
    except Invalid as refused:
        found = queries.one_of_recruiter(session, who, contact_id)
        return sent_page(request, session, found, now, refused, dict(form))
    word = Word(given.word, given.message, given.meets_at, given.meets_where)
    following.answer(session, who, contact_id, word, now)
    return redirect(f"/messages/{contact_id}", N_("Merci : c’est noté, et la personne le sait."))
