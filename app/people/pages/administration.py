"""The operator's pages: organisations to verify, to suspend, structures to open, and what was done."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Conflict, Invalid
from app.people import audit, factors, invitations, organisations, queries, verifications
from app.people.access import Admin, act_of
from app.people.invitations import EmailTaken, Invited, NobodyToInvite
from app.people.models import Organisation, Person
from app.people.organisations import VERIFICATION_METHODS, Opening, Suspension
from app.people.rules import Who
from app.people.schemas import (
    ENGAGEMENT_LABELS,
    AdviserForm,
    RefusalForm,
    StructureForm,
    SuspensionForm,
    VerificationForm,
)
from app.settings import Settings
from app.signing import derived_key
from app.web.deps import CurrentSettings, Now, UnitOfWork, resources_of
from app.web.forms import SubmittedForm, parse, typed
from app.web.paging import read_cursor, write_cursor
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

AUDIT_PER_PAGE = 50
ENTRY = TypeAdapter(tuple[datetime, UUID])


@router.get("/administration")
def show_organisations(
    request: Request, who: Admin, session: UnitOfWork, now: Now, settings: CurrentSettings
) -> Response:
    del who
    return render(
        request,
        "people/organisations.html",
        waiting=verifications.waiting(session),
        organisations=queries.organisations(session),
        engagements=ENGAGEMENT_LABELS,
        days=settings.verification_days,
        now=now,
    )


@router.get("/administration/journal")
def show_audit(
    request: Request, who: Admin, session: UnitOfWork, settings: CurrentSettings, apres: str = ""
) -> Response:
    del who
    key = derived_key(settings.secret_key, "audit")
    before = ENTRY.validate_python(read_cursor(key, apres)) if apres else None
    found = queries.audit_page(session, before, AUDIT_PER_PAGE + 1)
    shown, more = found[:AUDIT_PER_PAGE], len(found) > AUDIT_PER_PAGE
    cursor = write_cursor(key, shown[-1].at.isoformat(), str(shown[-1].id)) if more else ""
    return render(request, "people/audit.html", entries=shown, labels=audit.LABELS, next_cursor=cursor)


@router.get("/administration/structures/nouvelle")
def show_structure_form(request: Request, who: Admin) -> Response:
    del who
    return render(request, "people/structure_form.html", given={}, errors={})


@router.post("/administration/structures/nouvelle")
def open_structure(
    request: Request, who: Admin, session: UnitOfWork, now: Now, form: SubmittedForm
) -> Response:
    settings = resources_of(request).settings
    try:
        asked = parse(StructureForm, form)
        adviser = Invited(asked.given_name, asked.family_name, email=asked.email)
        opening = Opening(asked.structure, asked.city, asked.department, adviser)
        structure, person, token = organisations.open_structure(session, who, opening, now, settings)
        audit.note(session, act_of(request, who), "structure:open:done", person.id, structure.id)
    except (Invalid, EmailTaken) as refusal:
        given = {name: typed(form, name) for name in StructureForm.model_fields}
        return render(
            request,
            "people/structure_form.html",
            status_code=refusal.status,
            given=given,
            errors=errors_of(refusal),
        )
    return invited_page(request, structure, person, link_to(settings, token))


@router.get("/administration/organisations/{organisation_id}")
def show_organisation(organisation_id: UUID, request: Request, who: Admin, session: UnitOfWork) -> Response:
    return organisation_page(request, who, session, organisation_id)


@router.post("/administration/organisations/{organisation_id}/verifier")
def verify_organisation(
    organisation_id: UUID, request: Request, who: Admin, session: UnitOfWork, now: Now, form: SubmittedForm
) -> Response:
    try:
        method = parse(VerificationForm, form).method
    except Invalid as invalid:
        return organisation_page(request, who, session, organisation_id, invalid)
    organisations.verify(session, who, organisation_id, method, now)
    tag = f"organisation:verify-{method}:done"
    audit.note(session, act_of(request, who), tag, organisation_id=organisation_id)
    return redirect(f"/administration/organisations/{organisation_id}", N_("Organisation vérifiée."))


@router.post("/administration/organisations/{organisation_id}/suspendre")
def suspend_organisation(
    organisation_id: UUID, request: Request, who: Admin, session: UnitOfWork, now: Now, form: SubmittedForm
) -> Response:
    try:
        asked = Suspension(**parse(SuspensionForm, form).model_dump())
    except Invalid as invalid:
        return organisation_page(request, who, session, organisation_id, invalid)
    organisations.suspend(session, who, organisation_id, asked, now, resources_of(request).settings)
    tag = "organisation:suspend-mistaken:done" if asked.mistaken else "organisation:suspend:done"
    audit.note(session, act_of(request, who), tag, organisation_id=organisation_id)
    return redirect(f"/administration/organisations/{organisation_id}", N_("Organisation suspendue."))


@router.post("/administration/organisations/{organisation_id}/refuser")
def refuse_company(
    organisation_id: UUID, request: Request, who: Admin, session: UnitOfWork, now: Now, form: SubmittedForm
) -> Response:
    try:
        reason = parse(RefusalForm, form).reason
    except Invalid as invalid:
        return organisation_page(request, who, session, organisation_id, invalid)
    organisations.refuse(session, who, organisation_id, reason, now, resources_of(request).settings)
    audit.note(session, act_of(request, who), "organisation:refuse:done", organisation_id=organisation_id)
    return redirect("/administration", N_("Refusée : l’entreprise reçoit le motif par e-mail."))


@router.post("/administration/organisations/{organisation_id}/inviter")
def invite_adviser(
    organisation_id: UUID, request: Request, who: Admin, session: UnitOfWork, now: Now, form: SubmittedForm
) -> Response:
    settings = resources_of(request).settings
    try:
        asked = parse(AdviserForm, form)
        invited = Invited(asked.given_name, asked.family_name, email=asked.email)
        person, token = invitations.invite_adviser(session, who, organisation_id, invited, now, settings)
        audit.note(session, act_of(request, who), "adviser:invite:done", person.id, organisation_id)
    except (Invalid, EmailTaken) as refusal:
        return organisation_page(request, who, session, organisation_id, refusal)
    structure = organisations.required(session, who, organisation_id)
    return invited_page(request, structure, person, link_to(settings, token))


@router.post("/administration/organisations/{organisation_id}/inviter/{person_id}")
def renew_invitation(
    organisation_id: UUID, person_id: UUID, request: Request, who: Admin, session: UnitOfWork, now: Now
) -> Response:
    resources = resources_of(request)
    structure = organisations.required(session, who, organisation_id)
    known = queries.person(session, person_id)
    act, settings = act_of(request, who), resources.settings
    try:
        person, token = invitations.renew_adviser(session, who, structure.id, person_id, now, settings)
    except NobodyToInvite:
        # The refusal undoes this request: what was tried is kept in a unit of its own.
        with resources.short_unit() as short:
            about_id = known.id if known else None
            audit.note(short, act, "adviser:invite-again:refused", about_id, structure.id)
        raise
    audit.note(session, act, "adviser:invite-again:done", person.id, structure.id)
    return invited_page(request, structure, person, link_to(settings, token))


@router.post("/administration/organisations/{organisation_id}/membres/{person_id}/suspendre")
def suspend_member(
    organisation_id: UUID, person_id: UUID, request: Request, who: Admin, session: UnitOfWork, now: Now
) -> Response:
    organisations.suspend_member(session, who, organisation_id, person_id, now)
    audit.note(session, act_of(request, who), "member:suspend:done", person_id, organisation_id)
    return redirect(
        f"/administration/organisations/{organisation_id}", N_("Accès suspendu, sur tous les appareils.")
    )


@router.post("/administration/organisations/{organisation_id}/membres/{person_id}/retablir")
def reinstate_member(
    organisation_id: UUID, person_id: UUID, request: Request, who: Admin, session: UnitOfWork
) -> Response:
    organisations.reinstate_member(session, who, organisation_id, person_id)
    audit.note(session, act_of(request, who), "member:reinstate:done", person_id, organisation_id)
    return redirect(f"/administration/organisations/{organisation_id}", N_("Accès rendu."))


@router.post("/administration/organisations/{organisation_id}/membres/{person_id}/code")
def reset_code(
    organisation_id: UUID, person_id: UUID, request: Request, who: Admin, session: UnitOfWork, now: Now
) -> Response:
    organisations.reset_factor(session, who, organisation_id, person_id, now)
    audit.note(session, act_of(request, who), "member:reset-code:done", person_id, organisation_id)
    return redirect(
        f"/administration/organisations/{organisation_id}",
        N_("Code remis à zéro : à la prochaine connexion, un téléphone sera ajouté."),
    )


def organisation_page(
    request: Request,
    who: Who,
    session: Session,
    organisation_id: UUID,
    refusal: Invalid | Conflict | None = None,
) -> Response:
    """Show an organisation with its members, what may be done, and what is to be corrected."""
    organisation = organisations.required(session, who, organisation_id)
    members = queries.members_of(session, organisation_id)
    return render(
        request,
        "people/organisation.html",
        status_code=refusal.status if refusal else 200,
        organisation=organisation,
        waiting=verifications.dossier(session, organisation) if organisation.kind == "company" else None,
        engagements=ENGAGEMENT_LABELS,
        members=members,
        with_code=factors.with_phone(session, [member.person_id for member in members]),
        decisions=audit.decisions_about(session, organisation_id),
        decided=audit.LABELS,
        methods=VERIFICATION_METHODS,
        errors=errors_of(refusal) if refusal else {},
    )


def link_to(settings: Settings, token: str) -> str:
    """Return the whole address of an invitation."""
    return f"{settings.public_url.rstrip('/')}/invitation/{token}"


def invited_page(request: Request, structure: Organisation, person: Person, link: str) -> Response:
    """Show the link of an invitation, once: nobody can read it again."""
    return render(request, "people/invited.html", structure=structure, person=person, link=link)


def errors_of(refusal: Invalid | Conflict) -> dict[str, str]:
    """Return what is to be corrected, field by field."""
    return refusal.errors if isinstance(refusal, Invalid) else {"email": refusal.title}
