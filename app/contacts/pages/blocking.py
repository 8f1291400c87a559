"""Pages that end something: the companies that a resident blocks, an exchange that a recruiter stops."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.contacts import blocking
from app.contacts.following import Word
from app.contacts.schemas import EndForm
from app.people import blocks
from app.people.access import Recruiter, Resident
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

LIST = "/moi/entreprises-bloquees"


@router.get(LIST)
def show_blocked(request: Request, session: UnitOfWork, who: Resident) -> Response:
    found = blocks.companies(session, who.person_id)
    return render(request, "contacts/blocked.html", blocked=found)


@router.post("/moi/entreprises/{organisation_id}/bloquer")
def block(organisation_id: UUID, session: UnitOfWork, now: Now, who: Resident) -> RedirectResponse:
    company = blocking.block(session, who.person_id, organisation_id, now)
    return redirect(LIST, N_("C’est fait : %(company)s ne te voit plus.", company=company.name))


@router.post("/moi/entreprises/{organisation_id}/debloquer")
def unblock(organisation_id: UUID, session: UnitOfWork, who: Resident) -> RedirectResponse:
    blocks.unblock(session, who.person_id, organisation_id)
    return redirect(LIST, N_("C’est fait : elle peut te revoir, si tu es en ligne."))


@router.post("/messages/{contact_id}/arreter")
def stop(
    contact_id: UUID, session: UnitOfWork, now: Now, who: Recruiter, form: SubmittedForm
) -> RedirectResponse:
    given = parse(EndForm, form)
    word = Word(given.word, given.goodbye) if given.word else None
    blocking.stop(session, who, contact_id, word, now)
    return redirect("/messages", N_("Échange terminé. Plus rien ne vous sera demandé."))
