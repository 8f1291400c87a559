"""The page of an invitation: who invites, into what, and the one button that opens the account."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid, Refusal
from app.people import invitations
from app.people.access import Anyone, enter
from app.people.invitations import InvitationExpired, InvitationUnknown, InvitationUsed, Opened
from app.web import language
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, typed
from app.web.templating import render

router = APIRouter()


@router.get("/invitation/{token}")
def show_invitation(request: Request, token: str, who: Anyone, session: UnitOfWork, now: Now) -> Response:
    del who
    try:
        opened = invitations.opened(session, token, now)
    except (InvitationUnknown, InvitationUsed, InvitationExpired) as refusal:
        return dead_invitation(request, refusal)
    return invitation_page(request, token, opened)


@router.post("/invitation/{token}")
def accept_invitation(
    request: Request, token: str, who: Anyone, session: UnitOfWork, now: Now, form: SubmittedForm
) -> Response:
    del who
    try:
        opened = invitations.opened(session, token, now)
        person = invitations.accept(session, token, typed(form, "password") or None, now)
    except (InvitationUnknown, InvitationUsed, InvitationExpired) as refusal:
        return dead_invitation(request, refusal)
    except Invalid as invalid:
        return invitation_page(request, token, opened, invalid.errors)
    return enter(request, session, person.id)


def invitation_page(
    request: Request, token: str, opened: Opened, errors: Mapping[str, str] | None = None
) -> Response:
    """Show an invitation, in French to who reads French on every page that it leads to."""
    if not language.reads_english({opened.role}):
        language.speak_french_alone(request)
    return render(
        request,
        "people/invitation.html",
        status_code=422 if errors else 200,
        token=token,
        opened=opened,
        errors=errors or {},
    )


def dead_invitation(request: Request, refusal: Refusal) -> Response:
    """Say kindly why an invitation does not open, and what to do."""
    return render(
        request,
        "people/invitation_dead.html",
        status_code=refusal.status,
        title=refusal.title,
        used=isinstance(refusal, InvitationUsed),
    )
