"""Pure rules of uploads: what fits, where bytes go on, what could be a video, who may send one more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from app.errors import Conflict, Refusal, TooLarge
from app.words import N_

STATES = ("receiving", "complete", "ingested", "expired", "refused")
KEEPS_BYTES = ("receiving", "complete", "ingested")
# A file that comes by itself, one part of a file, a file made of parts.
KINDS = ("whole", "partial", "final")
Kind = Literal["whole", "partial", "final"]
Medium = Literal["video", "voice"]
UNFINISHED_MAX = {"whole": 3, "partial": 64}
DAY = timedelta(days=1)
UNHEARD_MAX = timedelta(minutes=5)  # far longer than any line takes from an announcement to its first byte
SNIFF_BYTES = 4096
EBML = b"\x1a\x45\xdf\xa3"
# Source: ISO/IEC 14496-12 and the QuickTime File Format: the boxes that files of phones begin with.
FIRST_BOXES = frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})


@dataclass(frozen=True)
class Begun:
    """What counts of an upload when its owner begins one more."""

    upload_id: UUID
    kind: str
    state: str
    length_bytes: int | None
    created_at: datetime
    expires_at: datetime


class MalformedUpload(Refusal):
    """A request that says nothing the protocol knows, or what it forbids."""

    status = 400
    slug = "envoi-mal-forme"
    title = N_("Demande d’envoi mal formée")


class OffsetConflict(Conflict):
    """The client goes on somewhere else than where the bytes end; `offset_bytes` is where they do."""

    slug = "decalage-envoi"
    title = N_("L’envoi ne reprend pas au bon endroit")

    def __init__(self, offset_bytes: int) -> None:
        super().__init__(N_("Reprends à l’octet %(offset_bytes)s.", offset_bytes=offset_bytes))
        self.offset_bytes = offset_bytes


def too_large(limit_bytes: int) -> TooLarge:
    """Return the refusal of more than `limit_bytes`."""
    return TooLarge(N_("%(limit_bytes)s octets au plus.", limit_bytes=limit_bytes))


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


def length_bytes(
    known_bytes: int | None, said_bytes: int | None, size_bytes: int, max_bytes: int
) -> int | None:
    """Return how long a file is by now, None while nobody has said; raise MalformedUpload or TooLarge.

    `known_bytes` was said before, `said_bytes` just now, `size_bytes` are there already.
    """
    if said_bytes is None or said_bytes == known_bytes:
        return known_bytes
    if known_bytes is not None:
        raise MalformedUpload(N_("La longueur d’un envoi ne change plus une fois qu’elle est dite."))
    if said_bytes < size_bytes:
        raise MalformedUpload(N_("Il y a déjà plus d’octets que cette longueur."))
    if said_bytes > max_bytes:
        raise too_large(max_bytes)
    return said_bytes


def day_left_at(
    sent: Iterable[tuple[datetime, int]], length_bytes: int, day_max_bytes: int, now: datetime
) -> datetime | None:
    """Return when `length_bytes` more fit in what one may send within a day, None when they do now.

    `sent` are the instants and sizes of what was begun, oldest first; what is older weighs nothing.
    """
    within = [(at, size_bytes) for at, size_bytes in sent if at > now - DAY]
    over_bytes = length_bytes + sum(size_bytes for _, size_bytes in within) - day_max_bytes
    for at, size_bytes in within if over_bytes > 0 else ():
        over_bytes -= size_bytes
        if over_bytes <= 0:
            return at + DAY
    return now + DAY if over_bytes > 0 else None


def could_be_video(head: bytes) -> bool:
    """Tell whether a file that begins so may be one; the worker looks at all of it before it says so."""
    return head.startswith(EBML) or head[4:8] in FIRST_BOXES


def expiry(now: datetime, life_days: int) -> datetime:
    """Return when an upload whose last byte came now is forgotten."""
    return now + timedelta(days=life_days)


def in_the_way(begun: Iterable[Begun], kind: str) -> Begun | None:
    """Return the quietest unfinished upload of a kind once nobody may have one more, None before.

    Parts of files are counted apart: a client that sends in parallel opens several for one file.
    """
    unfinished = [one for one in begun if (one.kind, one.state) == (kind, "receiving")]
    quietest_first = sorted(unfinished, key=lambda one: (one.expires_at, one.created_at, one.upload_id))
    return quietest_first[0] if len(unfinished) >= UNFINISHED_MAX[kind] else None


def gives_way(expires_at: datetime, life_days: int, now: datetime) -> bool:
    """Tell whether an unfinished upload got no byte for so long that a new one may take its place."""
    return expires_at - timedelta(days=life_days) <= now - DAY


def is_unheard(present_bytes: int, created_at: datetime, now: datetime) -> bool:
    """Tell whether an upload waited too long for its first byte: who begins it anew loses nothing."""
    return not present_bytes and created_at <= now - UNHEARD_MAX


def is_again(known_bytes: int | None, length_bytes: int | None, *, is_take: bool) -> bool:
    """Tell whether an announcement in the words of an earlier one means the same file, by their lengths.

    Files of unknown length only look alike, unless the words name a take, which is announced once.
    """
    if known_bytes is None:
        return is_take
    return known_bytes == length_bytes


def fits(length_bytes: int, free_bytes: int, promised_bytes: int, keep_free_bytes: int) -> bool:
    """Tell whether the disk takes `length_bytes` more, once every unfinished upload has all its own."""
    return free_bytes - promised_bytes - length_bytes >= keep_free_bytes
