"""The picture that stands for a video: chosen on the storyboard, cut out by a worker, shown at once.

It shows nothing that is not in the video itself: what was approved as a whole needs no other approval.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app import queue
from app.errors import Invalid
from app.videos import queries
from app.videos.attempts import POSTER
from app.videos.models import Rendition, Video
from app.videos.rules import MediaFile
from app.videos.service import VideoStateForbids
from app.videos.storyboard import Storyboard, storyboard_of
from app.words import N_

SHEET = "storyboard.jpg"
MUXED = "video.mp4"


@dataclass(frozen=True)
class Choice:
    """One tile of the storyboard of one attempt at a video, and where the same picture is to be had large."""

    video_id: UUID
    prefix: str
    tile: int
    key_frame: int
    film_key: str
    width_px: int
    height_px: int

    @property
    def key(self) -> str:
        """Where the poster is stored: another tile has another address, so no cache shows the old one."""
        return f"{self.prefix}{name_of(self.tile)}"


def name_of(tile: int) -> str:
    """Name the poster that a tile became."""
    return f"poster-{tile}.jpg"


def board_of(video: Video) -> Storyboard | None:
    """Return how the storyboard of a ready video is laid out; None where there is none, as of a voice."""
    files = {file.name: file for file in video.renditions}
    low = files.get(MUXED)
    if SHEET not in files or low is None or not low.width_px or not low.height_px or not video.duration_s:
        return None
    return storyboard_of(video.duration_s, low.width_px, low.height_px)


def choose(session: Session, video_id: UUID, tile: int) -> None:
    """Have a tile of the storyboard become the poster; raise VideoStateForbids or Invalid.

    The caller has made sure that the person may: the owner, and their adviser.
    """
    video = queries.locked_video(session, video_id)
    board = board_of(video) if video and video.state == "ready" else None
    if video is None or board is None:
        raise VideoStateForbids(N_("Recharge la page pour voir où elle en est."))
    if not 0 <= tile < board.tiles:
        said = N_("Choisis une des images.")
        raise Invalid(said, errors={"tile": said})
    video.poster_tile = tile
    session.flush()
    queue.defer(session, "videos.poster", lock=f"poster:{video_id}", video_id=video_id)


def chosen(session: Session, video_id: UUID) -> Choice | None:
    """Return what a worker has to cut out; None when nothing is to be done (any more)."""
    video = queries.video(session, video_id)
    board = board_of(video) if video and video.state == "ready" else None
    if video is None or board is None or video.poster_tile is None or not video.storage_prefix:
        return None
    films = [file for file in video.renditions if file.width_px and file.name.endswith("p.mp4")]
    film = max(films, key=lambda file: (file.width_px or 0) * (file.height_px or 0))
    tile = video.poster_tile
    return Choice(
        video_id=video_id,
        prefix=video.storage_prefix,
        tile=tile,
        key_frame=board.key_frame(tile),
        film_key=film.key,
        width_px=film.width_px or 0,
        height_px=film.height_px or 0,
    )


def show(session: Session, choice: Choice, file: MediaFile) -> str | None:
    """Make a stored picture the poster, if that is still wanted; return the key of the one that is shown."""
    video = queries.locked_video(session, choice.video_id)
    if video is None:
        return None
    wanted = (video.state, video.storage_prefix, video.poster_tile)
    if wanted == ("ready", choice.prefix, choice.tile):
        video.poster_key = choice.key
        session.execute(
            update(Rendition)
            .where(Rendition.video_id == video.id, Rendition.name == POSTER)
            .values(key=choice.key, size_bytes=file.size_bytes)
        )
    return video.poster_key
