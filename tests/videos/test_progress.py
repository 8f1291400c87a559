"""News of the preparation as they come: server-sent events, to the owner alone, until the end."""

import asyncio
import json
from contextlib import aclosing
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app import queue
from app.clock import SystemClock
from app.people.models import Person
from app.queue import ProgressFeed
from app.settings import Settings
from app.storage import LocalStorage
from app.videos import attempts, caption_news
from app.videos.api import caption_events, events
from app.videos.attempts import Progress
from app.videos.caption_news import CaptionNews, coming, news_at
from app.videos.schemas import END_SENTENCES, STEP_SENTENCES, VOICE_SENTENCES
from app.web.deps import Resources
from tests.asynchronous import run
from tests.conftest import START, SignIn
from tests.factories import make_resident, make_video


def said(event: str) -> dict[str, object]:
    """Read what one event says."""
    assert event.startswith("data: ")
    assert event.endswith("\n\n")
    told: dict[str, object] = json.loads(event.removeprefix("data: "))
    return told


def work(sessions: sessionmaker[Session], video_id: UUID) -> None:
    """Write about a video as a worker does, until it is refused."""
    with sessions.begin() as session:
        attempt = attempts.take(session, video_id, START)
    assert attempt is not None
    with sessions.begin() as session:
        attempts.beat(session, attempt, Progress("ladder", 50, 35), START)
    with sessions.begin() as session:
        attempts.refuse(session, attempt, "video-endommagee")


def test_news_come_as_the_worker_writes_them_until_the_end(committed: Engine, settings: Settings) -> None:
    sessions = sessionmaker(committed, expire_on_commit=False)
    with sessions.begin() as session:
        video = make_video(session, make_resident(session), ready=False)
    feed = ProgressFeed(committed.url.render_as_string(hide_password=False))
    storage = LocalStorage.from_settings(settings)
    resources = Resources(settings, SystemClock(), storage, sessions, sessions, feed)

    async def follow() -> list[dict[str, object]]:
        heard = []
        async with feed.running(), aclosing(events(resources, video.id)) as stream:
            heard += [said(await anext(stream)), said(await anext(stream))]
            working = asyncio.create_task(asyncio.to_thread(work, sessions, video.id))
            heard += [said(event) async for event in stream]
            await working
        return heard

    heard = run(follow())
    assert [news["state"] for news in heard[:2]] == ["received", "received"]
    assert heard[-1]["state"] == "refused"
    assert heard[-1]["sentence"] == "Ta vidéo n’a pas pu être acceptée."
    known = {"state", "step", "percent", "remaining_s", "preview", "kind", "sentence"}
    assert all(set(news) == known for news in heard)


def test_a_video_at_its_end_says_so_and_the_stream_closes(
    session: Session, resident: Person, sign_in: SignIn
) -> None:
    video = make_video(session, resident)
    answer = sign_in(resident).get(f"/moi/video/{video.id}/progression")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert said(answer.text) == {
        "state": "ready",
        "step": "done",
        "percent": 100,
        "remaining_s": None,
        "preview": False,
        "kind": "video",
        "sentence": "Ta vidéo est prête.",
    }


def test_the_news_of_a_voice_speak_of_no_video(session: Session, resident: Person, sign_in: SignIn) -> None:
    video = make_video(session, resident, kind="voice")
    told = said(sign_in(resident).get(f"/moi/video/{video.id}/progression").text)
    assert (told["kind"], told["sentence"]) == ("voice", "Ta voix est prête.")
    assert set(VOICE_SENTENCES) == set(STEP_SENTENCES) | set(END_SENTENCES)
    assert not [words for words in VOICE_SENTENCES.values() if "vidéo" in words]


def test_the_news_of_a_video_are_its_owner_s(
    session: Session, resident: Person, sign_in: SignIn, client: TestClient
) -> None:
    video = make_video(session, resident)
    address = f"/moi/video/{video.id}/progression"
    assert sign_in(make_resident(session)).get(address).status_code == 404
    assert client.get(address, headers={"accept": "application/json"}).status_code == 401


def caption_news_of(
    committed: Engine, settings: Settings, video_id: UUID, told: list[CaptionNews]
) -> list[str]:
    """Follow the captions of a video while a worker tells this of them; return what the page is said."""
    sessions = sessionmaker(committed, expire_on_commit=False)
    feed = ProgressFeed(committed.url.render_as_string(hide_password=False))
    storage = LocalStorage.from_settings(settings)
    resources = Resources(settings, SystemClock(), storage, sessions, sessions, feed)

    def tell_all() -> None:
        for news in told:
            with sessions.begin() as session:
                caption_news.tell(session, video_id, news)

    async def follow() -> list[str]:
        heard = []
        async with feed.running(), aclosing(caption_events(resources, video_id)) as stream:
            heard += [await anext(stream), await anext(stream)]
            working = asyncio.create_task(asyncio.to_thread(tell_all))
            heard += [event async for event in stream]
            await working
        return [str(said(event)["sentence"]) for event in heard]

    return run(follow())


def test_captions_are_followed_from_waiting_to_the_end(committed: Engine, settings: Settings) -> None:
    with sessionmaker(committed).begin() as session:
        video = make_video(session, make_resident(session), captioned=False)
        queue.defer(session, "videos.caption", video_id=video.id)
        video_id = video.id
    heard = caption_news_of(committed, settings, video_id, [news_at("done")])
    assert heard[0] == "Les sous-titres attendent leur tour."
    assert heard[-1] == "Les sous-titres sont prêts."


def test_what_is_heard_tells_percent_and_time_that_is_left() -> None:
    news = news_at("hear", 0.25, 30.0)
    assert (news.percent, news.remaining_s) == (32, 90)
    assert news.sentence == "On écoute, et on écrit ce qui est dit. Encore 2\u00a0minutes environ."
    assert news_at("hear").remaining_s is None


def test_captions_are_awaited_only_where_a_machine_writes_them(session: Session, resident: Person) -> None:
    video = make_video(session, resident, captioned=False)
    assert coming(session, video.id) is None
    queue.defer(session, "videos.caption", video_id=video.id)
    awaited = coming(session, video.id)
    assert awaited
    assert awaited.step == "waiting"


def test_captions_that_are_there_close_the_stream(
    session: Session, resident: Person, sign_in: SignIn
) -> None:
    video = make_video(session, resident)
    told = said(sign_in(resident).get(f"/sous-titres/{video.id}/progression").text)
    assert (told["state"], told["percent"]) == ("captioned", 100)


def test_the_page_of_captions_shows_how_far_they_are(
    session: Session, resident: Person, sign_in: SignIn
) -> None:
    video = make_video(session, resident, captioned=False)
    page = sign_in(resident)
    assert "progressbar" not in page.get(f"/sous-titres/{video.id}").text
    queue.defer(session, "videos.caption", video_id=video.id)
    shown = page.get(f"/sous-titres/{video.id}").text
    assert f'data-events="/sous-titres/{video.id}/progression"' in shown
    assert "Les sous-titres attendent leur tour." in shown
