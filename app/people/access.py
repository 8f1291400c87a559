"""Who is asking: the permissions that pages and api of every room name as dependencies.

Every route names exactly one of them (a house test holds it).  A signed-in person who writes must send the
token of the session (`csrf_token` in a form, `X-CSRF-Token` from a script).  What a role may not see does not
exist: 404.
"""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Forbidden, NotFound, NotSignedIn
from app.people import factors, service, sessions
from app.people.audit import Act
from app.people.limits import Limiter, limits_key
from app.people.rules import Who, may_see_profiles
from app.people.sessions import Standing
from app.signing import derived_key, is_signed, sign
from app.web import language
from app.web.deps import SAFE_METHODS, CurrentResources, Now, UnitOfWork, permission, resources_of, told_of
from app.web.forms import submitted
from app.web.problems import wants_page
from app.web.security import redirect
from app.words import N_

SESSION_COOKIE = "__Host-visavis"
# Where somebody who has typed the right password does what is still asked of them.
STEP_PATHS = {"confirm": "/inscription/confirmation", "enrol": "/compte/code", "code": "/connexion/code"}
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class TokenMissing(Forbidden):
    """A write without the token of the session: another page may have sent it."""

    slug = "jeton-de-page"
    title = N_("Cette page a expiré")


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
    """Return who is signed in, nobody while a step is left; raise TokenMissing for a write of other pages."""
    cookie = request.cookies.get(SESSION_COOKIE)
    found = sessions.standing_session(session, cookie, now, resources.settings) if cookie else None
    if found is None:
        return None
    key = stand(request, found)
    if request.method not in SAFE_METHODS and not is_signed(key, str(found.id), token):
        raise TokenMissing(
            N_("Rouvrir la page, puis recommencer : ce qui était déjà enregistré l’est toujours.")
        )
    if not found.proved:
        return None
    if "resident" in found.who.roles and wants_page(request):
        request.state.waiting = told_of(request).waiting(session, found.who.person_id)
    note_use(resources, found, request)
    return found.who


def stand(request: Request, found: Standing) -> bytes:
    """Tell the page whose session it is shown in; return the key of its tokens."""
    key = derived_key(resources_of(request).settings.secret_key, "csrf")
    request.state.standing, request.state.csrf_token = found, sign(key, str(found.id))
    request.state.who = found.who if found.proved else None
    request.state.front_door = front_door(found.who) if found.proved else ""
    if not language.reads_english(found.who.roles):
        language.speak_french_alone(request)
    return key


def note_use(resources: CurrentResources, found: Standing, request: Request) -> None:
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


@permission("on the way in")
def on_the_way_in(request: Request, who: Annotated[Who | None, Depends(current)]) -> Standing:
    """Let in whoever has proved the first step, and those who have proved all."""
    del who
    found: Standing | None = getattr(request.state, "standing", None)
    if found is None:
        raise NotSignedIn
    return found


def holding(*roles: str) -> Callable[[Who], Who]:
    """Return the permission of those who hold one of `roles`; for others the page does not exist."""

    @permission(" or ".join(roles))
    def holder(who: Annotated[Who, Depends(signed_in)]) -> Who:
        if who.roles.isdisjoint(roles):
            raise NotFound
        return who

    return holder


@permission("not a resident alone")
def professional(who: Annotated[Who, Depends(signed_in)]) -> Who:
    """Let in whoever is signed in and is more than a resident, whose own pages say « tu »."""
    if who.is_resident_alone:
        raise NotFound
    return who


must_be_resident = holding("resident")

Anyone = Annotated[Who | None, Depends(anyone)]
OnTheWayIn = Annotated[Standing, Depends(on_the_way_in)]
SignedIn = Annotated[Who, Depends(signed_in)]
Professional = Annotated[Who, Depends(professional)]
Resident = Annotated[Who, Depends(must_be_resident)]
Recruiter = Annotated[Who, Depends(holding("recruiter"))]
Adviser = Annotated[Who, Depends(holding("adviser"))]
ResidentOrAdviser = Annotated[Who, Depends(holding("resident", "adviser"))]
Admin = Annotated[Who, Depends(holding("admin"))]


