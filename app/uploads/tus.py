"""What a request of tus 1.0.0 says, and how answers say it: pure functions of headers.

Source: https://tus.io/protocols/resumable-upload (core, creation, expiration, termination).
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from app.errors import PreconditionFailed, Refusal, Unsupported
from app.uploads.rules import too_large

VERSION = "1.0.0"
EXTENSIONS = ("creation", "expiration", "termination")
METHODS = ("OPTIONS", "POST", "HEAD", "PATCH", "DELETE")
CONTENT_TYPE = "application/offset+octet-stream"
METADATA_MAX_CHARS = 4096
BEYOND_ANY_DISK = 10**18  # Python refuses to read numbers of thousands of digits
NUMBER = re.compile(r"[0-9]+")
KEY = re.compile(r"[!-+\--~]+")  # visible ASCII without the comma, which separates pairs
SENT = (
    "Content-Type, Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset, "
    "X-CSRF-Token, X-HTTP-Method-Override, X-Request-Id, X-Requested-With"
)
EXPOSED = (
    "Location, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, "
    "Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset"
)


class MalformedUpload(Refusal):
    """Headers that say nothing the protocol knows."""

    status = 400
    slug = "envoi-mal-forme"
    title = "Demande d’envoi mal formée"


@dataclass(frozen=True)
class Announced:
    """What the client says of the file that it is about to send; `metadata` is kept as it was written."""

    length_bytes: int
    metadata: str


def check_version(headers: Mapping[str, str]) -> None:
    """Raise PreconditionFailed unless the client speaks our version."""
    if headers.get("tus-resumable") != VERSION:
        raise PreconditionFailed("Le service parle tus 1.0.0 (Tus-Resumable: 1.0.0).")


def method_of(method: str, headers: Mapping[str, str]) -> str:
    """Return what is asked for: some networks let nothing but GET and POST through.

    Only a POST stands for another method: a browser guards it against other sites as it does the others.
    """
    return headers.get("x-http-method-override", method).upper() if method == "POST" else method


def number(headers: Mapping[str, str], name: str) -> int:
    """Return a header that counts bytes; raise MalformedUpload when it is absent or no plain number."""
    given = headers.get(name, "")
    if not NUMBER.fullmatch(given):
        raise MalformedUpload(f"{name.title()} doit être un nombre d’octets.")
    return int(given) if len(given) < len(str(BEYOND_ANY_DISK)) else BEYOND_ANY_DISK


def announced(headers: Mapping[str, str], max_bytes: int) -> Announced:
    """Return what a creation announces; raise MalformedUpload, or TooLarge over `max_bytes`."""
    length_bytes = number(headers, "upload-length")
    if "upload-defer-length" in headers:
        raise MalformedUpload("Upload-Length et Upload-Defer-Length s’excluent.")
    if length_bytes > max_bytes:
        raise too_large(max_bytes)
    metadata = headers.get("upload-metadata", "")
    metadata_of(metadata)
    return Announced(length_bytes, metadata)


def metadata_of(header: str) -> dict[str, bytes]:
    """Return the pairs of an Upload-Metadata header, which may be empty; raise MalformedUpload."""
    if len(header) > METADATA_MAX_CHARS:
        raise MalformedUpload("Upload-Metadata est trop long.")
    pairs: dict[str, bytes] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not KEY.fullmatch(key) or key in pairs:
            raise MalformedUpload("Upload-Metadata a une clé vide ou répétée.")
        try:
            pairs[key] = b64decode(value, validate=True)
        except (binascii.Error, ValueError) as wrong:
            raise MalformedUpload("Upload-Metadata n’est pas en base64.") from wrong
    return pairs


def appended_at(headers: Mapping[str, str]) -> int:
    """Return the offset where a PATCH goes on; raise Unsupported or MalformedUpload."""
    if headers.get("content-type") != CONTENT_TYPE:
        raise Unsupported(f"Le type de contenu d’une suite est {CONTENT_TYPE}.")
    return number(headers, "upload-offset")


def body_bytes(headers: Mapping[str, str]) -> int | None:
    """Return how long the body says it is, None when it does not."""
    return number(headers, "content-length") if "content-length" in headers else None


def expires(at: datetime) -> str:
    """Return an Upload-Expires header.  Source: RFC 9110, 5.6.7."""
    return format_datetime(at, usegmt=True)


def abilities(max_bytes: int) -> dict[str, str]:
    """Return what OPTIONS answers: what this server can do."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": str(max_bytes),
    }


def cross_origin(origin: str | None, own_origin: str) -> dict[str, str]:
    """Return what lets a page of our own address read the answers; nothing for any other."""
    if origin != own_origin:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": own_origin,
        "Access-Control-Allow-Methods": ", ".join(METHODS),
        "Access-Control-Allow-Headers": SENT,
        "Access-Control-Expose-Headers": EXPOSED,
        "Access-Control-Max-Age": "86400",
    }
