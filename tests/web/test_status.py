"""What machines and lost people ask."""

from starlette.testclient import TestClient


def test_a_process_that_lives_says_so(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_migrated_database_is_ready(client: TestClient) -> None:
    assert client.get("/readyz").status_code == 200


def test_every_refusal_is_explained_at_its_address(client: TestClient) -> None:
    page = client.get("/problemes/connexion-requise")
    assert page.status_code == 200
    assert "Il faut se connecter" in page.text


def test_an_unknown_refusal_has_no_explanation(client: TestClient) -> None:
    assert client.get("/problemes/inconnu", headers={"accept": "text/html"}).status_code == 404


def test_an_unknown_address_answers_programs_with_a_problem(client: TestClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "https://testserver/problemes/introuvable"
