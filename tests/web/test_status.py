"""What machines and lost people ask."""

import psycopg
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.queue import driver_address, worker_name


def test_a_process_that_lives_says_so(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_migrated_database_is_ready(client: TestClient) -> None:
    assert client.get("/readyz").status_code == 200


def test_readiness_names_the_sandbox_of_the_workers_that_are_connected_and_of_no_others(
    client: TestClient, engine: Engine
) -> None:
    address = driver_address(engine.url.render_as_string(hide_password=False))
    with (
        psycopg.connect(address, application_name=worker_name("landlock+seccomp")),
        psycopg.connect(address, application_name="psql"),
    ):
        assert client.get("/readyz").json()["sandbox"] == ["landlock+seccomp"]


def test_without_a_worker_no_sandbox_is_claimed(client: TestClient) -> None:
    assert client.get("/readyz").json()["sandbox"] == []


def test_every_refusal_is_explained_at_its_address(client: TestClient) -> None:
    page = client.get("/problemes/connexion-requise")
    assert page.status_code == 200
    assert "Il faut se connecter" in page.text


def test_a_refusal_is_explained_in_the_language_of_its_reader(client: TestClient) -> None:
    page = client.get("/problemes/connexion-requise", headers={"accept-language": "en"})
    assert "You need to sign in</h1>" in page.text
    assert page.headers["content-language"] == "en"


def test_an_unknown_refusal_has_no_explanation(client: TestClient) -> None:
    assert client.get("/problemes/inconnu", headers={"accept": "text/html"}).status_code == 404


def test_an_unknown_address_answers_programs_with_a_problem(client: TestClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "https://testserver/problemes/introuvable"