def streaming_resident(request: Request, session: Session, token: str) -> Who:
    """Return the resident whose body streams, so that nothing is injected; raise what pages would.

    `token` is the one that came with the write.
    """
    resources = resources_of(request)
    who = current(request, session, resources, resources.clock.now(), token)
    return must_be_resident(signed_in(who))


def limiter(resources: CurrentResources, now: Now) -> Limiter:
    """Return what counts tries, in units of its own."""
    return Limiter(resources.short_unit, limits_key(resources.settings), now)


Limits = Annotated[Limiter, Depends(limiter)]


def act_of(request: Request, who: Who) -> Act:
    """Return what the audit log keeps of a request of somebody who uses the power of their role."""
    return Act(who.person_id, request.state.reference, resources_of(request).clock.now())


def network_of(request: Request) -> str:
    """Return the network that a request comes from: an IPv4 address, or the /64 that one home has in IPv6."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def front_door(who: Who) -> str:
    """Return the page where somebody starts, by role."""
    if "resident" in who.roles:
        return "/moi"
    if "recruiter" in who.roles:
        return "/candidats" if may_see_profiles(who) else "/entreprise"
    doors = {"adviser": "/accompagnement", "admin": "/administration", "funder": "/statistiques"}
    return next((door for role, door in doors.items() if role in who.roles), "/compte")


def own_path(path: str) -> str:
    """Return `path` when it is one of this site's, else nothing: a link must not send people elsewhere."""
    own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if own else ""


def enter(request: Request, session: Session, person_id: UUID, to: str = "", text: str = "") -> Response:
    """Sign a person in with this browser and send it on, to the step that is left if there is one.

    `to` is a path of this site, the person's front door without one; `text` a word to show there.
    """
    found, token = admitted(request, session, person_id, proved=is_here(request, person_id))
    if found.proved:
        return keep(request, redirect(own_path(to) or front_door(found.who), text), token)
    step = factors.step_left(session, person_id, resources_of(request).settings)
    return keep(request, redirect(step_path(step, to), text), token)


def admitted(
    request: Request, session: Session, person_id: UUID, *, proved: bool = False
) -> tuple[Standing, str]:
    """Open a session of a person, the one that the browser had ends; return it with its token.

    It is half-way while a step is left, unless they are all `proved`.
    """
    resources = resources_of(request)
    now, settings = resources.clock.now(), resources.settings
    if former := getattr(request.state, "standing", None):
        sessions.close_session(session, former.who.person_id, former.id, now)
    step = "" if proved else factors.step_left(session, person_id, settings)
    # A secret that somebody else was shown, with the password alone, never becomes the phone of the owner.
    factors.give_up(session, person_id)
    if step == "enrol":
        sessions.close_half_way(session, person_id, now)
        factors.draw_secret(session, person_id, now, settings)
    browser = request.headers.get("user-agent", "")
    token = sessions.open_session(session, person_id, browser, now, proved=not step)
    found = sessions.standing_session(session, token, now, settings)
    if found is None:
        raise NotSignedIn
    stand(request, found)
    if language.reads_english(found.who.roles):
        service.note_language(session, person_id, request.state.language)
    return found, token


def is_here(request: Request, person_id: UUID) -> bool:
    """Tell whether this browser is signed in as this person already: a new session proves nothing anew."""
    former = getattr(request.state, "who", None)
    return former is not None and bool(former.person_id == person_id)


def half_way(request: Request) -> Standing | None:
    """Return the session of somebody who has a step left, once `current` has looked."""
    found: Standing | None = getattr(request.state, "standing", None)
    return None if found is None or found.proved else found


def step_path(step: str, to: str) -> str:
    """Return the page of a step that is left, from where one goes on to a path of this site."""
    path, to = STEP_PATHS[step], own_path(to)
    if to.startswith(f"{path}/"):
        return to
    return f"{path}?suite={quote(to)}" if to else path


def keep(request: Request, answer: Response, token: str) -> Response:
    """Give a session to the browser with an answer."""
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=resources_of(request).settings.session_life_days * 86_400,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return answer
