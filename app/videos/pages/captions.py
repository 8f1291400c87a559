"""Where a resident, or the adviser, puts captions right: beside the video, or as a file."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.people import queries as people
from app.people.access import Resident, ResidentOrAdviser
from app.people.rules import Who
from app.videos import caption_news, captioning, playback, queries, subtitles
from app.videos.captioning import CaptionsInReview
from app.videos.cues import (
    CaptionsFile,
    CaptionsSeen,
    SignedGiven,
    captions_shown,
)
from app.videos.models import Video
from app.videos.pages.video import medium_of
from app.videos.playback import PlaybackContext
from app.videos.watching import Watching
from app.web.deps import (
    Now,
    UnitOfWork,
    told_of,
)
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/moi/video/sous-titres")
def lead_to_captions(request: Request, session: UnitOfWork, who: Resident) -> Response:
    medium, mine = medium_of(request, session, who), queries.of_person(session, who.person_id)
    latest = next((video for video in mine if video.state == "ready" and video.kind == medium), None)
    return redirect(f"/sous-titres/{latest.id}" if latest else "/moi/video")


@router.get("/sous-titres/{video_id}")
def show_captions(
    request: Request,
    session: UnitOfWork,
    who: ResidentOrAdviser,
    context: Watching,
    video_id: UUID,
) -> Response:
    video = captioning.reachable(session, who, video_id)
    return render(
        request, "videos/captions.html", errors={}, **page_of(request, session, who, video, context)
    )


def page_of(
    request: Request, session: Session, who: Who, video: Video, context: PlaybackContext
) -> dict[str, Any]:
    """Return what the page of captions shows; `text` is their file, to be corrected without script."""
    mine = video.person_id == who.person_id
    person = people.person(session, video.person_id)
    found = captions_shown(queries.captions(session, video.id))
    return {
        "video": video,
        "mine": mine,
        "name": person.given_name if person else "",
        "back": "/moi/video" if mine else told_of(request).review(session, video.person_id),
        "shown": playback.playback(session, video, context, preview=True),
        "captions": found,
        "coming": None if found.cues else caption_news.coming(session, video.id),
        "text": subtitles.written(found.cues) if found.cues else "",
        "has_script": bool(told_of(request).script(session, video.person_id)),
        "is_reviewed": mine and is_reviewed(request, session, video),
    }


def is_reviewed(request: Request, session: Session, video: Video) -> bool:
    """Tell whether an adviser judges a video or has approved it: its owner alone changes no more."""
    return told_of(request).video_use(session, video.id) not in (None, "sent_back")


@router.post("/sous-titres/{video_id}/texte")
def save_text(
    request: Request,
    session: UnitOfWork,
    who: ResidentOrAdviser,
    context: Watching,
    video_id: UUID,
    form: SubmittedForm,
) -> Response:
    video = captioning.reachable(session, who, video_id, to_change=True)
    try:
        given = parse(CaptionsFile, form)
        captioning.save(session, video, subtitles.read(given.text), given.revision, context.now)
    except Invalid as refused:
        page = page_of(request, session, who, video, context) | {"text": typed(form, "text")}
        errors = refused.errors or {"text": refused.detail}
        return render(request, "videos/captions.html", status_code=refused.status, errors=errors, **page)
    return redirect(f"/sous-titres/{video_id}", N_("C’est enregistré."))


@router.post("/sous-titres/{video_id}/depart")
def start_from_text(
    request: Request, session: UnitOfWork, who: ResidentOrAdviser, now: Now, video_id: UUID
) -> Response:
    video = captioning.reachable(session, who, video_id, to_change=True)
    parts = told_of(request).script(session, video.person_id)
    captioning.begin_with(session, video, "\n".join(text for _, text in parts), now)
    return redirect(f"/sous-titres/{video_id}", N_("Le texte est là : il reste à régler les temps."))


@router.post("/sous-titres/{video_id}/signe")
def note_signed(session: UnitOfWork, who: ResidentOrAdviser, video_id: UUID, form: SubmittedForm) -> Response:
    video = captioning.reachable(session, who, video_id, to_change=True)
    captioning.note_signed(session, video, is_signed=parse(SignedGiven, form).signed)
    return redirect(f"/sous-titres/{video_id}", N_("C’est noté."))


@router.post("/sous-titres/{video_id}/valider")
def validate(
    request: Request,
    session: UnitOfWork,
    who: ResidentOrAdviser,
    now: Now,
    video_id: UUID,
    form: SubmittedForm,
) -> Response:
    video = captioning.reachable(session, who, video_id, to_change=True)
    mine = video.person_id == who.person_id
    if mine and is_reviewed(request, session, video):
        raise CaptionsInReview(N_("Ce que tu as corrigé est gardé : demande-lui de le relire."))
    captioning.validate(session, who, video, parse(CaptionsSeen, form).revision, now)
    onward = "/moi/envoi" if mine else told_of(request).review(session, video.person_id)
    return redirect(onward, N_("Les sous-titres sont validés."))
