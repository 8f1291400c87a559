"""A server that is told to stop: streams end at once, what somebody is sending is still taken."""

import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from httpx2 import Client
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.people.access import SESSION_COOKIE
from app.people.sessions import open_session
from app.settings import Settings
from tests.conftest import page_token
from tests.factories import give_consent, make_resident, make_video
from tests.uploads.client import Tus, video_bytes
from tests.uploads.machine import OpenAppend, WebServer

STOP_MAX_S = 10  # a busy machine; a stream that does not end by itself lasts for ever
LENGTH_BYTES = 200_000


@dataclass(frozen=True)
class Site:
    """A web server of its own, and the browser of a resident whose video is being prepared."""

    server: WebServer
    browser: Client
    video_id: UUID

    def tell_to_stop(self) -> None:
        """Send what a supervisor sends."""
        assert self.server.process is not None
        self.server.process.send_signal(signal.SIGTERM)

    def await_end(self) -> None:
        """Wait for the end of the process; raise TimeoutExpired when it does not come."""
        assert self.server.process is not None
        self.server.process.wait(STOP_MAX_S)


@pytest.fixture
def site(committed: Engine, settings: Settings) -> Iterator[Site]:
    """Start a server, and sign in somebody."""
    with Session(committed) as session:
        person = make_resident(session)
        give_consent(session, person)
        video_id = make_video(session, person, ready=False).id
        token = open_session(session, person.id, "tests", datetime.now(UTC))
        session.commit()
        csrf = page_token(session, settings, token)
    environment = {
        "VISAVIS_ENVIRONMENT": "test",
        "VISAVIS_DATABASE_URL": committed.url.render_as_string(hide_password=False),
        "VISAVIS_DATABASE_POOL_SIZE": "2",
        "VISAVIS_DATA_DIR": str(settings.data_dir),
        "VISAVIS_SECRET_KEY": settings.secret_key.get_secret_value(),
    }
    server = WebServer(environment).start()
    headers = {"Cookie": f"{SESSION_COOKIE}={token}", "X-CSRF-Token": csrf}
    with Client(base_url=server.url, headers=headers, timeout=2 * STOP_MAX_S) as browser:
        yield Site(server, browser, video_id)
    server.kill()


def test_the_news_of_a_video_end_with_the_server(site: Site) -> None:
    with site.browser.stream("GET", f"/moi/video/{site.video_id}/progression") as answer:
        lines = answer.iter_lines()
        assert next(lines).startswith("data:")
        site.tell_to_stop()
        site.await_end()
        assert all(line.startswith("data:") for line in lines if line)  # an answer that is cut would raise


def test_what_is_being_sent_is_taken_to_its_end(site: Site) -> None:
    content = video_bytes(LENGTH_BYTES)
    url = Tus(site.browser).begin(len(content))
    with closing(OpenAppend(url, 0, len(content))) as line:
        line.send(content[: LENGTH_BYTES // 2])
        site.tell_to_stop()
        line.send(content[LENGTH_BYTES // 2 :])
        assert line.status_code() == 204
    site.await_end()
