"""What every object storage does, whatever stands behind it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.errors import Forbidden, Gone, NotFound, Unavailable
from app.words import N_

KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}(/[a-z0-9][a-z0-9._-]{0,199})*")
KEY_MAX_CHARACTERS = 500
CHUNK_BYTES = 1 << 20


class InvalidKey(ValueError):
    """A key or prefix that no code of ours should make: a bug, never the person's doing."""


class ObjectNotFound(NotFound):
    """No object has this key (any more)."""

    slug = "fichier-introuvable"
    title = N_("Ce fichier n’existe pas ou plus")


class LinkForged(Forbidden):
    """The link to an object was not made by us, or was changed."""

    slug = "lien-invalide"
    title = N_("Ce lien n’est pas valable")


class LinkExpired(Gone):
    """The link to an object was ours, and its time is over."""

    slug = "lien-expire"
    title = N_("Ce lien n’est plus valable : recharge la page")


class StorageUnavailable(Unavailable):
    """The storage does not answer, refuses us, or is full."""

    slug = "stockage-indisponible"
    title = N_("Les vidéos sont momentanément inaccessibles")


@dataclass(frozen=True)
class ObjectInfo:
    """What is known of an object without reading it; lists do not tell the content type."""

    key: str
    size_bytes: int
    modified_at: datetime
    content_type: str | None = None


def valid_key(key: str) -> str:
    """Return `key`: lower-case ASCII segments parted by slashes, none hidden, empty or climbing."""
    if len(key) > KEY_MAX_CHARACTERS or not KEY.fullmatch(key):
        raise InvalidKey(key)
    return key


def valid_prefix(prefix: str) -> str:
    """Return `prefix`: a key and a final slash, so that `videos/1` never means `videos/10` too."""
    valid_key(prefix.removesuffix("/"))
    if not prefix.endswith("/"):
        raise InvalidKey(prefix)
    return prefix


class Storage(Protocol):
    """Objects by key.  Every verb may raise StorageUnavailable; keys that are not well formed, InvalidKey."""

    def prepare(self) -> None:
        """Make what objects are kept in, with the rules that players need; doing it again changes nothing."""
        ...

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Store a file whole or not at all, over an older object of that key."""
        ...

    def put_bytes(self, key: str, data: bytes, content_type: str) -> None:
        """Store bytes whole or not at all, over an older object of that key."""
        ...

    def stream(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` to before `end`, in pieces; what lies past the object is left out.

        Raise ObjectNotFound at the first piece.
        """
        ...

    def read(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """Return the bytes of `stream` at once; raise ObjectNotFound."""
        ...

    def head(self, key: str) -> ObjectInfo:
        """Return what is known of an object; raise ObjectNotFound."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object; do nothing when there is none."""
        ...

    def delete_all(self, keys: Iterable[str]) -> None:
        """Remove objects, many at once where that goes faster; those that are not there count as removed."""
        ...

    def delete_prefix(self, prefix: str) -> None:
        """Remove every object under `prefix`, which ends with a slash."""
        ...

    def forget_unfinished(self, begun_before: datetime) -> int:
        """Remove what writers that died left of objects that never came to be; return how many."""
        ...

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Yield the objects under `prefix` (all, or ending with a slash), in the order of their keys."""
        ...

    def signed_url(self, key: str, life_s: int, now: datetime) -> str:
        """Return an absolute address where anybody may GET the object for `life_s` seconds from `now`."""
        ...

    def close(self) -> None:
        """Let go of connections; no verb works after it."""
        ...
