"""What scripts and players ask about videos: addresses, playlists, and how the preparation gets on."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response, StreamingResponse

from app.people.access import Resident
from app.videos import playback, queries, service
from app.videos.playback import PlaybackContext
from app.videos.schemas import END_SENTENCES, GONE, News, Playback, Received, Sent, news_of, worded
from app.videos.service import VideoNotFound
from app.web.deps import (
    CurrentResources,
    CurrentSettings,
    CurrentStorage,
    Everybody,
    Now,
    Resources,
    UnitOfWork,
)

router = APIRouter()


@router.post("/moi/video/envois", status_code=201)
def post_video(received: Received, session: UnitOfWork, who: Resident, now: Now) -> Sent:
    return Sent(id=service.receive(session, who.person_id, [received.upload_id], now).id)


@router.get("/moi/video/{video_id}/lecture")
def show_playback(
    video_id: UUID,
    session: UnitOfWork,
    who: Resident,
    now: Now,
    storage: CurrentStorage,
    settings: CurrentSettings,
) -> Playback:
    video = queries.video(session, video_id)
    if video is None or video.person_id != who.person_id:
        raise VideoNotFound
    return playback.playback(session, video, PlaybackContext(storage, settings, now), preview=True)


@router.get("/medias/{token}/{name}", response_class=Response)
def show_playlist(
    _: Everybody, token: str, name: str, storage: CurrentStorage, settings: CurrentSettings, now: Now
) -> Response:
    text = playback.playlist(token, name, PlaybackContext(storage, settings, now))
    return Response(text, media_type=playback.PLAYLIST_TYPE, headers={"Cache-Control": "no-store"})


@router.get("/moi/video/{video_id}/progression", response_class=StreamingResponse)
def stream_progress(
    video_id: UUID, session: UnitOfWork, who: Resident, resources: CurrentResources
) -> StreamingResponse:
    video = queries.video(session, video_id)
    if video is None or video.person_id != who.person_id:
        raise VideoNotFound
    return StreamingResponse(
        events(resources, video_id),
        media_type="text/event-stream",
        # A proxy that gathers the answer would show everything at the end.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def events(resources: Resources, video_id: UUID) -> AsyncGenerator[str]:
    """Yield the news of a video until there will be no more; a silence is broken now and then."""

    def read(session: Session) -> News:
        video = queries.video(session, video_id)
        return worded(GONE) if video is None else news_of(video)

    async with aclosing(resources.feed.subscribe(video_id)) as notices:
        async for notice in notices:
            news = worded(News.model_validate(notice)) if notice else await resources.in_unit(read)
            yield f"data: {news.model_dump_json()}\n\n"
            if news.state in END_SENTENCES:
                return
