"""The caseload, an invitation, one resident, a birth date or details to correct."""

from typing import Any
from uuid import UUID

import segno
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.accompaniment import queries, service, tasks
from app.accompaniment.rules import FILTERS, is_named, may_correct_birth
from app.accompaniment.schemas import (
    BUTTON_LABELS,
    FILTER_LABELS,
    NEXT_LABELS,
    AgainForm,
    BirthForm,
    InvitationForm,
)
from app.contacts import queries as contacts
from app.directory.proposals import count_around
from app.errors import Invalid, NotFound
from app.people import audit, details, invitations
from app.people import queries as people
from app.people.access import Adviser, act_of
from app.people.details import Details
from app.people.invitations import EmailTaken, Invited
from app.people.models import Person
from app.people.rules import Who, is_minor
from app.people.schemas import DetailsForm
from app.places import queries as places
from app.places.schemas import commune_suggestion
from app.profiles import queries as profiles
from app.settings import Settings
from app.web.deps import CurrentSettings, Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


class ResidentNotFound(NotFound):
    """The person does not exist, or is accompanied elsewhere."""


@router.get("/accompagnement")
def show_caseload(
    request: Request, session: UnitOfWork, now: Now, who: Adviser, etat: str = "", nom: str = ""
) -> Response:
    everybody = queries.caseload(session, who.organisations("adviser"), now)
    called = [one for one in everybody if is_named(f"{one.person.given_name} {one.person.family_name}", nom)]
    group = etat if etat in FILTERS else "all"
    counts = {name: sum(one.group == name for one in called) for name in FILTERS} | {"all": len(called)}
    return render(
        request,
        "accompaniment/caseload.html",
        residents=[one for one in called if group in ("all", one.group)],
        filters=[(name, label, counts[name]) for name, label in FILTER_LABELS.items()],
        group=group,
        name=nom.strip(),
        total=len(everybody),
        tasks=tasks.open_counts(session, who.organisations("adviser")),
        next_labels=NEXT_LABELS,
        needs_around=count_around(session, who),
        now=now,
    )


@router.get("/accompagnement/inviter")
def show_invitation_form(request: Request, session: UnitOfWork, who: Adviser) -> Response:
    return render(request, "accompaniment/invite.html", **form_page(session, who, {}, {}))


