"""How the forms of profiles answer: to a script that saves by itself, or to a browser without one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.errors import Invalid
from app.profiles.models import Profile
from app.web.problems import wants_page
from app.web.security import redirect
from app.web.templating import render
from app.words import N_


def saved(request: Request, now: datetime, then: str, text: str = "") -> Response:
    """Answer that all is kept: when, to a script; the next screen, to a browser."""
    if wants_page(request):
        return redirect(then, text)
    return JSONResponse({"saved_at": now.isoformat()})


def again(request: Request, refused: Invalid, name: str, **values: Any) -> Response:
    """Show the page `name` again with its sentences; a script gets the problem itself."""
    if not wants_page(request):
        raise refused
    return render(request, name, status_code=refused.status, errors=refused.errors, **values)


def onward(
    request: Request, now: datetime, then: str, lacks: Mapping[str, str], name: str, **values: Any
) -> Response:
    """Answer that all is kept, and go on; a browser whose step lacks something stays and reads what."""
    if lacks and wants_page(request):
        return render(request, name, status_code=Invalid.status, errors=lacks, **values)
    return saved(request, now, then)


def as_typed(form: FormData, *lists: str) -> dict[str, Any]:
    """Return what was typed, as the page shows it again; `lists` are the fields with several answers."""
    return {name: form.getlist(name) if name in lists else form.get(name, "") for name in {*form, *lists}}


def steps_of(profile: Profile, current: str) -> list[tuple[str, str, str]]:
    """Return the four steps of the profile, as the component `steps` wants them."""
    done = {
        "/moi/profil": bool(profile.headline),
        "/moi/profil/metiers": bool(profile.jobs and profile.contract_types),
        "/moi/profil/atouts": bool(profile.competences or profile.skills),
        "/moi/profil/zones": bool(profile.zones),
    }
    names = zip(done.items(), (N_("Toi"), N_("Métiers"), N_("Atouts"), N_("Lieux")), strict=True)
    return [
        (name, href, "current" if href == current else "done" if filled else "todo")
        for (href, filled), name in names
    ]
