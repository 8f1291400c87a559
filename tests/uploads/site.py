"""A place where web servers run in processes of their own, and a resident who is signed in there."""

from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from httpx2 import Client
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.settings import Settings
from app.uploads import service
from app.uploads.models import Upload
from tests.uploads.client import Tus, id_of
from tests.uploads.machine import OpenAppend, WebServer


@dataclass(frozen=True)
class Place:
    """A database, a spool, and the web server that the tests of a file share unless they kill it."""

    database: Engine
    settings: Settings
    environment: dict[str, str]
    server: WebServer


@dataclass(frozen=True)
class Site:
    """A place with a resident of the test's own, who is signed in."""

    place: Place
    person_id: UUID
    headers: dict[str, str]
    opened: ExitStack

    def start(self, **more: str) -> WebServer:
        """Start one more web server over the same database and spool; `more` are settings by variables."""
        server = WebServer(self.place.environment | more)
        self.opened.callback(server.stop)
        return server.start()

    def tus(self, server: WebServer) -> Tus:
        """Return a client of one server."""
        client = Client(base_url=server.url, headers=self.headers, timeout=20)
        return Tus(self.opened.enter_context(client))

    def open_append(self, url: str, offset_bytes: int, length_bytes: int) -> OpenAppend:
        """Begin a PATCH and leave it open."""
        return self.opened.enter_context(closing(OpenAppend(url, offset_bytes, length_bytes)))

    def path(self, url: str) -> Path:
        """Return where the bytes of an upload lie."""
        return service.spool_path(self.place.settings, id_of(url))

    def state(self, url: str) -> str:
        """Return what the row says of an upload."""
        with Session(self.place.database) as session:
            return session.get_one(Upload, id_of(url)).state

    def newest(self) -> tuple[UUID, str]:
        """Return the id and the state of the upload that was begun last."""
        with Session(self.place.database) as session:
            last = session.scalars(select(Upload).order_by(Upload.created_at.desc()).limit(1)).one()
            return last.id, last.state
