"""Around every request: reference, security headers, what is refused unread, word after an action."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Forbidden
from app.settings import Settings
from app.storage import links_origin
from app.web import language
from app.web.deps import SAFE_METHODS
from app.web.problems import breakdown_response, problem_response
from app.web.text import Undecodable, has_readable_address, is_text
from app.words import LANGUAGES, N_, said, speaking

FlashKind = Literal["success", "error", "info"]

FLASH_COOKIE = "__Host-visavis-message"
RECORDING_PAGES = frozenset({"/moi/video", "/moi/video/nouvelle"})


class CrossSiteWrite(Forbidden):
    """Another site made the browser send this request."""

    slug = "requete-intersite"
    title = N_("Cette demande vient d’un autre site")


@dataclass(frozen=True)
class Flash:
    """A word about the action just done, shown once on the next page."""

    kind: FlashKind
    texts: Mapping[str, str]


def redirect(path: str, text: str = "", kind: FlashKind = "success") -> RedirectResponse:
    """Send the browser to `path` after an action, with a word to show there."""
    response = RedirectResponse(path, status_code=303)
    if text:
        value = quote(json.dumps([kind, *in_every_language(text)]))
        response.set_cookie(FLASH_COOKIE, value, max_age=60, secure=True, httponly=True, samesite="lax")
    return response


def in_every_language(text: str) -> list[str]:
    """Return words as each language of ours says them: the next page may speak another than this one."""
    said_in = []
    for one in LANGUAGES:
        with speaking(one):
            said_in.append(said(text))
    return said_in


def read_flash(cookies: Mapping[str, str]) -> Flash | None:
    """Return the message that the last action left, None without one or with one that is not ours."""
    try:
        kind, *texts = json.loads(unquote(cookies[FLASH_COOKIE]))
    except (KeyError, ValueError, TypeError, RecursionError):
        return None
    are_words = all(isinstance(text, str) and is_text(text) for text in texts)
    ours = kind in ("success", "error", "info") and are_words and len(texts) == len(LANGUAGES)
    return Flash(kind, dict(zip(LANGUAGES, texts, strict=True))) if ours else None


def is_cross_site(method: str, headers: Headers, own_host: str) -> bool:
    """Tell whether a browser says that another site made this write.

    Source: Fetch Metadata Request Headers (W3C); browsers without it send Origin.  A client that sends
    neither is not a browser: the token of the session decides there.
    """
    if method in SAFE_METHODS:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc not in (headers.get("host"), own_host)


def content_security_policy(nonce: str, media_origins: str) -> str:
    """Return the policy of every page: our own files, and the media where they are stored."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            f"img-src 'self' data: blob:{media_origins}",
            f"media-src 'self' blob:{media_origins}",
            f"connect-src 'self'{media_origins}",
            "font-src 'self'",
            "worker-src 'self' blob:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


@dataclass
class Exchange:
    """The `send` of one request: adds the security headers, and knows whether an answer has begun."""

    around: "SecurityMiddleware"
    request: Request
    send: Send
    has_begun: bool = False

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            self.has_begun = True
            self.around.add_headers(self.request, MutableHeaders(scope=message))
        await self.send(message)


class SecurityMiddleware:
    """ASGI middleware of what `app.web.security` is for."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.own_host = urlsplit(settings.public_url).netloc
        self.media_origins = f" {links_origin(settings)}".rstrip()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with what pages need in its state, and headers on its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        state = request.state
        state.reference = secrets.token_hex(6)
        state.csp_nonce = secrets.token_urlsafe(16)
        state.flash = read_flash(request.cookies)
        state.language = language.chosen(request)
        exchange = Exchange(self, request, send)
        try:
            with language.spoken_to(request):
                await self.answer(request, receive, exchange)
        except Exception as bug:
            # Here and not in a handler of the framework's, whose answer would leave without these headers.
            if not exchange.has_begun:
                await breakdown_response(request, bug)(scope, receive, exchange)
            raise

    async def answer(self, request: Request, receive: Receive, send: Send) -> None:
        """Refuse an address that is no text, or what another site sends; pass the rest on."""
        answer: ASGIApp = self.app
        if not has_readable_address(request.scope):
            answer = problem_response(request, Undecodable(N_("L’adresse doit être écrite en UTF-8.")))
        elif is_cross_site(request.method, request.headers, self.own_host):
            answer = problem_response(request, CrossSiteWrite())
        await answer(request.scope, receive, send)

    def add_headers(self, request: Request, headers: MutableHeaders) -> None:
        """Add to the answer what keeps it out of other sites, caches and devices."""
        # Of the scope: to build its address costs more than all of this.
        recording = request.scope["path"] in RECORDING_PAGES
        camera = "(self)" if recording else "()"
        policy = content_security_policy(request.state.csp_nonce, self.media_origins)
        headers.setdefault("content-security-policy", policy)
        headers.setdefault("cache-control", "no-store")
        headers["x-content-type-options"] = "nosniff"
        headers["referrer-policy"] = "same-origin"
        headers["cross-origin-opener-policy"] = "same-origin"
        headers["permissions-policy"] = (
            f"camera={camera}, microphone={camera}, geolocation=(), browsing-topics=()"
        )
        headers["x-request-id"] = request.state.reference
        if request.scope["scheme"] == "https":
            headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        shown = headers.get("content-type", "").startswith("text/html")
        if shown:
            headers["content-language"] = request.state.language
            headers.add_vary_header("Accept-Language")
            headers.add_vary_header("Cookie")
        if request.state.flash and shown:
            headers.append(
                "set-cookie", f"{FLASH_COOKIE}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=lax"
            )
