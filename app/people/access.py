"""Who is asking: the permissions that pages and api of every room name as dependencies.

Every route names exactly one of them (a house test holds it).  A signed-in person who writes must send the
token of the session (`csrf_token` in a form, `X-CSRF-Token` from a script).  What a role may not see does not
exist: 404.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from app.errors import Forbidden, NotFound, NotSignedIn
from app.people import sessions
from app.people.models import SignInSession
from app.people.rules import Who
from app.signing import derived_key, is_signed, sign
from app.web.deps import SAFE_METHODS, CurrentResources, Now, UnitOfWork, permission
from app.web.forms import submitted

SESSION_COOKIE = "__Host-visavis"
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class TokenMissing(Forbidden):
    """A write without the token of the session: another page may have sent it."""

    slug = "jeton-de-page"
    title = "Cette page a expiré"


async def page_token(request: Request) -> str:
    """Return the token that came with a write, empty when none did."""
    given = request.headers.get("x-csrf-token")
    if given is None and request.headers.get("content-type", "").startswith(FORM_TYPES):
        given = str((await submitted(request)).get("csrf_token", ""))
    return given or ""


def current(
    request: Request,
    session: UnitOfWork,
    resources: CurrentResources,
    now: Now,
    token: Annotated[str, Depends(page_token)],
) -> Who | None:
    """Return who is signed in; raise TokenMissing when a write does not prove that it comes from our page."""
    cookie = request.cookies.get(SESSION_COOKIE)
    found = sessions.standing_session(session, cookie, now, resources.settings) if cookie else None
    who = sessions.who_is(session, found) if found else None
    if found is None or who is None:
        return None
    key = derived_key(resources.settings.secret_key, "csrf")
    request.state.who = who
    request.state.csrf_token = sign(key, str(found.id))
    if request.method not in SAFE_METHODS and not is_signed(key, str(found.id), token):
        raise TokenMissing("Recharge la page puis recommence : rien n’a été perdu côté serveur.")
    note_use(resources, found, request)
    return who


def note_use(resources: CurrentResources, found: SignInSession, request: Request) -> None:
    """Note, at most every few minutes and whatever becomes of the request, that the session is in use."""
    now = resources.clock.now()
    if now - found.last_seen_at > sessions.SEEN_EVERY and request.method in SAFE_METHODS:
        with resources.short_unit() as short:
            sessions.mark_seen(short, found.id, now)


@permission("anyone")
def anyone(who: Annotated[Who | None, Depends(current)]) -> Who | None:
    """Let everybody in; None when nobody is signed in."""
    return who


@permission("signed in")
def signed_in(who: Annotated[Who | None, Depends(current)]) -> Who:
    """Let in whoever is signed in."""
    if who is None:
        raise NotSignedIn
    return who


def holding(role: str) -> Callable[[Who], Who]:
    """Return the permission of those who hold `role`; for others the page does not exist."""

    @permission(role)
    def holder(who: Annotated[Who, Depends(signed_in)]) -> Who:
        if role not in who.roles:
            raise NotFound
        return who

    return holder


Anyone = Annotated[Who | None, Depends(anyone)]
SignedIn = Annotated[Who, Depends(signed_in)]
Resident = Annotated[Who, Depends(holding("resident"))]
Recruiter = Annotated[Who, Depends(holding("recruiter"))]
Adviser = Annotated[Who, Depends(holding("adviser"))]
Funder = Annotated[Who, Depends(holding("funder"))]
Admin = Annotated[Who, Depends(holding("admin"))]
