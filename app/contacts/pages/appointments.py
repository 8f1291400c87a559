"""The calendar file of an exchange, for the resident."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.contacts import calendar, queries
from app.contacts.calendar import Event
from app.contacts.queries import Exchange
from app.contacts.service import ContactNotFound
from app.people.access import Resident
from app.web.deps import Now, UnitOfWork
from app.web.french import in_paris
from app.words import N_, said

router = APIRouter()


@router.get("/moi/messages/{contact_id}/rendez-vous.ics")
def download_mine(contact_id: UUID, session: UnitOfWork, now: Now, who: Resident) -> Response:
    return calendar_file(queries.one_of_resident(session, who.person_id, contact_id), now)


def calendar_file(found: Exchange | None, now: datetime) -> Response:
    """Answer with what comes next, as a calendar takes it: the appointment, or the day of the answer.

    Raise ContactNotFound while nothing comes next.
    """
    event = event_of(found) if found else None
    if event is None:
        raise ContactNotFound
    return Response(
        calendar.written(event, now),
        media_type="text/calendar; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="rendez-vous.ics"'},
    )


def event_of(found: Exchange) -> Event | None:
    """Return the appointment, else the day by which a word is owed, None while neither is known."""
    contact, company = found.contact, found.company.name
    if contact.company_due_at is None or found.is_withdrawn or contact.forsaken_at is not None:
        return None
    where = contact.meets_where or contact.place
    if contact.meets_at is not None:
        title = N_("Rendez-vous : %(company)s", company=company)
        return Event(contact.id, contact.meets_at, said(title), where)
    title = N_("Réponse attendue : %(company)s", company=company)
    return Event(contact.id, in_paris(contact.company_due_at).date(), said(title), where)
