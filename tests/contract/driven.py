"""Ready-made tus clients in processes of their own: what they are told, what they say, what came of it."""

import hashlib
import json
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.uploads.models import Upload
from tests.uploads.client import id_of, video_bytes
from tests.uploads.site import Site

HERE = Path(__file__).parent
NODE = shutil.which("node") or ""
NODE_CLIENTS = ("tus-js-client", "uppy")
# Longer than a server takes to start again on the busiest machine: whoever gives up says nothing of ours.
RETRY_MS = (100, 200, *[400] * 120)

Event = dict[str, Any]


@dataclass
class Client:
    """One client at work on one order."""

    process: subprocess.Popen[str]
    said: list[Event] = field(default_factory=list)

    def until(self, event: str, **particulars: object) -> Event:
        """Wait until it says something, and return all that it says of it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(json.loads(line))
            if self.said[-1].items() >= {"event": event, **particulars}.items():
                return self.said[-1]
        pytest.fail(f"ended without « {event} » after {self.said}")

    def go_on(self) -> None:
        """Let it go on from where it holds."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self) -> "Client":
        """Wait until it has done what it was told."""
        assert self.process.stdout is not None
        self.said += map(json.loads, self.process.stdout)
        assert self.process.wait() == 0, self.said
        return self

    def all(self, event: str) -> list[Event]:
        """Return everything that it said of one kind of event."""
        return [one for one in self.said if one["event"] == event]

    @property
    def url(self) -> str:
        """The address of what it finished."""
        [finished] = self.all("finished")
        return str(finished["url"])

    @property
    def chunks(self) -> list[int]:
        """Where each chunk ended that the server accepted."""
        return [one["bytes"] for one in self.all("chunk")]

    @property
    def answers(self) -> list[tuple[str, int]]:
        """The methods and statuses of what it was answered; of a client that tells none, nothing."""
        return [(one["method"], one["status"]) for one in self.all("answered")]

    @property
    def failure(self) -> tuple[int, str]:
        """The status and the slug that made it give up."""
        *_, failed = self.all("failed")
        bodies = [one["body"] for one in (*self.all("answered"), failed) if one.get("body")]
        slug = json.loads(bodies[-1])["type"].rpartition("/")[2] if bodies else ""
        return failed["status"], slug


def started(name: str, order: dict[str, Any], opened: ExitStack) -> Client:
    """Start a client; it ends with the test at the latest."""
    script = HERE / ("tuspy_client.py" if name == "tuspy" else f"{name}.mjs")
    command = [sys.executable if name == "tuspy" else NODE, str(script), json.dumps(order)]
    process = opened.enter_context(
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    )
    opened.callback(process.kill)
    return Client(process)


def is_installed(name: str) -> bool:
    """Tell whether a client can run here."""
    return name not in NODE_CLIENTS or bool(NODE and (HERE / "node_modules/@uppy/tus").exists())


@dataclass(frozen=True)
class Hand:
    """Whoever uses a client: a resident with films in a folder, at a site."""

    client: str
    site: Site
    folder: Path

    def film(self, count_bytes: int, name: str = "film.mp4", seed: int = 1) -> Path:
        """Put a film on the disk."""
        path = self.folder / name
        path.write_bytes(video_bytes(count_bytes, seed))
        return path

    def start(self, *films: Path, **order: Any) -> Client:
        """Begin to send films; the words of the order are those of lines.mjs."""
        usual = {
            "endpoint": f"{self.site.place.server.url}/files/",
            "headers": self.site.headers,
            "metadata": {},
            "options": {},
            "retry_ms": RETRY_MS,
            "files": [str(film) for film in films],
        }
        return started(self.client, usual | order, self.site.opened)

    def send(self, *films: Path, **order: Any) -> Client:
        """Send films, to the end."""
        return self.start(*films, **order).end()

    def has(self, url: str, film: Path) -> None:
        """Check that the server has the whole film, as it is."""
        assert self.site.state(url) == "complete"
        kept = self.site.path(url).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == hashlib.sha256(film.read_bytes()).hexdigest()

    def row(self, url: str) -> Upload:
        """Return what the database says of an upload."""
        with Session(self.site.place.database) as session:
            return session.get_one(Upload, id_of(url))

    def newest_url(self) -> str:
        """Return the address, without its token, of the upload that was begun last."""
        return f"{self.site.place.server.url}/files/{self.site.newest()[0]}"
