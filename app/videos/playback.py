"""How a video is watched: addresses that are good for minutes, made after the permission of each page."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.settings import Settings
from app.signing import derived_key, is_signed, sign
from app.storage import LinkExpired, LinkForged, Storage
from app.videos import queries
from app.videos.attempts import prefix_of
from app.videos.models import Video
from app.videos.schemas import Playback
from app.words import N_

MASTER = "master.m3u8"
MUXED = "video.mp4"
LIFE_MAX_S = 300
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
PLAYLIST_NAME = re.compile(r"[a-z0-9]{1,20}\.m3u8")
# The media file of a rendition, in a line of its own or as the head that players load first.
MEDIA = re.compile(r'(?P<before>^|URI=")(?P<name>[a-z0-9]{1,20}\.mp4)(?P<after>$|")', re.MULTILINE)


class VideoNotReady(Conflict):
    """Nothing of the video can be watched yet, or by this person yet."""

    slug = "video-pas-prete"
    title = N_("Cette vidéo n’est pas encore prête")


class PlaylistUnknown(NotFound):
    """No playlist has this name."""


@dataclass(frozen=True)
class PlaybackContext:
    """Where media lie, how long links live, and from when."""

    storage: Storage
    settings: Settings
    now: datetime

    @property
    def life_s(self) -> int:
        """How long a link lives; the promise is five minutes at most, whatever the setting."""
        return min(self.settings.storage_link_life_s, LIFE_MAX_S)

    def link(self, key: str | None) -> str | None:
        """Return a link to an object, None where there is none."""
        return self.storage.signed_url(key, self.life_s, self.now) if key else None


@dataclass(frozen=True)
class Ticket:
    """The right to the playlists of one attempt at a video, until a moment."""

    video_id: UUID
    attempt: int
    expires_at: datetime

    @property
    def prefix(self) -> str:
        """Where the playlists are stored."""
        return f"{prefix_of(self.video_id)}{self.attempt}/"

    def token(self, secret: SecretStr) -> str:
        """Write the ticket so that nobody can change it."""
        said = f"{self.video_id.hex}.{self.attempt}.{ceil(self.expires_at.timestamp())}"
        return f"{said}.{sign(key_of(secret), said)}"


def key_of(secret: SecretStr) -> bytes:
    """Return the key of tickets."""
    return derived_key(secret, "playlists")


def playback(session: Session, video: Video, context: PlaybackContext, *, preview: bool) -> Playback:
    """Return the addresses of a video; `preview` allows the quick copy of one that is still being made.

    The caller has made sure that the person may watch it.  Raise VideoNotReady.
    """
    expires_at = context.now + timedelta(seconds=context.life_s)
    if video.state == "ready" and video.storage_prefix:
        keys = queries.keys_of(session, video.id)
        attempt = int(video.storage_prefix.rstrip("/").rpartition("/")[2])
        token = Ticket(video.id, attempt, expires_at).token(context.settings.secret_key)
        return Playback(
            hls=f"/medias/{token}/{MASTER}" if MASTER in keys else None,
            mp4=context.link(keys.get(MUXED)),
            poster=context.link(video.poster_key),
            captions=context.link(video.captions_key),
            duration_s=video.duration_s or 0.0,
            expires_at=expires_at,
        )
    if not preview or video.preview_key is None:
        raise VideoNotReady
    mp4 = context.link(video.preview_key)
    return Playback(hls=None, mp4=mp4, poster=None, captions=None, duration_s=0.0, expires_at=expires_at)


def ticket_of(token: str, secret: SecretStr, now: datetime) -> Ticket:
    """Read a ticket; raise LinkForged or LinkExpired."""
    said, _, signature = token.rpartition(".")
    if not is_signed(key_of(secret), said, signature):
        raise LinkForged
    video_id, attempt, expires = said.split(".")
    ticket = Ticket(UUID(video_id), int(attempt), datetime.fromtimestamp(int(expires), UTC))
    if ticket.expires_at <= now:
        raise LinkExpired
    return ticket


def playlist(token: str, name: str, context: PlaybackContext) -> str:
    """Return a playlist in which every media file is a link that ends with the ticket.

    Other playlists are named as they are: the ticket opens them too.  Raise LinkForged, LinkExpired,
    PlaylistUnknown or ObjectNotFound.
    """
    ticket = ticket_of(token, context.settings.secret_key, context.now)
    if not PLAYLIST_NAME.fullmatch(name):
        raise PlaylistUnknown
    life_s = ceil((ticket.expires_at - context.now).total_seconds())
    text = context.storage.read(f"{ticket.prefix}{name}").decode()
    links: dict[str, str] = {}

    def linked(found: re.Match[str]) -> str:
        media = found["name"]
        if media not in links:
            links[media] = context.storage.signed_url(f"{ticket.prefix}{media}", life_s, context.now)
        return f"{found['before']}{links[media]}{found['after']}"

    return MEDIA.sub(linked, text)
