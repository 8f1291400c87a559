"""What only S3 has: two addresses, two ways to name a bucket, checksums that not every server knows."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.settings import Settings
from app.storage import links_origin, open_storage
from app.storage.s3 import CORS_RULE
from app.web.security import SecurityMiddleware, content_security_policy
from tests.house.source import ROOT

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Heard = list[dict[str, str]]


def s3_settings(**changes: object) -> Settings:
    usual: dict[str, object] = {
        "environment": "test",
        "storage": "s3",
        "s3_bucket": "media",
        "s3_endpoint_url": "http://127.0.0.1:9",
        "s3_access_key": SecretStr("key"),
        "s3_secret_key": SecretStr("secret"),
    }
    return Settings(**usual | changes)  # type: ignore[arg-type]  # the fields are named above and below


def link(**changes: object) -> str:
    """Return a link to an object, as a browser gets it."""
    storage = open_storage(s3_settings(**changes))
    url = storage.signed_url("videos/1/360p.mp4", 60, NOW)
    storage.close()
    return url


@pytest.fixture
def ear() -> Iterator[tuple[str, Heard]]:
    """Listen as a server that knows the plainest calls, and note what it is told."""
    heard: Heard = []

    class Ear(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            heard.append({name.lower(): value for name, value in self.headers.items()})
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self.send_response(501)
            self.send_header("content-length", "0")
            self.end_headers()

        def do_DELETE(self) -> None:
            heard.append({"deleted": self.path})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()


def test_links_lead_to_the_address_that_browsers_reach() -> None:
    assert urlsplit(link()).netloc == "127.0.0.1:9"
    outside = link(s3_public_endpoint_url="https://media.visavis.example")
    assert urlsplit(outside)[:3] == ("https", "media.visavis.example", "/media/videos/1/360p.mp4")
    assert "X-Amz-Signature=" in outside


def test_a_bucket_is_named_in_the_path_or_in_the_host() -> None:
    outside = {"s3_public_endpoint_url": "https://s3.visavis.example"}
    virtual = urlsplit(link(s3_path_style=False, **outside))
    assert (virtual.netloc, virtual.path) == ("media.s3.visavis.example", "/videos/1/360p.mp4")
    path = urlsplit(link(s3_path_style=True, **outside))
    assert (path.netloc, path.path) == ("s3.visavis.example", "/media/videos/1/360p.mp4")


@pytest.mark.parametrize(
    ("changes", "origin"),
    [
        ({}, "http://127.0.0.1:9"),
        ({"s3_public_endpoint_url": "https://s3.visavis.example"}, "https://s3.visavis.example"),
        (
            {"s3_public_endpoint_url": "https://s3.visavis.example", "s3_path_style": False},
            "https://media.s3.visavis.example",
        ),
        ({"s3_endpoint_url": None, "s3_region": "eu-west-3"}, "https://s3.eu-west-3.amazonaws.com"),
        (
            {"s3_endpoint_url": None, "s3_region": "eu-west-3", "s3_path_style": False},
            "https://media.s3.eu-west-3.amazonaws.com",
        ),
    ],
)
def test_pages_may_load_media_from_where_links_lead(changes: dict[str, object], origin: str) -> None:
    assert link(**changes).startswith(f"{origin}/")
    assert links_origin(s3_settings(**changes)) == origin
    keyless = s3_settings(**changes, s3_access_key=SecretStr(""), s3_secret_key=SecretStr(""))
    middleware = SecurityMiddleware(FastAPI(), keyless)
    assert f"media-src 'self' blob: {origin};" in content_security_policy("x", middleware.media_origins)


def test_the_rule_that_operators_read_is_the_one_that_is_set() -> None:
    document = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    (written,) = re.findall(r"```json\n(.*?)```", document, re.DOTALL)
    assert json.loads(written) == {"CORSRules": [CORS_RULE | {"AllowedOrigins": ["https://visavis.example"]}]}


def test_bytes_go_to_the_internal_address(ear: tuple[str, Heard]) -> None:
    url, heard = ear
    storage = open_storage(
        s3_settings(s3_endpoint_url=url, s3_public_endpoint_url="https://media.visavis.example")
    )
    storage.put_bytes("a", b"x", "text/plain")
    storage.close()
    assert [said["host"] for said in heard] == [urlsplit(url).netloc]


@pytest.mark.parametrize(("mode", "algorithm"), [("when_required", None), ("when_supported", "CRC32")])
def test_checksums_are_sent_to_the_servers_that_know_them(
    ear: tuple[str, Heard], mode: str, algorithm: str | None
) -> None:
    url, heard = ear
    storage = open_storage(s3_settings(s3_endpoint_url=url, s3_checksums=mode))
    storage.put_bytes("a", b"x", "text/plain")
    storage.close()
    assert heard[0].get("x-amz-sdk-checksum-algorithm") == algorithm


def test_objects_go_one_by_one_where_the_call_for_many_is_not_known(ear: tuple[str, Heard]) -> None:
    url, heard = ear
    storage = open_storage(s3_settings(s3_endpoint_url=url))
    storage.delete_all(["a", "b/c"])
    storage.close()
    assert heard == [{"deleted": "/media/a"}, {"deleted": "/media/b/c"}]
