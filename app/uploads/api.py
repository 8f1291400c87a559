"""The resumable protocol at /files: a raw ASGI endpoint, since bodies stream and no form is parsed."""

import logging
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.errors import Refusal, Unavailable
from app.people import access
from app.people.rules import Who
from app.signing import derived_key, is_signed, sign
from app.uploads import rules, service, transfer, tus
from app.uploads.bodies import UploadStalled, parts_in, parts_of, patience_of
from app.uploads.line import offer_of
from app.uploads.models import Upload
from app.uploads.quotas import NewUpload
from app.uploads.rules import MalformedUpload
from app.uploads.service import Asked, UploadNotFound
from app.uploads.sinks import Body
from app.uploads.transfer import Desk, OtherWriter, Piece, Progress
from app.uploads.tus import Announced
from app.web.deps import Resources, resources_of
from app.web.problems import MethodNotAllowed, problem_response
from app.words import N_

ADDRESSES = ("/files", "/files/", "/files/{upload_id}")
TOKEN = "jeton"  # noqa: S105 - the name of a parameter

logger = logging.getLogger("visavis.uploads")


@dataclass(frozen=True)
class Call:
    """One request with what it needs of the application."""

    request: Request
    resources: Resources

    @property
    def method(self) -> str:
        """What is asked for."""
        return tus.method_of(self.request.method, self.request.headers)

    @property
    def desk(self) -> Desk:
        """What transfers work with."""
        return Desk(self.resources.in_unit, self.resources.settings, self.resources.clock)


class UploadEndpoint:
    """ASGI endpoint of tus 1.0.0: creation for residents, the rest for the owner or a signed address."""

    permission = "resident or upload token"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every answer carries the protocol's headers, refusals too."""
        request = Request(scope, receive)
        call = Call(request, resources_of(request))
        try:
            response = await answer(call)
        except Refusal as refusal:
            response = problem_response(request, refusal, said_with(refusal))
        except Exception:
            # A client that gets another 4xx, or no answer, may start again from zero: 503 makes it wait.
            logger.exception("upload trouble %s", getattr(request.state, "reference", ""))
            response = problem_response(request, Unavailable(retry_after_s=5))
        settings = call.resources.settings
        response.headers["Tus-Resumable"] = tus.VERSION
        if response.status_code == HTTPStatus.PRECONDITION_FAILED:
            response.headers.update(tus.abilities(settings.upload_max_bytes))
        response.headers.update(
            tus.cross_origin(request.headers.get("origin"), origin_of(settings.public_url))
        )
        await response(scope, receive, send)


def add_routes(app: Starlette) -> None:
    """Make the application answer at the addresses of uploads, with or without the slash."""
    endpoint = UploadEndpoint()
    for address in ADDRESSES:
        app.add_route(address, endpoint, list(tus.METHODS), include_in_schema=False)  # type: ignore[arg-type]  # ASGI


