"""The page where residents send their video, see it being prepared, watch it, and change their mind."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.errors import Refusal
from app.people import consents
from app.people.access import Resident
from app.people.consents import ConsentMissing
from app.people.rules import CONSENT_OF, Who
from app.settings import Settings
from app.uploads.rules import Medium
from app.videos import queries, service
from app.videos.cues import captions_shown
from app.videos.models import Video
from app.videos.playback import PlaybackContext, playback
from app.videos.rules import SOUND_WARNINGS, WARNINGS, Limits, heeded
from app.videos.schemas import STAYS, STAYS_VOICE, explanation, in_use, news_of
from app.videos.states import ORIGINAL_LOST, UNFINISHED
from app.videos.watching import Watching
from app.web.deps import UnitOfWork, told_of
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@dataclass(frozen=True)
class Asking:
    """What every state of the page needs to be shown."""

    request: Request
    session: Session
    who: Who
    context: PlaybackContext

    @property
    def settings(self) -> Settings:
        """The settings of the service."""
        return self.context.settings

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.context.now


@router.get("/moi/video")
def show_video(
    request: Request,
    session: UnitOfWork,
    who: Resident,
    context: Watching,
) -> HTMLResponse:
    asking = Asking(request, session, who, context)
    videos = videos_of(asking)
    if not videos:
        return choosing(asking)
    latest = videos[0]
    if latest.state in UNFINISHED:
        return preparing(asking, latest)
    if latest.state == "ready":
        return ready(asking, latest)
    return render(
        asking.request,
        "videos/ended.html",
        beside=beside(asking),
        video=latest,
        reason=explanation(latest.reason or "", limits_of(asking.settings)),
        may_retry=latest.state == "failed" and latest.reason != ORIGINAL_LOST,
        keeps_former=any(video.state == "ready" for video in videos),
    )


@router.get("/moi/video/nouvelle")
def show_choice(
    request: Request,
    session: UnitOfWork,
    who: Resident,
    context: Watching,
) -> HTMLResponse:
    asking = Asking(request, session, who, context)
    videos = videos_of(asking)
    return choosing(asking, replaces=replacing(asking, videos[0]) if videos else "")


@router.post("/moi/video/{video_id}/reessayer")
def retry_video(video_id: UUID, session: UnitOfWork, who: Resident) -> Response:
    service.retry(session, who.person_id, video_id)
    return redirect("/moi/video", N_("C’est reparti."))


@router.post("/moi/video/{video_id}/supprimer")
def remove_video(video_id: UUID, session: UnitOfWork, who: Resident) -> Response:
    service.remove(session, who.person_id, video_id)
    return redirect("/moi/video", N_("C’est fait : cette vidéo est supprimée."))


def replacing(asking: Asking, video: Video) -> str:
    """Return what becomes of the video from before when another is sent."""
    use = told_of(asking.request).video_use(asking.session, video.id)
    if use:
        return in_use(use, video).replacing
    return STAYS_VOICE if video.kind == "voice" else STAYS


def choosing(asking: Asking, replaces: str = "") -> HTMLResponse:
    """Show how to send a video, or what is needed first; `replaces` says what the one from before becomes."""
    barrier = barrier_of(asking)
    if barrier is not None:
        return render(
            asking.request,
            "videos/barrier.html",
            beside=beside(asking),
            barrier=barrier,
            may_agree=isinstance(barrier, ConsentMissing),
            voice=medium_of(asking.request, asking.session, asking.who) == "voice",
        )
    return render(
        asking.request,
        "videos/choose.html",
        beside=beside(asking),
        limits=limits_of(asking.settings),
        max_bytes=asking.settings.upload_max_bytes,
        account=asking.who.person_id,
        replaces=replaces,
        script=told_of(asking.request).script(asking.session, asking.who.person_id),
        voice=medium_of(asking.request, asking.session, asking.who) == "voice",
    )


def preparing(asking: Asking, video: Video) -> HTMLResponse:
    """Show how far a video is, and its preview once there is one: without script the page itself plays it."""
    news = news_of(video)
    shown = playback(asking.session, video, asking.context, preview=True) if news.preview else None
    return render(
        asking.request,
        "videos/preparing.html",
        beside=beside(asking),
        video=video,
        news=news,
        shown=shown,
    )


def ready(asking: Asking, video: Video) -> HTMLResponse:
    """Show the finished video to its owner, who sends it, or sees what their profile does with it."""
    shown = playback(asking.session, video, asking.context, preview=True)
    use = told_of(asking.request).video_use(asking.session, video.id)
    if use is not None:
        return render(
            asking.request,
            "videos/in_use.html",
            beside=beside(asking),
            video=video,
            shown=shown,
            use=in_use(use, video),
            came_back=use == "sent_back",
        )
    return render(
        asking.request,
        "videos/ready.html",
        beside=beside(asking),
        video=video,
        shown=shown,
        may_cut=video.original_deleted_at is None,
        cut_failed=video.reason is not None,
        warnings=[WARNINGS[slug] for slug in heeded(video.warnings, is_signed=video.is_signed)],
        about_sound=not SOUND_WARNINGS.isdisjoint(video.warnings),
        captions=captions_shown(queries.captions(asking.session, video.id)),
    )


def barrier_of(asking: Asking) -> Refusal | None:
    """Return what has to come before a video, or a voice if they chose that, is sent; None when nothing."""
    needed = CONSENT_OF[medium_of(asking.request, asking.session, asking.who)]
    try:
        consents.require_agreement(asking.session, asking.who.person_id, needed, asking.now.date())
    except Refusal as barrier:
        return barrier
    return None


def beside(asking: Asking) -> Video | None:
    """Return the latest of the other kind, a video or a voice, unless the profile needs it."""
    medium, told = medium_of(asking.request, asking.session, asking.who), told_of(asking.request)
    for video in queries.of_person(asking.session, asking.who.person_id):
        if video.kind != medium:
            use = told.video_use(asking.session, video.id)
            return None if use and in_use(use, video).deleting else video
    return None


def videos_of(asking: Asking) -> list[Video]:
    """Return the videos of whoever asks, or the voices if they chose that, newest first."""
    medium = medium_of(asking.request, asking.session, asking.who)
    found = queries.of_person(asking.session, asking.who.person_id)
    return [video for video in found if video.kind == medium]


def medium_of(request: Request, session: Session, who: Who) -> Medium:
    """Return what a page is about: the voice alone for whoever chose it, else a video."""
    needed = told_of(request).consent_kind(session, who.person_id)
    return "voice" if needed == CONSENT_OF["voice"] else "video"


def limits_of(settings: Settings) -> Limits:
    """Return how long a video may be."""
    return Limits(settings.video_min_s, settings.video_max_s)
