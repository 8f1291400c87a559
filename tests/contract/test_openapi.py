"""The API of partners is what its document says: judged by programs that know neither of them."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished
from schemathesis.specs.openapi.schemas import OpenApiSchema
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from tests.factories import make_partner
from tests.partners.conftest import make_key, make_shared, make_whole

DOCUMENT = "/api/v1/openapi.json"
HERE = Path(__file__).parent
SPECTRAL = HERE / "node_modules/.bin/spectral"
OPERATIONS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    answer = client.get(DOCUMENT)
    assert answer.status_code == 200
    return dict(answer.json())


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every operation of the document."""
    for path in document["paths"].values():
        yield from (operation for method, operation in path.items() if method in OPERATIONS)


def test_the_document_holds_the_api_of_partners_and_nothing_else(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert set(document["paths"]) == {"/api/v1/profiles", "/api/v1/profiles/{profile_id}"}


def test_every_refusal_is_a_problem_with_an_example(document: dict[str, Any]) -> None:
    for operation in operations(document):
        refusals = {code: answer for code, answer in operation["responses"].items() if code >= "400"}
        assert {"400", "401", "403", "422", "500", "503"} <= refusals.keys()
        for code, answer in refusals.items():
            assert set(answer["content"]) == {"application/problem+json"}
            assert answer["content"]["application/problem+json"]["example"]["status"] == int(code)


def test_every_operation_asks_for_a_key(document: dict[str, Any]) -> None:
    assert [operation["security"] for operation in operations(document)] == [[{"partnerKey": []}]] * 2


def test_the_document_needs_no_key_and_can_be_kept(client: TestClient) -> None:
    tag = client.get(DOCUMENT).headers["etag"]
    assert client.get(DOCUMENT, headers={"If-None-Match": tag}).status_code == 304


def said_by_spectral(document: dict[str, Any], path: Path) -> str:
    """Return what spectral has against a document, hints included; skip where it is not installed."""
    if not SPECTRAL.exists() or shutil.which("node") is None:
        pytest.skip("make test-tools installs spectral")
    path.write_text(json.dumps(document), encoding="utf-8")
    judged = subprocess.run(
        [SPECTRAL, "lint", "--ruleset", HERE / "spectral.yaml", "--fail-severity", "hint", "--quiet", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode in {0, 1}, judged.stderr
    return judged.stdout if judged.returncode else ""


def test_spectral_finds_nothing_to_say(document: dict[str, Any], tmp_path: Path) -> None:
    assert said_by_spectral(document, tmp_path / "openapi.json") == ""


def test_spectral_would_have_found_an_operation_without_a_description(
    document: dict[str, Any], tmp_path: Path
) -> None:
    del next(operations(document))["description"]
    assert "operation-description" in said_by_spectral(document, tmp_path / "openapi.json")


@pytest.fixture
def contract(app: FastAPI, session: Session) -> OpenApiSchema:
    """Load the document of an application where a partner with every scope has a few profiles."""
    partner = make_partner(session)
    make_whole(session, partner)
    for _ in range(2):
        make_shared(session, session.merge(partner))
    key = make_key(session, partner, "profiles:read", "media:read")
    config = SchemathesisConfig.from_dict(
        {
            "headers": {"Authorization": f"Bearer {key}"},
            "generation": {"max-examples": 30},
            "phases": {"stateful": {"generation": {"max-examples": 10}}},
            # A cursor is signed: no schema can say which ones are good, so 400 is a right answer to any text.
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "304", "400", "404"]}},
        }
    )

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        # Its resources are the tests' own: nothing has to be opened or closed.
        if scope["type"] != "lifespan":
            await app(scope, receive, send)

    return schemathesis.openapi.from_asgi(DOCUMENT, served, config=config)


def faults(tried: list[ScenarioFinished]) -> Iterator[str]:
    """Yield what every check of every phase found, each with the request that shows it."""
    for scenario in tried:
        for check in chain.from_iterable(scenario.recorder.checks.values()):
            if shown := check.failure_info:
                yield f"{scenario.recorder.label} {check.name}: {shown.failure}\n{shown.code_sample}"


def test_the_api_answers_as_its_document_says(contract: OpenApiSchema) -> None:
    events = list(from_schema(contract).execute())
    tried = [event for event in events if isinstance(event, ScenarioFinished)]
    found = [*faults(tried), *(str(event.info) for event in events if isinstance(event, NonFatalError))]
    assert not found, "\n\n".join([f"seed {contract.config.seed}", *found])
    answers = chain.from_iterable(scenario.recorder.interactions.values() for scenario in tried)
    assert {200, 400, 401, 405, 422} <= {one.response.status_code for one in answers if one.response}
