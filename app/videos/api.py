"""What scripts, players and the form without script ask: a video sent, addresses, playlists, news."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from app.errors import Invalid, Refusal
from app.people import access
from app.people.access import Resident, ResidentOrAdviser
from app.uploads import transfer, tus
from app.uploads.bodies import PlainForm, parts_of, patience_of
from app.uploads.quotas import NewUpload
from app.uploads.rules import Medium, too_large
from app.uploads.service import Asked
from app.uploads.transfer import Desk
from app.videos import caption_news, captioning, playback, queries, service, subtitles
from app.videos.caption_news import CaptionNews, is_of_captions
from app.videos.cues import CaptionsFile, CaptionsGiven, CaptionsKept, captions_shown
from app.videos.schemas import (
    END_SENTENCES,
    GONE,
    News,
    Playback,
    Received,
    Sent,
    news_of,
    told_without_script,
    worded,
)
from app.videos.watching import Watching
from app.web.deps import (
    CurrentResources,
    Everybody,
    Now,
    Resources,
    UnitOfWork,
    resources_of,
)
from app.web.forms import SubmittedForm, parse
from app.web.security import redirect
from app.words import N_

CHOICE = "/moi/video/nouvelle"
UPLINK = "/moi/video/debit"
UPLINK_MAX_BYTES = 256 * 1024
# What a browser adds around the file: boundaries, headers, the token.
FORM_ITSELF_BYTES = 16_384
SAYS_VOICE = "kind dm9pY2U="  # as the metadata of an upload say it

router = APIRouter()


@router.post("/moi/video/envois", status_code=201)
def post_video(received: Received, session: UnitOfWork, who: Resident, now: Now) -> Sent:
    sent, kind, filmed_s = received.upload_ids, received.kind, received.filmed_s
    return Sent(id=service.receive(session, who.person_id, sent, now, kind, filmed_s).id)


class PlainFormEndpoint:
    """ASGI endpoint of the form without script: a body that streams, so no form is parsed before it."""

    permission = "resident"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = await post_form(Request(scope, receive))
        await response(scope, receive, send)


class UplinkEndpoint:
    """ASGI endpoint by which the studio measures the uplink: a few bytes come, and nobody keeps them."""

    permission = "resident"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request once its last byte is here; raise TooLarge for more than a measure needs."""
        request = Request(scope, receive)
        token = request.headers.get("x-csrf-token", "")
        resources = resources_of(request)
        await resources.in_unit(partial(access.streaming_resident, request, token=token))
        received_bytes = 0
        async with aclosing(parts_of(receive, patience_of(resources.settings))) as parts:
            async for part in parts:
                received_bytes += len(part)
                if received_bytes > UPLINK_MAX_BYTES:
                    raise too_large(UPLINK_MAX_BYTES)
        await Response(status_code=204)(scope, receive, send)


def add_routes(app: Starlette) -> None:
    """Make the application answer where bodies stream: the form without script, the measure of the uplink."""
    app.add_route(CHOICE, PlainFormEndpoint(), ["POST"], include_in_schema=False)  # type: ignore[arg-type]  # ASGI
    app.add_route(UPLINK, UplinkEndpoint(), ["POST"], include_in_schema=False)  # type: ignore[arg-type]  # ASGI


async def post_form(request: Request) -> Response:
    """Receive the video of a form by the steps of every upload; a refusal is told where one chooses again."""
    resources = resources_of(request)
    most_bytes = resources.settings.upload_max_bytes
    async with aclosing(parts_of(request.receive, patience_of(resources.settings))) as parts:
        form = PlainForm(request.headers.get("content-type", ""), parts)
        fields = await form.fields()
        token = request.headers.get("x-csrf-token") or fields.get("csrf_token", "")
        who = await resources.in_unit(partial(access.streaming_resident, request, token=token))
        try:
            medium: Medium = "voice" if fields.get("kind") == "voice" else "video"
            await receive_file(resources, form, bound_of(request, who.person_id, most_bytes, medium))
        except Refusal as refusal:
            await form.skip(most_bytes)
            return redirect(CHOICE, told_without_script(refusal, most_bytes), "error")
    return redirect("/moi/video")


def bound_of(request: Request, person_id: UUID, most_bytes: int, medium: Medium) -> NewUpload:
    """Return the most that a form's file can be; raise TooLarge when that is too much for sure."""
    body_bytes = tus.body_bytes(request.headers)
    if body_bytes is not None and body_bytes > most_bytes + FORM_ITSELF_BYTES:
        raise too_large(most_bytes)
    said = SAYS_VOICE if medium == "voice" else ""
    return NewUpload(person_id, min(body_bytes or most_bytes, most_bytes), said, medium=medium)


async def receive_file(resources: Resources, form: PlainForm, bound: NewUpload) -> None:
    """Make a video of the file of a form; raise what `take_whole` and `service.receive` raise."""
    if not form.has_file:
        raise Invalid(N_("Choisis d’abord une vidéo."))
    desk = Desk(resources.in_unit, resources.settings, resources.clock)
    upload = await transfer.take_whole(desk, bound, form)

    def receive(session: Session) -> None:
        service.receive(session, bound.person_id, [upload.id], resources.clock.now(), bound.medium)

    try:
        await resources.in_unit(receive)
    except Refusal:
        await transfer.give_up(desk, Asked(upload.id, bound.person_id))
        raise


