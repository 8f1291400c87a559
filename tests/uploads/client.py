"""A client of tus 1.0.0 that says exactly what a test tells it to say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from urllib.parse import urlsplit
from uuid import UUID

from httpx2 import Client, Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Scope

from tests.asynchronous import run

APPEND = "application/offset+octet-stream"
FTYP = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


@dataclass(frozen=True)
class Tus:
    """The verbs of the protocol over `http`; `said` replaces or adds headers, None takes one away."""

    http: Client

    def ask(
        self, method: str, url: str, said: Mapping[str, str | None], content: bytes | Iterable[bytes] = b""
    ) -> Response:
        """Send one request."""
        all_said = {"Tus-Resumable": "1.0.0", **said}
        headers = {name: value for name, value in all_said.items() if value is not None}
        return self.http.request(method, url, headers=headers, content=content)

    def create(self, length_bytes: int | str, **said: str | None) -> Response:
        """Announce a file."""
        return self.ask("POST", "/files/", {"Upload-Length": str(length_bytes), **dashed(said)})

    def begin(self, length_bytes: int) -> str:
        """Announce a file and return its address."""
        answer = self.create(length_bytes)
        assert answer.status_code == 201, answer.json()
        return answer.headers["location"]

    def append(
        self, url: str, offset_bytes: int | str, content: bytes | Iterable[bytes], **said: str | None
    ) -> Response:
        """Send a piece."""
        usual = {"Upload-Offset": str(offset_bytes), "Content-Type": APPEND}
        return self.ask("PATCH", url, {**usual, **dashed(said)}, content)

    def cut(
        self, url: str, offset_bytes: int, content: bytes, announced_bytes: int, **said: str | None
    ) -> None:
        """Send the beginning of a piece, and lose the line; nobody hears the answer."""
        headers = {
            "tus-resumable": "1.0.0",
            "upload-offset": str(offset_bytes),
            "content-type": APPEND,
            "content-length": str(announced_bytes),
            **{name.lower(): value for name, value in dashed(said).items() if value is not None},
        }
        messages: list[Message] = [{"type": "http.request", "body": content, "more_body": True}]

        async def receive() -> Message:
            return messages.pop() if messages else {"type": "http.disconnect"}

        async def send(_message: Message) -> None:
            pass

        async def send_it() -> None:
            await self.application(scope_of(url, headers), receive, send)

        run(send_it())

    @property
    def application(self) -> ASGIApp:
        """The application behind a client that needs no network."""
        assert isinstance(self.http, TestClient)
        return self.http.app

    def offset(self, url: str) -> int:
        """Ask how far an upload came."""
        answer = self.ask("HEAD", url, {})
        assert answer.status_code == 200
        return int(answer.headers["upload-offset"])


def id_of(url: str) -> UUID:
    """Return the id in the address of an upload, as pages find it."""
    return UUID(urlsplit(url).path.rpartition("/")[2])


def scope_of(url: str, headers: Mapping[str, str]) -> Scope:
    """Describe a PATCH as a server does."""
    parts = urlsplit(url)
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "PATCH",
        "scheme": parts.scheme,
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [
            (name.encode(), value.encode()) for name, value in {"host": parts.netloc, **headers}.items()
        ],
        "client": ("127.0.0.1", 1),
        "server": (parts.netloc, 443),
        "root_path": "",
        "state": {},
    }


def dashed(said: dict[str, str | None]) -> dict[str, str | None]:
    """Return keyword arguments as headers."""
    return {name.replace("_", "-").title(): value for name, value in said.items()}


def video_bytes(count_bytes: int, seed: int = 1) -> bytes:
    """Return bytes that begin like a phone's video, the same for the same seed."""
    return (FTYP + Random(seed).randbytes(count_bytes))[:count_bytes]  # noqa: S311 - content, not a secret
