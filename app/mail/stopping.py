"""One click that stops a kind of letter: its link is signed, since who got it need not sign in (RFC 8058)."""

from app.settings import Settings
from app.signing import derived_key, is_signed, sign

PURPOSE = "letters stopped"


def stop_path(settings: Settings, path: str) -> str:
    """Return the address that stops letters, for whoever got one: the page `path`, and what proves it."""
    return f"{path}/{sign(derived_key(settings.secret_key, PURPOSE), path)}"


def may_stop(settings: Settings, path: str, token: str) -> bool:
    """Tell whether a token came with a letter that the page `path` stops."""
    return is_signed(derived_key(settings.secret_key, PURPOSE), path, token)
