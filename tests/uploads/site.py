"""A place where web servers run in processes of their own, and a resident who is signed in there."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from httpx2 import Client
from pydantic import SecretStr
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.db import connect
from app.people.access import SESSION_COOKIE
from app.people.sessions import open_session
from app.settings import Settings
from app.uploads import service
from app.uploads.models import Upload
from tests.conftest import page_token
from tests.factories import give_consent, make_resident
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

    def start(self, workers: int = 1, **more: str) -> WebServer:
        """Start one more web server over the same database and spool; `more` are settings by variables."""
        server = WebServer(self.place.environment | more, workers)
        self.opened.callback(server.stop)
        return server.start()

    def tus(self, server: WebServer) -> Tus:
        """Return a client of one server."""
        client = Client(base_url=server.url, headers=self.headers, timeout=20)
        return Tus(self.opened.enter_context(client))

    def again(self, url: str) -> tuple[Tus, str]:
        """Return a client of the server that is always there, and the address of an upload with it."""
        server = self.place.server
        return self.tus(server), f"{server.url}/files/{url.rpartition('/files/')[2]}"

    def has_whole(self, url: str, content: bytes) -> bool:
        """Tell whether an upload is complete with these bytes, and once: who asks again changes nothing."""
        tus, address = self.again(url)
        seen = []
        for _ in range(2):
            with Session(self.place.database) as session:
                upload = session.get_one(Upload, id_of(url))
                seen.append((upload.state, upload.completed_at))
            assert tus.offset(address) == len(content)
        assert self.path(url).read_bytes() == content
        return seen[0] == seen[1] and seen[0][0] == "complete"

    def open_append(self, url: str, offset_bytes: int, length_bytes: int, **said: str) -> OpenAppend:
        """Begin a PATCH and leave it open; `said` are headers more."""
        return self.opened.enter_context(closing(OpenAppend(url, offset_bytes, length_bytes, said)))

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


@contextmanager
def opened(url: str, data_dir: Path, said: Mapping[str, str]) -> Iterator[Place]:
    """Open a place over a migrated database, with one web server."""
    database = connect(url, pool_size=2)
    settings = Settings(environment="test", data_dir=data_dir, secret_key=SecretStr("secret-des-tests"))
    environment = {
        "VISAVIS_ENVIRONMENT": "test",
        "VISAVIS_DATABASE_URL": url,
        "VISAVIS_DATABASE_POOL_SIZE": "5",
        "VISAVIS_DATA_DIR": str(data_dir),
        "VISAVIS_SECRET_KEY": settings.secret_key.get_secret_value(),
        **said,
    }
    server = WebServer(environment).start()
    try:
        yield Place(database, settings, environment, server)
    finally:
        server.stop()
        database.dispose()


@contextmanager
def enter(place: Place) -> Iterator[Site]:
    """Open a place to a new resident."""
    with Session(place.database) as session:
        person = make_resident(session)
        person_id = person.id
        give_consent(session, person)
        token = open_session(session, person.id, "tests", datetime.now(UTC))
        session.commit()
        csrf = page_token(session, place.settings, token)
    with ExitStack() as opened_too:
        yield Site(
            place, person_id, {"Cookie": f"{SESSION_COOKIE}={token}", "X-CSRF-Token": csrf}, opened_too
        )
