"""Pages of needs: a company says whom it looks for and sees who is proposed; a resident sees where."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.directory import moving, needs, proposals, saved_searches
from app.directory.forms import NEED_STATE_LABELS, NeedForm, NeedMoveForm
from app.directory.kept_search import brief_of_search, search_of
from app.directory.models import Need
from app.directory.rules import POSTS_MAX, WORD_MAX_LENGTH, Brief, months_ahead
from app.directory.schemas import SearchForm
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
RESULTS = "/candidats"
SENT = N_("C’est parti : les conseillers du département le reçoivent.")
MOVED = {
    "fill": N_("C’est noté : bravo pour ce recrutement."),
    "close": N_("Ce besoin est fermé."),
    "keep": N_("Ce besoin est ouvert."),
    "undo": N_("C’est annulé : personne ne vous proposera de jeunes pour ce besoin."),
}
ALREADY = N_("Votre entreprise cherche déjà cela : voici le besoin qui est ouvert.")
LACKS = N_("Encore un mot : quel métier, et où ?")


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
def show_form(request: Request, session: UnitOfWork, now: Now, who: Recruiter) -> HTMLResponse:
    """Show the form, with what the search of the address says already."""
    search = SearchForm.from_address(request.query_params)
    said = values_of(session, brief_of_search(session, search))
    values = {"department": own_department(session, who), "posts": "1", "job": search.mots} | said
    return form_page(request, now, values, {})


def own_department(session: Session, who: Who) -> str:
    """Return the department of the recruiter's company, empty when it is not known."""
    return people.department_of(session, needs.stating_company(who))


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
def post_saved_as_need(
    search_id: UUID, session: UnitOfWork, now: Now, who: Recruiter, settings: CurrentSettings
) -> Response:
    saved = saved_searches.required(session, who, search_id)
    need = stated_by(session, who, search_of(saved.asked), now, settings)
    return redirect(f"{NEEDS}/{need.id}", SENT) if need else redirect(f"{NEW}?{saved.asked}", LACKS, "info")


@router.post(NEEDS + "/recherche")
def post_search_as_need(
    session: UnitOfWork, now: Now, who: Recruiter, settings: CurrentSettings, form: SubmittedForm
) -> Response:
    search = SearchForm.from_address(QueryParams(typed(form, "asked")))
    need = stated_by(session, who, search, now, settings)
    if need is None:
        return redirect(f"{NEW}?{search.asked}", LACKS, "info")
    return redirect(f"{RESULTS}?{urlencode([*search.pairs(), ('besoin', str(need.id))])}")


def stated_by(
    session: Session, who: Who, search: SearchForm, now: datetime, settings: CurrentSettings
) -> Need | None:
    """State what a search asks for as a need, at once; None when it names no job, or no place is known."""
    brief = brief_of_search(session, search, own_department(session, who))
    if not brief.job_code or not brief.department:
        return None
    return needs.publish(session, who, brief, now, settings.need_open_days)


@router.get(ONE)
def show_need(request: Request, session: UnitOfWork, now: Now, who: Recruiter, need_id: UUID) -> HTMLResponse:
    need = needs.one_of_company(session, who, need_id)
    if need is None or need.state == "undone":
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
        undoable=moving.may_undo(session, need, now),
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
    try:
        moving.move(session, who, need_id, move, now, settings.need_open_days)
    except moving.NeedAlreadyOpen as already:
        return redirect(f"{NEEDS}/{already.need_id}", ALREADY, "info")
    to = own_path(typed(form, "back")) or (NEEDS if move == "undo" else f"{NEEDS}/{need_id}")
    return redirect(to, MOVED[move])


@router.get(MINE)
def show_proposals(request: Request, session: UnitOfWork, who: Resident) -> HTMLResponse:
    return render(
        request,
        "directory/proposed.html",
        proposed=proposals.proposals_about(session, who.person_id),
        refused=proposals.refused_by(session, who.person_id),
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
        N_(
            "C’est noté : cette entreprise ne te verra pas dans sa liste. "
            "Pour changer d’avis : « Où l’on te propose »."
        ),
    )


@router.post(MINE + "/{proposal_id}/reprendre")
def post_second_thought(proposal_id: UUID, session: UnitOfWork, who: Resident) -> Response:
    proposals.reconsider(session, who.person_id, proposal_id)
    return redirect(MINE, N_("C’est noté : l’entreprise te voit de nouveau dans sa liste."))
