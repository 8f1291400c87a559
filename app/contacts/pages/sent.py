"""Pages where a recruiter follows what they sent."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.contacts import queries
from app.contacts.rules import are_details_open
from app.contacts.service import ContactNotFound
from app.people.access import Recruiter
from app.people.rules import may_see_profiles
from app.signing import derived_key
from app.web.deps import CurrentSettings, UnitOfWork
from app.web.paging import BadCursor, read_cursor, write_cursor
from app.web.templating import render

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
