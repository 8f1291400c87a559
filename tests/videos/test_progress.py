"""News of the preparation as they come: server-sent events, to the owner alone, until the end."""

import asyncio
import json
from contextlib import aclosing
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.clock import SystemClock
from app.people.models import Person
from app.queue import ProgressFeed
from app.settings import Settings
from app.storage import LocalStorage
from app.videos import attempts
from app.videos.api import events
from app.videos.attempts import Progress
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
