"""Keys derived from the one secret, and short signatures: links, tokens, cursors."""

import base64
import hashlib
import hmac

from pydantic import SecretStr


def derived_key(secret: SecretStr, purpose: str) -> bytes:
    """Return the 32-byte key of one purpose, so that a signature made for one serves no other."""
    return hmac.digest(secret.get_secret_value().encode(), purpose.encode(), "sha256")


def sign(key: bytes, message: str) -> str:
    """Return the URL-safe signature (128 bits) of `message`."""
    digest = hmac.digest(key, message.encode(), "sha256")[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def is_signed(key: bytes, message: str, signature: str) -> bool:
    """Tell, in constant time, whether `signature` is the one of `message`."""
    return hmac.compare_digest(sign(key, message).encode(), signature.encode())


def token_sha256(token: str) -> bytes:
    """Return what is kept of a random token: a reader of the database cannot use it."""
    return hashlib.sha256(token.encode()).digest()
