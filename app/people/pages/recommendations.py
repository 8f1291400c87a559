"""An adviser's page of the companies that wait near them: a word for one helps the operator."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.people import audit, verifications
from app.people.access import Adviser, act_of
from app.people.schemas import ENGAGEMENT_LABELS, RecommendationForm
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/entreprises")
def show_waiting(request: Request, who: Adviser, session: UnitOfWork, now: Now) -> Response:
    found = verifications.near(session, who)
    words = [word for one in found for word in one.recommendations if word.adviser_id == who.person_id]
    return render(
        request,
        "people/companies_near.html",
        found=found,
        own={word.organisation_id: word for word in words},
        engagements=ENGAGEMENT_LABELS,
        now=now,
    )


@router.post("/entreprises/{organisation_id}/recommandation")
def recommend(
    organisation_id: UUID, request: Request, who: Adviser, session: UnitOfWork, now: Now, form: SubmittedForm
) -> Response:
    try:
        word = parse(RecommendationForm, form).word
    except Invalid:
        return redirect(
            "/entreprises", N_("Un mot de cinq lettres au moins, pour que l’opérateur comprenne."), "error"
        )
    verifications.recommend(session, who, organisation_id, word, now)
    audit.note(session, act_of(request, who), "company:recommend:done", None, organisation_id)
    return redirect("/entreprises", N_("Merci : l’opérateur lit votre mot avant de décider."))
