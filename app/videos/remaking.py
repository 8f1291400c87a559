"""Verbs that make a ready video anew of what was sent: cut its beginning and end, and undo it.

Until it is done the video stays as it was for its owner and the adviser; and so it stays when that does not
work.  What was sent is forgotten at approval: from then on nothing can be cut.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from app import queue
from app.errors import Conflict, Invalid
from app.videos import attempts
from app.videos.models import Video
from app.videos.rules import Cut, Limits, spoken
from app.videos.service import VideoStateForbids, required
from app.words import N_

STEP_S = 0.1  # by which the page moves an edge: what is closer to an end is the end


class OriginalForgotten(Conflict):
    """What was sent is no longer there: nothing else can be made of it."""

    slug = "original-efface"
    title = N_("Cette vidéo ne peut plus être coupée")


class TooLittleKept(Invalid):
    """What a cut leaves is too short to present anybody."""

    slug = "coupe-trop-courte"
    title = N_("Ce qui reste est trop court")


def require_original(video: Video) -> None:
    """Raise VideoStateForbids unless it is ready, OriginalForgotten unless what was sent is still there."""
    if video.state != "ready":
        raise VideoStateForbids(N_("Recharge la page pour voir où elle en est."))
    if video.original_deleted_at is not None or not video.duration_s:
        raise OriginalForgotten(N_("Ce que tu avais envoyé a été effacé quand elle a été validée."))


def cut(session: Session, person_id: UUID, video_id: UUID, kept: Cut, limits: Limits) -> None:
    """Keep a part of a video, said in seconds of the video as it is shown now.

    Raise VideoNotFound, what `require_original` raises, TooLittleKept, or Invalid when nothing is cut away.
    """
    video = required(session, person_id, video_id)
    require_original(video)
    lasts_s = video.duration_s or 0.0
    start_s = max(0.0, kept.start_s or 0.0)
    end_s = lasts_s if kept.end_s is None else min(kept.end_s, lasts_s)
    if end_s - start_s < limits.min_s - STEP_S / 2:
        least = N_("Il faut garder %(min_s)s au moins.", min_s=spoken(limits.min_s))
        raise TooLittleKept(least, errors={"end_s": least})
    starts, ends = start_s >= STEP_S / 2, end_s <= lasts_s - STEP_S / 2
    if not starts and not ends:
        said = N_("Déplace d’abord le début ou la fin.")
        raise Invalid(said, errors={"start_s": said})
    before_s = video.trim_start_s or 0.0
    start_at_s = before_s + start_s if starts else video.trim_start_s
    remake(session, video, Cut(start_at_s, before_s + end_s if ends else video.trim_end_s))


def restore(session: Session, person_id: UUID, video_id: UUID) -> None:
    """Show a video whole again; raise VideoNotFound or what `require_original` raises."""
    video = required(session, person_id, video_id)
    require_original(video)
    if not video.is_trimmed:
        raise VideoStateForbids(N_("Elle est déjà entière."))
    remake(session, video, Cut())


def stop(session: Session, person_id: UUID, video_id: UUID) -> None:
    """Give up making a video anew, and keep it as it is shown; raise VideoNotFound or VideoStateForbids."""
    video = required(session, person_id, video_id)
    if not video.is_remade:
        raise VideoStateForbids(N_("Recharge la page pour voir où elle en est."))
    attempts.fall_back(session, video)


def remake(session: Session, video: Video, kept: Cut) -> None:
    """Have a video made anew of what was sent."""
    video.cut_start_s, video.cut_end_s = kept.start_s, kept.end_s
    video.state, video.step, video.reason = "received", "waiting", None
    video.percent = video.tries = 0
    video.remaining_s = video.heartbeat_at = None
    session.flush()
    queue.defer(session, "videos.prepare", video_id=video.id)
