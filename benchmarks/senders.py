"""Clients that cost next to nothing: one connection a request, the kernel sends the file."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE_S = 120
CHUNK_BYTES = 65_536


@dataclass(frozen=True)
class Answer:
    """What a server said: its status, and where it put what was created."""

    status: int
    location: str


def ask(method: str, url: str, headers: Mapping[str, str], body: Path | None = None) -> Answer:
    """Send one request, its body straight from a file, and read the answer to its end."""
    parts = urlsplit(url)
    length = body.stat().st_size if body else 0
    said = {"Host": parts.netloc, "Connection": "close", "Content-Length": str(length), **headers}
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    head = "".join([f"{method} {target} HTTP/1.1\r\n", *(f"{k}: {v}\r\n" for k, v in said.items()), "\r\n"])
    with socket.create_connection((parts.hostname or "", parts.port or 80), PATIENCE_S) as line:
        line.sendall(head.encode())
        if body:
            with body.open("rb") as file:
                line.sendfile(file)
        return _heard(line)


def _heard(line: socket.socket) -> Answer:
    heard = b""
    while part := line.recv(CHUNK_BYTES):
        heard += part
    first, *lines = heard.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (text.partition(":") for text in lines)}
    return Answer(int(first.split()[1]), headers.get("location", ""))
