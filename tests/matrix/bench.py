"""One who asks, before a world in which every request finds everything as it was before the others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Connection
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.settings import Settings
from app.storage import Storage
from tests.matrix.asking import Asking, asking, put_in_state
from tests.matrix.world import World


@dataclass(frozen=True)
class Bench:
    """The world, and the browser or program of one who asks."""

    app: FastAPI
    world: World
    connection: Connection
    sessions: sessionmaker[Session]
    settings: Settings
    storage: Storage
    browser: TestClient

    def asking(self, route: str) -> Asking:
        """Return the request of a route."""
        method, path = route.split(" ")
        return asking(self.world, self.storage, method, path)

    def answer(self, route: str, asked: Asking) -> Response:
        """Ask once, and undo what it did."""
        with self.asked(route, asked) as answer:
            return answer

    @contextmanager
    def asked(self, route: str, asked: Asking) -> Iterator[Response]:
        """Ask once, from a browser as fresh as the first; what it did stands until the block ends."""
        client = TestClient(
            self.app,
            base_url="https://testserver",
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        client.headers.update(self.browser.headers)
        client.cookies.update(self.browser.cookies)
        with self.connection.begin_nested() as undone:
            with self.sessions.begin() as session:
                put_in_state(self.world, session, self.settings, route)
            yield client.request(asked.method, asked.address, **asked.arguments)
            undone.rollback()


SetUp = Callable[[str], Bench]
