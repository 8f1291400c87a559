"""Every address says who may ask for it, refuses other sites' writes, and is one that a link may name."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.dependencies.models import Dependant
from pydantic import SecretStr
from starlette.routing import Mount, Route, compile_path
from starlette.testclient import TestClient

from app.main import create_app
from app.people import access
from app.settings import Settings
from tests.house.routes import SAFE_METHODS, Address, addresses
from tests.house.source import Source, sources

ATTRIBUTE = re.compile(
    r"""<(form|a|link|button)\b([^>]*?)\b(href|action|formaction)="(/[^"]*)"([^>]*)>""", re.DOTALL
)
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def tree_of(dependant: Dependant) -> Iterator[Dependant]:
    """Yield the dependencies of a route and theirs."""
    for child in dependant.dependencies:
        yield child
        yield from tree_of(child)


def without_one_permission(found: list[Address]) -> list[str]:
    """Name the addresses that do not name exactly one permission themselves."""
    faults = []
    for address in found:
        direct = address.dependant.dependencies if address.dependant else []
        named = [name for child in direct if (name := getattr(child.call, "permission", None))]
        # A raw ASGI endpoint has no dependencies: it names its permission itself.
        named += [address.own_permission] if address.own_permission else []
        if len(named) != 1:
            faults.append(f"{sorted(address.methods)} {address.path}: {named or 'no permission'}")
    return faults


def writes_without_token(found: list[Address]) -> list[str]:
    """Name the pages that write and never ask for the token of the session."""
    return [
        f"{sorted(address.methods)} {address.path}"
        for address in found
        if address.writes
        and ".pages" in address.module
        and not any(child.call is access.current for child in tree_of(address.dependant or Dependant()))
    ]


def dead_links(templates: tuple[Source, ...], found: list[Address]) -> list[str]:
    """Name the links and forms of the templates that no route answers."""
    known = [(compile_path(address.path)[0], address.methods) for address in found]
    faults = []
    for file in templates:
        for tag, before, kind, target, after in ATTRIBUTE.findall(file.text):
            posts = (tag == "form" and 'method="post"' in before + after) or kind == "formaction"
            path = EXPRESSION.sub("x", target).partition("?")[0].partition("#")[0]
            if "{%" in path or path.startswith("/static/"):
                continue
            method = "POST" if posts else "GET"
            if not any(pattern.match(path) and method in methods for pattern, methods in known):
                faults.append(f"{file.path}: {method} {target}")
    return faults


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Build the application; nothing here asks the database."""
    return create_app(
        Settings(
            environment="test",
            data_dir=Path(tmp_path_factory.mktemp("data")),
            database_url=SecretStr("postgresql+psycopg://nobody@127.0.0.1:1/none"),
        )
    )


def test_every_route_names_exactly_one_permission(application: FastAPI) -> None:
    assert not without_one_permission(addresses(application))


def test_no_router_includes_another_since_each_application_would_build_its_routes_again(
    application: FastAPI,
) -> None:
    assert [route for route in application.routes if not isinstance(route, Route | Mount)] == []


def test_every_page_that_writes_asks_for_the_token_of_the_session(application: FastAPI) -> None:
    assert not writes_without_token(addresses(application))


def test_every_write_that_another_site_makes_is_refused(application: FastAPI) -> None:
    client = TestClient(application, base_url="http://127.0.0.1:8000")
    allowed = []
    for address in addresses(application):
        path = re.sub(r"\{[^}]*\}", "x", address.path)
        for method in address.methods - SAFE_METHODS:
            answer = client.request(
                method, path, headers={"sec-fetch-site": "cross-site", "accept": "application/json"}
            )
            if answer.status_code != 403 or "requete-intersite" not in answer.text:
                allowed.append(f"{method} {path}: {answer.status_code}")
    assert not allowed


def test_every_link_and_form_of_a_page_has_a_route(application: FastAPI) -> None:
    pages = tuple(file for file in sources(".html") if file.path.startswith("app/web/templates/"))
    assert not dead_links(pages, addresses(application))


def test_a_route_without_a_permission_a_token_or_a_target_is_found() -> None:
    router = APIRouter()

    @router.post("/things/{name}")
    def write(name: str) -> str:
        return name

    @router.get("/things", dependencies=[Depends(access.anyone), Depends(access.signed_in)])
    def read() -> str:
        return ""

    sample = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    sample.include_router(router)
    write.__module__ = "app.things.pages"
    page = Source(
        "app/web/templates/x.html", '<form method="post" action="/things/{{ name }}"><a href="/thing">'
    )
    found = addresses(sample)
    assert len(without_one_permission(found)) == 2
    assert writes_without_token(found) == ["['POST'] /things/{name}"]
    assert dead_links((page,), found) == ["app/web/templates/x.html: GET /thing"]
