"""Pages of advisers: what companies of the department look for, by letter too, and whom one proposes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.directory import hearing, proposals
from app.directory.forms import ProposalsForm
from app.directory.needs import NeedNotFound
from app.directory.rules import WORD_MAX_LENGTH
from app.errors import Invalid
from app.people.access import Adviser
from app.people.rules import Who
from app.places.rules import DEPARTMENTS
from app.profiles.schemas import CONTRACT_LABELS
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

NEEDS = "/accompagnement/besoins"
LETTERS_PATH = NEEDS + "/e-mails"
ONE = NEEDS + "/{need_id}"


@router.get(NEEDS)
def show_needs(request: Request, session: UnitOfWork, who: Adviser) -> HTMLResponse:
    return render(
        request,
        "accompaniment/needs.html",
        answered=proposals.needs_around(session, who),
        silent=hearing.is_silent(session, who.person_id),
        contracts=CONTRACT_LABELS,
        departments=DEPARTMENTS,
    )


@router.post(LETTERS_PATH + "/arret")
def stop_letters(session: UnitOfWork, now: Now, who: Adviser) -> Response:
    hearing.stop(session, who.person_id, now)
    return redirect(NEEDS, N_("C’est arrêté : plus aucun e-mail ne vous annoncera un besoin."))


@router.post(LETTERS_PATH + "/reprise")
def resume_letters(session: UnitOfWork, who: Adviser) -> Response:
    hearing.hear_again(session, who.person_id)
    return redirect(NEEDS, N_("C’est reparti : un e-mail vous préviendra du prochain besoin."))


@router.get(ONE)
def show_need(request: Request, session: UnitOfWork, who: Adviser, need_id: UUID) -> HTMLResponse:
    return need_page(request, session, who, need_id, {})


def need_page(
    request: Request,
    session: UnitOfWork,
    who: Who,
    need_id: UUID,
    errors: dict[str, str],
    word: str = "",
) -> HTMLResponse:
    """Show a need and who may be proposed for it; after a refusal with the word that was typed."""
    need = proposals.need_around(session, who, need_id)
    if need is None:
        raise NeedNotFound
    return render(
        request,
        "accompaniment/need.html",
        status_code=Invalid.status if errors else 200,
        need=need,
        candidates=proposals.candidates_for(session, who, need),
        contracts=CONTRACT_LABELS,
        departments=DEPARTMENTS,
        word=word,
        word_max_length=WORD_MAX_LENGTH,
        errors=errors,
    )


@router.post(ONE)
def post_proposals(
    request: Request, session: UnitOfWork, now: Now, who: Adviser, need_id: UUID, form: SubmittedForm
) -> Response:
    try:
        given = parse(ProposalsForm, form)
    except Invalid as refused:
        return need_page(request, session, who, need_id, refused.errors, typed(form, "word"))
    count = proposals.propose(session, who, need_id, given.profiles, given.word, now)
    word = (
        N_("C’est parti : l’entreprise et chaque jeune sont prévenus.") if count else N_("Rien de nouveau.")
    )
    return redirect(f"{NEEDS}/{need_id}", word)


@router.post(ONE + "/propositions/{proposal_id}/retirer")
def take_back(session: UnitOfWork, who: Adviser, need_id: UUID, proposal_id: UUID) -> Response:
    proposals.take_back(session, who, need_id, proposal_id)
    return redirect(f"{NEEDS}/{need_id}", N_("C’est fait : l’entreprise ne voit plus cette proposition."))
