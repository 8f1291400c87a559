"""What a request of tus 1.0.0 says, and how answers say it: pure functions of headers.

Source: https://tus.io/protocols/resumable-upload (1.0.0, every extension).
"""

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit
from uuid import UUID

from app.errors import PreconditionFailed, Refusal, Unsupported
from app.uploads.rules import Kind, MalformedUpload, Medium, too_large
from app.words import N_

VERSION = "1.0.0"
EXTENSIONS = (
    *("creation", "creation-with-upload", "creation-defer-length"),
    *("expiration", "termination", "checksum", "concatenation"),
)
CHECKSUMS = ("sha1", "sha256")
METHODS = ("OPTIONS", "POST", "HEAD", "PATCH", "DELETE")
CONTENT_TYPE = "application/offset+octet-stream"
METADATA_MAX_CHARS = 4096
PARTS_MAX = 64  # a client that sends in parallel opens a handful
BEYOND_ANY_DISK = 10**18  # Python refuses to read numbers of thousands of digits
NUMBER = re.compile(r"[0-9]+")
KEY = re.compile(r"[!-+\--~]+")  # visible ASCII without the comma, which separates pairs
SENT = (
    "Content-Type, Tus-Resumable, Upload-Checksum, Upload-Concat, Upload-Defer-Length, "
    "Upload-Length, Upload-Metadata, Upload-Offset, X-CSRF-Token, X-HTTP-Method-Override, "
    "X-Request-Id, X-Requested-With"
)
EXPOSED = (
    "Location, Tus-Checksum-Algorithm, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, "
    "Upload-Concat, Upload-Defer-Length, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset"
)


class ChecksumMismatch(Refusal):
    """The bytes that came are not those that were sent; none of them is kept."""

    status = 460
    slug = "somme-de-controle"
    title = N_("Les octets reçus ne sont pas ceux qui ont été envoyés")


@dataclass(frozen=True)
class Concat:
    """What Upload-Concat says: one part of a file, or (`part_ids`, in order) a file made of parts."""

    header: str
    kind: Kind = "whole"
    part_ids: tuple[UUID, ...] = ()


WHOLE = Concat("")


