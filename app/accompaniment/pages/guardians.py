"""A legal guardian's authorisation, on the page of a resident under 18: written down, ended."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accompaniment.pages.caseload import within
from app.accompaniment.schemas import GUARDIAN_CHECK_LABELS, GUARDIAN_RELATION_LABELS, GuardianForm
from app.errors import Invalid
from app.people import audit, guardians
from app.people import queries as people
from app.people.access import Adviser, act_of
from app.people.guardians import Signed
from app.people.models import Person
from app.people.rules import VIDEO_AGE, age, is_minor
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.french import in_paris
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/accompagnement/{person_id}/responsable")
def show_guardian(request: Request, session: UnitOfWork, now: Now, who: Adviser, person_id: UUID) -> Response:
    found = within(session, who, person_id, now)
    return guardian_page(request, session, found.person, in_paris(now).date())


def guardian_page(
    request: Request,
    session: Session,
    person: Person,
    today: date,
    refused: Invalid | None = None,
    values: dict[str, Any] | None = None,
) -> Response:
    """Show what guardians signed for a resident, and the form while nothing stands."""
    written = people.authorisations(session, person.id)
    return render(
        request,
        "accompaniment/guardian.html",
        status_code=refused.status if refused else 200,
        person=person,
        standing=next((one for one in written if one.withdrawn_at is None), None),
        ended=[one for one in written if one.withdrawn_at is not None],
        needed=person.born_on is not None and is_minor(person.born_on, today),
        too_young=person.born_on is not None and age(person.born_on, today) < VIDEO_AGE,
        relations=GUARDIAN_RELATION_LABELS,
        checks=GUARDIAN_CHECK_LABELS,
        today=today,
        errors=refused.errors if refused else {},
        values=values or {},
    )


@router.post("/accompagnement/{person_id}/responsable")
def record(
    request: Request, session: UnitOfWork, now: Now, who: Adviser, person_id: UUID, form: SubmittedForm
) -> Response:
    found = within(session, who, person_id, now)
    try:
        given = parse(GuardianForm, form)
        signed = Signed(given.guardian_name, given.relation, given.signed_on, given.checked_how)
        guardians.record(session, who, person_id, signed, now)
    except Invalid as refused:
        return guardian_page(request, session, found.person, in_paris(now).date(), refused, dict(form))
    audit.note(session, act_of(request, who), "guardian:record:done", person_id)
    return redirect(f"/accompagnement/{person_id}", N_("Autorisation enregistrée."))


@router.post("/accompagnement/{person_id}/responsable/retirer")
def withdraw(
    request: Request, session: UnitOfWork, now: Now, who: Adviser, person_id: UUID
) -> RedirectResponse:
    within(session, who, person_id, now)
    guardians.withdraw(session, who, person_id, now)
    audit.note(session, act_of(request, who), "guardian:withdraw:done", person_id)
    return redirect(f"/accompagnement/{person_id}/responsable", N_("C’est retiré : plus rien n’est montré."))
