"""Keyset cursors: opaque, signed, so that a page never shifts and nobody writes their own."""

import base64
import binascii
import json

from app.errors import Refusal
from app.signing import is_signed, sign
from app.words import N_


class BadCursor(Refusal):
    """The cursor is not one that this service gave."""

    status = 400
    slug = "curseur-invalide"
    title = N_("Cette page de la liste n’existe pas")


def write_cursor(key: bytes, *values: str) -> str:
    """Return the opaque cursor of the last row of a page."""
    body = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
    return f"{body}.{sign(key, body)}"


def read_cursor(key: bytes, cursor: str) -> tuple[str, ...]:
    """Return the values of a cursor; raise BadCursor when it is not ours."""
    body, _, signature = cursor.partition(".")
    if not is_signed(key, body, signature):
        raise BadCursor
    try:
        return tuple(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    except (binascii.Error, ValueError) as error:
        raise BadCursor from error
