"""The page where residents choose the picture that stands for their video."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.errors import Invalid
from app.people.access import Resident
from app.videos import playback, posters
from app.videos.forms import PosterForm
from app.videos.models import Video
from app.videos.playback import PlaybackContext
from app.videos.service import own
from app.videos.watching import Watching
from app.web.deps import UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/moi/video/{video_id}/image")
def show_tiles(
    request: Request,
    session: UnitOfWork,
    who: Resident,
    context: Watching,
    video_id: UUID,
) -> HTMLResponse:
    return tiles_page(request, own(session, who.person_id, video_id), context)


@router.post("/moi/video/{video_id}/image")
def choose_poster(
    request: Request,
    session: UnitOfWork,
    who: Resident,
    context: Watching,
    video_id: UUID,
    form: SubmittedForm,
) -> Response:
    video = own(session, who.person_id, video_id)
    try:
        posters.choose(session, video.id, parse(PosterForm, form).tile)
    except Invalid as refused:
        return tiles_page(request, video, context, refused)
    return redirect(f"/moi/video/{video_id}/image", N_("C’est noté."))


def tiles_page(
    request: Request, video: Video, context: PlaybackContext, refused: Invalid | None = None
) -> HTMLResponse:
    return render(
        request,
        "videos/poster.html",
        status_code=refused.status if refused else 200,
        errors=refused.errors if refused else {},
        video=video,
        tiles=playback.tiles(video, context),
    )
