"""Pure rules of uploads: what fits, where bytes go on, what could be a video, who may send one more."""

from datetime import datetime, timedelta

from app.errors import Conflict, TooLarge

STATES = ("receiving", "complete", "ingested", "expired", "refused")
KEEPS_BYTES = ("receiving", "complete", "ingested")
UNFINISHED_MAX = 3
QUIET = timedelta(days=1)
SNIFF_BYTES = 4096
EBML = b"\x1a\x45\xdf\xa3"
# Source: ISO/IEC 14496-12 and the QuickTime File Format: the boxes that files of phones begin with.
FIRST_BOXES = frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})


class OffsetConflict(Conflict):
    """The client goes on somewhere else than where the bytes end; `offset_bytes` is where they do."""

    slug = "decalage-envoi"
    title = "L’envoi ne reprend pas au bon endroit"

    def __init__(self, offset_bytes: int) -> None:
        super().__init__(f"Reprends à l’octet {offset_bytes}.")
        self.offset_bytes = offset_bytes


def too_large(limit_bytes: int) -> TooLarge:
    """Return the refusal of more than `limit_bytes`."""
    return TooLarge(f"{limit_bytes} octets au plus.")


def room_bytes(size_bytes: int, limit_bytes: int, offset_bytes: int, body_bytes: int | None) -> int:
    """Return how many bytes may still come; raise OffsetConflict, or TooLarge when it is sure already.

    `size_bytes` are there, `limit_bytes` is the whole length, `body_bytes` is None when nobody said it.
    """
    if offset_bytes != size_bytes:
        raise OffsetConflict(size_bytes)
    room = limit_bytes - size_bytes
    if body_bytes is not None and body_bytes > room:
        raise too_large(limit_bytes)
    return room


def could_be_video(head: bytes) -> bool:
    """Tell whether a file that begins so may be one; the worker looks at all of it before it says so."""
    return head.startswith(EBML) or head[4:8] in FIRST_BOXES


def expiry(now: datetime, life_days: int) -> datetime:
    """Return when an upload whose last byte came now is forgotten."""
    return now + timedelta(days=life_days)


def gives_way(expires_at: datetime, life_days: int, now: datetime) -> bool:
    """Tell whether an unfinished upload got no byte for so long that a new one may take its place."""
    return expires_at - timedelta(days=life_days) <= now - QUIET


def fits(length_bytes: int, free_bytes: int, promised_bytes: int, keep_free_bytes: int) -> bool:
    """Tell whether the disk takes `length_bytes` more, once every unfinished upload has all its own."""
    return free_bytes - promised_bytes - length_bytes >= keep_free_bytes
