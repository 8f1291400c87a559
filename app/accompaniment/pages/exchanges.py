"""An exchange of a resident, as their adviser sees it: pass it on, answer with them, say what came of it."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accompaniment.schemas import HelpForm, KeepBackForm
from app.contacts import advising, outcomes, queries
from app.contacts.forms import OutcomeForm, StillThereForm, YesNoForm
from app.contacts.outcomes import Declared, News, OutcomeKnown, Party
from app.contacts.queries import Exchange
from app.contacts.rules import WAITING_STATES, is_held
from app.contacts.service import ContactNotFound
from app.errors import Conflict, Invalid
from app.people import audit
from app.people.access import Adviser, act_of
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.french import in_paris
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

PAGE = "/accompagnement/{person_id}/messages/{contact_id}"


@dataclass(frozen=True)
class Asked:
    """A request about one exchange of a resident of the adviser's structures."""

    request: Request
    session: Session
    now: Now
    found: Exchange

    @property
    def address(self) -> str:
        """The page of the exchange."""
        return PAGE.format(person_id=self.found.resident.id, contact_id=self.found.contact.id)


def asked_about(
    request: Request, session: UnitOfWork, now: Now, who: Adviser, person_id: UUID, contact_id: UUID
) -> Asked:
    """Return the request about an exchange of this resident; raise ContactNotFound for anybody else's."""
    found = queries.one_of_structures(session, who.organisations("adviser"), contact_id)
    if found is None or found.resident.id != person_id:
        raise ContactNotFound
    return Asked(request, session, now, found)


About = Annotated[Asked, Depends(asked_about)]


@router.get(PAGE)
def show_exchange(asked: About, who: Adviser) -> Response:
    return exchange_page(asked, speaking(who))


def speaking(who: Adviser) -> Party:
    """Return the adviser as one who speaks of an exchange."""
    return Party(who.person_id, "adviser")


def exchange_page(
    asked: Asked,
    party: Party,
    refused: Invalid | Conflict | None = None,
    values: dict[str, Any] | None = None,
) -> Response:
    """Show an exchange with what the adviser may do; after a refusal, why, and what was typed."""
    contact = asked.found.contact
    waits = contact.state in WAITING_STATES and contact.expires_at > asked.now
    return render(
        asked.request,
        "accompaniment/exchange.html",
        status_code=refused.status if refused else 200,
        exchange=asked.found,
        held=waits and is_held(contact.route, contact.forwarded_at),
        waits=waits,
        side=party.side,
        base=asked.address,
        sequel=outcomes.sequel_of(asked.session, party, asked.found),
        refused=None if isinstance(refused, Invalid) else refused,
        errors=refused.errors if isinstance(refused, Invalid) else {},
        values=values or {},
    )


def done(asked: Asked, who: Adviser, tag: str, word: str) -> RedirectResponse:
    """Note in the audit log what was done, and go back to the exchange with a word."""
    audit.note(asked.session, act_of(asked.request, who), tag, asked.found.resident.id)
    return redirect(asked.address, word)


@router.post(f"{PAGE}/transmettre")
def forward(asked: About, who: Adviser) -> RedirectResponse:
    advising.forward(asked.session, who, asked.found.contact.id, asked.now)
    return done(asked, who, "contact:forward:done", N_("Transmis : le jeune le voit dans son espace."))


@router.post(f"{PAGE}/decliner")
def keep_back(asked: About, who: Adviser, form: SubmittedForm) -> Response:
    try:
        reason = parse(KeepBackForm, form).reason
    except Invalid as refused:
        return exchange_page(asked, speaking(who), refused)
    advising.keep_back(asked.session, who, asked.found.contact.id, reason, asked.now)
    return done(asked, who, "contact:keep-back:done", N_("Décliné. L’entreprise lit seulement la raison."))


@router.post(f"{PAGE}/reponse")
def answer_with(asked: About, who: Adviser, form: SubmittedForm) -> Response:
    try:
        given = parse(HelpForm, form)
    except Invalid as refused:
        return exchange_page(asked, speaking(who), refused, dict(form))
    contact_id = asked.found.contact.id
    if given.answer == "no" and given.reason:
        advising.decline_with(asked.session, who, contact_id, given.how, given.reason, asked.now)
    else:
        advising.accept_with(asked.session, who, contact_id, given.how, asked.now)
    return done(asked, who, "contact:answer-with:done", N_("Réponse envoyée, avec le jeune."))


@router.post(f"{PAGE}/suite")
def declare(asked: About, who: Adviser, form: SubmittedForm) -> Response:
    party = speaking(who)
    try:
        given = parse(OutcomeForm, form, today=in_paris(asked.now).date())
        said = Declared(given.kind, given.contract_type, given.starts_on)
        outcomes.declare(asked.session, party, asked.found, said, asked.now)
    except (Invalid, OutcomeKnown) as refused:
        return exchange_page(asked, party, refused, dict(form))
    word = N_("C’est noté : le jeune ou l’entreprise peut le confirmer.")
    return done(asked, who, "outcome:declare:done", word)


@router.post(f"{PAGE}/suite/{{outcome_id}}")
def answer_outcome(asked: About, outcome_id: UUID, who: Adviser, form: SubmittedForm) -> RedirectResponse:
    confirms = parse(YesNoForm, form).answer == "yes"
    party = speaking(who)
    outcomes.answer(asked.session, party, asked.found, outcome_id, confirms=confirms, now=asked.now)
    return done(asked, who, "outcome:answer:done", N_("C’est noté."))


@router.post(f"{PAGE}/nouvelles")
def tell_news(asked: About, who: Adviser, form: SubmittedForm) -> RedirectResponse:
    given = parse(StillThereForm, form)
    news = News(given.outcome, int(given.months), given.answer == "yes")
    outcomes.tell_still_there(asked.session, speaking(who), asked.found, news, asked.now)
    return done(asked, who, "outcome:answer:done", N_("Merci pour les nouvelles."))
