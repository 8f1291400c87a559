"""Keys derived from the one secret: short signatures (links, tokens, cursors), and what is sealed at rest."""

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

NONCE_BYTES = 12


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


def seal(key: bytes, secret: str, about: str) -> bytes:
    """Return `secret` encrypted (AES-256-GCM): it opens for `about` alone, whose row it may not leave."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret.encode(), about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> str:
    """Return what was sealed; raise InvalidTag when the key, the bytes or `about` are others."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode()).decode()
