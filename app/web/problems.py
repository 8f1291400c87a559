"""From a refusal to its answer: RFC 9457 for programs, a page for a browser."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.errors import Forbidden, Invalid, NotFound, NotSignedIn, Refusal, TooLarge, Unavailable
from app.web.forms import sentence, sentences_typed
from app.web.templating import render
from app.web.text import Undecodable
from app.words import N_, said

PROGRAM_PATHS = ("/api/", "/files", "/lectures")
MEDIA_TYPE = "application/problem+json"

logger = logging.getLogger("visavis.web")


class MethodNotAllowed(Refusal):
    """The address exists, for other methods."""

    status = 405
    slug = "methode-non-permise"
    title = N_("Cette action n’existe pas à cette adresse")


class Breakdown(Refusal):
    """A bug of ours: logged with the reference that is shown."""

    status = 500
    slug = "panne"
    title = N_("Quelque chose n’a pas marché de notre côté")


def wants_page(request: Request) -> bool:
    """Tell whether a person looks at the answer, rather than a program."""
    if request.scope["path"].startswith(PROGRAM_PATHS):
        return False
    return "text/html" in request.headers.get("accept", "")


def problem_body(request: Request, refusal: Refusal) -> dict[str, Any]:
    """Return the RFC 9457 document of a refusal; `type` is the address of its explanation."""
    body: dict[str, Any] = {
        "type": f"{request.app.state.resources.settings.public_url}/problemes/{refusal.slug}",
        "title": said(refusal.title),
        "status": refusal.status,
        "instance": request.url.path,
        "request_id": getattr(request.state, "reference", ""),
    }
    if refusal.detail:
        body["detail"] = said(refusal.detail)
    if isinstance(refusal, Invalid) and refusal.errors:
        body["errors"] = [
            {"pointer": f"#/{name}", "detail": said(text)} for name, text in refusal.errors.items()
        ]
    return body


def problem_response(request: Request, refusal: Refusal, headers: dict[str, str] | None = None) -> Response:
    """Answer with a refusal, as a page or as a document; nobody signed in goes to sign in first."""
    headers = dict(headers or {})
    if refusal.retry_after_s is not None:
        headers["Retry-After"] = str(refusal.retry_after_s)
    if refusal.challenge:
        headers["WWW-Authenticate"] = refusal.challenge
    if not wants_page(request):
        return problem_document(request, refusal, headers)
    if isinstance(refusal, NotSignedIn) and request.method == "GET":
        return RedirectResponse(f"/connexion?suite={quote(request.url.path)}", status_code=303)
    return problem_page(request, refusal, headers)


def problem_page(request: Request, refusal: Refusal, headers: dict[str, str]) -> Response:
    """Show a refusal to a person: what happened, what to do, when and where, and what they had typed."""
    ours = refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return render(
        request,
        "problem.html",
        status_code=refusal.status,
        headers=headers,
        status=refusal.status,
        title=refusal.title,
        detail=refusal.detail,
        sentences=list(refusal.errors.values()) if isinstance(refusal, Invalid) else [],
        retry_after_s=refusal.retry_after_s,
        typed=sentences_typed(request),
        reference=getattr(request.state, "reference", "") if ours else "",
    )


def problem_document(request: Request, refusal: Refusal, headers: dict[str, str] | None = None) -> Response:
    """Answer a program with the RFC 9457 document of a refusal."""
    return JSONResponse(
        problem_body(request, refusal), refusal.status, headers=headers, media_type=MEDIA_TYPE
    )


def invalid_input(errors: Sequence[Any]) -> Invalid:
    """Return the refusal of malformed input, from what the framework found wrong with each field."""
    return Invalid(errors={"/".join(map(str, error["loc"])): sentence(error) for error in errors})


def refusal_of_status(exception: HTTPException) -> Refusal:
    """Return our refusal for one that the framework raised by itself."""
    families: dict[int, type[Refusal]] = {
        HTTPStatus.NOT_FOUND: NotFound,
        HTTPStatus.METHOD_NOT_ALLOWED: MethodNotAllowed,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TooLarge,
        HTTPStatus.FORBIDDEN: Forbidden,
    }
    return families.get(exception.status_code, Undecodable)()


async def on_refusal(request: Request, exception: Exception) -> Response:
    """Answer a refusal of ours."""
    return problem_response(request, exception if isinstance(exception, Refusal) else Breakdown())


async def on_invalid(request: Request, exception: Exception) -> Response:
    """Answer input that the framework could not read."""
    errors = exception.errors() if isinstance(exception, RequestValidationError) else ()
    return problem_response(request, invalid_input(errors))


async def on_framework_refusal(request: Request, exception: Exception) -> Response:
    """Answer what the framework itself refused: unknown address, wrong method, unreadable body."""
    if not isinstance(exception, HTTPException):
        return problem_response(request, Breakdown())
    return problem_response(request, refusal_of_status(exception), dict(exception.headers or {}))


async def on_database_trouble(request: Request, exception: Exception) -> Response:
    """Answer while the database is away: the same request may go through later."""
    logger.error("database unavailable: %s", type(exception).__name__)
    return problem_response(request, Unavailable(retry_after_s=5))


def breakdown_response(request: Request, bug: Exception) -> Response:
    """Answer a bug: logged in full, shown as a reference; as a document where pages themselves are broken."""
    logger.error("breakdown %s", getattr(request.state, "reference", ""), exc_info=bug)
    try:
        return problem_response(request, Breakdown())
    except Exception:
        logger.exception("the page of the breakdown broke too")
        return problem_document(request, Breakdown())


def install(app: FastAPI) -> None:
    """Make every refusal of `app` answer as above; SecurityMiddleware, around them all, answers a bug."""
    app.add_exception_handler(Refusal, on_refusal)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_framework_refusal)
    app.add_exception_handler(OperationalError, on_database_trouble)
    app.add_exception_handler(PoolTimeoutError, on_database_trouble)