@router.get("/moi/video/{video_id}/lecture")
def show_playback(
    video_id: UUID,
    session: UnitOfWork,
    who: Resident,
    context: Watching,
) -> Playback:
    video = service.own(session, who.person_id, video_id)
    return playback.playback(session, video, context, preview=True)


@router.get("/sous-titres/{video_id}/lecture")
def show_captioned(
    session: UnitOfWork,
    who: ResidentOrAdviser,
    context: Watching,
    video_id: UUID,
) -> Playback:
    video = captioning.reachable(session, who, video_id)
    return playback.playback(session, video, context, preview=True)


@router.get("/sous-titres/{video_id}/fichier")
def download_captions(session: UnitOfWork, who: ResidentOrAdviser, video_id: UUID) -> Response:
    video = captioning.reachable(session, who, video_id)
    cues = captions_shown(queries.captions(session, video.id)).cues
    return Response(
        subtitles.written(cues),
        media_type=subtitles.MEDIA_TYPE,
        headers={"Content-Disposition": 'attachment; filename="sous-titres.vtt"'},
    )


@router.post("/sous-titres/{video_id}")
def save_captions(
    session: UnitOfWork, who: ResidentOrAdviser, now: Now, video_id: UUID, given: CaptionsGiven
) -> CaptionsKept:
    video = captioning.reachable(session, who, video_id, to_change=True)
    kept = captioning.save(session, video, given.as_cues(), given.revision, now)
    return CaptionsKept(revision=kept.revision)


@router.post("/sous-titres/{video_id}/fichier")
def replace_captions(
    session: UnitOfWork, who: ResidentOrAdviser, now: Now, video_id: UUID, form: SubmittedForm
) -> CaptionsKept:
    video = captioning.reachable(session, who, video_id, to_change=True)
    given = parse(CaptionsFile, form)
    kept = captioning.replace(session, video, subtitles.read(given.text), given.revision, now)
    return CaptionsKept(revision=kept.revision)


@router.get("/sous-titres/{video_id}/progression", response_class=StreamingResponse)
def stream_captioning(
    video_id: UUID, session: UnitOfWork, who: ResidentOrAdviser, resources: CurrentResources
) -> StreamingResponse:
    captioning.reachable(session, who, video_id)
    return streamed(caption_events(resources, video_id))


async def caption_events(resources: Resources, video_id: UUID) -> AsyncGenerator[str]:
    """Yield how far the captions of a video are until they are there, or given up."""

    def read(session: Session) -> CaptionNews:
        return caption_news.standing(session, video_id)

    heard: CaptionNews | None = None
    async with aclosing(resources.feed.subscribe(video_id)) as notices:
        async for notice in notices:
            if notice and not is_of_captions(notice):
                continue
            news = CaptionNews.model_validate(notice) if notice else await resources.in_unit(read)
            # Where only the row is read, whoever makes them has told more already.
            heard = news if notice or news.is_over or heard is None else heard
            yield f"data: {heard.model_dump_json()}\n\n"
            if heard.is_over:
                return


def streamed(events: AsyncGenerator[str]) -> StreamingResponse:
    """Answer with events as they come."""
    return StreamingResponse(
        events,
        media_type="text/event-stream",
        # A proxy that gathers the answer would show everything at the end.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.get("/medias/{token}/sous-titres/{name}.vtt", response_class=Response)
def show_captions(
    _: Everybody,
    token: str,
    name: str,
    session: UnitOfWork,
    context: Watching,
) -> Response:
    text = playback.caption_file(session, token, name, context)
    return Response(text, media_type=subtitles.MEDIA_TYPE, headers={"Cache-Control": "no-store"})


@router.get("/medias/{token}/{name}", response_class=Response)
def show_playlist(_: Everybody, token: str, name: str, context: Watching) -> Response:
    text = playback.playlist(token, name, context)
    return Response(text, media_type=playback.type_of(name), headers={"Cache-Control": "no-store"})


@router.get("/moi/video/{video_id}/progression", response_class=StreamingResponse)
def stream_progress(
    video_id: UUID, session: UnitOfWork, who: Resident, resources: CurrentResources
) -> StreamingResponse:
    service.own(session, who.person_id, video_id)
    return streamed(events(resources, video_id))


async def events(resources: Resources, video_id: UUID) -> AsyncGenerator[str]:
    """Yield the news of a video until there will be no more; a silence is broken now and then."""

    def read(session: Session) -> News:
        video = queries.video(session, video_id)
        return worded(GONE) if video is None else news_of(video)

    async with aclosing(resources.feed.subscribe(video_id)) as notices:
        async for notice in notices:
            if is_of_captions(notice):
                continue
            news = worded(News.model_validate(notice)) if notice else await resources.in_unit(read)
            yield f"data: {news.model_dump_json()}\n\n"
            if news.state in END_SENTENCES:
                return
