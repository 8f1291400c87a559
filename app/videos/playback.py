"""How a video is watched: addresses that are good for minutes, made after the permission of each page."""

import re
from collections.abc import Iterable
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
from app.videos import posters, queries
from app.videos.attempts import prefix_of
from app.videos.captions import Cue
from app.videos.chapters import chapters_of
from app.videos.models import Rendition, Video
from app.videos.schemas import Playback, transcribed
from app.videos.storyboard import Storyboard
from app.videos.subtitles import written
from app.words import N_

MASTER = "master.m3u8"
MUXED = posters.MUXED
# What tickets open: playlists and the captions that were validated, or those that are being put right.
PLAYLISTS, DRAFTS = "playlists", "captions"
CAPTION_FILES = {"valides": PLAYLISTS, "brouillon": DRAFTS}
LIFE_MAX_S = 300
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
STORYBOARD, STORYBOARD_CUES = posters.SHEET, "storyboard.vtt"
PEAKS = "peaks.json"
TYPES = {STORYBOARD_CUES: "text/vtt; charset=utf-8", PEAKS: "application/json"}
PLAYLIST_NAME = re.compile(r"[a-z0-9]{1,20}\.m3u8|storyboard\.vtt|peaks\.json")
# The media of a rendition, in a line of its own or as the head that players load first; or a sheet of tiles.
MEDIA = re.compile(
    r'(?P<before>^|URI=")(?P<name>[a-z0-9]{1,20}\.mp4|storyboard\.jpg)(?P<after>$|"|#xywh=)', re.MULTILINE
)


class VideoNotReady(Conflict):
    """Nothing of the video can be watched yet, or by this person yet."""

    slug = "video-pas-prete"
    title = N_("Cette vidéo n’est pas encore prête")


class NoStoryboard(NotFound):
    """A voice, or a video of before there were storyboards: nothing can be chosen."""


class PlaylistUnknown(NotFound):
    """No playlist has this name, and no captions."""


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

    @property
    def expires_at(self) -> datetime:
        """When a link that is made now dies."""
        return self.now + timedelta(seconds=self.life_s)

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

    def token(self, secret: SecretStr, opens: str = PLAYLISTS) -> str:
        """Write the ticket so that nobody can change it, nor open anything else with it."""
        said = f"{self.video_id.hex}.{self.attempt}.{ceil(self.expires_at.timestamp())}"
        return f"{said}.{sign(derived_key(secret, opens), said)}"

    def captions(self, secret: SecretStr, name: str) -> str:
        """Return where the captions of this name are, one of CAPTION_FILES."""
        return f"/medias/{self.token(secret, CAPTION_FILES[name])}/sous-titres/{name}.vtt"


def playback(session: Session, video: Video, context: PlaybackContext, *, preview: bool) -> Playback:
    """Return the addresses of a video; `preview` allows what its owner and the adviser alone may have.

    That is the quick copy of one in the making, or the former one, and captions that nobody has validated.
    The caller has made sure that the person may watch it.  Raise VideoNotReady.
    """
    if video.storage_prefix and (video.state == "ready" or (preview and video.is_remade)):
        return made(session, video, context, preview=preview)
    if not preview or video.preview_key is None:
        raise VideoNotReady
    return Playback(
        hls=None,
        mp4=context.link(video.preview_key),
        poster=None,
        captions=None,
        transcript=[],
        duration_s=0.0,
        expires_at=context.expires_at,
        life_s=context.life_s,
    )


def made(session: Session, video: Video, context: PlaybackContext, *, preview: bool) -> Playback:
    """Return the addresses of what was made of a video."""
    files = queries.files_of(session, video.id)
    keys = {name: file.key for name, file in files.items()}
    attempt = int((video.storage_prefix or "").rstrip("/").rpartition("/")[2])
    ticket, secret = Ticket(video.id, attempt, context.expires_at), context.settings.secret_key
    base = f"/medias/{ticket.token(secret)}"
    name = "brouillon" if preview else "valides"
    cues = cues_of(session, video.id, CAPTION_FILES[name])
    return Playback(
        hls=f"{base}/{MASTER}" if MASTER in keys else None,
        mp4=context.link(keys.get(MUXED)),
        poster=context.link(video.poster_key),
        captions=ticket.captions(secret, name) if cues else None,
        transcript=transcribed(cues),
        storyboard=f"{base}/{STORYBOARD_CUES}" if STORYBOARD_CUES in keys else None,
        peaks=f"{base}/{PEAKS}" if PEAKS in keys else None,
        chapters=chapters_of(video),
        sizes_bytes=sizes_of(files.values()),
        duration_s=video.duration_s or 0.0,
        expires_at=context.expires_at,
        life_s=context.life_s,
    )


def cues_of(session: Session, video_id: UUID, opens: str) -> tuple[Cue, ...]:
    """Return the captions that a ticket opens: as they are being put right, or as they were validated."""
    found = queries.captions(session, video_id)
    if found is None:
        return ()
    return found.lines if opens == DRAFTS else found.shown


def caption_file(session: Session, token: str, name: str, context: PlaybackContext) -> str:
    """Return the captions of a ticket as WebVTT, as they stand now.

    Raise LinkForged, LinkExpired or PlaylistUnknown.
    """
    opens = CAPTION_FILES.get(name)
    if opens is None:
        raise PlaylistUnknown
    ticket = ticket_of(token, context.settings.secret_key, context.now, opens)
    cues = cues_of(session, ticket.video_id, opens)
    if not cues:
        raise PlaylistUnknown
    return written(cues)


@dataclass(frozen=True)
class Tiles:
    """The storyboard of a video, from which its poster is chosen: where the sheet and the poster are.

    `is_coming` while a worker has not shown yet what was chosen.
    """

    board: Storyboard
    sheet: str
    poster: str
    chosen: int | None
    is_coming: bool


def tiles(video: Video, context: PlaybackContext) -> Tiles:
    """Return what the poster of a ready video can be; raise VideoNotReady, and NoStoryboard for a voice."""
    if video.state != "ready":
        raise VideoNotReady
    board = posters.board_of(video)
    sheets = [file.key for file in video.renditions if file.name == STORYBOARD]
    if board is None or not video.poster_key:
        raise NoStoryboard
    chosen = video.poster_tile
    return Tiles(
        board=board,
        sheet=context.link(sheets[0]) or "",
        poster=context.link(video.poster_key) or "",
        chosen=chosen,
        is_coming=chosen is not None and not video.poster_key.endswith(posters.name_of(chosen)),
    )


def sizes_of(files: Iterable[Rendition]) -> dict[str, int]:
    """Return what each of the objects that are played weighs, by its name without an ending."""
    played = (file for file in files if file.name.endswith(".mp4"))
    return {file.name.removesuffix(".mp4"): file.size_bytes for file in played}


def ticket_of(token: str, secret: SecretStr, now: datetime, opens: str = PLAYLISTS) -> Ticket:
    """Read a ticket; raise LinkForged or LinkExpired."""
    said, _, signature = token.rpartition(".")
    if not is_signed(derived_key(secret, opens), said, signature):
        raise LinkForged
    video_id, attempt, expires = said.split(".")
    ticket = Ticket(UUID(video_id), int(attempt), datetime.fromtimestamp(int(expires), UTC))
    if ticket.expires_at <= now:
        raise LinkExpired
    return ticket


def type_of(name: str) -> str:
    """Return the content type of what a ticket opens."""
    return TYPES.get(name, PLAYLIST_TYPE)


def playlist(token: str, name: str, context: PlaybackContext) -> str:
    """Return a playlist, a storyboard or peaks; every media file in it is a link that ends with the ticket.

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
