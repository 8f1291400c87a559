"""A video that S3 keeps plays on our pages, part by part, from the address that browsers reach."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Response

from app.cli import story
from app.cli.demo import started
from app.cli.visitor import Visitor
from app.storage import open_storage
from tests.browser.conftest import OpenAs, invited
from tests.browser.hands import play_until, press_play
from tests.browser.looking import Watch
from tests.buckets import make_bucket, s3_settings, variables
from tests.gateway import Gateway

PLAYED_S = 3.0


@pytest.fixture
def elsewhere(gateway: Gateway, tmp_path: Path) -> Iterator[str]:
    """Run the whole product on S3, worker included, and give its address."""
    settings = make_bucket(s3_settings(gateway))
    with started(tmp_path / "data", **variables(settings)) as url:
        storage = open_storage(settings.model_copy(update={"public_url": url}))
        storage.prepare()
        storage.close()
        yield url


@pytest.fixture
def filmed(elsewhere: str, clip: Path) -> Iterator[Visitor]:
    """Have a resident whose video is ready."""
    with invited(elsewhere, "ailleurs") as resident:
        story.follow(resident, story.send_video(resident, clip))
        yield resident


def test_a_video_that_s3_keeps_plays_from_there(
    elsewhere: str, filmed: Visitor, gateway: Gateway, open_as: OpenAs
) -> None:
    page = open_as(filmed).new_page()
    watch, answers = Watch(page), list[Response]()
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks the function
    page.goto(f"{elsewhere}/moi/video")
    press_play(page)
    play_until(page, PLAYED_S)
    films = [answer for answer in answers if urlsplit(answer.url).path.endswith(".mp4")]
    parts = [answer for answer in films if "range" in answer.request.headers]
    assert {answer.status for answer in parts} == {206}
    assert {answer.headers.get("access-control-allow-origin") for answer in parts} == {elsewhere}
    assert {urlsplit(answer.url).path.rpartition("/")[2] for answer in parts} >= {"audio.mp4"}
    assert watch.said == []
    assert watch.asked == {elsewhere, gateway.public_url}
