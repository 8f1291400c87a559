"""Pages of needs: a company says whom it looks for and sees who is proposed; a resident sees where."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.directory import needs, proposals, saved_searches
from app.directory.forms import NEED_STATE_LABELS, NeedForm, NeedMoveForm
from app.directory.kept_search import brief_of_search, search_of
from app.directory.rules import POSTS_MAX, WORD_MAX_LENGTH, Brief, months_ahead
from app.directory.stating import SeveralJobs, brief_in
from app.errors import Invalid
from app.people import queries as people
from app.people.access import Recruiter, Resident, own_path
from app.people.rules import Who, may_see_profiles
from app.places import queries as places
from app.places.rules import DEPARTMENTS, commune_label
from app.profiles.schemas import CONTRACT_LABELS
from app.web.deps import CurrentSettings, Now, UnitOfWork
from app.web.forms import SubmittedForm, parse, typed
from app.web.french import in_paris, month
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

NEEDS = "/besoins"
NEW = NEEDS + "/nouveau"
ONE = NEEDS + "/{need_id}"
MINE = "/moi/propositions"
SENT = N_("C’est parti : les conseillers du département le reçoivent.")
MOVED = {
    "fill": N_("C’est noté : bravo pour ce recrutement."),
    "close": N_("Ce besoin est fermé."),
    "keep": N_("Ce besoin est ouvert."),
}


@router.get(NEEDS)
def show_needs(request: Request, session: UnitOfWork, who: Recruiter) -> HTMLResponse:
    return render(
        request,
        "directory/needs.html",
        stated=needs.of_company(session, who),
        contracts=CONTRACT_LABELS,
        departments=DEPARTMENTS,
        states=NEED_STATE_LABELS,
        verified=may_see_profiles(who),
    )


@router.get(NEW)
def show_form(
    request: Request, session: UnitOfWork, now: Now, who: Recruiter, alerte: str = ""
) -> HTMLResponse:
    """Show the form, with what a saved search says already."""
    values = {"department": own_department(session, who), "posts": "1"}
    saved = saved_searches.own_saved(session, who, UUID(alerte)) if is_id(alerte) else None
    if saved is not None:
        values |= values_of(session, brief_of_search(session, search_of(saved.asked)))
    return form_page(request, now, values, {})


def own_department(session: Session, who: Who) -> str:
    """Return the department of the recruiter's company, empty when it is not known."""
    return people.department_of(session, needs.stating_company(who))


def is_id(text: str) -> bool:
    """Tell whether a text is the id of something."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def values_of(session: Session, brief: Brief) -> dict[str, str]:
    """Return what stands in the form for what is asked already; what is not is left out."""
    job = places.job(session, brief.job_code)
    commune = places.commune(session, brief.insee)
    values = {
        "job": job.label if job else "",
        "code": brief.job_code,
        "contract": brief.contract,
        "commune": commune_label(commune.name, commune.department) if commune else "",
        "insee": brief.insee,
        "department": brief.department,
    }
    return {name: value for name, value in values.items() if value}


def form_page(
    request: Request,
    now: Now,
    values: Mapping[str, Any],
    errors: dict[str, str],
    meant: Sequence[tuple[str, str]] = (),
) -> HTMLResponse:
    """Show the form of a need; `meant` are the jobs that what was typed can mean."""
    return render(
        request,
        "directory/need_form.html",
        status_code=Invalid.status if errors else 200,
        values=dict.fromkeys(NeedForm.model_fields, "") | dict(values),
        errors=errors,
        meant=meant,
        contracts=CONTRACT_LABELS,
        departments=DEPARTMENTS,
        months=[(str(first), month(first)) for first in months_ahead(in_paris(now).date())],
        posts_max=POSTS_MAX,
        word_max_length=WORD_MAX_LENGTH,
    )


@router.post(NEW)
def post_need(
    request: Request,
    session: UnitOfWork,
    now: Now,
    who: Recruiter,
    settings: CurrentSettings,
    form: SubmittedForm,
) -> Response:
    try:
        given = parse(NeedForm, form, today=in_paris(now).date())
        brief = brief_in(session, given, own_department(session, who))
    except Invalid as refused:
        values = {name: typed(form, name) for name in NeedForm.model_fields}
        meant = refused.meant if isinstance(refused, SeveralJobs) else ()
        return form_page(request, now, values, refused.errors, meant)
    need = needs.publish(session, who, brief, now, settings.need_open_days)
    return redirect(f"{NEEDS}/{need.id}", SENT)


@router.post("/alertes/{search_id}/besoin")
def post_search_as_need(
    search_id: UUID, session: UnitOfWork, now: Now, who: Recruiter, settings: CurrentSettings
) -> Response:
    """State what a saved search asks for as a need, at once when it names a job; else in the form."""
    saved = saved_searches.required(session, who, search_id)
    brief = brief_of_search(session, search_of(saved.asked), own_department(session, who))
    if not brief.job_code or not brief.department:
        word = N_("Encore un mot : quel métier, et où ?")
        return redirect(f"{NEW}?alerte={search_id}", word, "info")
    need = needs.publish(session, who, brief, now, settings.need_open_days)
    return redirect(f"{NEEDS}/{need.id}", SENT)


@router.get(ONE)
def show_need(request: Request, session: UnitOfWork, now: Now, who: Recruiter, need_id: UUID) -> HTMLResponse:
    need = needs.one_of_company(session, who, need_id)
    if need is None:
        raise needs.NeedNotFound
    return render(
        request,
        "directory/need.html",
        need=need,
        proposed=needs.proposals_for(session, who, need),
        waiting=needs.proposed_counts(session, (need.id,)).get(need.id, 0),
        verified=may_see_profiles(who),
        contracts=CONTRACT_LABELS,
        departments=DEPARTMENTS,
        states=NEED_STATE_LABELS,
        today=in_paris(now).date(),
    )


@router.post(ONE)
def post_move(
    session: UnitOfWork,
    now: Now,
    who: Recruiter,
    settings: CurrentSettings,
    need_id: UUID,
    form: SubmittedForm,
) -> Response:
    move = parse(NeedMoveForm, form).move
    needs.move(session, who, need_id, move, now, settings.need_open_days)
    return redirect(f"{NEEDS}/{need_id}", MOVED[move])


@router.get(MINE)
def show_proposals(request: Request, session: UnitOfWork, who: Resident) -> HTMLResponse:
    return render(
        request,
        "directory/proposed.html",
        proposed=proposals.proposals_about(session, who.person_id),
        contracts=CONTRACT_LABELS,
        departments=DEPARTMENTS,
    )


@router.post(MINE + "/{proposal_id}/accepter")
def post_yes(
    proposal_id: UUID, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    proposals.agree(session, who.person_id, proposal_id, now)
    return redirect(
        own_path(typed(form, "back")) or MINE, N_("C’est noté : l’entreprise sait que ça t’intéresse.")
    )


@router.post(MINE + "/{proposal_id}/refuser")
def post_refusal(
    proposal_id: UUID, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    proposals.decline(session, who.person_id, proposal_id, now)
    return redirect(
        own_path(typed(form, "back")) or MINE,
        N_("C’est noté : cette entreprise ne te verra pas dans sa liste."),
    )
