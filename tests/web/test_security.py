"""Every answer carries what keeps it out of other sites, caches and devices, whatever the request met."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

from app.web.deps import Everybody
from app.web.problems import MEDIA_TYPE

HEADERS = {
    "content-security-policy",
    "cache-control",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "strict-transport-security",
    "x-request-id",
}
PAGE = {"accept": "text/html"}


@pytest.fixture
def broken(app: FastAPI) -> TestClient:
    """Open a browser on an application of which some addresses break."""

    def break_down(_: Everybody) -> None:
        raise RuntimeError("Un défaut des tests.")

    def lose_database(_: Everybody) -> None:
        raise OperationalError("select 1", None, Exception("partie"))

    def break_midway(_: Everybody) -> StreamingResponse:
        def parts() -> Iterator[bytes]:
            yield b"un "
            raise RuntimeError("Un défaut au milieu.")

        return StreamingResponse(parts())

    for path, handler in (("/panne", break_down), ("/partie", lose_database), ("/milieu", break_midway)):
        app.add_api_route(path, handler, methods=["GET", "POST"], response_model=None)
    return TestClient(app, base_url="https://testserver", raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/connexion", 200),
        ("GET", "/static/build/manifest.json", 200),
        ("GET", "/nulle-part", 404),
        ("DELETE", "/connexion", 405),
        ("GET", "/moi", 401),
        ("POST", "/panne", 500),
        ("GET", "/partie", 503),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_answer_has_the_headers(
    broken: TestClient, method: str, path: str, status: int, accept: str
) -> None:
    answer = broken.request(method, path, headers={"accept": accept}, follow_redirects=False)
    assert answer.status_code == (303 if (status, accept) == (401, "text/html") else status)
    assert HEADERS - set(answer.headers) == set()
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_breakdown_is_kept_by_no_cache_and_framed_by_nobody(broken: TestClient) -> None:
    answer = broken.get("/panne", headers=PAGE)
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_breakdown_shows_the_reference_that_is_logged(
    broken: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    page, document = broken.get("/panne", headers=PAGE), broken.get("/panne")
    assert page.headers["x-request-id"] in page.text
    assert document.headers["content-type"] == MEDIA_TYPE
    assert document.json()["request_id"] == document.headers["x-request-id"]
    for answer in (page, document):
        assert f"breakdown {answer.headers['x-request-id']}" in caplog.text
    assert "Un défaut des tests." not in page.text + document.text


def test_a_breakdown_is_still_told_to_the_server(app: FastAPI, broken: TestClient) -> None:
    del broken
    with pytest.raises(RuntimeError, match="défaut des tests"):
        TestClient(app, base_url="https://testserver").get("/panne")


def test_an_answer_that_breaks_midway_is_cut_and_not_answered_twice(app: FastAPI, broken: TestClient) -> None:
    del broken
    with pytest.raises(RuntimeError, match="défaut au milieu"):
        TestClient(app, base_url="https://testserver").get("/milieu")


def test_where_pages_themselves_are_broken_a_breakdown_is_a_document(
    app: FastAPI, broken: TestClient
) -> None:
    def break_pages(_: Everybody, request: Request) -> None:
        # No page can name somebody who has no name: the one of the breakdown neither.
        request.state.who = object()
        raise RuntimeError("Un défaut des tests.")

    app.add_api_route("/pages", break_pages)
    answer = broken.get("/pages", headers=PAGE)
    assert (answer.status_code, answer.headers["content-type"]) == (500, MEDIA_TYPE)
    assert HEADERS - set(answer.headers) == set()
