"""The image and the proxy of the documents fit the program: it can be reached, and sees who asks."""

import re

import pytest

from app.settings import Settings
from tests.house.source import ROOT

OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EVERYWHERE = ".".join("0000")
TOLD_BY_A_PROXY = {
    "Host": "$host",
    "X-Forwarded-For": "$proxy_add_x_forwarded_for",
    "X-Forwarded-Proto": "$scheme",
}


def environment_of(dockerfile: str) -> dict[str, str]:
    """Return what an image tells its commands."""
    lines = re.findall(r"^ENV (.+)$", dockerfile, re.MULTILINE)
    return dict(pair.split("=", 1) for line in lines for pair in line.split())


def headers_of(directives: str) -> dict[str, str]:
    """Return the headers that these directives of nginx set."""
    return dict(re.findall(r"proxy_set_header (\S+) (\S+);", directives))


def silent_locations(nginx: str) -> list[str]:
    """Name the locations that hide who asks: one header of their own, and the others are no longer said."""
    blocks = re.findall(r"location (\S+) \{(.*?)\}", nginx, re.DOTALL)
    around = headers_of(re.sub(r"location \S+ \{.*?\}", "", nginx, flags=re.DOTALL))
    return [path for path, inside in blocks if (headers_of(inside) or around) != TOLD_BY_A_PROXY]


def test_the_container_listens_where_its_port_is_published_and_development_on_this_machine_alone() -> None:
    assert environment_of(DOCKERFILE)["VISAVIS_LISTEN_HOST"] == EVERYWHERE
    assert Settings.model_fields["listen_host"].default == "127.0.0.1"


@pytest.mark.parametrize("text", [OPERATIONS, DOCKERFILE])
def test_a_variable_that_is_named_is_a_setting(text: str) -> None:
    named = set(re.findall(r"VISAVIS_[A-Z0-9_]*[A-Z0-9]", text)) - {"VISAVIS_S3"}
    assert named - {f"VISAVIS_{name.upper()}" for name in Settings.model_fields} == set()


def test_the_documented_container_is_open_to_its_machine_alone() -> None:
    (run,) = re.findall(r"^docker run .*$", OPERATIONS, re.MULTILINE)
    assert " -p 127.0.0.1:8000:8000 " in run


def test_the_documented_proxy_says_from_where_every_request_comes() -> None:
    (nginx,) = re.findall(r"```nginx\n(.*?)```", OPERATIONS, re.DOTALL)
    assert re.findall(r"^location (\S+)", nginx, re.MULTILINE) == ["/", "/files"]
    assert silent_locations(nginx) == []


def test_a_location_that_hides_who_asks_is_found() -> None:
    around = "".join(f"proxy_set_header {name} {value};\n" for name, value in TOLD_BY_A_PROXY.items())
    own = "location /files { proxy_set_header Host $host; }\nlocation / { proxy_pass x; }"
    assert silent_locations(around + own) == ["/files"]
    assert silent_locations(own) == ["/files", "/"]
