"""Passwords: argon2id, a bounded number at a time, as long as one likes and never a common one."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Invalid
from app.people.rules import password_trouble
from app.words import N_

# 19 MiB, two passes: OWASP's first recommendation for argon2id, 25 ms here.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# At most four at once: a burst of logins must not take all memory and all cores.
AT_ONCE = BoundedSemaphore(4)
# What an unknown account is checked against, so that it takes as long as a known one.  Written out, and not
# hashed by each process of ours as it starts: a test holds it to the parameters above.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$TGTxH/juV0YjYjU4qnUW0w$No5fYfvXWLwubqfkAOBhnhxzcbvbb6xOPy4J1cpk5Ww"


class PasswordRefused(Invalid):
    """The password is too short, too long or too common."""

    slug = "mot-de-passe-refuse"
    title = N_("Ce mot de passe ne convient pas")


def hash_password(password: str) -> str:
    """Return what is kept of a new password; raise PasswordRefused when the rules refuse it."""
    trouble = password_trouble(password)
    if trouble:
        raise PasswordRefused(trouble, errors={"password": trouble})
    with AT_ONCE:
        return HASHER.hash(password)


def hash_code(code: str) -> str:
    """Return what is kept of a code that we drew ourselves: as hard to guess back as a password.

    Source: OWASP ASVS 5.0, 6.5.2 (lookup secrets of less than 112 bits are hashed as passwords are).
    """
    with AT_ONCE:
        return HASHER.hash(code)


def is_password(kept: str | None, password: str) -> bool:
    """Tell whether `password` is the one kept, in the same time when nothing is kept."""
    with AT_ONCE:
        try:
            return HASHER.verify(kept or NOBODY, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(kept: str) -> bool:
    """Tell whether a kept hash was made with weaker parameters than today's."""
    return HASHER.check_needs_rehash(kept)
