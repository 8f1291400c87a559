"""The page where residents cut away the beginning and the end of what they sent, and take it back."""

from dataclasses import dataclass, field
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.errors import Invalid
from app.people.access import Resident
from app.people.rules import Who
from app.videos import remaking
from app.videos.forms import CutForm
from app.videos.models import Video
from app.videos.pages.video import limits_of
from app.videos.playback import PlaybackContext, playback
from app.videos.posters import SHEET, board_of
from app.videos.rules import Cut
from app.videos.schemas import in_use
from app.videos.service import VideoInUse, own
from app.videos.watching import Watching
from app.web.deps import UnitOfWork, told_of
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

STRIP_TILES = 8
UNDER_WAY = N_("C’est parti : ta vidéo est refaite. Celle d’avant reste là en attendant.")

router = APIRouter()


@dataclass(frozen=True)
class Edges:
    """What stands in the two fields, as it was typed, and what is wrong with them."""

    start_s: str
    end_s: str
    errors: dict[str, str] = field(default_factory=dict)


@router.get("/moi/video/{video_id}/couper")
def show_edges(
    request: Request,
    session: UnitOfWork,
    who: Resident,
    context: Watching,
    video_id: UUID,
) -> HTMLResponse:
    video = cuttable(request, session, who, video_id)
    return edges_page(request, session, video, context, Edges("0", f"{video.duration_s or 0.0:.1f}"))


@router.post("/moi/video/{video_id}/couper")
def cut_video(
    request: Request,
    session: UnitOfWork,
    who: Resident,
    context: Watching,
    video_id: UUID,
    form: SubmittedForm,
) -> Response:
    cuttable(request, session, who, video_id)
    try:
        asked = parse(CutForm, form)
        kept = Cut(asked.start_s, asked.end_s)
        remaking.cut(session, who.person_id, video_id, kept, limits_of(context.settings))
    except Invalid as refused:
        edges = Edges(typed(form, "start_s"), typed(form, "end_s"), refused.errors)
        # Asked for anew: the verb has locked it, without its files.
        return edges_page(request, session, cuttable(request, session, who, video_id), context, edges)
    return redirect("/moi/video", UNDER_WAY)


@router.post("/moi/video/{video_id}/entiere")
def restore_video(request: Request, session: UnitOfWork, who: Resident, video_id: UUID) -> Response:
    cuttable(request, session, who, video_id)
    remaking.restore(session, who.person_id, video_id)
    return redirect("/moi/video", UNDER_WAY)


@router.post("/moi/video/{video_id}/garder")
def stop_cutting(session: UnitOfWork, who: Resident, video_id: UUID) -> Response:
    remaking.stop(session, who.person_id, video_id)
    return redirect("/moi/video", N_("C’est arrêté : ta vidéo reste comme elle était."))


def cuttable(request: Request, session: Session, who: Who, video_id: UUID) -> Video:
    video = own(session, who.person_id, video_id)
    remaking.require_original(video)
    use = told_of(request).video_use(session, video_id)
    if use and in_use(use, video).deleting:
        raise VideoInUse(N_("Annule d’abord ton envoi, depuis ton espace : tu pourras la couper ensuite."))
    return video


def edges_page(
    request: Request, session: Session, video: Video, context: PlaybackContext, edges: Edges
) -> HTMLResponse:
    board = board_of(video)
    sheets = [file.key for file in video.renditions if file.name == SHEET]
    return render(
        request,
        "videos/trimming.html",
        status_code=Invalid.status if edges.errors else 200,
        video=video,
        shown=playback(session, video, context, preview=False),
        limits=limits_of(context.settings),
        edges=edges,
        errors=edges.errors,
        board=board,
        sheet=context.link(sheets[0]) if board else "",
        strip=[number * board.tiles // STRIP_TILES for number in range(STRIP_TILES)] if board else [],
    )
