"""A resident's agreements, the one that is needed first; given and withdrawn by one button."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.people import consents, queries
from app.people.access import Resident
from app.people.consent_texts import PARTNER_TEXT, TEXTS
from app.people.consents import NewConsent
from app.people.rules import CONSENT_VERSION
from app.people.schemas import AgreementForm
from app.web.deps import Now, UnitOfWork, told_of
from app.web.forms import SubmittedForm, parse
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/moi/accord")
def show_agreements(request: Request, who: Resident, session: UnitOfWork, now: Now) -> Response:
    barriers = {
        text.kind: consents.barrier(session, who.person_id, text.kind, now.date())
        for text in (*TEXTS, PARTNER_TEXT)
    }
    given = [consent for consent in queries.consents_of(session, who.person_id) if not consent.withdrawn_at]
    chosen = told_of(request).consent_kind(session, who.person_id)
    return render(
        request,
        "people/agreements.html",
        chosen=next(text for text in TEXTS if text.kind == chosen),
        others=[text for text in TEXTS if text.kind != chosen],
        partner_text=PARTNER_TEXT,
        partners=queries.partners_for(session, who.person_id),
        current={(row.kind, row.partner_id): row for row in given if row.text_version == CONSENT_VERSION},
        outdated={(row.kind, row.partner_id) for row in given if row.text_version != CONSENT_VERSION},
        barrier=barriers[chosen],
        barriers=barriers,
    )


@router.post("/moi/accord")
def give_agreement(who: Resident, session: UnitOfWork, now: Now, form: SubmittedForm) -> Response:
    asked = parse(AgreementForm, form)
    consent = NewConsent(who.person_id, asked.kind, by=who.person_id, how="page", partner_id=asked.partner)
    consents.give(session, consent, now)
    then = "/moi/accord" if asked.partner else "/moi"
    return redirect(then, N_("C’est noté. Tu peux changer d’avis quand tu veux."))


@router.post("/moi/accord/retirer")
def withdraw_agreement(who: Resident, session: UnitOfWork, now: Now, form: SubmittedForm) -> Response:
    asked = parse(AgreementForm, form)
    consents.withdraw(session, who.person_id, asked.kind, who.person_id, now, asked.partner)
    return redirect("/moi/accord", N_("Ton accord est retiré, tout de suite."))