@dataclass(frozen=True)
class Announced:
    """What the client says of the file that it is about to send; `metadata` is kept as it was written.

    `medium` is voice when the metadata say so under `kind`, video when they say anything else, or nothing.
    `length_bytes` None: the client will say it later, or, of a file made of parts, it is their sum.
    """

    length_bytes: int | None
    metadata: str
    concat: Concat
    medium: Medium


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request must add up to."""

    algorithm: str
    digest: bytes

    def fresh_hash(self) -> "hashlib._Hash":
        """Return what the bytes are added up with."""
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def check(self, content_hash: "hashlib._Hash | None") -> None:
        """Raise ChecksumMismatch unless the hash of what came is the one announced."""
        if content_hash is None or content_hash.digest() != self.digest:
            raise ChecksumMismatch(N_("Renvoie ce morceau : rien n’en est gardé."))


def check_version(headers: Mapping[str, str]) -> None:
    """Raise PreconditionFailed unless the client speaks our version."""
    if headers.get("tus-resumable") != VERSION:
        raise PreconditionFailed(N_("Le service parle tus 1.0.0 (Tus-Resumable: 1.0.0)."))


def method_of(method: str, headers: Mapping[str, str]) -> str:
    """Return what is asked for: some networks let nothing but GET and POST through.

    Only a POST stands for another method: a browser guards it against other sites as it does the others.
    """
    return headers.get("x-http-method-override", method).upper() if method == "POST" else method


def number(headers: Mapping[str, str], name: str) -> int:
    """Return a header that counts bytes; raise MalformedUpload when it is absent or no plain number."""
    given = headers.get(name, "")
    if not NUMBER.fullmatch(given):
        raise MalformedUpload(N_("%(name)s doit être un nombre d’octets.", name=name.title()))
    return int(given) if len(given) < len(str(BEYOND_ANY_DISK)) else BEYOND_ANY_DISK


def announced(headers: Mapping[str, str], max_bytes: int) -> Announced:
    """Return what a creation announces; raise MalformedUpload, or TooLarge over `max_bytes`."""
    concat = concat_of(headers.get("upload-concat", ""))
    length_bytes = announced_bytes(headers, concat.kind)
    if length_bytes is not None and length_bytes > max_bytes:
        raise too_large(max_bytes)
    metadata = headers.get("upload-metadata", "")
    return Announced(length_bytes, metadata, concat, medium_in(metadata))


def medium_in(metadata: str) -> Medium:
    """Return what an upload holds, as whoever began it said; raise MalformedUpload."""
    return "voice" if metadata_of(metadata).get("kind") == b"voice" else "video"


def announced_bytes(headers: Mapping[str, str], kind: Kind) -> int | None:
    """Return how long a file will be, None when that is said later or follows from its parts."""
    says_now, says_later = "upload-length" in headers, "upload-defer-length" in headers
    if kind == "final":
        if says_now or says_later:
            raise MalformedUpload(N_("La longueur d’un fichier fait de morceaux est la leur."))
        return None
    if says_now == says_later:
        raise MalformedUpload(N_("Il faut Upload-Length ou Upload-Defer-Length, et pas les deux."))
    if says_later and headers["upload-defer-length"] != "1":
        raise MalformedUpload(N_("Upload-Defer-Length ne peut être que 1."))
    return number(headers, "upload-length") if says_now else None


def concat_of(header: str) -> Concat:
    """Return what an Upload-Concat header means; raise MalformedUpload.

    Parts are named by their addresses, absolute or not, separated by spaces.
    """
    if not header:
        return WHOLE
    if header == "partial":
        return Concat(header, "partial")
    word, _, addresses = header.partition(";")
    if word != "final" or not addresses.strip():
        raise MalformedUpload(N_("Upload-Concat dit « partial » ou « final;adresse adresse… »."))
    parts = addresses.split()
    if len(parts) > PARTS_MAX:
        raise MalformedUpload(N_("Un fichier a %(parts_max)s morceaux au plus.", parts_max=PARTS_MAX))
    return Concat(header, "final", tuple(map(part_id, parts)))


def part_id(address: str) -> UUID:
    """Return the id in the address of a part; raise MalformedUpload."""
    try:
        return UUID(urlsplit(address).path.rstrip("/").rpartition("/")[2])
    except ValueError as strange:
        raise MalformedUpload(N_("Upload-Concat nomme un morceau qui n’est pas d’ici.")) from strange


def checksum_of(headers: Mapping[str, str]) -> Checksum | None:
    """Return what the body must add up to, None when nobody says; raise MalformedUpload."""
    header = headers.get("upload-checksum")
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    if algorithm not in CHECKSUMS:
        raise MalformedUpload(N_("Upload-Checksum : %(checksums)s.", checksums=" ou ".join(CHECKSUMS)))
    try:
        digest = b64decode(value, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise MalformedUpload(N_("Upload-Checksum n’est pas en base64.")) from wrong
    checksum = Checksum(algorithm, digest)
    if len(digest) != checksum.fresh_hash().digest_size:
        raise MalformedUpload(
            N_("Upload-Checksum n’a pas la longueur de %(algorithm)s.", algorithm=algorithm)
        )
    return checksum


def metadata_of(header: str) -> dict[str, bytes]:
    """Return the pairs of an Upload-Metadata header, which may be empty; raise MalformedUpload."""
    if len(header) > METADATA_MAX_CHARS:
        raise MalformedUpload(N_("Upload-Metadata est trop long."))
    pairs: dict[str, bytes] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not KEY.fullmatch(key) or key in pairs:
            raise MalformedUpload(N_("Upload-Metadata a une clé vide ou répétée."))
        try:
            pairs[key] = b64decode(value, validate=True)
        except (binascii.Error, ValueError) as wrong:
            raise MalformedUpload(N_("Upload-Metadata n’est pas en base64.")) from wrong
    return pairs


def appended_at(headers: Mapping[str, str]) -> int:
    """Return the offset where a PATCH goes on; raise Unsupported or MalformedUpload."""
    check_content_type(headers)
    return number(headers, "upload-offset")


def fixed_bytes(headers: Mapping[str, str]) -> int | None:
    """Return the length that a PATCH fixes, None when it says nothing of it."""
    return number(headers, "upload-length") if "upload-length" in headers else None


def check_content_type(headers: Mapping[str, str]) -> None:
    """Raise Unsupported unless the body says that it is a piece of a file."""
    if headers.get("content-type") != CONTENT_TYPE:
        raise Unsupported(
            N_("Le type de contenu d’un morceau est %(content_type)s.", content_type=CONTENT_TYPE)
        )


def brings_bytes(headers: Mapping[str, str]) -> bool:
    """Tell whether a creation comes with the first piece in its body; raise Unsupported."""
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if has_body:
        check_content_type(headers)
    return has_body or headers.get("content-type") == CONTENT_TYPE


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
        "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
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