def origin_of(url: str) -> str:
    """Return the scheme and host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def said_with(refusal: Refusal) -> dict[str, str]:
    """Return the headers that come with a refusal."""
    if isinstance(refusal, rules.OffsetConflict):
        return {"Upload-Offset": str(refusal.offset_bytes)}
    if isinstance(refusal, MethodNotAllowed):
        return {"Allow": ", ".join(tus.METHODS)}
    if isinstance(refusal, OtherWriter | UploadStalled):
        return {"Connection": "close"}
    return {}


async def answer(call: Call) -> Response:
    """Answer one request by its method."""
    one = "upload_id" in call.request.path_params
    if call.method == "OPTIONS":
        return Response(status_code=200, headers=tus.abilities(call.resources.settings.upload_max_bytes))
    verbs = {"HEAD": head, "PATCH": patch, "DELETE": remove} if one else {"POST": post}
    if call.method not in verbs:
        raise MethodNotAllowed
    tus.check_version(call.request.headers)
    return await verbs[call.method](call)


async def post(call: Call) -> Response:
    """Begin an upload; its address carries the right to send to it, for clients that know no session."""
    settings, now, headers = call.resources.settings, call.resources.clock.now(), call.request.headers
    announced = tus.announced(headers, settings.upload_max_bytes)
    first = first_piece(call, announced)

    def create(session: Session) -> Upload:
        who = resident(call, session)
        new = NewUpload(
            who.person_id, announced.length_bytes, announced.metadata, announced.concat, announced.medium
        )
        return service.create(session, new, settings, now)

    upload = await call.desk.in_unit(create)
    address = f"{settings.public_url.rstrip('/')}/files/{upload.id}?{TOKEN}={token_of(call, upload.id)}"
    said = expiry_of(upload)
    if upload.kind == "final":
        said = standing(await transfer.join(call.desk, upload))
    elif first is not None:
        said = standing(await transfer.add(call.desk, upload, first))
    return Response(status_code=201, headers={"Location": address} | said)


def first_piece(call: Call, announced: Announced) -> Piece | None:
    """Return the bytes that come with a creation, None when none do; raise what says that they cannot."""
    headers = call.request.headers
    if not tus.brings_bytes(headers):
        return None
    if announced.concat.kind == "final":
        raise MalformedUpload(N_("Un fichier fait de morceaux n’a pas d’octets à lui."))
    piece = piece_of(call, 0)
    if announced.length_bytes is not None:
        rules.room_bytes(0, announced.length_bytes, 0, piece.body.length_bytes)
    return piece


def piece_of(call: Call, offset_bytes: int) -> Piece:
    """Return the body of a request as bytes to add; raise MalformedUpload."""
    request, headers = call.request, call.request.headers
    checksum = tus.checksum_of(headers)
    settings, offer = call.resources.settings, offer_of(request.scope)
    patience = patience_of(settings)
    parts = parts_in(offer, patience) if offer else parts_of(request.receive, patience)
    content_hash = checksum.fresh_hash() if checksum else None
    line = offer if settings.upload_splice else None
    body = Body(parts, tus.body_bytes(headers), patience, line, content_hash)
    return Piece(offset_bytes, body, checksum=checksum)


async def head(call: Call) -> Response:
    """Say where the upload stopped."""
    progress = await transfer.status(call.desk, await asked(call))
    upload = progress.upload
    length = (
        {"Upload-Defer-Length": "1"}
        if upload.length_bytes is None
        else {"Upload-Length": str(upload.length_bytes)}
    )
    kept = {"Upload-Metadata": upload.tus_metadata, "Upload-Concat": upload.tus_concat}
    said = {name: value for name, value in kept.items() if value}
    return Response(
        status_code=200, headers=standing(progress) | length | said | {"Cache-Control": "no-store"}
    )


async def patch(call: Call) -> Response:
    """Add the body to the upload."""
    headers = call.request.headers
    piece = replace(piece_of(call, tus.appended_at(headers)), length_bytes=tus.fixed_bytes(headers))
    progress = await transfer.append(call.desk, await asked(call), piece)
    return Response(status_code=204, headers=standing(progress))


async def remove(call: Call) -> Response:
    """Delete the upload and its bytes."""
    await transfer.cancel(call.desk, await asked(call))
    return Response(status_code=204)


def standing(progress: Progress) -> dict[str, str]:
    """Return the headers of where an upload stands."""
    return {"Upload-Offset": str(progress.offset_bytes)} | expiry_of(progress.upload)


def expiry_of(upload: Upload) -> dict[str, str]:
    """Return the header of when an unfinished upload is forgotten."""
    return {"Upload-Expires": tus.expires(upload.expires_at)} if upload.state == "receiving" else {}


async def asked(call: Call) -> Asked:
    """Return which upload is meant and on whose word; raise UploadNotFound for what is no id."""
    try:
        upload_id = UUID(call.request.path_params["upload_id"])
    except ValueError as strange:
        raise UploadNotFound from strange
    key = signing_key(call)
    if is_signed(key, str(upload_id), call.request.query_params.get(TOKEN, "")):
        return Asked(upload_id, None)
    who = await call.desk.in_unit(partial(resident, call))
    return Asked(upload_id, who.person_id)


def resident(call: Call, session: Session) -> Who:
    """Return the resident who asks, as pages know them; raise what pages would."""
    return access.streaming_resident(call.request, session, call.request.headers.get("x-csrf-token", ""))


def signing_key(call: Call) -> bytes:
    """Return the key of upload addresses."""
    return derived_key(call.resources.settings.secret_key, "upload")


def token_of(call: Call, upload_id: UUID) -> str:
    """Return the right to send to one upload; owner, length and expiry are in its row."""
    return sign(signing_key(call), str(upload_id))
