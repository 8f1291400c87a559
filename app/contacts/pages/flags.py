"""Pages of reports: the button that everybody has, and the operator's queue with a decision and reasons."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.contacts import flags
from app.contacts.flags import Complaint, NothingToReport, Ruling, Target
from app.contacts.forms import (
    DECISION_LABELS,
    FLAG_REASON_LABELS,
    FLAG_SUBJECT_LABELS,
    DecisionForm,
    FlagForm,
)
from app.errors import Conflict, Invalid
from app.people import audit
from app.people.access import Admin, Anyone, Limits, SignedIn, act_of, front_door
from app.people.limits import FLAG_ACCOUNT
from app.people.rules import Who
from app.web.deps import CurrentSettings, Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, parse
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

QUEUE = "/administration/signalements"


@router.get("/signaler")
def show_form(
    request: Request,
    session: UnitOfWork,
    who: Anyone,
    settings: CurrentSettings,
    message: UUID | None = None,
    profil: str = "",
) -> HTMLResponse:
    asked = message is not None or bool(profil)
    if asked and who is None:
        raise NothingToReport
    target = flags.target_of(session, who, message, profil) if asked and who else None
    return render(
        request, "contacts/report.html", target=target, errors={}, values={}, settings=settings, **labels()
    )


def labels() -> dict[str, Any]:
    return {
        "subjects": FLAG_SUBJECT_LABELS,
        "reasons": FLAG_REASON_LABELS,
        "decisions": DECISION_LABELS,
        "refused": None,
    }


def asked_about(session: UnitOfWork, who: SignedIn, message: UUID | None = None, profil: str = "") -> Target:
    """Return what somebody who is signed in reports, as the address names it; raise NothingToReport."""
    return flags.target_of(session, who, message, profil)


@router.post("/signaler")
def report(
    request: Request,
    session: UnitOfWork,
    who: SignedIn,
    limits: Limits,
    form: SubmittedForm,
    target: Annotated[Target, Depends(asked_about)],
) -> Response:
    try:
        given = parse(FlagForm, form)
        limits.admit((FLAG_ACCOUNT, str(who.person_id)))
        said = Complaint(given.subject, given.reason, given.word)
        flags.report(session, who, target, said, limits.now)
    except (Invalid, flags.FlagKnown) as refused:
        return refused_page(request, target, refused, dict(form))
    return redirect(front_door(who), N_("Merci. Nous regardons, et la décision arrive avec ses raisons."))


def refused_page(
    request: Request, target: Target, refused: Invalid | Conflict, values: dict[str, Any]
) -> HTMLResponse:
    """Show the form again with what was typed and why it was not taken."""
    return render(
        request,
        "contacts/report.html",
        status_code=refused.status,
        target=target,
        settings=resources_of(request).settings,
        values=values,
        errors=refused.errors if isinstance(refused, Invalid) else {},
        **labels() | {"refused": None if isinstance(refused, Invalid) else refused},
    )


@router.get(QUEUE)
def show_queue(request: Request, session: UnitOfWork, who: Admin) -> HTMLResponse:
    del who
    waiting, decided = flags.waiting(session), flags.decided(session)
    return render(request, "contacts/flags.html", waiting=waiting, decided=decided, **labels())


@router.get("/administration/signalements/{flag_id}")
def show_flag(request: Request, flag_id: UUID, session: UnitOfWork, who: Admin) -> HTMLResponse:
    return flag_page(request, session, who, flag_id)


def flag_page(
    request: Request, session: Session, who: Who, flag_id: UUID, refused: Invalid | None = None
) -> HTMLResponse:
    """Show a report with what it is about and what may be decided."""
    found = flags.one(session, who, flag_id)
    return render(
        request,
        "contacts/flag.html",
        status_code=refused.status if refused else 200,
        found=found,
        open=flags.decisions_for(found),
        errors=refused.errors if refused else {},
        **labels(),
    )


@router.post("/administration/signalements/{flag_id}")
def decide(
    request: Request, flag_id: UUID, session: UnitOfWork, now: Now, who: Admin, form: SubmittedForm
) -> Response:
    try:
        given = parse(DecisionForm, form)
    except Invalid as refused:
        return flag_page(request, session, who, flag_id, refused)
    ruling, settings = Ruling(given.decision, given.word), resources_of(request).settings
    found = flags.decide(session, who, flag_id, ruling, now, settings)
    audit.note(
        session, act_of(request, who), f"flag:{given.decision}:done", found.about.id, found.flag.company_id
    )
    return redirect(QUEUE, N_("Décision prise. Les deux côtés reçoivent les raisons."))
