"""Signed notes: a text, an empty line, and Ed25519 signatures that name their key.

Source: C2SP, signed-note and tlog-checkpoint.
"""

import base64
from binascii import Error as NotBase64
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
DASH = "\N{EM DASH} "
ID_BYTES = 4


class NoteUnsigned(ValueError):
    """A note does not bear a good signature of the key that is asked for."""


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes by which a signature names its key."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:ID_BYTES]


def written_key(name: str, public: bytes) -> str:
    """Return a public key in one line: its name, its id, the key."""
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def read_key(written: str) -> tuple[str, bytes]:
    """Return the name and the bytes of a public key in one line; raise ValueError for any other text."""
    name, identity, encoded = written.strip().split("+", 2)
    kind_and_key = base64.b64decode(encoded, validate=True)
    public = kind_and_key[1:]
    if kind_and_key[:1] != ED25519 or key_id(name, public).hex() != identity:
        raise ValueError(written)
    return name, public


def signed(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """Return the note of a text, which ends with a new line."""
    identity = key_id(name, private.public_key().public_bytes_raw())
    signature = base64.b64encode(identity + private.sign(text.encode())).decode()
    return f"{text}\n{DASH}{name} {signature}\n"


def opened(note: str, written: str) -> str:
    """Return the text of a note that a public key signed; raise NoteUnsigned."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    name, public = read_key(written)
    for line in signatures.splitlines():
        signer, _, encoded = line.removeprefix(DASH).rpartition(" ")
        try:
            given = base64.b64decode(encoded, validate=True)
        except NotBase64:
            continue
        if (signer, given[:ID_BYTES]) == (name, key_id(name, public)):
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(given[ID_BYTES:], text.encode())
            except InvalidSignature:
                continue
            return text
    raise NoteUnsigned(name)
