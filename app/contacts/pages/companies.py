"""The adviser's page of the companies that write: who keeps their word."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.contacts import rates
from app.contacts.rules import RATE_MINIMUM
from app.people.access import Adviser
from app.web.deps import Now, UnitOfWork
from app.web.templating import render

router = APIRouter()


@router.get("/accompagnement/entreprises")
def show_companies(request: Request, session: UnitOfWork, now: Now, who: Adviser) -> HTMLResponse:
    found = rates.correspondents(session, who.organisations("adviser"), now)
    return render(request, "contacts/companies.html", found=found, minimum=RATE_MINIMUM)
