"""Bytes and events of the demonstration: a tus upload that breaks once, the progress that pages show."""

import json
import socket
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.progress import Progress, TaskID

from app.cli.trouble import Trouble
from app.cli.visitor import Visitor
from app.uploads.rules import Medium

PIECE_BYTES = 256 * 1024
TUNNEL_S = 1.5
TUS = {"tus-resumable": "1.0.0", "accept": "application/json"}


@contextmanager
def shown(progress: Progress, description: str) -> Iterator[tuple[Progress, TaskID]]:
    """Show a progress bar as long as the block lasts."""
    with progress:
        yield progress, progress.add_task(description, total=100)


def send(
    visitor: Visitor, clip: Path, tell: Callable[[float], None], kind: Medium = "video"
) -> tuple[str, float]:
    """Send a file by tus, cut the connection half way, and go on from the offset that the service kept.

    Return the id of the upload and the ratio at which it was resumed.
    """
    content = clip.read_bytes()
    said = {
        "upload-length": str(len(content)),
        "upload-metadata": f"kind {b64encode(kind.encode()).decode()}",
        "content-length": "0",
    }
    created = visitor.request("POST", "/files/", headers=TUS | said)
    address = created.headers["location"]
    break_off(visitor, address, content)
    kept = int(visitor.request("HEAD", address, headers=TUS).headers["upload-offset"])
    if not 0 < kept < len(content):
        raise Trouble(f"Après la coupure, le service a gardé {kept} octets sur {len(content)}.")
    offset = kept
    while offset < len(content):
        tell(offset / len(content))
        piece = content[offset : offset + PIECE_BYTES]
        patch = TUS | {"upload-offset": str(offset), "content-type": "application/offset+octet-stream"}
        answer = visitor.request("PATCH", address, headers=patch, content=piece)
        offset = int(answer.headers["upload-offset"])
    tell(1)
    return urlsplit(address).path.rsplit("/", 1)[-1], kept / len(content)


def break_off(visitor: Visitor, address: str, content: bytes) -> None:
    """Begin to send everything and hang up half way, as a phone in a tunnel does."""
    parts = urlsplit(address)
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    head = (
        f"PATCH {parts.path}{'?' + parts.query if parts.query else ''} HTTP/1.1\r\n"
        f"Host: {parts.netloc}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nCookie: {cookies}\r\n"
        f"X-CSRF-Token: {visitor.token}\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as line:
        line.sendall(head.encode() + content[: len(content) // 2])
        # What a tunnel cuts is a line that had time to carry something.
        time.sleep(TUNNEL_S)


def events(visitor: Visitor, path: str) -> Iterator[dict[str, Any]]:
    """Yield the server-sent events of a path until the service ends the stream."""
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    headers = {"accept": "text/event-stream", "cookie": cookies}
    with visitor.http.stream("GET", path, headers=headers, timeout=60) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:"):
                yield json.loads(line.removeprefix("data:"))
