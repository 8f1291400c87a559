"""The key that signs the journal: a file of the operator; the database keeps the public halves alone."""

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.evidence.canonical import instant
from app.evidence.models import PublicKey
from app.evidence.notes import signed, written_key
from app.evidence.rules import CONVENTION
from app.settings import Settings
from app.words import N_

PRIVATE_MODE = 0o600


class KeyMissing(LookupError):
    """There is no key yet, or no longer, where the settings say."""


class KeyUnreadable(ValueError):
    """What stands where the settings say cannot be read, or is no key."""


class KeyExists(ValueError):
    """A key stands there already: it is rotated, not written over."""


@dataclass(frozen=True)
class Signer:
    """Who signs: the private key, the name under which it does, how it came after the one before.

    `endorsement` is a note by which the key before names this one, empty for the first.
    """

    path: Path
    name: str
    private: Ed25519PrivateKey
    made_at: datetime
    endorsement: str = ""

    @property
    def written(self) -> str:
        """The public key in one line."""
        return written_key(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return the signed note of a text."""
        return signed(text, self.name, self.private)

    def last_signed(self) -> tuple[int, bytes] | None:
        """Return the size and the root that were signed last, as the file beside the key remembers them."""
        try:
            size, root = self._memory.read_text().split()
        except FileNotFoundError:
            return None
        return int(size), bytes.fromhex(root)

    def remember(self, size: int, root: bytes) -> None:
        """Remember what is signed, so that a database from before is never signed again."""
        write_privately(self._memory, f"{size} {root.hex()}\n")

    @property
    def _memory(self) -> Path:
        return self.path.with_suffix(".last")


def create(settings: Settings, now: datetime) -> Signer:
    """Make the first key; raise KeyExists."""
    path = settings.evidence_key_path
    if path.exists():
        raise KeyExists(str(path))
    host = urlsplit(settings.public_url).netloc
    return keep(Signer(path, f"{host}/{CONVENTION}", Ed25519PrivateKey.generate(), now))


def rotate(settings: Settings, now: datetime) -> Signer:
    """Put a new key in the place of the old one, which names it and is gone; raise as `load` does."""
    old = load(settings)
    new = Ed25519PrivateKey.generate()
    written = written_key(old.name, new.public_key().public_bytes_raw())
    endorsement = old.sign(f"{old.name}\nrotation\n{written}\n{instant(now)}\n")
    return keep(Signer(old.path, old.name, new, now, endorsement))


def load(settings: Settings) -> Signer:
    """Return who signs; raise KeyMissing, KeyUnreadable."""
    path = settings.evidence_key_path
    try:
        kept = json.loads(path.read_text())
        private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept["private"]))
        made_at = datetime.fromisoformat(kept["made_at"])
        return Signer(path, kept["name"], private, made_at, kept["endorsement"])
    except FileNotFoundError:
        raise KeyMissing(
            N_("Il n’y a pas de clé dans %(path)s. Tapez : visavis evidence key create", path=path)
        ) from None
    except (OSError, ValueError, LookupError, TypeError) as unread:
        raise KeyUnreadable(
            N_(
                "La clé %(path)s ne se lit pas : donnez ce fichier au compte du service, ou remettez "
                "sa copie.",
                path=path,
            )
        ) from unread


def keep(signer: Signer) -> Signer:
    """Write the file of the key, readable by its owner alone; all of it, or nothing."""
    kept = {
        "name": signer.name,
        "private": base64.b64encode(signer.private.private_bytes_raw()).decode(),
        "made_at": instant(signer.made_at),
        "endorsement": signer.endorsement,
    }
    write_privately(signer.path, json.dumps(kept, indent=1) + "\n")
    return signer


def write_privately(path: Path, text: str) -> None:
    """Put a file in its place, whole and on the disk, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def publish(session: Session, signer: Signer) -> None:
    """Keep the public half of a key for ever: what it signed is verified long after it is gone."""
    row = {"written": signer.written, "made_at": signer.made_at, "endorsement": signer.endorsement}
    session.execute(upsert(PublicKey).values(row).on_conflict_do_nothing())


def public_keys(session: Session) -> Sequence[PublicKey]:
    """Return every key that signed, the newest first."""
    newest = select(PublicKey).order_by(PublicKey.made_at.desc(), PublicKey.written)
    return session.scalars(newest).all()
