"""Text that comes from outside: what is none is refused here, before anything is made of it."""

import re
from typing import Annotated
from urllib.parse import unquote_to_bytes

from pydantic import AfterValidator
from starlette.types import Scope

from app.errors import Refusal
from app.words import N_

# NUL, which PostgreSQL keeps nowhere, and half a pair of UTF-16, which no answer can be written with.
NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class Undecodable(Refusal):
    """Bytes that are not text where text was expected."""

    status = 400
    slug = "requete-illisible"
    title = N_("Demande illisible")


def is_text(text: str) -> bool:
    """Tell whether everything in it can be kept and shown."""
    return NO_TEXT.search(text) is None


def has_readable_address(scope: Scope) -> bool:
    """Tell whether the path and the query of a request are UTF-8 and text, once percent-decoded."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    try:
        return is_text(unquote_to_bytes(raw + b"?" + scope["query_string"]).decode())
    except UnicodeDecodeError:
        return False


def plain(text: str) -> str:
    """Return a text of a document; raise ValueError for what is none."""
    if not is_text(text):
        raise ValueError(N_("Écrire du texte, en UTF-8."))
    return text


Text = Annotated[str, AfterValidator(plain)]
