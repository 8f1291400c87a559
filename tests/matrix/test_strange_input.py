"""Whatever is typed, guessed or mangled on the way is answered as such: no address breaks."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

from app.directory.schemas import SearchForm
from app.people.access import SESSION_COOKIE
from app.web.problems import MEDIA_TYPE
from app.web.security import FLASH_COOKIE
from tests.house.routes import Address, addresses
from tests.matrix.asking import Asking, values_of
from tests.matrix.bench import Bench, SetUp
from tests.matrix.table import ASKERS, expected

# Percent-encoded, as they come; the first ones are no text.
NO_TEXT = ("a%00b", "%ff", "%ed%a0%80")
STRANGE = (
    *NO_TEXT,
    *(
        "",
        "-1",
        "9" * 30,
        "1e400",
        "9999-12-31",
        "0001-01-01",
        "%D9%A3",
        "%F0%9F%99%82%E2%80%AE",
        "..%2F..%5C",
    ),
    *("x" * 3000, "%25s%7B%7B7*7%7D%7D'--"),
)
DOCUMENTS: tuple[object, ...] = (
    "a\0b",
    "\ud800",
    10**30,
    -1,
    float("nan"),
    None,
    [[[]]],
    {"a": "\0"},
    "x" * 3000,
)
# What a page reads of its address by itself.
UNDECLARED = {"/candidats": list(SearchForm.model_fields)}
HEADERS = (
    ("cookie", f"{FLASH_COOKIE}={quote(json.dumps(['info', chr(0xD800)]))}"),
    ("cookie", f"{FLASH_COOKIE}={'[' * 50_000}"),
    ("cookie", f"{FLASH_COOKIE}=%00; {SESSION_COOKIE}=%00é"),
    ("authorization", "Bearer vav_live_é_é"),
    ("if-none-match", '"é'),
    ("range", "bytes=9-1,99999999999999999999999-"),
    ("accept-language", "é" * 3000),
    ("x-csrf-token", "é"),
)
FORM = {"content-type": "application/x-www-form-urlencoded"}


def reaches(route: str) -> str:
    """Return who is served at a route, so that what is sent is really read there; anybody without one."""
    served = [asker for asker, outcome in expected().get(route, {}).items() if outcome == "+"]
    return next((asker for asker in served if asker != "visitor"), "visitor")


def queries_of(dependant: Dependant | None) -> Iterator[str]:
    """Yield the names that a route and its dependencies read in the address."""
    for child in dependant.dependencies if dependant else ():
        yield from queries_of(child)
    yield from (parameter.alias for parameter in (dependant.query_params if dependant else ()))


def in_address(bench: Bench, found: Address, usual: Asking) -> Iterator[Asking]:
    """Yield a request with each strange value in each place of its address."""
    path, _, query = usual.address.partition("?")
    values = values_of(bench.world, found.path)
    template = found.path.replace(":path", "")
    names = [*queries_of(found.dependant), *UNDECLARED.get(found.path, ())]
    for value in STRANGE:
        for place in re.findall(r"{(\w+)}", template):
            address = template.format(**values | {place: value})
            yield replace(usual, address=f"{address}?{query}")
        for name in names:
            others = urlencode([pair for pair in parse_qsl(query) if pair[0] != name])
            yield replace(usual, address=f"{path}?{others}&{name}={value}")


def in_body(usual: Asking) -> Iterator[Asking]:
    """Yield a request with each strange value in each field of its form or document."""
    fields = usual.arguments.get("data", {})
    for name in fields:
        others = urlencode({other: fields[other] for other in fields if other != name})
        for value in STRANGE:
            yield replace(usual, arguments={"content": f"{others}&{name}={value}", "headers": FORM})
    document = usual.arguments.get("json", {})
    for name in document:
        for strange in DOCUMENTS:
            written = json.dumps(document | {name: strange})
            headers = {"content-type": "application/json"}
            yield replace(usual, arguments={"content": written, "headers": headers})


def shortened(asked: Asking) -> str:
    """Name a request in a fault."""
    return f"{asked.method} {asked.address} {asked.arguments}"[:200]


@pytest.mark.parametrize("asker", ASKERS.values())
def test_strange_input_breaks_no_address(set_up: SetUp, app: FastAPI, asker: str) -> None:
    bench, broken = set_up(asker), []
    for found in addresses(app):
        for method in sorted(found.methods):
            route = f"{method} {found.path}"
            if reaches(route) == asker:
                usual = bench.asking(route)
                for asked in (*in_address(bench, found, usual), *in_body(usual)):
                    status = bench.answer(route, asked).status_code
                    broken += [f"{status} {shortened(asked)}"] if status >= 500 else []
    assert broken == []


@pytest.mark.parametrize("value", NO_TEXT)
def test_an_address_that_is_no_text_is_refused_as_such(set_up: SetUp, app: FastAPI, value: str) -> None:
    bench = set_up("visitor")
    for found in addresses(app):
        path = bench.asking(f"GET {found.path}").address.partition("?")[0].rstrip("/")
        for address in (f"{path}/{value}", f"{path}?x={value}"):
            answer = bench.answer("", Asking("GET", address))
            assert answer.status_code == 400, address
            assert answer.headers["content-type"] == MEDIA_TYPE
            assert answer.json()["type"].endswith("/requete-illisible")


def test_strange_headers_break_no_page(set_up: SetUp) -> None:
    bench, broken = set_up("visitor"), []
    for route in filter(lambda route: route.startswith("GET"), expected()):
        usual = bench.asking(route)
        for name, value in HEADERS:
            headers = {name: value.encode(), "accept": b"text/html"}
            status = bench.answer(route, replace(usual, arguments={"headers": headers})).status_code
            broken += [f"{status} {route} {name}: {value[:40]}"] if status >= 500 else []
    assert broken == []