def form_page(session: Session, who: Who, values: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    found = (people.organisation(session, place) for place in who.organisations("adviser"))
    return {
        "structures": [(str(place.id), place.name) for place in found if place],
        "values": dict.fromkeys(InvitationForm.model_fields, "")
        | {"lives_in_qpv": "unknown", "way": "desk"}
        | values,
        "errors": errors,
    }


@router.post("/accompagnement/inviter")
def invite(
    request: Request,
    session: UnitOfWork,
    now: Now,
    who: Adviser,
    settings: CurrentSettings,
    form: SubmittedForm,
) -> Response:
    try:
        asked = parse(InvitationForm, form)
        invited = invited_of(session, asked)
        structure_id = asked.structure or first_structure(who)
        person, token = service.welcome(session, who, structure_id, invited, now, settings)
    except Invalid as refused:
        page = form_page(session, who, dict(form), refused.errors)
        return render(request, "accompaniment/invite.html", status_code=refused.status, **page)
    except EmailTaken as taken:
        page = form_page(session, who, dict(form), {"email": taken.title})
        return render(request, "accompaniment/invite.html", status_code=taken.status, **page)
    return invitation_page(request, person, token, asked.way, settings)


def first_structure(who: Who) -> UUID:
    """Return the structure of an adviser who has one; raise ResidentNotFound when none is verified."""
    structures = who.organisations("adviser")
    if not structures:
        raise ResidentNotFound
    return structures[0]


def invited_of(session: Session, asked: InvitationForm) -> Invited:
    """Return who the form invites; raise Invalid for a commune that is not known, or not the only one."""
    insee = asked.insee
    if asked.commune and not insee:
        found = places.communes_meant(session, asked.commune)
        if len(found) != 1:
            example = commune_suggestion(found[0]).label if found else "Saint-Denis (93)"
            raise Invalid(
                errors={"commune": N_("Préciser la commune, par exemple « %(example)s ».", example=example)}
            )
        insee = found[0].insee
    return Invited(
        given_name=asked.given_name,
        family_name=asked.family_name,
        born_on=asked.born_on,
        email=asked.email,
        phone=asked.phone,
        lives_in_qpv=asked.attested,
        home_commune=insee if insee and places.commune(session, insee) else None,
        at_desk=asked.way == "desk",
    )


def invitation_page(request: Request, person: Person, token: str, way: str, settings: Settings) -> Response:
    """Show the link of an invitation, once: its token is kept nowhere."""
    link = f"{settings.public_url}/invitation/{token}"
    return render(
        request,
        "accompaniment/invited.html",
        person=person,
        link=link,
        at_desk=way == "desk",
        picture=segno.make(link, error="m").svg_data_uri(scale=8, border=2, light="#ffffff"),
        settings=settings,
    )


@router.get("/accompagnement/{person_id}")
def show_resident(request: Request, session: UnitOfWork, now: Now, who: Adviser, person_id: UUID) -> Response:
    found = within(session, who, person_id, now)
    home = places.commune(session, found.person.home_commune or "")
    return render(
        request,
        "accompaniment/resident.html",
        resident=found,
        minor=is_minor(found.person.born_on, now.date()),
        authorisation=next(
            (one for one in people.authorisations(session, person_id) if one.withdrawn_at is None), None
        ),
        exchanges=contacts.of_structures(session, who.organisations("adviser"), person_id),
        home=commune_suggestion(home).label if home else "",
        consents=people.consents_of(session, person_id),
        reviews=profiles.reviews_of(session, found.profile.id),
        may_correct=may_correct_birth(found.profile.state),
        next_labels=NEXT_LABELS,
        button_labels=BUTTON_LABELS,
        now=now,
    )


def within(session: Session, who: Who, person_id: UUID, now: Now) -> queries.Resident:
    """Return a resident of the adviser's own structures; raise ResidentNotFound for anybody else."""
    found = queries.resident_of(session, who.organisations("adviser"), person_id, now)
    if found is None:
        raise ResidentNotFound
    return found


@router.get("/accompagnement/{person_id}/naissance")
def show_birth(request: Request, session: UnitOfWork, now: Now, who: Adviser, person_id: UUID) -> Response:
    found = within(session, who, person_id, now)
    service.require_correctable(found.profile)
    return render(
        request, "accompaniment/birth.html", person=found.person, value=found.person.born_on, errors={}
    )


@router.post("/accompagnement/{person_id}/naissance")
def correct_birth(
    request: Request, session: UnitOfWork, now: Now, who: Adviser, person_id: UUID, form: SubmittedForm
) -> Response:
    found = within(session, who, person_id, now)
    try:
        service.correct_birth(session, person_id, parse(BirthForm, form).born_on, now.date())
    except Invalid as refused:
        return render(
            request,
            "accompaniment/birth.html",
            status_code=refused.status,
            person=found.person,
            value=typed(form, "born_on"),
            errors=refused.errors,
        )
    audit.note(session, act_of(request, who), "resident:birth:done", person_id)
    return redirect(f"/accompagnement/{person_id}", N_("Date de naissance corrigée."))


@router.get("/accompagnement/{person_id}/coordonnees")
def show_details(request: Request, session: UnitOfWork, now: Now, who: Adviser, person_id: UUID) -> Response:
    return details_page(request, within(session, who, person_id, now))


@router.post("/accompagnement/{person_id}/coordonnees")
def correct_details(
    request: Request,
    session: UnitOfWork,
    now: Now,
    who: Adviser,
    person_id: UUID,
    form: SubmittedForm,
) -> Response:
    found = within(session, who, person_id, now)
    try:
        given = parse(DetailsForm, form)
        wanted = Details(given.phone, given.email)
        changed = bool(wanted.moves(found.person))
        settings = resources_of(request).settings
        mailed = details.correct_for(session, who, person_id, wanted, now, settings)
    except (Invalid, EmailTaken) as refused:
        values = {name: typed(form, name) for name in DetailsForm.model_fields}
        return details_page(request, found, refused, values)
    audit.note(session, act_of(request, who), "resident:details:done", person_id)
    word = N_("Corrigé.")
    if mailed:
        word = N_(
            "Un lien part à %(email)s : l’adresse changera quand le jeune l’aura ouvert.", email=given.email
        )
    elif changed:
        word = N_("Corrigé. Le lien d’avant ne marche plus : donnez-en un nouveau.")
    return redirect(f"/accompagnement/{person_id}", word)


def details_page(
    request: Request,
    found: queries.Resident,
    refused: Invalid | EmailTaken | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    """Show a resident's phone and e-mail address to correct; after a refusal with what was typed."""
    errors = refused.errors if isinstance(refused, Invalid) else {}
    if isinstance(refused, EmailTaken):
        errors = {"email": f"{refused.title}."}
    return render(
        request,
        "accompaniment/details.html",
        status_code=refused.status if refused else 200,
        resident=found,
        values=given or {"phone": found.person.phone or "", "email": found.person.email or ""},
        errors=errors,
    )


@router.post("/accompagnement/{person_id}/invitation")
def invite_again(
    request: Request,
    session: UnitOfWork,
    now: Now,
    who: Adviser,
    person_id: UUID,
    form: SubmittedForm,
) -> Response:
    found = within(session, who, person_id, now)
    way = parse(AgainForm, form).way
    settings = resources_of(request).settings
    token = invitations.renew(session, who, person_id, now, settings, at_desk=way == "desk")
    audit.note(session, act_of(request, who), "resident:invite-again:done", person_id)
    return invitation_page(request, found.person, token, way, settings)
