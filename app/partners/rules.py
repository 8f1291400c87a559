"""Pure rules of partner keys: how one is written, how long it stands; and when a copy is still good."""

import re
from datetime import datetime, timedelta

from app.words import N_

# What a key may allow, and how that is said to people.
SCOPES = {
    "profiles:read": N_("lire les profils des personnes d’accord"),
    "media:read": N_("recevoir les liens, de courte durée, vers leurs vidéos"),
}
LIFE_DEFAULT_DAYS = 90
LIFE_MAX_DAYS = 365
# The last use is shown to people: a note a minute is enough.
USE_NOTED_EVERY = timedelta(minutes=1)
# Hexadecimal, so that the underscores part it and a leaked key is recognised by scanners.
KEY = re.compile(r"vav_live_(?P<id>[0-9a-f]{12})_(?P<secret>[0-9a-f]{64})")


def write_key(key_id: str, secret: str) -> str:
    """Return the key as its holder sends it."""
    return f"vav_live_{key_id}_{secret}"


def read_key(text: str) -> tuple[str, str] | None:
    """Return the id and the secret of a key, None for what is not written like one."""
    found = KEY.fullmatch(text)
    return (found["id"], found["secret"]) if found else None


def use_is_due(last_used_at: datetime | None, now: datetime) -> bool:
    """Tell whether this use has to be noted."""
    return last_used_at is None or now - last_used_at >= USE_NOTED_EVERY


def is_fresh(if_none_match: str | None, tag: str) -> bool:
    """Tell whether the client's copy, known by its entity tags, is what would be sent.

    Source: RFC 9110, 13.1.2 (If-None-Match compares weakly; `*` is any copy).
    """
    given = [one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")]
    return "*" in given or tag in given
